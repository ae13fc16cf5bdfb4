/* rt_prefix_port.h (AVR) - the inner loops of the prefix kernels: prefix_scatter.S. */
#ifndef RT_PREFIX_PORT_H
#define RT_PREFIX_PORT_H

#define RT_PREFIX_SUM_BITS 24
#define RT_PREFIX_SEEDS

/* See the C port for what these equal. Entries are short ones; or rows of weights. */
void unit_prefix_row(const struct rt_scatter *s, const int8_t *in);
void unit_prefix_weights(const struct rt_scatter *s, const int8_t *in);

static inline void rt_scatter_row(const struct rt_scatter *s, const int8_t *in)
{
    if (s->wide == UNIT_PREFIX_ROW)
        unit_prefix_weights(s, in);
    else
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

#define RT_HAS_PREFIX_CLEAR
#define RT_HAS_PREFIX_ROW_OUTPUTS
#include "rt_prefix_rows.h"

void unit_prefix_clear(int32_t *sums, uint16_t n);

static inline void rt_prefix_clear(int32_t *sums, uint16_t n)
{
    unit_prefix_clear(sums, n);
}

/* What the outputs of a row have in common. Assembly knows the order. */
struct rt_prefix_run {
    uint16_t count;
    int16_t least;
    uint16_t positions;
    const int32_t *below;
    uint16_t bytes; /* of the sums of a position */
    const uint16_t *after;
};

/* UNIT_AFTER_BYTES: a row of positions, and of 2 by 2 positions. */
void unit_prefix_outputs(const int32_t *sums, int8_t *y, struct rt_prefix_run *run);
void unit_prefix_pooled(const int32_t *sums, int8_t *y, struct rt_prefix_run *run);

static inline void rt_prefix_row_outputs(struct rt_outputs *to, int8_t *y)
{
    struct rt_prefix_run run = { to->layer->out_c, to->layer->act_min, to->positions, to->below, 0, to->after };

    run.bytes = (uint16_t)(run.count * sizeof *to->sums);
    if (to->form != UNIT_AFTER_BYTES)
        rt_prefix_each_position(to, y);
    else if (to->below)
        unit_prefix_pooled(to->sums, y, &run);
    else
        unit_prefix_outputs(to->sums, y, &run);
}

#endif
