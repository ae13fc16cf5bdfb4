/* rt_prefix_port.h (MSP430X) - the inner loops of the prefix kernels: prefix_scatter.S. */
#ifndef RT_PREFIX_PORT_H
#define RT_PREFIX_PORT_H

/* See the C port for what these equal; `at` counts bytes. */
void unit_prefix_column(const struct rt_scatter *s, const uint8_t *lists, uint16_t at, const int8_t *in);
void unit_prefix_column_long(const struct rt_scatter *s, const uint8_t *lists, uint16_t at, const int8_t *in);

static inline void rt_scatter_column(const struct rt_scatter *s, const uint8_t *lists, uint16_t at, const int8_t *in)
{
    if (s->wide)
        unit_prefix_column_long(s, lists, (uint16_t)(at << 2), in);
    else
        unit_prefix_column(s, lists, (uint16_t)(at << 2), in);
}

/* sums[...] += x * weight for an entry after another; `length` is twice their number. */
void unit_prefix_list_long(int32_t *sums, const rt_far *entry, uint16_t length, int16_t x);

static inline void rt_scatter_long(int32_t *sums, rt_far entry, uint8_t length, int16_t x)
{
    unit_prefix_list_long(sums, &entry, length, x);
}

#endif
