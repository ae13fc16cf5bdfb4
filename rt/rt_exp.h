/* rt_exp.h - exp and 1/x in fixed point, as TFLite's integer softmax defines them to the last bit.
 * Source: the fixed-point functions of the TFLite int8 softmax (exp on negative Q5.26 by a polynomial and table
 * constants exp(-2^k); reciprocal by three Newton steps); found bit-exact by experiment, see docs/numerics.md. */
#ifndef RT_EXP_H
#define RT_EXP_H

#include "rt_fixed.h"

/* exp(x) for x in [-1/4, 0), both Q0.31: the series about -1/8. */
static inline int32_t rt_exp_quarter(int32_t x)
{
    const int32_t exp_of_minus_eighth = INT32_C(1895147668), third = INT32_C(715827883);
    int32_t t = x + ((int32_t)1 << 28);
    int32_t t2 = rt_multiply_high(t, t), t3 = rt_multiply_high(t2, t), t4 = rt_multiply_high(t2, t2);
    int32_t tail = rt_rounding_shift(rt_multiply_high(rt_rounding_shift(t4, 2) + t3, third) + t2, 1);

    return exp_of_minus_eighth + rt_multiply_high(exp_of_minus_eighth, t + tail); /* 2147483124 at most, for any x */
}

/* exp(a) in Q0.31 for a <= 0 in Q5.26: what is left of a quarter, then a factor exp(-2^k) for each bit set. */
static inline int32_t rt_exp_negative(int32_t a)
{
    static const int32_t factors[] = { /* exp(-1/4), exp(-1/2), ... exp(-16) */
                                       INT32_C(1672461947), INT32_C(1302514674), INT32_C(790015084), INT32_C(290630308),
                                       INT32_C(39332535),   INT32_C(720401),     INT32_C(242)
    };
    const int32_t quarter = (int32_t)1 << 24;
    int32_t rest = (a & (quarter - 1)) - quarter, y;
    uint8_t quarters = (uint8_t)((rest - a) >> 24); /* 0..127 */

    if (a == 0)
        return INT32_MAX;
    y = rt_exp_quarter(rest * 32);
    for (const int32_t *factor = factors; quarters; factor++, quarters = (uint8_t)(quarters >> 1))
        if (quarters & 1)
            y = rt_multiply_high(y, *factor);
    return y;
}

/* 1 / (1 + a) in Q0.31 for a in [0, 1) in Q0.31. */
static inline int32_t rt_reciprocal_of_one_plus(int32_t a)
{
    const int32_t first = INT32_C(1515870810), slope = INT32_C(-1010580540); /* 48/17 and -32/17 in Q2.29 */
    int32_t half = (int32_t)(((uint32_t)a + UINT32_C(0x80000000)) >> 1);
    int32_t x = first + rt_multiply_high(half, slope);

    for (uint8_t step = 0; step < 3; step++) {
        int32_t error = ((int32_t)1 << 29) - rt_multiply_high(half, x);
        x += rt_multiply_high(x, error) * 4; /* below 2^26 */
    }
    return x > INT32_MAX / 2 ? INT32_MAX : x * 2;
}

#endif
