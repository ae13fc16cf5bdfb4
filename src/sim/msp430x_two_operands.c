/* msp430x_two_operands.c - format I instructions (SLAU367P, section 4.6): a function for each operation, source mode
 * and kind of destination, so that little is left to decide when one is executed. */
#include "sim/msp430x_operands.h"

/* Decimal addition, digit by digit. The guide leaves V undefined: 0 here. */
static uint32_t add_decimal(struct msp *m, uint32_t a, uint32_t b, uint32_t carry, int bits)
{
    uint32_t result = 0;

    for (int at = 0; at < bits; at += 4) {
        uint32_t digit = (a >> at & 15) + (b >> at & 15) + carry;
        carry = digit > 9;
        result |= ((digit + (carry ? 6 : 0)) & 15) << at;
    }
    set_flags(m, result, bits, carry, 0);
    return result;
}

/* The result of src and dst; flags set. */
static inline uint32_t combine(struct msp *m, int op, uint32_t a, uint32_t b, int bits)
{
    uint32_t mask = mask_of(bits), carry = m->r[MSP_SR] & MSP_C, result;

    switch (op) {
    case OP_MOV:
        return a;
    case OP_ADD:
        return add(m, a, b, 0, bits);
    case OP_ADDC:
        return add(m, a, b, carry, bits);
    case OP_SUBC:
        return add(m, ~a & mask, b, carry, bits);
    case OP_SUB:
    case OP_CMP:
        return add(m, ~a & mask, b, 1, bits);
    case OP_DADD:
        return add_decimal(m, a, b, carry, bits);
    case OP_BIT:
    case OP_AND:
        return logic(m, a & b, bits);
    case OP_BIC:
        return b & ~a;
    case OP_BIS:
        return a | b;
    default:
        result = logic(m, a ^ b, bits);
        if ((a & b) >> (bits - 1) & 1)
            m->r[MSP_SR] |= MSP_V;
        return result;
    }
}

/* The cycle in which a destination in memory is read: before its words are written, if they are. */
static inline uint32_t read_cycle(const struct msp430x_insn *i, int only_reads)
{
    uint32_t words = i->bits == 20 ? 2 : 1;

    return i->cycles + 1 - (only_reads ? words : 2 * words);
}

/* All but i is known where this is inlined: there is a function for each form of each operation. */
static inline void two_operands(struct msp *m, const struct msp430x_insn *i, int op, int src_mode, int to_register)
{
    uint32_t a = source_by(m, i, src_mode), at, result;
    int bits = i->bits, reads = op == OP_CMP || op == OP_BIT;

    if (to_register) {
        result = combine(m, op, a, m->r[i->dst] & mask_of(bits), bits);
        if (!reads)
            write_register(m, i->dst, result);
        return;
    }
    at = i->dst_mode == MODE_ABSOLUTE ? i->dst_x : indexed(m, i->dst, i->dst_x, i->wide);
    if (op == OP_MOV) {
        store_result(m, i, at, a);
        return;
    }
    m->now = m->sim->cycles + read_cycle(i, reads);
    result = combine(m, op, a, msp_load(m, at, bits), bits);
    if (!reads)
        store_result(m, i, at, result);
}

#define FORM(op, src_mode, to_register)                                                                                \
    static void op##_##src_mode##_##to_register(struct msp *m, const struct msp430x_insn *i)                           \
    {                                                                                                                  \
        two_operands(m, i, op, src_mode, to_register);                                                                 \
    }
#define FORMS(op, src_mode) FORM(op, src_mode, 0) FORM(op, src_mode, 1)

/* The same two, as an entry of the table. */
#define ENTRY(op, src_mode) { op##_##src_mode##_0, op##_##src_mode##_1 },

/* clang-format off */
#define MODES(X, op)                                                                                                   \
    X(op, MODE_REGISTER) X(op, MODE_VALUE) X(op, MODE_INDEXED) X(op, MODE_ABSOLUTE) X(op, MODE_INDIRECT)               \
    X(op, MODE_INCREMENT)
#define ROW(op) { MODES(ENTRY, op) }

MODES(FORMS, OP_MOV) MODES(FORMS, OP_ADD) MODES(FORMS, OP_ADDC) MODES(FORMS, OP_SUBC)
MODES(FORMS, OP_SUB) MODES(FORMS, OP_CMP) MODES(FORMS, OP_DADD) MODES(FORMS, OP_BIT)
MODES(FORMS, OP_BIC) MODES(FORMS, OP_BIS) MODES(FORMS, OP_XOR) MODES(FORMS, OP_AND)

msp430x_execute *msp430x_two_operands(int op, int src_mode, int dst_mode)
{
    static msp430x_execute *const forms[OP_AND + 1][MODE_INCREMENT + 1][2] = {
        ROW(OP_MOV), ROW(OP_ADD), ROW(OP_ADDC), ROW(OP_SUBC), ROW(OP_SUB), ROW(OP_CMP),
        ROW(OP_DADD), ROW(OP_BIT), ROW(OP_BIC), ROW(OP_BIS), ROW(OP_XOR), ROW(OP_AND),
    };

    return forms[op][src_mode][dst_mode == MODE_REGISTER];
}
/* clang-format on */
