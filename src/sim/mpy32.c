/* mpy32.c - see mpy32.h. */
#include "sim/mpy32.h"

#include <stddef.h>
#include <string.h>

enum {
    OP2 = 0x04C8,
    RESLO = 0x04CA,
    RESHI = 0x04CC,
    SUMEXT = 0x04CE,
    MPY32L = 0x04D0,
    OP2L = 0x04E0,
    OP2H = 0x04E2,
    RES0 = 0x04E4,
    RES3 = 0x04EA,
    CONTROL = 0x04EC
};

/* Bits of MPY32CTL0. */
enum { MPYC = 1, MODES = 0x030C /* MPYDLY32, MPYDLYWRTEN, MPYSAT, MPYFRAC */ };

#define NEVER UINT64_MAX

void mpy32_reset(struct mpy32 *m)
{
    memset(m, 0, sizeof *m);
}

static uint64_t latest(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* ---- Times ----------------------------------------------------------------------------------------------------------
 * Table 5-1: cycles behind the write of OP2, of OP2L and of OP2H until RES0 to RES3 are ready, for a first operand of
 * 16 and of 32 bits. RES0 does not wait for OP2H.
 */

static void set_ready_op2(struct mpy32 *m, uint64_t now)
{
    static const uint8_t behind[2][4] = { { 3, 3, 3, 3 }, { 3, 5, 6, 7 } };

    for (int i = 0; i < 4; i++)
        m->ready[i] = now + behind[m->wide1][i];
}

static void set_ready_op2l(struct mpy32 *m, uint64_t now)
{
    static const uint8_t behind[2][4] = { { 3, 5, 6, 7 }, { 3, 8, 10, 11 } };

    for (int i = 0; i < 4; i++)
        m->ready[i] = now + behind[m->wide1][i];
}

static void set_ready_op2h(struct mpy32 *m, uint64_t now)
{
    static const uint8_t behind[2][4] = { { 0, 3, 4, 4 }, { 0, 3, 5, 6 } };

    for (int i = 1; i < 4; i++)
        m->ready[i] = latest(m->ready[i], now + behind[m->wide1][i]);
}

static void spoil(struct mpy32 *m, const char *how)
{
    if (!m->spoiled)
        m->spoiled = how;
}

/* RES3 is ready last in every row. */
static void check_idle(struct mpy32 *m, uint64_t now)
{
    if (now < m->ready[3])
        spoil(m, "multiplier written before its result was ready");
    if (m->half_written)
        spoil(m, "multiplier written between OP2L and OP2H");
}

/* word 0 to 3; while OP2H is missing only RES0 becomes ready. */
static void check_ready(struct mpy32 *m, uint32_t word, uint64_t now)
{
    if (now < (m->half_written && word ? NEVER : m->ready[word]))
        spoil(m, "multiplier result read before it was ready");
}

/* ---- Products -------------------------------------------------------------------------------------------------------
 */

/* Modulo 2^64, which is all a product needs. */
static uint64_t extended(uint32_t value, int wide, int is_signed)
{
    if (!is_signed)
        return value;
    return (uint64_t)(int64_t)(wide ? (int32_t)value : (int16_t)value);
}

static uint64_t product(const struct mpy32 *m)
{
    return extended(m->op1, m->wide1, m->is_signed) * extended(m->op2, m->wide2, m->is_signed);
}

/* 16x16 bits make 32 in RES1 and RES0, RES3 and RES2 stay. MPYC is the carry of MAC, and of MACS the bit beyond the sum
 * of the sign-extended accumulator and product (5.2.2.1: it differs from the sign if the sum overflowed). */
static void multiply16(struct mpy32 *m)
{
    uint32_t p = (uint32_t)product(m), base = m->accumulates ? (uint32_t)m->result : 0;
    uint64_t sum = m->is_signed ? (uint64_t)((int64_t)(int32_t)base + (int32_t)p) : (uint64_t)base + p;

    m->carry = (int)(sum >> 32 & 1);
    m->result = (m->result & ~(uint64_t)UINT32_MAX) | (uint32_t)sum;
    m->sumext = (uint16_t)(!m->is_signed ? m->carry : sum >> 31 & 1 ? 0xFFFF : 0);
}

static int sign_of(uint64_t x)
{
    return (int)(x >> 63);
}

/* Anything wider makes 64 bits. */
static void multiply_wide(struct mpy32 *m, uint64_t base)
{
    uint64_t p = product(m);
    int wraps;

    base = m->accumulates ? base : 0;
    m->result = base + p;
    wraps = m->result < base;
    m->carry = m->is_signed ? (sign_of(base) + sign_of(p) + wraps) & 1 : wraps;
    m->sumext = (uint16_t)(!m->is_signed ? m->carry : sign_of(m->result) ? 0xFFFF : 0);
}

/* ---- Registers ------------------------------------------------------------------------------------------------------
 */

static uint16_t control(const struct mpy32 *m)
{
    return (uint16_t)(m->wide2 << 7 | m->wide1 << 6 | m->accumulates << 5 | m->is_signed << 4 | m->carry);
}

/* 0 to 3 for a result word by either of its names, 4 for any other register. */
static uint32_t result_word(uint32_t address)
{
    if (address == RESLO || address == RESHI)
        return address == RESHI;
    return address >= RES0 && address <= RES3 ? (address - RES0) / 2 : 4;
}

uint16_t mpy32_read(struct mpy32 *m, uint32_t address, uint64_t now)
{
    uint32_t word = result_word(address);

    if (word < 4) {
        check_ready(m, word, now);
        return (uint16_t)(m->result >> 16 * word);
    }
    if (address == SUMEXT || address == CONTROL) {
        check_ready(m, 3, now);
        return address == SUMEXT ? m->sumext : control(m);
    }
    if (address == OP2 || address == OP2L)
        return (uint16_t)m->op2;
    if (address == OP2H)
        return (uint16_t)(m->op2 >> 16);
    return (uint16_t)(address >= MPY32L && address & 2 ? m->op1 >> 16 : m->op1);
}

static uint16_t widen(const struct mpy32 *m, uint16_t value, int is_byte)
{
    if (!is_byte)
        return value;
    return (uint16_t)(m->is_signed ? (int16_t)(int8_t)value : value & 0xFF);
}

/* MPY, MPYS, MAC, MACS at steps of 2 (16 bits) or 4 (32 bits, low and high word). */
static void write_op1(struct mpy32 *m, uint32_t address, uint16_t value, int is_byte)
{
    int wide = address >= MPY32L;
    uint32_t which = wide ? (address - MPY32L) / 4 : (address - MPY32_FIRST) / 2;

    m->is_signed = (int)(which & 1);
    m->accumulates = (int)(which >> 1);
    m->wide1 = wide;
    value = widen(m, value, is_byte);
    if (wide && (address & 2))
        m->op1 = (m->op1 & 0xFFFF) | (uint32_t)value << 16;
    else
        m->op1 = wide ? (m->op1 & 0xFFFF0000) | value : value;
}

static void write_op2(struct mpy32 *m, uint16_t value, uint64_t now)
{
    m->wide2 = 0;
    m->op2 = value;
    if (m->wide1)
        multiply_wide(m, m->result);
    else
        multiply16(m);
    set_ready_op2(m, now);
}

/* The low words alone give RES0; OP2H will make the whole. */
static void write_op2l(struct mpy32 *m, uint16_t value, uint64_t now)
{
    uint16_t low = (uint16_t)(value * (m->op1 & 0xFFFF) + (m->accumulates ? (uint16_t)m->result : 0));

    m->op2 = value;
    m->before = m->result;
    m->result = (m->result & ~(uint64_t)0xFFFF) | low;
    m->half_written = 1;
    set_ready_op2l(m, now);
}

/* Without OP2L before it OP2H starts nothing (5.2.1). */
static void write_op2h(struct mpy32 *m, uint16_t value, uint64_t now)
{
    if (!m->half_written) {
        check_idle(m, now);
        return;
    }
    m->half_written = 0;
    m->wide2 = 1;
    m->op2 = (m->op2 & 0xFFFF) | (uint32_t)value << 16;
    multiply_wide(m, m->before);
    set_ready_op2h(m, now);
}

static void write_control(struct mpy32 *m, uint16_t value)
{
    if (value & MODES)
        spoil(m, "multiplier mode that is not simulated (MPY32CTL0)");
    m->wide2 = value >> 7 & 1;
    m->wide1 = value >> 6 & 1;
    m->accumulates = value >> 5 & 1;
    m->is_signed = value >> 4 & 1;
    m->carry = value & MPYC;
}

static void write_result(struct mpy32 *m, uint32_t word, uint16_t value)
{
    m->result = (m->result & ~((uint64_t)0xFFFF << 16 * word)) | (uint64_t)value << 16 * word;
}

void mpy32_write(struct mpy32 *m, uint32_t address, uint16_t value, int is_byte, uint64_t now)
{
    address &= ~(uint32_t)1;
    if (address != OP2H)
        check_idle(m, now);
    switch (address) {
    case OP2:
        write_op2(m, widen(m, value, is_byte), now);
        break;
    case OP2L:
        write_op2l(m, widen(m, value, is_byte), now);
        break;
    case OP2H:
        write_op2h(m, widen(m, value, is_byte), now);
        break;
    case SUMEXT:
        m->sumext = value;
        break;
    case CONTROL:
        write_control(m, value);
        break;
    default:
        if (result_word(address) < 4)
            write_result(m, result_word(address), value);
        else if (address < CONTROL)
            write_op1(m, address, value, is_byte);
        break;
    }
}
