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

/* prefix_rows.S */
void rt_prefix_clear(int32_t *sums, uint16_t n);
void rt_prefix_larger(int32_t *best, const int32_t *other, uint16_t n);

/* What outputs have in common. */
struct rt_prefix_range {
    uint16_t count;
    int16_t least; /* act_min */
    uint16_t most; /* act_max - act_min; UNIT_AFTER_FINE: << 4 */
    uint16_t y_step;
};

/* `count` outputs of a position, each with its constants, and `count` of a channel, with the same. */
void rt_prefix_position(const int32_t *sums, const uint16_t *after, int8_t *y, const struct rt_prefix_range *range);
void rt_prefix_position_fine(const int32_t *sums, const uint16_t *after, int8_t *y,
                             const struct rt_prefix_range *range);
void rt_prefix_positions(const int32_t *sums, const uint16_t *after, int8_t *y, const struct rt_prefix_range *range);
void rt_prefix_positions_fine(const int32_t *sums, const uint16_t *after, int8_t *y,
                              const struct rt_prefix_range *range);

static inline struct rt_prefix_range rt_prefix_range(const struct unit_packed_s8 *p, uint8_t form, uint16_t count,
                                                     uint16_t y_step)
{
    struct rt_prefix_range range;

    range.count = count;
    range.least = p->act_min;
    range.most = (uint16_t)((p->act_max - p->act_min) << (form == UNIT_AFTER_FINE ? 4 : 0));
    range.y_step = y_step;
    return range;
}

static inline void rt_prefix_outputs(const struct unit_packed_s8 *p, const struct rt_after *after, int32_t *sums,
                                     int8_t *y)
{
    struct rt_prefix_range range = rt_prefix_range(p, after->form, p->out_c, 1);

    if (after->constants) {
        (after->form == UNIT_AFTER_FINE ? rt_prefix_position_fine : rt_prefix_position)(sums, after->constants, y,
                                                                                        &range);
        return;
    }
    for (uint16_t o = 0; o < p->out_c; o++)
        sums[o] += p->bias[o];
    rt_requantise(p, 0, sums, p->out_c, y);
}

static inline void rt_prefix_channel(const struct unit_packed_s8 *p, const struct rt_after *after, uint16_t o,
                                     int32_t *sums, int8_t *y)
{
    struct rt_prefix_range range = rt_prefix_range(p, after->form, p->out_w, p->out_c);

    if (after->constants) {
        (after->form == UNIT_AFTER_FINE ? rt_prefix_positions_fine
                                        : rt_prefix_positions)(sums, after->constants + 6 * o, y, &range);
        return;
    }
    for (uint16_t x = p->out_w; x; x--, sums++, y += p->out_c) {
        *sums += p->bias[o];
        rt_requantise(p, o, sums, 1, y);
    }
}

#endif
