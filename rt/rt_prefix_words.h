/* rt_prefix_words.h - the inner loops of the prefix kernels for 32-bit CPUs, in C. A long entry is two halves of a
 * word: 4 * offset, weight. The port supplies what an element is multiplied by, and the sum of a product:
 *
 *   rt_factor, rt_factor_of(x), rt_add_product(sums, offset in bytes, factor, weight) */
#ifndef RT_PREFIX_WORDS_H
#define RT_PREFIX_WORDS_H

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

static inline void rt_scatter_short(int32_t *sums, const uint8_t *entry, const uint8_t *end, rt_factor x)
{
    for (; entry != end; entry += UNIT_PREFIX_ENTRY_BYTES)
        rt_add_product(sums, (uint32_t)entry[0] << 2, x, (int8_t)entry[1]);
}

/* Weights of sums in a row. */
static inline void rt_scatter_weights(int32_t *sums, const int8_t *w, uint32_t count, rt_factor x)
{
    const int8_t *end = w + (count & ~(uint32_t)7);

    for (; w != end; w += 8, sums += 8) {
        rt_add_product(sums, 0, x, w[0]);
        rt_add_product(sums, 4, x, w[1]);
        rt_add_product(sums, 8, x, w[2]);
        rt_add_product(sums, 12, x, w[3]);
        rt_add_product(sums, 16, x, w[4]);
        rt_add_product(sums, 20, x, w[5]);
        rt_add_product(sums, 24, x, w[6]);
        rt_add_product(sums, 28, x, w[7]);
    }
    for (end += count & 7; w != end; w++, sums++)
        rt_add_product(sums, 0, x, *w);
}

static inline void rt_scatter_long(int32_t *sums, rt_far entry, uint8_t count, int16_t value)
{
    const int32_t *word = (const int32_t *)(const void *)entry;
    rt_factor x = rt_factor_of(value);

    for (; count; count--, word++)
        rt_add_product(sums, (uint16_t)*word, x, *word >> 16);
}

/* See the C port. */
static inline void rt_scatter_column(const struct rt_scatter *s, const uint8_t *lists, uint16_t at, const int8_t *in)
{
    const struct rt_visit *first = s->visit, *end = s->end;
    const int8_t *in_end = in + s->channels;
    const uint8_t *entries = (const uint8_t *)s->entries, *table = s->table;
    uint32_t step = s->step, wide = s->wide;
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
                rt_scatter_weights(v->sums + at, (const int8_t *)entries + start, length, x);
            else if (wide)
                rt_scatter_near(v->sums + at, (const uint16_t *)(const void *)entries + 2 * start,
                                (const uint16_t *)(const void *)entries + 2 * (start + length), x);
            else
                rt_scatter_short(v->sums + at, entries + 2 * start, entries + 2 * (start + length), x);
        }
    }
}

/* A row of the input. */
RT_APART static void rt_scatter_row(const struct rt_scatter *s, const int8_t *in)
{
    for (const struct unit_prefix_column *c = s->columns; c != s->columns_end; c++, in += s->channels)
        rt_scatter_column(s, s->index + rt_rom_u16(&c->list), rt_rom_u16(&c->at), in);
}

#endif
