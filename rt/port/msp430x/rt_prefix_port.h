/* rt_prefix_port.h (MSP430X) - the inner loops of the prefix kernels: prefix_scatter.S and prefix_rows.S. */
#ifndef RT_PREFIX_PORT_H
#define RT_PREFIX_PORT_H

#define RT_PREFIX_GROUP_BYTES 2 /* from a list's start in the index to the next */

/* See the C port for what these equal. */
void unit_prefix_row(const struct rt_scatter *s, const int8_t *in);
void unit_prefix_row_long(const struct rt_scatter *s, const int8_t *in);
void unit_prefix_row_one(const struct rt_scatter *s, const int8_t *in);

static inline void rt_scatter_row(const struct rt_scatter *s, const int8_t *in)
{
    (s->wide ? unit_prefix_row_long : s->groups == 1 ? unit_prefix_row_one : unit_prefix_row)(s, in);
}

/* sums[...] += x * weight for an entry after another; `length` is twice their number. */
void unit_prefix_list_long(int32_t *sums, const rt_far *entry, uint16_t length, int16_t x);

static inline void rt_scatter_long(int32_t *sums, rt_far entry, uint8_t length, int16_t x)
{
    unit_prefix_list_long(sums, &entry, length, x);
}

void rt_prefix_clear(int32_t *sums, uint16_t n);
void rt_prefix_larger(int32_t *best, const int32_t *other, uint16_t n);

struct rt_prefix_run {
    uint16_t count; /* outputs of a position; of a channel */
    int16_t least;  /* act_min */
    uint16_t most;  /* act_max - act_min; UNIT_AFTER_FINE: << 4 */
    uint16_t step;  /* from an output of a channel to the next; in a row: bytes of sums left out behind a position */
    const int32_t *below; /* pooled: the row of sums below */
    uint16_t positions;
};

/* The outputs of a row of positions, each output with its constants; pooled: the largest of 2 by 2 positions. Those of
 * a channel: with the same constants. */
typedef void rt_prefix_outputs_of(const int32_t *sums, const uint16_t *after, int8_t *y,
                                  const struct rt_prefix_run *run);
rt_prefix_outputs_of rt_prefix_row_coarse, rt_prefix_row_fine, rt_prefix_row_pooled, rt_prefix_row_pooled_fine,
    rt_prefix_channel_coarse, rt_prefix_channel_fine;

static inline struct rt_prefix_run rt_prefix_run(const struct rt_outputs *to, uint16_t count, uint16_t step)
{
    struct rt_prefix_run run;

    run.count = count;
    run.least = to->layer->act_min;
    run.most = (uint16_t)((to->layer->act_max - to->layer->act_min) << (to->form == UNIT_AFTER_FINE ? 4 : 0));
    run.step = step;
    run.below = to->below;
    run.positions = to->positions;
    return run;
}

/* A position without constants: the bias added, and the layer's own rounding. */
static inline void rt_prefix_plain_outputs(const struct unit_packed_s8 *p, int32_t *sums, const int32_t *below,
                                           int8_t *y)
{
    if (below) {
        rt_prefix_larger(sums, sums + p->out_c, p->out_c);
        rt_prefix_larger(sums, below, p->out_c);
        rt_prefix_larger(sums, below + p->out_c, p->out_c);
    }
    for (uint16_t o = 0; o < p->out_c; o++)
        sums[o] += p->bias[o];
    rt_requantise(p, 0, sums, p->out_c, y);
}

#define RT_HAS_PREFIX_ROW_OUTPUTS

static inline void rt_prefix_row_outputs(const struct rt_outputs *to, int8_t *y)
{
    const struct unit_packed_s8 *p = to->layer;
    struct rt_prefix_run run = rt_prefix_run(to, p->out_c, (uint16_t)((to->step - p->out_c) << 2));

    if (to->form == UNIT_AFTER_FINE)
        (to->below ? rt_prefix_row_pooled_fine : rt_prefix_row_fine)(to->sums, to->after, y, &run);
    else if (to->form != UNIT_AFTER_NONE)
        (to->below ? rt_prefix_row_pooled : rt_prefix_row_coarse)(to->sums, to->after, y, &run);
    else
        for (uint16_t left = to->positions, at = 0; left; left--, at = (uint16_t)(at + to->step), y += p->out_c)
            rt_prefix_plain_outputs(p, to->sums + at, to->below ? to->below + at : NULL, y);
}

static inline void rt_prefix_channel(const struct rt_outputs *to, uint16_t o, int8_t *y)
{
    const struct unit_packed_s8 *p = to->layer;
    struct rt_prefix_run run = rt_prefix_run(to, p->out_w, p->out_c);
    int32_t *sum = to->sums;

    if (to->form != UNIT_AFTER_NONE) {
        (to->form == UNIT_AFTER_FINE ? rt_prefix_channel_fine : rt_prefix_channel_coarse)(sum, to->after + 6 * o, y,
                                                                                          &run);
        return;
    }
    for (uint16_t x = p->out_w; x; x--, sum++, y += p->out_c) {
        *sum += p->bias[o];
        rt_requantise(p, o, sum, 1, y);
    }
}

#endif
