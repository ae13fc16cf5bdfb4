/* lower_requant.c - see lower_requant.h. */
#include "port/lower_requant.h"

#include <math.h>
#include <stdlib.h>

#include <rt_steps.h>

#include "port/lower_steps.h"
#include "port/order.h"
#include "port/requant_fit.h"

/* What a layer does to the sum of output o. */
struct output_function {
    const struct mac_layer *layer;
    int o;
};

static int32_t output_of(const void *context, int32_t sum)
{
    const struct output_function *f = context;
    const struct unit_conv2d_s8 *s = &f->layer->shape;

    return layer_output(f->layer, f->o, sum, s->act_min, s->act_max);
}

static int64_t largest_sum(const struct mac_layer *m)
{
    int64_t largest = 0;

    for (int o = 0; o < m->out_c; o++) {
        int64_t sum = llabs(m->bias[o]);
        for (int k = 0; k < m->taps; k++)
            sum += 255 * abs(m->shape.weights[mac_at(m, o, k)]);
        largest = sum > largest ? sum : largest;
    }
    return largest;
}

/* Convolutions round twice: t + (t >> 31) + half rounds halves away from zero as the reference does, and add holds half
 * and the zero point. Not for scales of a half and more, which no layer has in practice. */
static int round_twice(struct region *r, const struct mac_layer *m, struct unit_packed_s8 *op)
{
    int32_t *add = region_array(r, (size_t)m->out_c, sizeof *add);
    int8_t *shift = region_array(r, (size_t)m->out_c, sizeof *shift);

    for (int o = 0; o < m->out_c; o++) {
        int n = -m->shape.shift[o];
        if (n < 1 || n > 22)
            return 0;
        shift[o] = (int8_t)n;
        add[o] = (1 << (n - 1)) + op->out_zp * (1 << n);
    }
    op->add = add, op->shift = shift, op->left = 0;
    op->requant = UNIT_REQUANT_TWICE;
    return 1;
}

/* Integers of a form that steps at the same sums as the layer. */
static int fit(struct region *r, const struct mac_layer *m, const struct requant_form *form, int64_t largest,
               struct unit_packed_s8 *op)
{
    size_t count = op->scale_step ? (size_t)m->out_c : 1;
    int32_t *mult = region_array(r, count, sizeof *mult), *add = region_array(r, count, sizeof *add);
    int8_t *shift = region_array(r, count, sizeof *shift);

    while (op->left < 12 && largest << (op->left + 1) < (1 << 30))
        op->left++;
    for (size_t o = 0; o < count; o++) {
        struct output_function f = { m, (int)o };
        struct requant_task task = {
            output_of,   &f,          ldexp((double)m->shape.mult[o], m->shape.shift[o] - 31), op->left, largest,
            op->act_min, op->act_max,
        };
        struct requant q;
        if (!requant_fit(&task, form, &q))
            return 0;
        mult[o] = q.mult, add[o] = q.add, shift[o] = q.shift;
    }
    op->mult = mult, op->add = add, op->shift = shift;
    op->requant = (uint8_t)form->name;
    return 1;
}

static int has_short_form(struct region *r, const struct mac_layer *m, const struct port *port, int64_t largest,
                          struct unit_packed_s8 *op)
{
    const struct requant_form *form = port->requant == UNIT_REQUANT_HIGH ? &requant_high : &requant_once;

    if (m->fully_connected)
        return fit(r, m, form, largest, op);
    return (form == &requant_high && fit(r, m, form, largest, op)) || round_twice(r, m, op);
}

void requant_lower(struct region *r, const struct mac_layer *m, const struct port *port, struct unit_packed_s8 *op)
{
    int64_t largest = largest_sum(m);

    if (largest < 1 << 29 && has_short_form(r, m, port, largest, op))
        return;
    op->requant = UNIT_REQUANT_LONG;
    op->left = 0;
}

/* 1 if the kernel is one of those that requantise packed layers; zp is what its activations still hold. */
static int zero_point_of(const struct unit_step *k, const struct mac_layer *m, int *zp)
{
    static unit_kernel *const centred[] = { unit_packed_s8_xcut, unit_packed_s8_cut, unit_packed_fc_s8_cut,
                                            unit_packed_depthwise_s8_xcut, unit_packed_depthwise_s8_cut };

    *zp = m->shape.in_zp;
    if (k->kernel == unit_packed_s8 || k->kernel == unit_packed_depthwise_s8)
        return 1;
    *zp = 0;
    for (size_t i = 0; i < sizeof centred / sizeof *centred; i++)
        if (k->kernel == centred[i])
            return 1;
    return 0;
}

static const int32_t *with_bends(struct region *r, const int32_t *steps, const int32_t *bends, int scales)
{
    int32_t *words = region_array(r, (size_t)scales, (RT_STEP_WORDS + RT_BEND_WORDS) * sizeof *words), *to = words;

    for (int i = 0; i < scales; i++) {
        for (int k = 0; k < RT_STEP_WORDS; k++)
            *to++ = *steps++;
        for (int k = 0; k < RT_BEND_WORDS; k++)
            *to++ = bends ? *bends++ : 0;
    }
    return words;
}

void requant_divide(struct region *r, struct unit_step *k, const struct mac_layer *m)
{
    struct unit_packed_s8 *op = (struct unit_packed_s8 *)k->op, divided;
    const int32_t *steps, *bends;
    int zp;

    if (!zero_point_of(k, m, &zp))
        return;
    divided = *op;
    if (!steps_lower_divided(r, m, zp, &divided, &steps, &bends))
        return;
    divided.mult = with_bends(r, steps, bends, op->scale_step ? m->out_c : 1);
    divided.requant = UNIT_REQUANT_DIVIDED;
    *op = divided;
}
