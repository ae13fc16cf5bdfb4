/* rt_prefix_port.h (RV32) - prefix kernels with a multiplier. A long entry costs 8 instructions: two loads, product,
 * address, three for the sum, and half of the loop's; a short one 8.5; one that is instructions 5. */
#ifndef RT_PREFIX_PORT_H
#define RT_PREFIX_PORT_H

typedef int32_t rt_factor;

static inline rt_factor rt_factor_of(int32_t x)
{
    return x;
}

#define RT_PREFIX_WEIGHT 1

static inline void rt_add_product(int32_t *sums, uint32_t bytes, rt_factor x, int32_t weight)
{
    int32_t *sum = (int32_t *)(void *)((uint8_t *)sums + bytes);

    *sum += x * weight;
}

#define RT_PREFIX_CODE_BYTES 20
#include "rt_prefix_words.h"

#include "rt_prefix_rows.h"

static inline void rt_prefix_outputs(const struct rt_outputs *to, int8_t *y)
{
    rt_prefix_position(to, y);
}

#endif
