/* msp430_asm.h - a small MSP430X assembler for tests, written from SLAU367P, sections 4.4 to 4.6. */
#ifndef TEST_MSP430_ASM_H
#define TEST_MSP430_ASM_H

#include <stdint.h>
#include <string.h>

struct code {
    uint32_t pc; /* of the first word */
    uint16_t word[8];
    int count;
};

/* An operand: As (or Ad), register, and the word behind the instruction if there is one. */
struct operand {
    int reg, mode, has_word;
    uint32_t value;     /* 20 bits */
    int is_pc_relative; /* value is an address; the word is the distance to it */
};

enum { ASM_RN = 5, ASM_RM = 6, ASM_INDEX = 4, ASM_EDE = 0x1E40, ASM_IMMEDIATE = 0x4ABC };

/* Constant generators (4.3.4): #0, #1, #2, #4, #8, #-1. */
static inline struct operand asm_constant(const char *text)
{
    static const struct {
        const char *text;
        int reg, mode;
    } constants[] = { { "#0", 3, 0 }, { "#1", 3, 1 }, { "#2", 3, 2 }, { "#4", 2, 2 }, { "#8", 2, 3 }, { "#-1", 3, 3 } };

    for (size_t i = 0; i < sizeof constants / sizeof *constants; i++)
        if (!strcmp(text, constants[i].text))
            return (struct operand){ .reg = constants[i].reg, .mode = constants[i].mode };
    return (struct operand){ .reg = 0, .mode = 3, .has_word = 1, .value = ASM_IMMEDIATE }; /* #N */
}

/* The operands of tests/sim/msp430x_cycles.txt. */
static inline struct operand asm_operand(const char *text)
{
    int reg = strstr(text, "Rn") ? ASM_RN : strstr(text, "SP") ? 1 : strstr(text, "PC") ? 0 : ASM_RM;

    if (*text == '#')
        return asm_constant(text);
    if (*text == '@')
        return (struct operand){ .reg = reg, .mode = strchr(text, '+') ? 3 : 2 };
    if (*text == 'x')
        return (struct operand){ .reg = reg, .mode = 1, .has_word = 1, .value = ASM_INDEX };
    if (*text == '&')
        return (struct operand){ .reg = 2, .mode = 1, .has_word = 1, .value = ASM_EDE };
    if (!strcmp(text, "EDE"))
        return (struct operand){ .reg = 0, .mode = 1, .has_word = 1, .value = ASM_EDE, .is_pc_relative = 1 };
    return (struct operand){ .reg = reg };
}

static inline void asm_word(struct code *c, uint32_t word)
{
    c->word[c->count++] = (uint16_t)word;
}

/* The operand's word, and its bits 19..16 or-ed into the first word of the code, from bit `shift` on. */
static inline void asm_operand_word(struct code *c, const struct operand *o, int shift)
{
    uint32_t value = o->value;

    if (!o->has_word)
        return;
    if (o->is_pc_relative)
        value = (value - (c->pc + 2 * (uint32_t)c->count)) & 0xFFFFF;
    if (shift >= 0)
        c->word[0] = (uint16_t)(c->word[0] | (value >> 16 & 15) << shift);
    asm_word(c, value);
}

/* Format I, 4.5.1.1; with an extension word, 4.5.2.3. opcode 4 to 15; size 'b', 'w', 'a'. */
static inline void asm_two(struct code *c, int opcode, int extended, char size, struct operand src, struct operand dst)
{
    int byte = size != 'w';

    if (extended)
        asm_word(c, 0x1800 | (size == 'a' ? 0 : 0x40));
    asm_word(c, (uint32_t)(opcode << 12 | src.reg << 8 | dst.mode << 7 | byte << 6 | src.mode << 4 | dst.reg));
    asm_operand_word(c, &src, extended ? 7 : -1);
    asm_operand_word(c, &dst, extended ? 0 : -1);
}

/* Format II, 4.5.1.2 and 4.5.2.4. opcode: bits 9 to 7. SWPBX.A and SXTX.A have B/W = 0. */
static inline void asm_one(struct code *c, int opcode, int extended, char size, struct operand o)
{
    int byte = size != 'w' && opcode != 1 && opcode != 3;

    if (extended)
        asm_word(c, 0x1800 | (size == 'a' ? 0 : 0x40));
    asm_word(c, (uint32_t)(0x1000 | opcode << 7 | byte << 6 | o.mode << 4 | o.reg));
    asm_operand_word(c, &o, extended ? 0 : -1);
}

/* MOVA, CMPA, ADDA, SUBA (0 to 3), 4.6.4. */
static inline void asm_address(struct code *c, int which, struct operand src, struct operand dst)
{
    static const uint8_t by_source[4] = { 0xC, 0x3, 0x0, 0x1 };
    uint32_t kind = by_source[src.mode], high = (uint32_t)src.reg, low = (uint32_t)dst.reg;

    if (src.has_word && src.mode == 3)
        kind = 8;
    else if (src.has_word && src.reg == 2)
        kind = 2;
    if (dst.mode)
        kind = dst.reg == 2 ? 6 : 7;
    if (kind == 8 || kind == 12)
        kind += (uint32_t)which;
    if (kind == 2 || (kind >= 8 && kind < 12))
        high = src.value >> 16;
    if (kind == 6)
        low = dst.value >> 16;
    asm_word(c, high << 8 | kind << 4 | low);
    asm_operand_word(c, &src, -1);
    asm_operand_word(c, &dst, -1);
}

/* CALLA, 4.6.4: 0100 to 0111 by mode, 1000 &abs20, 1001 EDE, 1011 #imm20. */
static inline void asm_calla(struct code *c, struct operand o)
{
    uint32_t kind = 4 + (uint32_t)o.mode, low = (uint32_t)o.reg, value = o.value;

    if (o.has_word && (o.reg == 0 || o.reg == 2)) {
        kind = o.mode == 3 ? 11 : o.reg == 2 ? 8 : 9;
        if (o.is_pc_relative)
            value = (value - (c->pc + 2)) & 0xFFFFF;
        low = value >> 16;
    }
    asm_word(c, 0x1300 | kind << 4 | low);
    if (o.has_word)
        asm_word(c, value);
}

/* Position of a name in a list of names separated by spaces; -1 if it is not there. */
static inline int asm_index(const char *list, const char *name)
{
    size_t length = strlen(name);

    for (int i = 0;; i++) {
        size_t word = strcspn(list, " ");
        if (word == length && !strncmp(list, name, length))
            return i;
        if (!list[word])
            return -1;
        list += word + 1;
    }
}

#endif
