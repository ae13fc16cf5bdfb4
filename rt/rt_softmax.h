/* rt_softmax.h - what SOFTMAX and LOG_SOFTMAX of int8 rows share: the largest element, exponentials, their sum. */
#ifndef RT_SOFTMAX_H
#define RT_SOFTMAX_H

#include "rt_exp.h"
#include "unit.h"

static inline int16_t rt_largest(const int8_t *x, uint16_t depth)
{
    int8_t most = x[0];

    for (uint16_t i = 1; i < depth; i++)
        most = x[i] > most ? x[i] : most;
    return most;
}

/* The real difference of an element that lies diff <= 0 steps below the largest, Q5.26. */
static inline int32_t rt_scaled_difference(const struct unit_softmax_s8 *p, int16_t diff)
{
    return rt_multiply_high((int32_t)((uint32_t)(int32_t)diff << p->shift), p->mult);
}

/* exp of an element that lies diff <= 0 steps below the largest, Q0.31. */
static inline int32_t rt_exponential(const struct unit_softmax_s8 *p, int16_t diff)
{
    return rt_exp_negative(rt_scaled_difference(p, diff));
}

/* A sum of exponentials, Q12.19, and one more, Q0.31; saturated beyond 4095. */
static inline int32_t rt_add_exponential(int32_t sum, int32_t exponential)
{
    uint32_t more = (uint32_t)sum + (uint32_t)rt_rounding_shift(exponential, 12);

    return (int32_t)(more > INT32_MAX ? INT32_MAX : more);
}

/* Sum of a row's exponentials. */
static inline int32_t rt_row_sum(const struct unit_softmax_s8 *p, const int8_t *x, int16_t most)
{
    int32_t sum = 0;

    for (uint16_t i = 0; i < p->depth; i++)
        if (x[i] - most >= p->diff_min)
            sum = rt_add_exponential(sum, rt_exponential(p, (int16_t)(x[i] - most)));
    return sum;
}

/* Zero bits above the highest bit set; v is not 0. */
static inline int rt_leading_zeros(uint32_t v)
{
    int count = 0;

    for (; !(v & UINT32_C(0x80000000)); v <<= 1)
        count++;
    return count;
}

#endif
