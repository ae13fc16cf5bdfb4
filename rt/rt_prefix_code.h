/* rt_prefix_code.h - lists of instructions (UNIT_PREFIX_CODE), called as functions: RT_PREFIX_CODE_BYTES for each
 * connection (src/port/port_code.c). */
#ifndef RT_PREFIX_CODE_H
#define RT_PREFIX_CODE_H

typedef void rt_code(int32_t *sums, rt_factor x);

/* What an element runs: `lists` are its channel's, `lengths` where those for its bits stand. */
static inline void rt_run_lists(const struct rt_scatter *s, const uint8_t *lists, const uint8_t *lengths, uint16_t at,
                                rt_factor x)
{
    uintptr_t code = (uintptr_t)s->entries;

    for (const struct rt_visit *v = s->visit, *end = s->end; v != end; v++) {
        uint32_t length = lengths[v->group];
        if (length)
            ((rt_code *)(code + 2 * *(const uint16_t *)(const void *)(lists + v->group) -
                         RT_PREFIX_CODE_BYTES * length))(v->sums + at, x);
    }
}

/* See rt_scatter_row of the C port. */
RT_APART static void rt_scatter_row_code(const struct rt_scatter *s, const int8_t *in)
{
    const uint8_t *table = s->table;
    uint32_t channels = s->channels;
    int32_t zp = s->zp;

    for (const struct unit_prefix_column *c = s->columns, *end = s->columns_end; c != end; c++) {
        const uint8_t *lists = s->index + c->list;
        for (const int8_t *in_end = in + channels; in != in_end; lists += s->step) {
            int32_t value = *in++ - zp;
            if (value)
                rt_run_lists(s, lists, lists + table[value < 0 ? -value : value], c->at, rt_factor_of(value));
        }
    }
}

#endif
