/* msp430x_operands.h - registers, flags and operands, inline, for the files that execute instructions. */
#ifndef SIM_MSP430X_OPERANDS_H
#define SIM_MSP430X_OPERANDS_H

#include "sim/msp430x_machine.h"

static inline uint32_t mask_of(int bits)
{
    return ((uint32_t)1 << bits) - 1;
}

/* ---- Registers and flags --------------------------------------------------------------------------------------------
 */

static inline void write_register(struct msp *m, uint32_t reg, uint32_t value)
{
    if (reg > MSP_CG)
        m->r[reg & 15] = value;
    else
        msp430x_set_special(m, reg, value);
}

static inline void set_flags(struct msp *m, uint32_t result, int bits, uint32_t carry, uint32_t overflow)
{
    uint32_t flags = m->r[MSP_SR] & ~(uint32_t)(MSP_C | MSP_Z | MSP_N | MSP_V);

    flags |= carry ? MSP_C : 0;
    flags |= overflow ? MSP_V : 0;
    flags |= result ? 0 : MSP_Z;
    flags |= result >> (bits - 1) & 1 ? MSP_N : 0;
    m->r[MSP_SR] = flags;
}

/* a and b within `bits`. */
static inline uint32_t add(struct msp *m, uint32_t a, uint32_t b, uint32_t carry, int bits)
{
    uint32_t sum = a + b + carry, result = sum & mask_of(bits);

    set_flags(m, result, bits, sum >> bits & 1, ((a ^ result) & (b ^ result)) >> (bits - 1) & 1);
    return result;
}

static inline uint32_t logic(struct msp *m, uint32_t result, int bits)
{
    set_flags(m, result, bits, result != 0, 0);
    return result;
}

/* ---- Operands -------------------------------------------------------------------------------------------------------
 */

/* x(Rn): below 64 KB a plain instruction's sum stays there (4.4.2). */
static inline uint32_t indexed(const struct msp *m, uint32_t reg, uint32_t x, int wide)
{
    uint32_t base = m->r[reg], sum = base + x;

    return wide || base > 0xFFFF ? sum & MSP_MASK : sum & 0xFFFF;
}

static inline uint32_t step_of(const struct msp430x_insn *i)
{
    return i->bits == 20 ? 4 : i->bits == 16 || i->src == MSP_SP ? 2 : 1;
}

/* The address of a source in memory; @Rn+ moves its register on. mode is i->src_mode, known where this is inlined. */
static inline uint32_t source_address(struct msp *m, const struct msp430x_insn *i, int mode)
{
    uint32_t at = m->r[i->src];

    switch (mode) {
    case MODE_ABSOLUTE:
        return i->src_x;
    case MODE_INDEXED:
        return indexed(m, i->src, i->src_x, i->wide);
    case MODE_INCREMENT:
        m->r[i->src] = (at + step_of(i)) & MSP_MASK;
        return at;
    default:
        return at;
    }
}

static inline uint32_t load_source(struct msp *m, const struct msp430x_insn *i, uint32_t at)
{
    m->now = m->sim->cycles + i->read_at;
    return msp_load(m, at, i->bits);
}

/* The source, within the instruction's bits. */
static inline uint32_t source_by(struct msp *m, const struct msp430x_insn *i, int mode)
{
    if (mode == MODE_REGISTER)
        return m->r[i->src] & mask_of(i->bits);
    if (mode == MODE_VALUE)
        return i->src_x & mask_of(i->bits);
    return load_source(m, i, source_address(m, i, mode));
}

static inline uint32_t source(struct msp *m, const struct msp430x_insn *i)
{
    return source_by(m, i, i->src_mode);
}

/* Results are written in the last cycles of an instruction. */
static inline void store_result(struct msp *m, const struct msp430x_insn *i, uint32_t at, uint32_t value)
{
    m->now = m->sim->cycles + i->cycles;
    msp_store(m, at, value, i->bits);
}

/* msp430x_two_operands.c: the function for a form of a format I instruction. */
msp430x_execute *msp430x_two_operands(int op, int src_mode, int dst_mode);

#endif
