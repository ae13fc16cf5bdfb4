/* lower_steps.c - see lower_steps.h. */
#include "port/lower_steps.h"

#include <math.h>
#include <stdlib.h>

#include <rt_steps.h>

#include "port/order.h"
#include "port/steps_fit.h"

/* The bias of output o with zero point zp folded in, counted from where the steps begin. */
static int32_t bias_from(const struct mac_layer *m, int zp, int o, int32_t from)
{
    int64_t sum = 0;

    for (int k = 0; k < m->taps; k++)
        sum += layer_weight(m, o, k);
    return (int32_t)(uint32_t)(m->bias[o] - zp * sum - from);
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

/* Widens from..to by the sums of output o that can occur. */
static void widen(const struct mac_layer *m, int o, int64_t *from, int64_t *to)
{
    int64_t least = m->bias[o], most = least;

    for (int k = 0; k < m->taps; k++) {
        int w = layer_weight(m, o, k), a = w * (-128 - m->shape.in_zp), b = w * (127 - m->shape.in_zp);
        least += a < b ? a : b;
        most += a < b ? b : a;
    }
    *from = least < *from ? least : *from;
    *to = most > *to ? most : *to;
}

/* The sums of the outputs that share the scale of output o. */
static void span_of(const struct mac_layer *m, const struct unit_packed_s8 *op, int o, struct requant_span *span)
{
    span->from = INT64_MAX;
    span->to = INT64_MIN;
    for (int i = op->scale_step ? o : 0; i <= (op->scale_step ? o : m->out_c - 1); i++)
        widen(m, i, &span->from, &span->to);
}

struct lines {
    int divided;
    const int32_t *steps, *bends;
};

/* Outputs that share a scale share its line. */
static int find_lines(struct region *r, const struct mac_layer *m, int zp, struct unit_packed_s8 *op, struct lines *out)
{
    int scales = op->scale_step ? m->out_c : 1, bent = 0;
    int32_t *steps = region_array(r, (size_t)scales, RT_STEP_WORDS * sizeof *steps);
    int32_t *bends = region_array(r, (size_t)scales, RT_BEND_WORDS * sizeof *bends);
    int32_t *bias = region_array(r, (size_t)m->out_c + 8, sizeof *bias);
    struct steps s = { .divided = out->divided };

    for (int o = 0; o < m->out_c; o++) {
        struct output_function f = { m, op, o };
        struct requant_span span = { output_of, &f, 0, 0 };
        double scale = ldexp((double)m->shape.mult[o < scales ? o : 0], m->shape.shift[o < scales ? o : 0] - 31);
        if (o < scales) {
            span_of(m, op, o, &span);
            if (span.to - span.from >= 1 << 30 || !steps_fit(&span, scale, op->act_min, op->act_max, &s))
                return 0;
            bent |= put_steps(&s, steps + RT_STEP_WORDS * o, bends + RT_BEND_WORDS * o);
        }
        bias[o] = bias_from(m, zp, o, s.from);
    }
    out->steps = steps;
    out->bends = bent ? bends : NULL;
    op->bias = bias;
    op->mult = op->add = NULL;
    op->shift = NULL;
    return 1;
}

int steps_lower(struct region *r, const struct mac_layer *m, int zp, struct unit_packed_s8 *op, const int32_t **steps,
                const int32_t **bends)
{
    struct lines found = { .divided = 0 };
    int status = find_lines(r, m, zp, op, &found);

    *steps = found.steps, *bends = found.bends;
    return status;
}

int steps_lower_divided(struct region *r, const struct mac_layer *m, int zp, struct unit_packed_s8 *op,
                        const int32_t **steps, const int32_t **bends)
{
    struct lines found = { .divided = 1 };
    int status = find_lines(r, m, zp, op, &found);

    *steps = found.steps, *bends = found.bends;
    return status;
}
