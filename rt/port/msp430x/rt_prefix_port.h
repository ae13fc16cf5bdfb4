/* rt_prefix_port.h (MSP430X) - the inner loops of the prefix kernels: prefix_scatter.S and prefix_rows.S. */
#ifndef RT_PREFIX_PORT_H
#define RT_PREFIX_PORT_H

/* See the C port for what these equal. */
void unit_prefix_row(const struct rt_scatter *s, const int8_t *in);
void unit_prefix_row_long(const struct rt_scatter *s, const int8_t *in);

static inline void rt_scatter_row(const struct rt_scatter *s, const int8_t *in)
{
    (s->wide ? unit_prefix_row_long : unit_prefix_row)(s, in);
}

/* sums[...] += x * weight for an entry after another; `length` is twice their number. */
void unit_prefix_list_long(int32_t *sums, const rt_far *entry, uint16_t length, int16_t x);

static inline void rt_scatter_long(int32_t *sums, rt_far entry, uint8_t length, int16_t x)
{
    unit_prefix_list_long(sums, &entry, length, x);
}

void rt_prefix_clear(int32_t *sums, uint16_t n);
void rt_prefix_larger(int32_t *best, const int32_t *other, uint16_t n);

/* Outputs that follow each other in y, y_step apart. */
struct rt_prefix_run {
    uint16_t count;
    int16_t least; /* act_min */
    uint16_t most; /* act_max - act_min; UNIT_AFTER_FINE: << 4 */
    uint16_t y_step;
    const int32_t *below; /* pooled: rows of sums, each position 4 * count bytes behind the other */
};

/* Outputs of a position, each with its constants; of 2 by 2 positions, the largest; of a channel, with the same
 * constants. */
typedef void rt_prefix_outputs_of(const int32_t *sums, const uint16_t *after, int8_t *y,
                                  const struct rt_prefix_run *run);
rt_prefix_outputs_of rt_prefix_position, rt_prefix_position_fine, rt_prefix_pooled, rt_prefix_pooled_fine,
    rt_prefix_positions, rt_prefix_positions_fine;

static inline struct rt_prefix_run rt_prefix_run(const struct rt_outputs *to, uint16_t count, uint16_t y_step)
{
    struct rt_prefix_run run;

    run.count = count;
    run.least = to->layer->act_min;
    run.most = (uint16_t)((to->layer->act_max - to->layer->act_min) << (to->form == UNIT_AFTER_FINE ? 4 : 0));
    run.y_step = y_step;
    run.below = to->below;
    return run;
}

/* Without constants: the bias added, and the layer's own rounding. */
static inline void rt_prefix_plain_outputs(const struct rt_outputs *to, int8_t *y)
{
    const struct unit_packed_s8 *p = to->layer;

    if (to->below) {
        rt_prefix_larger(to->sums, to->sums + p->out_c, p->out_c);
        rt_prefix_larger(to->sums, to->below, p->out_c);
        rt_prefix_larger(to->sums, to->below + p->out_c, p->out_c);
    }
    for (uint16_t o = 0; o < p->out_c; o++)
        to->sums[o] += p->bias[o];
    rt_requantise(p, 0, to->sums, p->out_c, y);
}

static inline void rt_prefix_outputs(const struct rt_outputs *to, int8_t *y)
{
    struct rt_prefix_run run = rt_prefix_run(to, to->layer->out_c, 1);

    if (to->form == UNIT_AFTER_NONE)
        rt_prefix_plain_outputs(to, y);
    else if (to->form == UNIT_AFTER_FINE)
        (to->below ? rt_prefix_pooled_fine : rt_prefix_position_fine)(to->sums, to->after, y, &run);
    else
        (to->below ? rt_prefix_pooled : rt_prefix_position)(to->sums, to->after, y, &run);
}

static inline void rt_prefix_channel(const struct rt_outputs *to, uint16_t o, int8_t *y)
{
    const struct unit_packed_s8 *p = to->layer;
    struct rt_prefix_run run = rt_prefix_run(to, p->out_w, p->out_c);
    int32_t *sum = to->sums;

    if (to->form != UNIT_AFTER_NONE) {
        (to->form == UNIT_AFTER_FINE ? rt_prefix_positions_fine : rt_prefix_positions)(sum, to->after + 6 * o, y, &run);
        return;
    }
    for (uint16_t x = p->out_w; x; x--, sum++, y += p->out_c) {
        *sum += p->bias[o];
        rt_requantise(p, o, sum, 1, y);
    }
}

#endif
