/* rt_prefix_port.h (AVR) - the inner loops of the prefix kernels: prefix_scatter.S. */
#ifndef RT_PREFIX_PORT_H
#define RT_PREFIX_PORT_H

#define RT_PREFIX_SUM_BITS 24

/* See the C port for what this equals. Entries are short ones. */
void unit_prefix_row(const struct rt_scatter *s, const int8_t *in);

static inline void rt_scatter_row(const struct rt_scatter *s, const int8_t *in)
{
    unit_prefix_row(s, in);
}

static inline uint16_t rt_far_u16(rt_far at)
{
    return (uint16_t)((uint8_t)rt_far_s8(at) | (uint16_t)(uint8_t)rt_far_s8(at + 1) << 8);
}

/* sums[offset] += x * weight for count long entries. */
static inline void rt_scatter_long(int32_t *sums, rt_far entry, uint8_t count, int16_t x)
{
    for (; count; count--, entry += UNIT_PREFIX_LONG_BYTES)
        sums[rt_far_u16(entry)] += (int32_t)x * rt_far_s8(entry + 2);
}

#include "rt_prefix_rows.h"

#endif
