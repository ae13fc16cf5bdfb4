/* msp430x_decode.c - MSP430X machine code to struct msp430x_insn, with its cycles.
 *
 * Encodings: SLAU367P, sections 4.4 to 4.6. Cycles: tables 4-8 to 4-17 there; tests/sim/msp430x-cycles.tsv has every
 * row with its sources, and tests/unit/test_msp430x.c holds this file against it.
 */
#include "sim/msp430x.h"

#include <stddef.h>

enum { PC = 0, SP = 1, SR = 2, CG = 3 };

/* Words behind the opcode, taken one after the other. */
struct reader {
    const uint16_t *words;
    uint32_t pc;
    int used;
};

static uint32_t next_word(struct reader *r)
{
    return r->used < 4 ? r->words[r->used++] : 0;
}

/* Address of the word that next_word would take. */
static uint32_t here(const struct reader *r)
{
    return r->pc + 2 * (uint32_t)r->used;
}

static uint32_t extend16(uint32_t x)
{
    return (uint32_t)(int32_t)(int16_t)x & 0xFFFFF;
}

/* x(PC): the index counts from its own word. */
static uint32_t symbolic(uint32_t at, uint32_t x, int wide)
{
    uint32_t sum = at + x;

    return wide || at > 0xFFFF ? sum & 0xFFFFF : sum & 0xFFFF;
}

/* `high`: bits 19..16 of an extended index, address or immediate; wide: there is an extension word. */
static uint32_t operand_word(struct reader *r, uint32_t high, int wide)
{
    uint32_t word = next_word(r);

    return wide ? high << 16 | word : word;
}

static void decode_source(struct msp430x_insn *i, struct reader *r, uint32_t reg, uint32_t as, uint32_t high)
{
    static const uint32_t of_sr[4] = { 0, 0, 4, 8 }, of_cg[4] = { 0, 1, 2, 0xFFFFF };
    uint32_t at, word;

    i->src = (uint8_t)reg;
    if (reg == CG || (reg == SR && as >= 2)) {
        i->src_mode = MODE_VALUE;
        i->src_x = reg == CG ? of_cg[as] : of_sr[as];
        i->src = CG;
        return;
    }
    switch (as) {
    case 0:
        i->src_mode = MODE_REGISTER;
        return;
    case 1:
        at = here(r);
        word = operand_word(r, high, i->wide);
        i->src_mode = reg == SR || reg == PC ? MODE_ABSOLUTE : MODE_INDEXED;
        i->src_x = reg == SR || i->wide ? word : extend16(word);
        if (reg == PC)
            i->src_x = symbolic(at, i->src_x, i->wide);
        return;
    case 2:
        i->src_mode = MODE_INDIRECT;
        return;
    default:
        i->src_mode = MODE_INCREMENT;
        if (reg == PC) {
            i->src_mode = MODE_VALUE;
            i->src_x = operand_word(r, high, i->wide);
        }
        return;
    }
}

static void decode_destination(struct msp430x_insn *i, struct reader *r, uint32_t reg, uint32_t ad, uint32_t high)
{
    uint32_t at, word;

    i->dst = (uint8_t)reg;
    i->dst_mode = MODE_REGISTER;
    if (!ad)
        return;
    at = here(r);
    word = operand_word(r, high, i->wide);
    i->dst_mode = reg == SR || reg == PC ? MODE_ABSOLUTE : MODE_INDEXED;
    i->dst_x = reg == SR || i->wide ? word : extend16(word);
    if (reg == PC)
        i->dst_x = symbolic(at, i->dst_x, i->wide);
}

/* Rows of the cycle tables: the source is a register or constant, @Rn or @Rn+, an immediate, or memory by an index. */
static int source_row(const struct msp430x_insn *i)
{
    if (i->src_mode == MODE_REGISTER || (i->src_mode == MODE_VALUE && i->src == CG))
        return 0;
    if (i->src_mode == MODE_INDIRECT || i->src_mode == MODE_INCREMENT)
        return 1;
    return i->src_mode == MODE_VALUE ? 2 : 3;
}

static int only_reads(uint8_t op)
{
    return op == OP_CMP || op == OP_BIT;
}

/* Tables 4-10 (plain), 4-15 (extended). */
static uint8_t two_operand_cycles(const struct msp430x_insn *i)
{
    static const uint8_t to_register[3][4] = { { 1, 2, 2, 3 }, { 2, 3, 3, 4 }, { 2, 4, 3, 5 } };
    static const uint8_t to_pc[3][4] = { { 3, 4, 3, 5 }, { 4, 5, 4, 6 }, { 4, 6, 4, 7 } };
    static const uint8_t to_memory[3][4] = { { 4, 5, 5, 6 }, { 5, 6, 6, 7 }, { 7, 9, 8, 10 } };
    int form = !i->wide ? 0 : i->bits == 20 ? 2 : 1, row = source_row(i);
    int moves = i->op == OP_MOV || only_reads(i->op);

    if (i->dst_mode != MODE_REGISTER)
        return (uint8_t)(to_memory[form][row] - (moves ? (form == 2 ? 2 : 1) : 0));
    if (i->dst != PC || only_reads(i->op))
        return to_register[form][row];
    /* footnote 4: MOVX, ADDX and SUBX to PC take one fewer from an immediate or memory */
    if (form && row >= 2 && (i->op == OP_MOV || i->op == OP_ADD || i->op == OP_SUB))
        return (uint8_t)(to_pc[form][row] - 1);
    return to_pc[form][row];
}

/* Tables 4-9 and 4-14. */
static uint8_t one_operand_cycles(const struct msp430x_insn *i)
{
    static const uint8_t shift[3][4] = { { 1, 3, 3, 4 }, { 2, 4, 4, 5 }, { 2, 6, 6, 7 } };
    static const uint8_t push[3][4] = { { 3, 3, 3, 4 }, { 4, 4, 4, 5 }, { 5, 6, 5, 7 } };
    static const uint8_t call[4] = { 4, 4, 4, 5 };
    int form = !i->wide ? 0 : i->bits == 20 ? 2 : 1, row = source_row(i);

    if (i->op == OP_CALL)
        return (uint8_t)(call[row] + (i->src_mode == MODE_ABSOLUTE && i->src == SR));
    if (i->op == OP_PUSH)
        return (uint8_t)(push[form][row] + (form && i->src_mode == MODE_INDEXED && i->src == SP));
    return shift[form][row];
}

static void decode_two(struct msp430x_insn *i, struct reader *r, uint32_t op, uint32_t extension)
{
    i->op = (uint8_t)(OP_MOV + (op >> 12) - 4);
    decode_source(i, r, op >> 8 & 15, op >> 4 & 3, extension >> 7 & 15);
    decode_destination(i, r, op & 15, op >> 7 & 1, extension & 15);
    i->cycles = two_operand_cycles(i);
}

static void decode_one(struct msp430x_insn *i, struct reader *r, uint32_t op, uint32_t extension)
{
    static const uint8_t kinds[8] = { OP_RRC, OP_SWPB, OP_RRA, OP_SXT, OP_PUSH, OP_CALL, OP_ILLEGAL, OP_ILLEGAL };

    i->op = kinds[op >> 7 & 7];
    if (i->op == OP_RRC && i->wide && (extension & 0x100))
        i->op = OP_RRU;
    /* The operand of a single-operand instruction is its destination: bits 3..0 of the extension word. */
    decode_source(i, r, op & 15, op >> 4 & 3, i->op == OP_PUSH ? extension >> 7 & 15 : extension & 15);
    if (i->op == OP_CALL && i->wide)
        i->op = OP_ILLEGAL;
    i->cycles = one_operand_cycles(i);
}

static void decode_jump(struct msp430x_insn *i, uint32_t op, uint32_t pc)
{
    uint32_t offset = ((op & 0x3FF) ^ 0x200) - 0x200;

    i->op = OP_JUMP;
    i->count = (uint8_t)(op >> 10 & 7);
    i->dst_x = (pc + 2 + 2 * offset) & 0xFFFFF;
    i->cycles = 2;
}

/* CALLA in its seven forms: 0001 0011 01xx and up. */
static void decode_calla(struct msp430x_insn *i, struct reader *r, uint32_t op)
{
    uint32_t low = op & 15, at;

    i->op = OP_CALLA;
    i->bits = 20;
    i->wide = 1;
    i->src = (uint8_t)low;
    switch (op >> 4 & 15) {
    case 4:
        i->src_mode = MODE_REGISTER, i->cycles = 5;
        break;
    case 5:
        i->src_mode = MODE_INDEXED, i->src_x = extend16(next_word(r)), i->cycles = (uint8_t)(5 + (low == SP));
        break;
    case 6:
        i->src_mode = MODE_INDIRECT, i->cycles = 6;
        break;
    case 7:
        i->src_mode = MODE_INCREMENT, i->cycles = 6;
        break;
    case 8:
        i->src_mode = MODE_ABSOLUTE, i->src_x = low << 16 | next_word(r), i->cycles = 7;
        break;
    case 9:
        at = here(r);
        i->src_mode = MODE_ABSOLUTE, i->src_x = (at + (low << 16 | next_word(r))) & 0xFFFFF, i->cycles = 7;
        break;
    case 11:
        i->src_mode = MODE_VALUE, i->src_x = low << 16 | next_word(r), i->cycles = 5;
        break;
    default:
        i->op = op == 0x1300 ? OP_RETI : OP_ILLEGAL;
        i->cycles = 5;
        break;
    }
}

static void decode_pushm(struct msp430x_insn *i, uint32_t op)
{
    i->op = op & 0x200 ? OP_POPM : OP_PUSHM;
    i->bits = op & 0x100 ? 16 : 20;
    i->count = (uint8_t)((op >> 4 & 15) + 1);
    i->dst = (uint8_t)(op & 15);
    i->cycles = (uint8_t)(2 + (i->bits == 20 ? 2 : 1) * i->count);
}

static void set_mova(struct msp430x_insn *i, enum msp430x_mode src_mode, uint32_t src, uint32_t src_x,
                     enum msp430x_mode dst_mode, uint32_t dst, uint32_t dst_x, int cycles)
{
    i->op = OP_MOVA;
    i->src_mode = (uint8_t)src_mode, i->src = (uint8_t)src, i->src_x = src_x;
    i->dst_mode = (uint8_t)dst_mode, i->dst = (uint8_t)dst, i->dst_x = dst_x;
    i->cycles = (uint8_t)(cycles + (dst_mode == MODE_REGISTER && dst == PC && src_mode != MODE_VALUE ? 2 : 0));
    if (dst_mode == MODE_REGISTER && dst == PC && src_mode == MODE_VALUE)
        i->cycles = 3;
}

/* z16(Rn), which is symbolic for the PC. */
static void mova_indexed(struct msp430x_insn *i, struct reader *r, uint32_t reg, uint32_t other, int to_memory)
{
    uint32_t at = here(r), x = extend16(next_word(r));
    enum msp430x_mode mode = reg == PC ? MODE_ABSOLUTE : MODE_INDEXED;

    if (reg == PC)
        x = (at + x) & 0xFFFFF;
    if (to_memory)
        set_mova(i, MODE_REGISTER, other, 0, mode, reg, x, 4);
    else
        set_mova(i, mode, reg, x, MODE_REGISTER, other, 0, 4);
}

/* 0000: address instructions and rotations by several places (tables 4-16, 4-17). */
static void decode_address(struct msp430x_insn *i, struct reader *r, uint32_t op)
{
    static const uint8_t rotations[4] = { OP_RRCM, OP_RRAM, OP_RLAM, OP_RRUM };
    static const uint8_t arithmetic[4] = { OP_MOVA, OP_CMPA, OP_ADDA, OP_SUBA };
    uint32_t high = op >> 8 & 15, low = op & 15, kind = op >> 4 & 15;

    i->bits = 20;
    i->wide = 1;
    switch (kind) {
    case 0:
        set_mova(i, MODE_INDIRECT, high, 0, MODE_REGISTER, low, 0, 3);
        break;
    case 1:
        set_mova(i, MODE_INCREMENT, high, 0, MODE_REGISTER, low, 0, 3);
        break;
    case 2:
        set_mova(i, MODE_ABSOLUTE, 0, high << 16 | next_word(r), MODE_REGISTER, low, 0, 4);
        break;
    case 3:
        mova_indexed(i, r, high, low, 0);
        break;
    case 4:
    case 5:
        i->op = rotations[op >> 8 & 3];
        i->bits = kind == 4 ? 20 : 16;
        i->count = (uint8_t)((op >> 10 & 3) + 1);
        i->dst = (uint8_t)low;
        i->cycles = i->count;
        break;
    case 6:
        set_mova(i, MODE_REGISTER, high, 0, MODE_ABSOLUTE, 0, low << 16 | next_word(r), 4);
        break;
    case 7:
        mova_indexed(i, r, low, high, 1);
        break;
    case 8:
        set_mova(i, MODE_VALUE, 0, high << 16 | next_word(r), MODE_REGISTER, low, 0, 2);
        break;
    case 9:
    case 10:
    case 11:
        set_mova(i, MODE_VALUE, 0, high << 16 | next_word(r), MODE_REGISTER, low, 0, 3);
        i->op = arithmetic[kind - 8];
        i->cycles = 3;
        break;
    default:
        set_mova(i, MODE_REGISTER, high, 0, MODE_REGISTER, low, 0, 1);
        i->op = arithmetic[kind - 12];
        break;
    }
}

/* An extension word and the instruction behind it. */
static void decode_extended(struct msp430x_insn *i, struct reader *r, uint32_t extension)
{
    uint32_t op = next_word(r), byte = op >> 6 & 1;
    int registers;

    i->wide = 1;
    i->bits = extension & 0x40 ? (byte ? 8 : 16) : 20;
    if ((op >> 12) >= 4)
        registers =
            !(op >> 7 & 1) && (!(op >> 4 & 3) || (op >> 8 & 15) == CG || ((op >> 8 & 15) == SR && (op >> 4 & 3) >= 2));
    else
        registers = !(op >> 4 & 3) || (op & 15) == CG;
    if ((op >> 12) >= 4)
        decode_two(i, r, op, registers ? 0 : extension);
    else if ((op & 0xFC00) == 0x1000)
        decode_one(i, r, op, registers ? extension & 0x100 : extension);
    else
        i->op = OP_ILLEGAL;
    if (!(extension & 0x40) && !byte && i->op != OP_SWPB && i->op != OP_SXT)
        i->op = OP_ILLEGAL;
    if (registers)
        i->repeat = (uint8_t)(extension & 0x80 ? 0x80 | (extension & 15) : (extension & 15) + 1);
}

struct msp430x_insn msp430x_decode(const uint16_t words[4], uint32_t pc)
{
    struct msp430x_insn i = { .bits = 16, .op = OP_ILLEGAL };
    struct reader r = { words, pc, 0 };
    uint32_t op = next_word(&r);

    if (op >> 12 >= 4) {
        i.bits = op & 0x40 ? 8 : 16;
        decode_two(&i, &r, op, 0);
    } else if (op >> 13 == 1) {
        decode_jump(&i, op, pc);
    } else if (op >> 12 == 0) {
        decode_address(&i, &r, op);
    } else if (op >= 0x1800) {
        decode_extended(&i, &r, op);
    } else if (op >= 0x1400) {
        decode_pushm(&i, op);
    } else if (op >= 0x1300) {
        decode_calla(&i, &r, op);
    } else {
        i.bits = op & 0x40 ? 8 : 16;
        decode_one(&i, &r, op, 0);
    }
    i.length = (uint8_t)(2 * r.used);
    return i;
}
