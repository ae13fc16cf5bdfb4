/* rt_wide.h - products of 32 by 32 bits, what fixed-point arithmetic needs of them, and rounding. A port that does it
 * better than its compiler has its own. */
#ifndef RT_WIDE_H
#define RT_WIDE_H

#include <stdint.h>

/* CPUs that multiply 16 bits at a time, where a 64-bit product is a call of a hundred cycles and more. RT_NARROW may be
 * defined from outside to try the narrow forms elsewhere: tests/unit/test_fixed.c compares both. */
#if !defined RT_NARROW && (defined __ARM_ARCH_6M__ || defined __AVR__)
#define RT_NARROW 1
#endif

struct rt_wide { /* a 64-bit number in halves */
    uint32_t high, low;
};

/* 16 x 16 bits to 32. */
static inline uint32_t rt_multiply_16(uint16_t a, uint16_t b)
{
    return (uint32_t)a * b;
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

#endif
