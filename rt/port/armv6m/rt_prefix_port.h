/* rt_prefix_port.h (ARMv6-M) - the inner loops of the prefix kernels: prefix_scatter.S. */
#ifndef RT_PREFIX_PORT_H
#define RT_PREFIX_PORT_H

/* See the C port for what these equal. */
void unit_prefix_row(const struct rt_scatter *s, const int8_t *in);
void unit_prefix_row_long(const struct rt_scatter *s, const int8_t *in);

static inline void rt_scatter_row(const struct rt_scatter *s, const int8_t *in)
{
    (s->wide ? unit_prefix_row_long : unit_prefix_row)(s, in);
}

/* A long entry is one word: 4 * offset, and the weight above it. */
static inline void rt_scatter_long(int32_t *sums, rt_far entry, uint8_t count, int16_t x)
{
    const int32_t *word = (const int32_t *)(const void *)entry;

    for (; count; count--, word++) {
        int32_t *sum = (int32_t *)(void *)((uint8_t *)sums + (uint16_t)*word);
        *sum += (*word >> 16) * x;
    }
}

#include "rt_prefix_rows.h"

#endif
