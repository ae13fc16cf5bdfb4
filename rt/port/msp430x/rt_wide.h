/* rt_wide.h (MSP430X) - products of 32 by 32 bits on the MPY32 (SLAU367P, chapter 5), each in one piece: the compiler's
 * own calls to multiply would come between volatile accesses. */
#ifndef RT_WIDE_H
#define RT_WIDE_H

#include <stdint.h>

struct rt_wide { /* a 64-bit number in halves */
    uint32_t high, low;
};

/* rt_wide.S: round(a * b / 2^31), halves up; a and b are not both INT32_MIN. 48 cycles. */
int32_t rt_multiply_high(int32_t a, int32_t b);

/* rt_wide.S: x / 2^n rounded half away from zero; n is 0..31. */
int32_t rt_rounding_shift(int32_t x, int n);

/* rt_wide.S: a * b in full. */
void rt_multiply_wide_to(struct rt_wide *product, uint32_t a, uint32_t b);

static inline struct rt_wide rt_multiply_wide(uint32_t a, uint32_t b)
{
    struct rt_wide p;

    rt_multiply_wide_to(&p, a, b);
    return p;
}

static inline int32_t rt_scale_high(int32_t a, int32_t mult)
{
    return rt_multiply_high(a, mult);
}

#endif
