/* rt_sums.h (MSP430X) - sums of int8 values in 32 bits, by rt_sums.S. */
#ifndef RT_SUMS_H
#define RT_SUMS_H

#include <stdint.h>

/* Adds `count` values to as many sums. */
void rt_add_each(int32_t *sums, const int8_t *x, uint16_t count);

/* The sum of `count` values that lie `step` apart. */
int32_t rt_sum_strided(const int8_t *x, uint16_t count, uint16_t step);

#endif
