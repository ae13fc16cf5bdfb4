/* lower_lanes.c - see lower_lanes.h. */
#include "port/lower_lanes.h"

#include <math.h>
#include <stdlib.h>

#include <rt_lanes.h>
#include <rt_steps.h>

#include "port/order.h"
#include "port/steps_fit.h"

enum {
    POSITIONS = 16,      /* that make unpacking weights worth while: it costs as much as one position, about */
    POSITIONS_LEAST = 3, /* below it, weights are used as they come */
    SCRATCH_MAX = 8192   /* more than one row at a time must keep to that */
};

/* [blocks][pairs][4]; connections and outputs beyond the last have weights 0. 0 if two paired weights are -128. */
static int pack(const struct mac_layer *m, const struct unit_lanes_s8 *op, uint8_t *to)
{
    int fours = rt_lanes_fours(&op->layer);

    for (int o = 0; o < m->out_c; o += 2)
        for (int i = 0; i < op->pairs; i++)
            for (int half = 1; half >= 0; half--)
                for (int b = 0; b < 2; b++) {
                    /* The places of four are their own inverse. */
                    int k = rt_lanes_half(fours, (uint16_t)(2 * i + half));
                    int w = k < m->taps ? layer_weight(m, o + b, in_strip_order(m, k)) : 0;
                    *to++ = (uint8_t)(w + 128);
                    if (half == 0 && w == -128 && to[-3] == 0)
                        return 0;
                }
    return 1;
}

/* The bias of output o with the zero point of x folded in, counted from where the steps begin. */
static int32_t bias_from(const struct mac_layer *m, int o, int32_t from)
{
    int64_t sum = 0;

    for (int k = 0; k < m->taps; k++)
        sum += layer_weight(m, o, k);
    return (int32_t)(uint32_t)(m->bias[o] - m->shape.in_zp * sum - from);
}

/* 1 if one of them has a bend. */
static int put_steps(const struct steps *s, int32_t *steps, int32_t *bends)
{
    steps[RT_STEP_RANGE] = s->range;
    steps[RT_STEP_MULT] = s->mult;
    steps[RT_STEP_ADD] = s->add;
    bends[RT_BEND_UPTO] = s->bend;
    bends[RT_BEND_ADD] = s->bend_add;
    return s->bend != 0;
}

/* What the layer makes of sums of output o, within op's bounds. */
struct output_function {
    const struct mac_layer *layer;
    const struct unit_packed_s8 *op;
    int o;
};

static int32_t output_of(const void *context, int32_t sum)
{
    const struct output_function *f = context;

    return layer_output(f->layer, f->o, sum, f->op->act_min, f->op->act_max);
}

/* A bound of the sums of output o, for every input. */
static int64_t largest_sum(const struct mac_layer *m, int o)
{
    int64_t sum = llabs(m->bias[o]);

    for (int k = 0; k < m->taps; k++)
        sum += 255 * abs(layer_weight(m, o, k));
    return sum;
}

/* One line for each scale. Outputs that share it share its bounds, so the largest sum of all counts. */
static int fit_all(struct region *r, const struct mac_layer *m, struct unit_lanes_s8 *op)
{
    int scales = op->layer.scale_step ? m->out_c : 1, bent = 0;
    int32_t *steps = region_array(r, (size_t)scales, RT_STEP_WORDS * sizeof *steps);
    int32_t *bends = region_array(r, (size_t)scales, RT_BEND_WORDS * sizeof *bends);
    int32_t *bias = region_array(r, (size_t)m->out_c + 8, sizeof *bias);
    int64_t largest = 0;
    struct steps s;

    for (int o = 0; o < m->out_c; o++)
        largest = largest_sum(m, o) > largest ? largest_sum(m, o) : largest;
    for (int o = 0; o < m->out_c; o++) {
        struct output_function f = { m, &op->layer, o };
        double scale = ldexp((double)m->shape.mult[o < scales ? o : 0], m->shape.shift[o < scales ? o : 0] - 31);
        if (op->layer.scale_step)
            largest = largest_sum(m, o);
        if (largest >= 1 << 28)
            return 0;
        if (o < scales && !steps_fit(output_of, &f, scale, largest, op->layer.act_min, op->layer.act_max, &s))
            return 0;
        if (o < scales)
            bent |= put_steps(&s, steps + RT_STEP_WORDS * o, bends + RT_BEND_WORDS * o);
        bias[o] = bias_from(m, o, s.from);
    }
    op->steps = steps, op->layer.bias = bias;
    op->bends = bent ? bends : NULL;
    return 1;
}

/* Rows at a time: enough positions to share unpacked weights, while scratch is small. */
static void choose_rows(struct unit_lanes_s8 *op)
{
    uint16_t unit = op->layer.pool_h ? op->layer.pool_h : 1, rows = unit;

    op->rows = 0;
    if (!op->layer.pool_h && (uint32_t)op->layer.out_h * op->layer.out_w < POSITIONS_LEAST)
        return;
    while (rows * op->layer.out_w < POSITIONS && rows + unit <= op->layer.out_h &&
           rt_lanes_scratch(op, (uint16_t)(rows + unit)) <= SCRATCH_MAX)
        rows = (uint16_t)(rows + unit);
    op->rows = rows;
}

uint32_t lanes_weight_bytes(const struct unit_lanes_s8 *op)
{
    return ((op->layer.out_c + 1u) / 2) * op->pairs * 4;
}

void lanes_lower(struct region *r, struct step *s, struct unit_step *k, const struct mac_layer *m)
{
    const struct unit_packed_s8 *layer = k->op;
    struct unit_lanes_s8 *op;
    uint32_t columns;
    uint8_t *weights;

    if (k->kernel != unit_packed_s8)
        return;
    columns = (uint32_t)(layer->out_w - 1) * layer->stride_w + layer->kernel_w;
    if (m->taps > 32767 || (columns + layer->out_w * (layer->kernel_w + 1u)) * layer->kernel_h * layer->in_c > 65000)
        return;
    op = region_alloc(r, sizeof *op);
    *op = (struct unit_lanes_s8){ .layer = *layer, .pairs = (uint16_t)((m->taps + 1) / 2) };
    op->layer.mult = op->layer.add = NULL;
    op->layer.shift = NULL;
    op->y_h = layer->pool_h ? (uint16_t)(layer->out_h / layer->pool_h) : layer->out_h;
    op->y_w = layer->pool_h ? (uint16_t)(layer->out_w / layer->pool_w) : layer->out_w;
    weights = region_alloc(r, lanes_weight_bytes(op));
    if (!pack(m, op, weights) || !fit_all(r, m, op))
        return;
    op->layer.weights = (unit_weights)(const void *)weights;
    choose_rows(op);
    k->kernel = unit_lanes_s8;
    k->op = op;
    s->scratch_bytes = rt_lanes_scratch(op, op->rows);
}
