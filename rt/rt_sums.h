/* rt_sums.h - sums of int8 values in 32 bits, for pooling and reduction. A port may have its own. */
#ifndef RT_SUMS_H
#define RT_SUMS_H

#include <stdint.h>

/* Adds `count` values to as many sums. */
static inline void rt_add_each(int32_t *sums, const int8_t *x, uint16_t count)
{
    for (; count; count--)
        *sums++ += *x++;
}

/* The sum of `count` values that lie `step` apart. */
static inline int32_t rt_sum_strided(const int8_t *x, uint16_t count, uint16_t step)
{
    int32_t sum = 0;

    for (; count; count--, x += step)
        sum += *x;
    return sum;
}

#endif
