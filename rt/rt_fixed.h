/* rt_fixed.h - rounding, requantisation, saturation: one definition for every kernel.
 *
 * Source: TFLite 8-bit quantisation specification; Jacob et al., CVPR 2018, section 2.2. Two roundings are in use
 * there: twice (multiply high, then shift) for convolutions and elementwise operators, once in 64 bits for fully
 * connected layers with one scale. Right shifts of negative numbers are arithmetic on every compiler UnIT supports.
 */
#ifndef RT_FIXED_H
#define RT_FIXED_H

#include <stdint.h>

/* CPUs that multiply 16 bits at a time, where a 64-bit product is a call of a hundred cycles and more. RT_NARROW may be
 * defined from outside to try the narrow forms elsewhere: tests/unit/test_fixed.c compares both. */
#if !defined RT_NARROW && (defined __ARM_ARCH_6M__ || defined __AVR__ || defined __MSP430__)
#define RT_NARROW 1
#endif

struct rt_wide { /* a 64-bit number in halves */
    uint32_t high, low;
};

/* 16 x 16 bits to 32. */
static inline uint32_t rt_multiply_16(uint16_t a, uint16_t b)
{
#if defined __MSP430__ /* MPY, OP2, RESLO and RESHI of the MPY32 (SLAU367P, chapter 5), in one piece: the compiler's   \
                        * own calls to multiply would come between volatile accesses */
    uint16_t low, high;

    __asm__ volatile("mov %2, &0x04c0\n\tmov %3, &0x04c8\n\tmov &0x04ca, %0\n\tmov &0x04cc, %1"
                     : "=r"(low), "=r"(high)
                     : "r"(a), "r"(b));
    return (uint32_t)high << 16 | low;
#else
    return (uint32_t)a * b;
#endif
}

/* a * b in full. */
static inline struct rt_wide rt_multiply_wide(uint32_t a, uint32_t b)
{
    struct rt_wide p;
#if defined RT_NARROW
    uint16_t a1 = (uint16_t)(a >> 16), a0 = (uint16_t)a, b1 = (uint16_t)(b >> 16), b0 = (uint16_t)b;
    uint32_t low = rt_multiply_16(a0, b0);
    uint32_t middle = rt_multiply_16(a1, b0) + (low >> 16);
    uint32_t other = rt_multiply_16(a0, b1) + (uint16_t)middle;

    p.high = rt_multiply_16(a1, b1) + (middle >> 16) + (other >> 16);
    p.low = (other << 16) | (uint16_t)low;
#else
    uint64_t product = (uint64_t)a * b;

    p.high = (uint32_t)(product >> 32);
    p.low = (uint32_t)product;
#endif
    return p;
}

/* round(a * mult / 2^31), halves up; mult is 0 or more. */
static inline int32_t rt_scale_high(int32_t a, int32_t mult)
{
#if defined RT_NARROW
    uint16_t a0 = (uint16_t)a, m0 = (uint16_t)mult;
    int16_t a1 = (int16_t)(a >> 16), m1 = (int16_t)(mult >> 16);
    uint32_t middle = rt_multiply_16(a0, (uint16_t)m1) + (rt_multiply_16(a0, m0) >> 16);
    int32_t other = (int32_t)a1 * m0 + (int32_t)(uint16_t)middle;
    int32_t high = (int32_t)a1 * m1 + (int32_t)(middle >> 16) + (other >> 16);

    return (int32_t)((uint32_t)high << 1) + (int32_t)((((uint32_t)(uint16_t)other >> 14) + 1) >> 1);
#else
    return (int32_t)(((int64_t)a * mult + ((int64_t)1 << 30)) >> 31);
#endif
}

/* floor(a * mult / 2^32). */
static inline int32_t rt_scale_floor(int32_t a, int32_t mult)
{
    return (int32_t)(((int64_t)a * mult) >> 32);
}

/* round(a * b / 2^31), halves up; a and b are not both INT32_MIN. */
static inline int32_t rt_multiply_high(int32_t a, int32_t b)
{
#if defined RT_NARROW
    struct rt_wide p = rt_multiply_wide((uint32_t)a, (uint32_t)b);
    uint32_t high = p.high - (a < 0 ? (uint32_t)b : 0) - (b < 0 ? (uint32_t)a : 0);

    return (int32_t)((high << 1) + (((p.low >> 30) + 1) >> 1));
#else
    return (int32_t)(((int64_t)a * b + ((int64_t)1 << 30)) >> 31);
#endif
}

/* x / 2^n rounded half away from zero; n is 0..31. */
static inline int32_t rt_rounding_shift(int32_t x, int n)
{
    int32_t mask = (int32_t)(((uint32_t)1 << n) - 1);
    int32_t rest = x & mask;
    int32_t limit = (int32_t)((uint32_t)mask >> 1) + (x < 0);

    return (n < 31 ? x >> n : -(x < 0)) + (rest > limit);
}

/* x * mult * 2^(shift - 31), rounded twice; mult Q0.31, shift positive to the left. A left shift wraps at 32 bits, as
 * the reference's does. */
static inline int32_t rt_requant(int32_t x, int32_t mult, int shift)
{
    int left = shift > 0 ? shift : 0, right = shift > 0 ? 0 : -shift;

    return rt_rounding_shift(rt_scale_high((int32_t)((uint32_t)x << left), mult), right);
}

static inline struct rt_wide rt_wide_add(struct rt_wide a, uint32_t high, uint32_t low)
{
    a.low += low;
    a.high += high + (a.low < low);
    return a;
}

/* a >> n for n of 1..62, at most INT32_MAX. */
static inline uint32_t rt_wide_shift(struct rt_wide a, int n)
{
    if (n >= 32)
        return a.high >> (n - 32);
    if (a.high >> (n - 1))
        return INT32_MAX;
    return (a.high << (32 - n)) | (a.low >> n);
}

/* |x| * mult * 2^(shift - 31) rounded to nearest with the sign of x; delta moves the rounding border by delta / 2^(31 -
 * shift). Fully connected layers are requantised in double arithmetic by the reference; lowering chooses mult and delta
 * so that this is the same for every sum that can occur (src/lower/border_fit.h). shift is -31..30. */
static inline int32_t rt_requant_away(int32_t x, int32_t mult, int shift, int32_t delta)
{
    int total = 31 - shift;
    struct rt_wide y = rt_multiply_wide(x < 0 ? 0 - (uint32_t)x : (uint32_t)x, (uint32_t)mult);

    y = rt_wide_add(y, total > 32 ? (uint32_t)1 << (total - 33) : 0, total > 32 ? 0 : (uint32_t)1 << (total - 1));
    y = rt_wide_add(y, delta < 0 ? UINT32_MAX : 0, (uint32_t)delta);
    return x < 0 ? -(int32_t)rt_wide_shift(y, total) : (int32_t)rt_wide_shift(y, total);
}

/* clamp(x + zp, lo, hi) as int8; compared before the sum, which might not fit 32 bits. */
static inline int8_t rt_clamp_s8(int32_t x, int16_t zp, int16_t lo, int16_t hi)
{
    if (x < (int32_t)lo - zp)
        return (int8_t)lo;
    if (x > (int32_t)hi - zp)
        return (int8_t)hi;
    return (int8_t)(x + zp);
}

#endif
