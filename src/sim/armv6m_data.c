/* armv6m_data.c - ARMv6-M instructions on registers alone (A5.2.1 to A5.2.3, A6.7). One cycle each, except MULS and
 * what writes PC. */
#include "sim/armv6m.h"

/* The low register that bits [from + 2 : from] of op name. */
static inline uint32_t *low(struct arm *a, uint32_t op, int from)
{
    return &a->r[op >> from & 7];
}

/* ---- Results and flags ---- */

/* Writes a result with N and Z. */
static inline uint32_t put(struct arm *a, uint32_t *to, uint32_t x)
{
    *to = x;
    a->n = x >> 31;
    a->z = x == 0;
    return 1;
}

/* x + y + carry with all flags, to a register (AddWithCarry). x - y is x + ~y + 1. */
static inline uint32_t put_sum(struct arm *a, uint32_t *to, uint32_t x, uint32_t y, uint32_t carry)
{
    uint64_t wide = (uint64_t)x + y + carry;
    uint32_t sum = (uint32_t)wide;

    a->c = (uint32_t)(wide >> 32);
    a->v = ((x ^ sum) & (y ^ sum)) >> 31;
    return put(a, to, sum);
}

/* Comparisons have no register to write. */
static inline uint32_t compare(struct arm *a, uint32_t x, uint32_t y, uint32_t carry)
{
    uint32_t nowhere;

    return put_sum(a, &nowhere, x, y, carry);
}

/* ---- Shifts (A2.2.1); n is 0..255, and 0 leaves C alone ---- */

static inline uint32_t put_lsl(struct arm *a, uint32_t *to, uint32_t x, uint32_t n)
{
    uint64_t wide = n <= 32 ? (uint64_t)x << n : 0;

    if (n)
        a->c = (uint32_t)(wide >> 32) & 1;
    return put(a, to, (uint32_t)wide);
}

static inline uint32_t put_lsr(struct arm *a, uint32_t *to, uint32_t x, uint32_t n)
{
    if (n)
        a->c = n <= 32 ? x >> (n - 1) & 1 : 0;
    return put(a, to, n < 32 ? x >> n : 0);
}

static inline uint32_t put_asr(struct arm *a, uint32_t *to, uint32_t x, uint32_t n)
{
    int64_t wide = (int32_t)x;

    n = n > 32 ? 32 : n;
    if (n)
        a->c = (uint32_t)(wide >> (n - 1)) & 1;
    return put(a, to, (uint32_t)(wide >> n));
}

static uint32_t lsl_immediate(struct arm *a, uint32_t op)
{
    return put_lsl(a, low(a, op, 0), *low(a, op, 3), op >> 6 & 31);
}

/* 0 stands for 32 in the right shifts. */
static inline uint32_t right_count(uint32_t op)
{
    return (((op >> 6) - 1) & 31) + 1;
}

static uint32_t lsr_immediate(struct arm *a, uint32_t op)
{
    return put_lsr(a, low(a, op, 0), *low(a, op, 3), right_count(op));
}

static uint32_t asr_immediate(struct arm *a, uint32_t op)
{
    return put_asr(a, low(a, op, 0), *low(a, op, 3), right_count(op));
}

static uint32_t lsl_register(struct arm *a, uint32_t op)
{
    return put_lsl(a, low(a, op, 0), *low(a, op, 0), *low(a, op, 3) & 255);
}

static uint32_t lsr_register(struct arm *a, uint32_t op)
{
    return put_lsr(a, low(a, op, 0), *low(a, op, 0), *low(a, op, 3) & 255);
}

static uint32_t asr_register(struct arm *a, uint32_t op)
{
    return put_asr(a, low(a, op, 0), *low(a, op, 0), *low(a, op, 3) & 255);
}

static uint32_t ror_register(struct arm *a, uint32_t op)
{
    uint32_t n = *low(a, op, 3) & 255, x = *low(a, op, 0);

    if (n & 31)
        x = x >> (n & 31) | x << (32 - (n & 31));
    if (n)
        a->c = x >> 31;
    return put(a, low(a, op, 0), x);
}

/* ---- Sums ---- */

static uint32_t add_register(struct arm *a, uint32_t op)
{
    return put_sum(a, low(a, op, 0), *low(a, op, 3), *low(a, op, 6), 0);
}

static uint32_t sub_register(struct arm *a, uint32_t op)
{
    return put_sum(a, low(a, op, 0), *low(a, op, 3), ~*low(a, op, 6), 1);
}

static uint32_t add_immediate3(struct arm *a, uint32_t op)
{
    return put_sum(a, low(a, op, 0), *low(a, op, 3), op >> 6 & 7, 0);
}

static uint32_t sub_immediate3(struct arm *a, uint32_t op)
{
    return put_sum(a, low(a, op, 0), *low(a, op, 3), ~(op >> 6 & 7), 1);
}

static uint32_t add_immediate8(struct arm *a, uint32_t op)
{
    return put_sum(a, low(a, op, 8), *low(a, op, 8), op & 255, 0);
}

static uint32_t sub_immediate8(struct arm *a, uint32_t op)
{
    return put_sum(a, low(a, op, 8), *low(a, op, 8), ~(op & 255), 1);
}

static uint32_t adc(struct arm *a, uint32_t op)
{
    return put_sum(a, low(a, op, 0), *low(a, op, 0), *low(a, op, 3), a->c);
}

static uint32_t sbc(struct arm *a, uint32_t op)
{
    return put_sum(a, low(a, op, 0), *low(a, op, 0), ~*low(a, op, 3), a->c);
}

static uint32_t rsb(struct arm *a, uint32_t op)
{
    return put_sum(a, low(a, op, 0), ~*low(a, op, 3), 0, 1);
}

static uint32_t cmp_immediate(struct arm *a, uint32_t op)
{
    return compare(a, *low(a, op, 8), ~(op & 255), 1);
}

static uint32_t cmp_register(struct arm *a, uint32_t op)
{
    return compare(a, *low(a, op, 0), ~*low(a, op, 3), 1);
}

static uint32_t cmn(struct arm *a, uint32_t op)
{
    return compare(a, *low(a, op, 0), *low(a, op, 3), 0);
}

static uint32_t mul(struct arm *a, uint32_t op)
{
    put(a, low(a, op, 0), *low(a, op, 0) * *low(a, op, 3));
    return a->sim->options.slow_multiplier ? 32 : 1;
}

/* ---- Logic and moves ---- */

static uint32_t mov_immediate(struct arm *a, uint32_t op)
{
    return put(a, low(a, op, 8), op & 255);
}

static uint32_t and_register(struct arm *a, uint32_t op)
{
    return put(a, low(a, op, 0), *low(a, op, 0) & *low(a, op, 3));
}

static uint32_t eor(struct arm *a, uint32_t op)
{
    return put(a, low(a, op, 0), *low(a, op, 0) ^ *low(a, op, 3));
}

static uint32_t orr(struct arm *a, uint32_t op)
{
    return put(a, low(a, op, 0), *low(a, op, 0) | *low(a, op, 3));
}

static uint32_t bic(struct arm *a, uint32_t op)
{
    return put(a, low(a, op, 0), *low(a, op, 0) & ~*low(a, op, 3));
}

static uint32_t mvn(struct arm *a, uint32_t op)
{
    return put(a, low(a, op, 0), ~*low(a, op, 3));
}

static uint32_t tst(struct arm *a, uint32_t op)
{
    uint32_t nowhere;

    return put(a, &nowhere, *low(a, op, 0) & *low(a, op, 3));
}

/* ---- Without flags ---- */

static uint32_t set(uint32_t *to, uint32_t x)
{
    *to = x;
    return 1;
}

static uint32_t sxth(struct arm *a, uint32_t op)
{
    return set(low(a, op, 0), (uint32_t)(int32_t)(int16_t)*low(a, op, 3));
}

static uint32_t sxtb(struct arm *a, uint32_t op)
{
    return set(low(a, op, 0), (uint32_t)(int32_t)(int8_t)*low(a, op, 3));
}

static uint32_t uxth(struct arm *a, uint32_t op)
{
    return set(low(a, op, 0), *low(a, op, 3) & 0xffff);
}

static uint32_t uxtb(struct arm *a, uint32_t op)
{
    return set(low(a, op, 0), *low(a, op, 3) & 0xff);
}

static inline uint32_t swap_in_halves(uint32_t x)
{
    return (x >> 8 & 0x00ff00ff) | (x << 8 & 0xff00ff00);
}

static uint32_t rev(struct arm *a, uint32_t op)
{
    uint32_t x = swap_in_halves(*low(a, op, 3));

    return set(low(a, op, 0), x >> 16 | x << 16);
}

static uint32_t rev16(struct arm *a, uint32_t op)
{
    return set(low(a, op, 0), swap_in_halves(*low(a, op, 3)));
}

static uint32_t revsh(struct arm *a, uint32_t op)
{
    return set(low(a, op, 0), (uint32_t)(int32_t)(int16_t)swap_in_halves(*low(a, op, 3)));
}

static uint32_t adr(struct arm *a, uint32_t op)
{
    return set(low(a, op, 8), (a->r[PC] & ~(uint32_t)3) + 4 * (op & 255));
}

static uint32_t add_sp_to_register(struct arm *a, uint32_t op)
{
    return set(low(a, op, 8), a->r[SP] + 4 * (op & 255));
}

static uint32_t add_to_sp(struct arm *a, uint32_t op)
{
    arm_set_sp(a, a->r[SP] + 4 * (op & 127));
    return 1;
}

static uint32_t sub_from_sp(struct arm *a, uint32_t op)
{
    arm_set_sp(a, a->r[SP] - 4 * (op & 127));
    return 1;
}

/* ---- Any register ---- */

/* MOV or ADD to any register; to PC it is a jump that ignores bit 0 and takes a cycle more. */
static inline uint32_t set_any(struct arm *a, uint32_t d, uint32_t x)
{
    if (d == SP) {
        arm_set_sp(a, x);
    } else if (d == PC) {
        arm_branch(a, x & ~(uint32_t)1);
        core_returned(a->sim, a->pc, a->sim->cycles + 2);
        return 2;
    } else {
        a->r[d] = x;
    }
    return 1;
}

static inline uint32_t any_d(uint32_t op)
{
    return (op & 7) | (op >> 4 & 8);
}

static uint32_t mov_any(struct arm *a, uint32_t op)
{
    return set_any(a, any_d(op), a->r[op >> 3 & 15]);
}

static uint32_t add_any(struct arm *a, uint32_t op)
{
    return set_any(a, any_d(op), a->r[any_d(op)] + a->r[op >> 3 & 15]);
}

static uint32_t cmp_any(struct arm *a, uint32_t op)
{
    return compare(a, a->r[any_d(op)], ~a->r[op >> 3 & 15], 1);
}

const struct arm_row arm_data[] = {
    { 0xf800, 0x0000, lsl_immediate },
    { 0xf800, 0x0800, lsr_immediate },
    { 0xf800, 0x1000, asr_immediate },
    { 0xfe00, 0x1800, add_register },
    { 0xfe00, 0x1a00, sub_register },
    { 0xfe00, 0x1c00, add_immediate3 },
    { 0xfe00, 0x1e00, sub_immediate3 },
    { 0xf800, 0x2000, mov_immediate },
    { 0xf800, 0x2800, cmp_immediate },
    { 0xf800, 0x3000, add_immediate8 },
    { 0xf800, 0x3800, sub_immediate8 },
    { 0xffc0, 0x4000, and_register },
    { 0xffc0, 0x4040, eor },
    { 0xffc0, 0x4080, lsl_register },
    { 0xffc0, 0x40c0, lsr_register },
    { 0xffc0, 0x4100, asr_register },
    { 0xffc0, 0x4140, adc },
    { 0xffc0, 0x4180, sbc },
    { 0xffc0, 0x41c0, ror_register },
    { 0xffc0, 0x4200, tst },
    { 0xffc0, 0x4240, rsb },
    { 0xffc0, 0x4280, cmp_register },
    { 0xffc0, 0x42c0, cmn },
    { 0xffc0, 0x4300, orr },
    { 0xffc0, 0x4340, mul },
    { 0xffc0, 0x4380, bic },
    { 0xffc0, 0x43c0, mvn },
    { 0xff00, 0x4400, add_any },
    { 0xff00, 0x4500, cmp_any },
    { 0xff00, 0x4600, mov_any },
    { 0xf800, 0xa000, adr },
    { 0xf800, 0xa800, add_sp_to_register },
    { 0xff80, 0xb000, add_to_sp },
    { 0xff80, 0xb080, sub_from_sp },
    { 0xffc0, 0xb200, sxth },
    { 0xffc0, 0xb240, sxtb },
    { 0xffc0, 0xb280, uxth },
    { 0xffc0, 0xb2c0, uxtb },
    { 0xffc0, 0xba00, rev },
    { 0xffc0, 0xba40, rev16 },
    { 0xffc0, 0xbac0, revsh },
    { 0, 0, NULL },
};
