/* rt_prefix_words.h - the inner loops of the prefix kernels for 32-bit CPUs, in C. A long entry is two halves of a
 * word: 4 * offset, RT_PREFIX_WEIGHT * weight. The port supplies what an element is multiplied by, and the sum of a
 * product:
 *
 *   rt_factor, rt_factor_of(x), rt_add_product(sums, offset in bytes, factor, RT_PREFIX_WEIGHT * weight)
 *   RT_PREFIX_CODE_BYTES   if it runs lists of instructions: of each connection (src/port/port_code.c) */
#ifndef RT_PREFIX_WORDS_H
#define RT_PREFIX_WORDS_H

#if defined RT_PREFIX_CODE_BYTES
#include "rt_prefix_code.h"
#endif

/* Long entries: two loads take one instruction less than one that is parted. */
static inline void rt_scatter_near(int32_t *sums, const uint16_t *entry, const uint16_t *end, rt_factor x)
{
    if ((end - entry) & 2) {
        rt_add_product(sums, entry[0], x, (int16_t)entry[1]);
        entry += 2;
    }
    for (; entry != end; entry += 4) {
        rt_add_product(sums, entry[0], x, (int16_t)entry[1]);
        rt_add_product(sums, entry[2], x, (int16_t)entry[3]);
    }
}

static inline void rt_add_weight(int32_t *sums, uint32_t bytes, rt_factor x, uint8_t weight)
{
    rt_add_product(sums, bytes, x, RT_PREFIX_WEIGHT * (int8_t)weight);
}

static inline void rt_scatter_short(int32_t *sums, const uint8_t *entry, const uint8_t *end, rt_factor x)
{
    for (; (end - entry) & (3 * UNIT_PREFIX_ENTRY_BYTES); entry += UNIT_PREFIX_ENTRY_BYTES)
        rt_add_weight(sums, (uint32_t)entry[0] << 2, x, entry[1]);
    for (; entry != end; entry += 4 * UNIT_PREFIX_ENTRY_BYTES) {
        rt_add_weight(sums, (uint32_t)entry[0] << 2, x, entry[1]);
        rt_add_weight(sums, (uint32_t)entry[2] << 2, x, entry[3]);
        rt_add_weight(sums, (uint32_t)entry[4] << 2, x, entry[5]);
        rt_add_weight(sums, (uint32_t)entry[6] << 2, x, entry[7]);
    }
}

/* Weights of sums in a row. */
static inline void rt_scatter_weights(int32_t *sums, const uint8_t *w, uint32_t count, rt_factor x)
{
    const uint8_t *end = w + (count & ~(uint32_t)7);

    for (; w != end; w += 8, sums += 8) {
        rt_add_weight(sums, 0, x, w[0]);
        rt_add_weight(sums, 4, x, w[1]);
        rt_add_weight(sums, 8, x, w[2]);
        rt_add_weight(sums, 12, x, w[3]);
        rt_add_weight(sums, 16, x, w[4]);
        rt_add_weight(sums, 20, x, w[5]);
        rt_add_weight(sums, 24, x, w[6]);
        rt_add_weight(sums, 28, x, w[7]);
    }
    for (end += count & 7; w != end; w++, sums++)
        rt_add_weight(sums, 0, x, *w);
}

static inline void rt_scatter_long(int32_t *sums, rt_far entry, uint8_t count, int16_t value)
{
    const int32_t *word = (const int32_t *)(const void *)entry;
    rt_factor x = rt_factor_of(value);

    for (; count; count--, word++)
        rt_add_product(sums, (uint16_t)*word, x, *word >> 16);
}

/* See the C port. */
static inline void rt_scatter_column(const struct rt_scatter *s, uint8_t wide, const uint8_t *lists, uint16_t at,
                                     const int8_t *in)
{
    const struct rt_visit *first = s->visit, *end = s->end;
    const int8_t *in_end = in + s->channels;
    const uint8_t *entries = (const uint8_t *)s->entries, *table = s->table;
    uint32_t step = s->step;
    int32_t zp = s->zp;

    for (; in != in_end; lists += step) {
        int32_t value = *in++ - zp;
        rt_factor x = rt_factor_of(value);
        const uint8_t *list;
        if (!value)
            continue;
        list = lists + table[value < 0 ? -value : value];
        for (const struct rt_visit *v = first; v != end; v++) {
            uint32_t length = list[v->group], start;
            if (!length)
                continue;
            start = *(const uint16_t *)(const void *)(lists + v->group);
            if (wide == UNIT_PREFIX_ROW)
                rt_scatter_weights(v->sums + at, entries + start, length, x);
            else if (wide == UNIT_PREFIX_LONG)
                rt_scatter_near(v->sums + at, (const uint16_t *)(const void *)entries + 2 * start,
                                (const uint16_t *)(const void *)entries + 2 * (start + length), x);
            else
                rt_scatter_short(v->sums + at, entries + 2 * start, entries + 2 * (start + length), x);
        }
    }
}

static inline void rt_scatter_columns(const struct rt_scatter *s, uint8_t wide, const int8_t *in)
{
    for (const struct unit_prefix_column *c = s->columns; c != s->columns_end; c++, in += s->channels)
        rt_scatter_column(s, wide, s->index + c->list, c->at, in);
}

/* A function for each kind of entries: together, their loops would have too few registers. */
RT_APART static void rt_scatter_row_short(const struct rt_scatter *s, const int8_t *in)
{
    rt_scatter_columns(s, UNIT_PREFIX_SHORT, in);
}

RT_APART static void rt_scatter_row_long(const struct rt_scatter *s, const int8_t *in)
{
    rt_scatter_columns(s, UNIT_PREFIX_LONG, in);
}

RT_APART static void rt_scatter_row_weights(const struct rt_scatter *s, const int8_t *in)
{
    rt_scatter_columns(s, UNIT_PREFIX_ROW, in);
}

/* The outputs of a row, in one call. */
RT_APART static void rt_prefix_row_outputs(struct rt_outputs *to, int8_t *y)
{
    rt_prefix_each_position(to, y);
}

#define RT_HAS_PREFIX_ROW_OUTPUTS
#define RT_HAS_PREFIX_OUTPUTS

/* A row of the input. */
static inline void rt_scatter_row(const struct rt_scatter *s, const int8_t *in)
{
    if (s->wide == UNIT_PREFIX_SHORT)
        rt_scatter_row_short(s, in);
    else if (s->wide == UNIT_PREFIX_LONG)
        rt_scatter_row_long(s, in);
#if defined RT_PREFIX_CODE_BYTES
    else if (s->wide == UNIT_PREFIX_CODE)
        rt_scatter_row_code(s, in);
#endif
    else
        rt_scatter_row_weights(s, in);
}

#endif
