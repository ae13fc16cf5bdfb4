/* mpy32.c - see mpy32.h. Times until a result is ready: SLAU367P, table 5-1; a result word that is read, or an operand
 * that is rewritten, before then spoils the result, which `spoiled` tells. Fractional and saturating modes are not
 * modelled. */
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

void mpy32_reset(struct mpy32 *m)
{
    memset(m, 0, sizeof *m);
}

static uint64_t latest(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* Cycles behind OP2 (16 bits), behind OP2L and behind OP2H (32 bits) for each result word. */
static void set_ready(struct mpy32 *m, uint64_t now)
{
    static const uint8_t behind_op2[2][4] = { { 3, 3, 3, 3 }, { 3, 5, 6, 7 } };
    static const uint8_t behind_low[2][4] = { { 3, 5, 6, 7 }, { 3, 8, 10, 11 } };
    static const uint8_t behind_high[2][4] = { { 0, 3, 4, 4 }, { 0, 3, 5, 6 } };

    for (int i = 0; i < 4; i++)
        m->ready[i] = m->wide2 ? latest(m->op2l_at + behind_low[m->wide1][i], now + behind_high[m->wide1][i])
                               : now + behind_op2[m->wide1][i];
}

static int64_t extended(uint32_t value, int wide, int is_signed)
{
    if (!is_signed)
        return value;
    return wide ? (int32_t)value : (int16_t)value;
}

/* 16x16 bits make 32, SUMEXT telling sign or carry; anything wider makes 64. */
static void multiply(struct mpy32 *m, uint64_t now)
{
    uint64_t product = (uint64_t)(extended(m->op1, m->wide1, m->is_signed) * extended(m->op2, m->wide2, m->is_signed));

    if (m->wide1 || m->wide2) {
        m->result = product + (m->accumulates ? m->result : 0);
        m->sumext = m->is_signed && m->result >> 63 ? 0xFFFF : 0;
    } else {
        uint64_t sum = (product & UINT32_MAX) + (m->accumulates ? m->result & UINT32_MAX : 0);
        m->sumext = (uint16_t)(m->is_signed ? ((sum >> 31 & 1) ? 0xFFFF : 0) : sum >> 32);
        m->result = (m->result & ~(uint64_t)UINT32_MAX) | (sum & UINT32_MAX);
    }
    set_ready(m, now);
}

static void check_idle(struct mpy32 *m, uint64_t now)
{
    for (int i = 0; i < (m->wide1 || m->wide2 ? 4 : 2); i++)
        if (now < m->ready[i] && !m->spoiled)
            m->spoiled = "multiplier operand rewritten before the result was ready";
}

uint16_t mpy32_read(struct mpy32 *m, uint32_t address, uint64_t now)
{
    uint32_t word = address == RESLO                     ? 0
                    : address == RESHI                   ? 1
                    : address >= RES0 && address <= RES3 ? (address - RES0) / 2
                                                         : 4;

    if (word < 4) {
        if (now < m->ready[word])
            m->spoiled = "multiplier result read before it was ready";
        return (uint16_t)(m->result >> 16 * word);
    }
    if (address == SUMEXT)
        return m->sumext;
    if (address == OP2 || address == OP2L)
        return (uint16_t)m->op2;
    if (address == OP2H)
        return (uint16_t)(m->op2 >> 16);
    if (address == CONTROL)
        return m->control;
    return (uint16_t)(address >= MPY32L && address & 2 ? m->op1 >> 16 : m->op1);
}

static uint16_t widen(const struct mpy32 *m, uint16_t value, int is_byte)
{
    if (!is_byte)
        return value;
    return (uint16_t)(m->is_signed ? (int16_t)(int8_t)value : value & 0xFF);
}

/* MPY, MPYS, MAC, MACS at steps of 2 (16 bits) or 4 (32 bits, low and high word). */
static void write_op1(struct mpy32 *m, uint32_t address, uint16_t value, int is_byte, uint64_t now)
{
    int wide = address >= MPY32L;
    uint32_t which = wide ? (address - MPY32L) / 4 : (address - MPY32_FIRST) / 2;

    check_idle(m, now);
    m->is_signed = (int)(which & 1);
    m->accumulates = (int)(which >> 1);
    m->wide1 = wide;
    value = widen(m, value, is_byte);
    if (wide && (address & 2))
        m->op1 = (m->op1 & 0xFFFF) | (uint32_t)value << 16;
    else
        m->op1 = wide ? (m->op1 & 0xFFFF0000) | value : value;
}

static void write_result(struct mpy32 *m, uint32_t word, uint16_t value)
{
    m->result = (m->result & ~((uint64_t)0xFFFF << 16 * word)) | (uint64_t)value << 16 * word;
}

void mpy32_write(struct mpy32 *m, uint32_t address, uint16_t value, int is_byte, uint64_t now)
{
    address &= ~(uint32_t)1;
    if (address < OP2 || (address >= MPY32L && address < OP2L)) {
        write_op1(m, address, value, is_byte, now);
    } else if (address == OP2) {
        check_idle(m, now);
        m->wide2 = 0;
        m->op2 = widen(m, value, is_byte);
        multiply(m, now);
    } else if (address == OP2L) {
        check_idle(m, now);
        m->op2 = (m->op2 & 0xFFFF0000) | widen(m, value, is_byte);
        m->op2l_at = now;
    } else if (address == OP2H) {
        m->wide2 = 1;
        m->op2 = (m->op2 & 0xFFFF) | (uint32_t)widen(m, value, is_byte) << 16;
        multiply(m, now);
    } else if (address == RESLO || address == RESHI) {
        write_result(m, address == RESHI, value);
    } else if (address >= RES0 && address <= RES3) {
        write_result(m, (address - RES0) / 2, value);
    } else if (address == SUMEXT) {
        m->sumext = value;
    } else if (address == CONTROL) {
        m->control = value;
    }
}
