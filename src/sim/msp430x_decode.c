/* msp430x_decode.c - MSP430X machine code to struct msp430x_insn, with its cycles.
 *
 * Encodings: SLAU367P, sections 4.4 to 4.6. Cycles: tables 4-8 to 4-10 and 4-17 to 4-19 there; tests/sim has every row
 * with its source, and tests/unit/test_msp430x_cycles.c holds this file against it. What the guide leaves undefined
 * decodes to OP_ILLEGAL: firmware that relies on it is wrong.
 */
#include "sim/msp430x.h"

#include <stddef.h>

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

static void make_illegal(struct msp430x_insn *i, enum msp430x_illegal why)
{
    i->op = OP_ILLEGAL;
    i->count = (uint8_t)why;
}

/* ---- Operands -------------------------------------------------------------------------------------------------------
 */

/* Takes the word of x(Rn), EDE or &EDE; high: bits 19..16, if there is an extension word. Without one an index is
 * signed, and EDE and &EDE reach the lower 64 KB only, but EDE from code above them (4.4.3). */
static uint32_t memory_operand(struct msp430x_insn *i, struct reader *r, uint32_t reg, uint32_t high, uint8_t *mode)
{
    uint32_t at = here(r), word = next_word(r), x = i->wide ? high << 16 | word : extend16(word);

    *mode = reg == MSP_PC || reg == MSP_SR ? MODE_ABSOLUTE : MODE_INDEXED;
    if (reg == MSP_SR)
        return i->wide ? x : word;
    if (reg == MSP_PC)
        return i->wide || at > 0xFFFF ? (at + x) & 0xFFFFF : (at + x) & 0xFFFF;
    return x;
}

/* The six constants of R2 and R3 (4.3.4). */
static int is_constant(uint32_t reg, uint32_t as)
{
    return reg == MSP_CG || (reg == MSP_SR && as >= 2);
}

static void set_value(struct msp430x_insn *i, uint32_t value)
{
    i->src_mode = MODE_VALUE;
    i->src = MSP_CG;
    i->src_x = value;
}

static void decode_source(struct msp430x_insn *i, struct reader *r, uint32_t reg, uint32_t as, uint32_t high)
{
    static const uint32_t constants[2][4] = { { 0, 0, 4, 8 }, { 0, 1, 2, 0xFFFFF } };

    i->src = (uint8_t)reg;
    if (is_constant(reg, as)) {
        set_value(i, constants[reg == MSP_CG][as]);
    } else if (as == 1) {
        i->src_x = memory_operand(i, r, reg, high, &i->src_mode);
    } else if (reg == MSP_PC && as == 3) {
        i->src_mode = MODE_VALUE;
        i->src_x = (i->wide ? high << 16 : 0) | next_word(r);
    } else if (reg == MSP_PC && as == 2) {
        make_illegal(i, ILLEGAL_CPU22);
    } else if (reg == MSP_PC) {
        set_value(i, here(r)); /* the PC has moved past the words taken so far */
    } else {
        i->src_mode = as == 0 ? MODE_REGISTER : as == 2 ? MODE_INDIRECT : MODE_INCREMENT;
    }
    i->read_at = (uint8_t)(r->used + 1);
}

static void decode_destination(struct msp430x_insn *i, struct reader *r, uint32_t reg, uint32_t ad, uint32_t high)
{
    i->dst = (uint8_t)reg;
    i->dst_mode = MODE_REGISTER;
    if (ad && reg == MSP_CG)
        make_illegal(i, ILLEGAL_UNDEFINED);
    else if (ad)
        i->dst_x = memory_operand(i, r, reg, high, &i->dst_mode);
}

/* ---- Cycles ---------------------------------------------------------------------------------------------------------
 */

/* Columns of the cycle tables: the source is a register or constant, @Rn or @Rn+, an immediate, or memory by an index.
 */
static int source_column(const struct msp430x_insn *i)
{
    if (i->src_mode == MODE_REGISTER || (i->src_mode == MODE_VALUE && i->src == MSP_CG))
        return 0;
    if (i->src_mode == MODE_INDIRECT || i->src_mode == MODE_INCREMENT)
        return 1;
    return i->src_mode == MODE_VALUE ? 2 : 3;
}

/* Rows: plain, extended with 8 or 16 bits, extended with 20. */
static int size_row(const struct msp430x_insn *i)
{
    return !i->wide ? 0 : i->bits == 20 ? 2 : 1;
}

static int only_reads(uint8_t op)
{
    return op == OP_CMP || op == OP_BIT;
}

/* Tables 4-10 (plain) and 4-18 (extended). */
static uint8_t two_operand_cycles(const struct msp430x_insn *i)
{
    static const uint8_t to_register[3][4] = { { 1, 2, 2, 3 }, { 2, 3, 3, 4 }, { 2, 4, 3, 5 } };
    static const uint8_t to_pc[3][4] = { { 3, 4, 3, 5 }, { 4, 5, 4, 6 }, { 4, 6, 4, 7 } };
    static const uint8_t to_memory[3][4] = { { 4, 5, 5, 6 }, { 5, 6, 6, 7 }, { 7, 9, 8, 10 } };
    int row = size_row(i), column = source_column(i);
    int moves = i->op == OP_MOV || only_reads(i->op);

    if (i->dst_mode != MODE_REGISTER)
        return (uint8_t)(to_memory[row][column] - (moves ? (row == 2 ? 2 : 1) : 0));
    if (i->dst != MSP_PC || only_reads(i->op))
        return to_register[row][column];
    /* footnote 4: MOVX, ADDX and SUBX to PC take one fewer from an immediate or by an index */
    if (row && column >= 2 && (i->op == OP_MOV || i->op == OP_ADD || i->op == OP_SUB))
        return (uint8_t)(to_pc[row][column] - 1);
    return to_pc[row][column];
}

/* Tables 4-9 (plain) and 4-17 (extended). */
static uint8_t one_operand_cycles(const struct msp430x_insn *i)
{
    static const uint8_t shift[3][4] = { { 1, 3, 0, 4 }, { 2, 4, 0, 5 }, { 2, 6, 0, 7 } };
    static const uint8_t push[3][4] = { { 3, 3, 3, 4 }, { 4, 4, 4, 5 }, { 5, 6, 5, 7 } };
    static const uint8_t call[4] = { 4, 4, 4, 5 };
    int row = size_row(i), column = source_column(i);

    if (i->op == OP_CALL)
        return (uint8_t)(call[column] + (i->src_mode == MODE_ABSOLUTE && i->src == MSP_SR));
    if (i->op == OP_PUSH)
        return (uint8_t)(push[row][column] + (row && i->src_mode == MODE_INDEXED && i->src == MSP_SP));
    return shift[row][column];
}

/* ---- Formats --------------------------------------------------------------------------------------------------------
 */

static int is_return(const struct msp430x_insn *i)
{
    return i->dst == MSP_PC && i->dst_mode == MODE_REGISTER && i->src == MSP_SP && i->src_mode == MODE_INCREMENT;
}

static void decode_two(struct msp430x_insn *i, struct reader *r, uint32_t op, uint32_t extension)
{
    i->op = (uint8_t)(OP_MOV + (op >> 12) - 4);
    decode_source(i, r, op >> 8 & 15, op >> 4 & 3, extension >> 7 & 15);
    decode_destination(i, r, op & 15, op >> 7 & 1, extension & 15);
    i->cycles = two_operand_cycles(i);
    if (i->op == OP_MOV && !i->wide && i->bits == 16 && is_return(i))
        i->op = OP_RETURN;
}

/* The operand is a destination even for PUSHX: the extension word has its bits 19..16 in bits 3..0 (4.5.2.4). */
static void decode_one(struct msp430x_insn *i, struct reader *r, uint32_t op, uint32_t extension)
{
    static const uint8_t kinds[8] = { OP_RRC, OP_SWPB, OP_RRA, OP_SXT, OP_PUSH, OP_CALL, OP_ILLEGAL, OP_ILLEGAL };
    uint32_t has_byte_form = 0x15; /* RRC, RRA, PUSH */

    i->op = kinds[op >> 7 & 7];
    if ((i->bits == 8 && !(has_byte_form >> (op >> 7 & 7) & 1)) || (i->op == OP_CALL && i->wide))
        make_illegal(i, ILLEGAL_UNDEFINED);
    decode_source(i, r, op & 15, op >> 4 & 3, extension & 15);
    if (i->src_mode == MODE_VALUE && i->op != OP_PUSH && i->op != OP_CALL)
        make_illegal(i, ILLEGAL_UNDEFINED);
    i->cycles = one_operand_cycles(i);
}

static void decode_jump(struct msp430x_insn *i, uint32_t op, uint32_t pc, uint32_t next)
{
    uint32_t offset = ((op & 0x3FF) ^ 0x200) - 0x200;

    i->op = OP_JUMP;
    i->count = (uint8_t)(op >> 10 & 7);
    i->dst_x = (pc + 2 + 2 * offset) & 0xFFFFF;
    i->cycles = 2;
    if ((next & 0xF0EF) == 0x0040)
        make_illegal(i, ILLEGAL_CPU40);
}

/* z16(Rn) of CALLA and MOVA, which is symbolic for the PC. */
static uint32_t address_index(struct reader *r, uint32_t reg, uint8_t *mode)
{
    uint32_t at = here(r), x = extend16(next_word(r));

    *mode = reg == MSP_PC ? MODE_ABSOLUTE : MODE_INDEXED;
    return reg == MSP_PC ? (at + x) & 0xFFFFF : x;
}

/* @Rn, @Rn+ and z16(Rn) of address instructions have no use for the constant generators, @Rn and @Rn+ none for PC. */
static void check_base(struct msp430x_insn *i, uint32_t reg, uint8_t mode)
{
    if (mode == MODE_REGISTER || mode == MODE_VALUE || mode == MODE_ABSOLUTE)
        return;
    if (reg == MSP_PC)
        make_illegal(i, ILLEGAL_CPU22);
    else if (reg == MSP_SR || reg == MSP_CG)
        make_illegal(i, ILLEGAL_UNDEFINED);
}

/* CALLA in its seven forms, 0x1340 and up, and RETI. */
static void decode_calla(struct msp430x_insn *i, struct reader *r, uint32_t op)
{
    /* by bits 7 to 4; the rest is reserved */
    static const uint8_t modes[16] = {
        [4] = MODE_REGISTER, [5] = MODE_INDEXED,  [6] = MODE_INDIRECT, [7] = MODE_INCREMENT,
        [8] = MODE_ABSOLUTE, [9] = MODE_ABSOLUTE, [11] = MODE_VALUE
    };
    static const uint8_t cycles[16] = { [0] = 5, [4] = 5, [5] = 5, [6] = 6, [7] = 6, [8] = 7, [9] = 7, [11] = 5 };
    uint32_t low = op & 15, kind = op >> 4 & 15, at = r->pc + 2;

    i->op = kind ? OP_CALLA : OP_RETI;
    i->bits = 20;
    i->wide = 1;
    i->src = (uint8_t)low;
    i->src_mode = modes[kind];
    i->cycles = cycles[kind];
    if (!i->cycles || (!kind && low))
        make_illegal(i, ILLEGAL_UNDEFINED);
    if (kind == 5)
        i->src_x = address_index(r, low, &i->src_mode);
    else if (kind >= 8)
        i->src_x = ((kind == 9 ? at : 0) + (low << 16 | next_word(r))) & 0xFFFFF;
    if (kind == 5 && low == MSP_SP)
        i->cycles++;
    check_base(i, low, i->src_mode);
    i->read_at = (uint8_t)(r->used + 1);
}

static void decode_pushm(struct msp430x_insn *i, uint32_t op)
{
    uint32_t reg = op & 15, count = (op >> 4 & 15) + 1;

    i->op = op & 0x200 ? OP_POPM : OP_PUSHM;
    i->bits = op & 0x100 ? 16 : 20;
    i->count = (uint8_t)count;
    i->dst = (uint8_t)reg;
    i->cycles = (uint8_t)(2 + (i->bits == 20 ? 2 : 1) * count);
    /* PUSHM goes down from its register, POPM up: neither beyond the last */
    if (i->op == OP_PUSHM ? count > reg + 1 : reg + count > 16)
        make_illegal(i, ILLEGAL_UNDEFINED);
    else if (i->op == OP_POPM && reg <= MSP_SR && reg + count > MSP_SR)
        make_illegal(i, ILLEGAL_CPU21);
}

/* MOVA in its nine forms, by bits 7 to 4 (4.6.4). Cycles: table 4-19. */
static void decode_mova(struct msp430x_insn *i, struct reader *r, uint32_t high, uint32_t kind, uint32_t low)
{
    int to_memory = kind == 6 || kind == 7;

    i->op = OP_MOVA;
    i->src = (uint8_t)high;
    i->dst = (uint8_t)low;
    i->src_mode = i->dst_mode = MODE_REGISTER;
    switch (kind) {
    case 0:
    case 1:
        i->src_mode = kind ? MODE_INCREMENT : MODE_INDIRECT, i->cycles = 3;
        break;
    case 2:
        i->src_mode = MODE_ABSOLUTE, i->src_x = high << 16 | next_word(r), i->cycles = 4;
        break;
    case 3:
        i->src_x = address_index(r, high, &i->src_mode), i->cycles = 4;
        break;
    case 6:
        i->dst_mode = MODE_ABSOLUTE, i->dst_x = low << 16 | next_word(r), i->cycles = 4;
        break;
    case 7:
        i->dst_x = address_index(r, low, &i->dst_mode), i->cycles = 4;
        break;
    case 8:
        i->src_mode = MODE_VALUE, i->src_x = high << 16 | next_word(r), i->cycles = 2;
        break;
    default:
        i->cycles = 1;
        break;
    }
    check_base(i, to_memory ? low : high, to_memory ? i->dst_mode : i->src_mode);
    if (high == MSP_PC && (to_memory || kind >= 12))
        set_value(i, r->pc + 2);
    if (!to_memory && low == MSP_PC)
        i->cycles = (uint8_t)(i->cycles + (kind == 8 ? 1 : 2));
    if (i->op == OP_MOVA && is_return(i))
        i->op = OP_RETURN;
}

/* 0x0000 to 0x0FFF: address instructions and rotations by several places. */
static void decode_address(struct msp430x_insn *i, struct reader *r, uint32_t op)
{
    static const uint8_t rotations[4] = { OP_RRCM, OP_RRAM, OP_RLAM, OP_RRUM };
    static const uint8_t arithmetic[4] = { OP_MOVA, OP_CMPA, OP_ADDA, OP_SUBA };
    uint32_t high = op >> 8 & 15, low = op & 15, kind = op >> 4 & 15;

    i->bits = 20;
    i->wide = 1;
    if (kind == 4 || kind == 5) {
        i->op = rotations[op >> 8 & 3];
        i->bits = kind == 4 ? 20 : 16;
        i->count = (uint8_t)((op >> 10 & 3) + 1);
        i->dst = (uint8_t)low;
        i->cycles = i->count;
        return;
    }
    decode_mova(i, r, high, kind > 8 && kind < 12 ? 8 : kind, low);
    if (kind > 8)
        i->op = arithmetic[kind & 3];
    if (kind > 8 && kind < 12)
        i->cycles = 3;
    i->read_at = (uint8_t)(r->used + 1);
}

/* ---- Extension words ------------------------------------------------------------------------------------------------
 */

static int carries_in(uint8_t op)
{
    return op == OP_ADDC || op == OP_SUBC || op == OP_DADD || op == OP_RRC;
}

/* Register mode (table 4-11): repetition and zero carry. RRC with zero carry is RRU. What repeating a PUSHX or an
 * instruction on PC would do is not said. */
static void decode_repetition(struct msp430x_insn *i, uint32_t op, uint32_t extension)
{
    int on_pc = i->dst == MSP_PC || (op >> 8 & 15) == MSP_PC;

    i->repeat = (uint8_t)(extension & 0x80 ? 0x80 | (extension & 15) : (extension & 15) + 1);
    if (extension & 0x100) {
        i->zero_carry = (uint8_t)carries_in(i->op);
        if (i->op == OP_RRC)
            i->op = OP_RRU;
    }
    if ((extension & 0x630) || (i->repeat != 1 && (i->op == OP_PUSH || (i->op <= OP_AND && on_pc))))
        make_illegal(i, ILLEGAL_UNDEFINED);
}

/* Other modes (table 4-12): the bits that belong to no word behind the instruction. */
static uint32_t unused_bits(uint32_t op, int two)
{
    uint32_t reg = two ? op >> 8 & 15 : op & 15, as = op >> 4 & 3;
    int has_word = (as == 1 && reg != MSP_CG) || (as == 3 && reg == MSP_PC);

    if (!two)
        return has_word ? 0x7B0 : 0x7BF;
    return 0x30 | (has_word ? 0 : 0x780) | (op & 0x80 ? 0 : 0xF);
}

/* An extension word and the instruction behind it. */
static void decode_extended(struct msp430x_insn *i, struct reader *r, uint32_t extension)
{
    uint32_t op = next_word(r), byte = op >> 6 & 1;
    int two = op >> 12 >= 4, registers = !(op & (two ? 0xB0 : 0x30)); /* As and Ad */

    i->wide = 1;
    i->bits = extension & 0x40 ? (byte ? 8 : 16) : 20;
    if (two)
        decode_two(i, r, op, extension);
    else if ((op & 0xFC00) == 0x1000)
        decode_one(i, r, op, extension);
    else
        make_illegal(i, ILLEGAL_UNDEFINED);
    /* 20 bits are A/L = 0 and B/W = 1, but for SWPBX and SXTX, where B/W is 0 (note to table 4-12) */
    if (i->bits == 20 && byte == (i->op == OP_SWPB || i->op == OP_SXT))
        make_illegal(i, ILLEGAL_UNDEFINED);
    if (i->op == OP_ILLEGAL)
        return;
    if (registers)
        decode_repetition(i, op, extension);
    else if (extension & unused_bits(op, two))
        make_illegal(i, ILLEGAL_UNDEFINED);
}

struct msp430x_insn msp430x_decode(const uint16_t words[4], uint32_t pc)
{
    struct msp430x_insn i = { .bits = 16, .repeat = 1, .op = OP_ILLEGAL };
    struct reader r = { words, pc, 0 };
    uint32_t op = next_word(&r);

    if (op >> 12 >= 4) {
        i.bits = op & 0x40 ? 8 : 16;
        decode_two(&i, &r, op, 0);
    } else if (op >> 13 == 1) {
        decode_jump(&i, op, pc, words[1]);
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
