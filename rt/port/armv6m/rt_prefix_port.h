/* rt_prefix_port.h (ARMv6-M) - the inner loops of the prefix kernels: prefix_scatter.S. */
#ifndef RT_PREFIX_PORT_H
#define RT_PREFIX_PORT_H

/* See rt_prefix.h for the C that this equals; `at` counts sums. */
void unit_prefix_column(const struct rt_scatter *s, const uint8_t *lists, uint32_t at, const int8_t *in);
void unit_prefix_column_long(const struct rt_scatter *s, const uint8_t *lists, uint32_t at, const int8_t *in);

static inline void rt_scatter_column(const struct rt_scatter *s, const uint8_t *lists, uint16_t at, const int8_t *in)
{
    if (s->wide)
        unit_prefix_column_long(s, lists, at, in);
    else
        unit_prefix_column(s, lists, at, in);
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
