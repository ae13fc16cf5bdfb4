/* rt_prefix_port.h (C) - the inner loops of the prefix kernels in portable C: what a port's own must equal. */
#ifndef RT_PREFIX_PORT_H
#define RT_PREFIX_PORT_H

/* sums[offset] += x * weight for count entries, count > 0. */
static inline void rt_scatter(int32_t *sums, rt_far entry, uint8_t count, int16_t x)
{
    for (; count; count--, entry += UNIT_PREFIX_ENTRY_BYTES)
        sums[(uint8_t)rt_far_s8(entry)] += (int32_t)x * rt_far_s8(entry + 1);
}

static inline uint16_t rt_far_u16(rt_far at)
{
    return (uint16_t)((uint8_t)rt_far_s8(at) | (uint16_t)(uint8_t)rt_far_s8(at + 1) << 8);
}

/* The same with entries of UNIT_PREFIX_LONG_BYTES. */
static inline void rt_scatter_long(int32_t *sums, rt_far entry, uint8_t count, int16_t x)
{
    for (; count; count--, entry += UNIT_PREFIX_LONG_BYTES)
        sums[rt_far_u16(entry)] += (int32_t)x * rt_far_s8(entry + 2);
}

/* The same with weights of sums in a row. */
static inline void rt_scatter_weights(int32_t *sums, rt_far w, uint8_t count, int16_t x)
{
    for (; count; count--)
        *sums++ += (int32_t)x * rt_far_s8(w++);
}

/* The elements of one column of an input row, channel after channel: each runs the prefix it wakes of every list that
 * it visits. `lists` is the index of channel 0, `at` where the column's offsets count from. */
static inline void rt_scatter_column(const struct rt_scatter *s, const uint8_t *lists, uint16_t at, const int8_t *in)
{
    for (uint16_t c = s->channels; c; c--, lists += s->step) {
        int16_t x = (int16_t)(*in++ - s->zp);
        uint8_t length_at = rt_rom_u8(s->table + rt_magnitude(x));
        for (const struct rt_visit *v = s->visit; x && v != s->end; v++) {
            const uint8_t *list = lists + v->group;
            uint8_t length = rt_rom_u8(list + length_at);
            rt_far entry = s->entries;
            uint32_t start;
            if (!length)
                continue;
            start = rt_prefix_start(list);
            if (s->wide == UNIT_PREFIX_LONG)
                rt_scatter_long(v->sums + at, entry + start * UNIT_PREFIX_LONG_BYTES, length, x);
            else if (s->wide == UNIT_PREFIX_ROW)
                rt_scatter_weights(v->sums + at, entry + start, length, x);
            else
                rt_scatter(v->sums + at, entry + start * UNIT_PREFIX_ENTRY_BYTES, length, x);
        }
    }
}

/* A row of the input. */
static inline void rt_scatter_row(const struct rt_scatter *s, const int8_t *in)
{
    for (const struct unit_prefix_column *c = s->columns; c != s->columns_end; c++, in += s->channels)
        rt_scatter_column(s, s->index + rt_rom_u16(&c->list), rt_rom_u16(&c->at), in);
}

#define RT_PREFIX_DIVIDES(form) ((form) >= UNIT_AFTER_DIVIDED)
#include "rt_prefix_rows.h"

#endif
