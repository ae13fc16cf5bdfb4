/* rt_prefix_port.h (RV32) - prefix kernels with a multiplier. A long entry costs 9 instructions: load, two to part it,
 * product, address, sum in and out, and half of the loop's. */
#ifndef RT_PREFIX_PORT_H
#define RT_PREFIX_PORT_H

typedef int32_t rt_factor;

static inline rt_factor rt_factor_of(int32_t x)
{
    return x;
}

static inline void rt_add_product(int32_t *sums, uint32_t bytes, rt_factor x, int32_t weight)
{
    int32_t *sum = (int32_t *)(void *)((uint8_t *)sums + bytes);

    *sum += x * weight;
}

#include "rt_prefix_words.h"

#include "rt_prefix_rows.h"

#endif
