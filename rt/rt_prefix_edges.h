/* rt_prefix_edges.h - what a port's rt_prefix_port.h may do better, in C: zeros at the ends of a row of the input,
 * sums with undefined bits above them. One that does defines RT_HAS_PREFIX_ZEROS or RT_HAS_PREFIX_SETTLE. */
#ifndef RT_PREFIX_EDGES_H
#define RT_PREFIX_EDGES_H

#if !defined RT_HAS_PREFIX_ZEROS
/* Elements that equal zp at the beginning of in[n]. */
static inline uint16_t rt_prefix_zeros(const int8_t *in, uint16_t n, int16_t zp)
{
    uint16_t count = 0;

    while (count < n && in[count] == zp)
        count++;
    return count;
}

/* The same before `end`; there is one that differs. */
static inline uint16_t rt_prefix_zeros_behind(const int8_t *end, int16_t zp)
{
    uint16_t count = 0;

    while (*--end == zp)
        count++;
    return count;
}
#endif

#if !defined RT_HAS_PREFIX_SETTLE
/* Gives n sums of rt_scatter_row the sign of their highest bit above it, where a port's loops do not. */
static inline void rt_prefix_settle(int32_t *sums, uint16_t n, uint8_t wide)
{
    (void)sums;
    (void)n;
    (void)wide;
}
#endif

#if !defined RT_HAS_PREFIX_COMPARED
/* As rt_scatter_row, for the entries of unit_prefix_s8_compared. */
static inline void rt_scatter_row_compared(const struct rt_scatter *s, const int8_t *in)
{
    for (const struct unit_prefix_column *column = s->columns; column != s->columns_end; column++)
        for (uint16_t c = 0; c < s->channels; c++) {
            int16_t x = (int16_t)(*in++ - s->zp);
            const uint8_t *lists = s->index + rt_rom_u16(&column->list) + c * s->step;
            uint8_t length_at = rt_rom_u8(s->table + rt_magnitude(x));
            for (const struct rt_visit *v = s->visit; x && v != s->end; v++) {
                int32_t *sums = v->sums + rt_rom_u16(&column->at);
                rt_far e = s->entries + (uint32_t)rt_prefix_start(lists + v->group) * UNIT_PREFIX_LONG_BYTES;
                for (uint8_t n = rt_rom_u8(lists + v->group + length_at); n; n--, e += UNIT_PREFIX_LONG_BYTES)
                    if (rt_magnitude(x) > (uint8_t)rt_far_s8(e + 3))
                        sums[((uint8_t)rt_far_s8(e + 1) | (uint8_t)rt_far_s8(e + 2) << 8) >> 2] +=
                            (int32_t)x * rt_far_s8(e);
            }
        }
}
#endif

#endif
