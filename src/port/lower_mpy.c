/* lower_mpy.c - see lower_mpy.h. */
#include "port/lower_mpy.h"

#include <math.h>

#include "port/order.h"
#include "port/step_fit.h"

/* An output of the layer: its requantisation with the activation's bounds as they are after pooling, and the sums it
 * can have. */
struct output {
    const struct mac_layer *layer;
    const struct unit_packed_s8 *op;
    int o, centred;
    int64_t bias, from, to; /* folded bias, least and largest sum */
    struct step_form form;
};

static int32_t value_of(const void *context, int32_t sum)
{
    const struct output *f = context;

    return layer_output(f->layer, f->o, sum, f->op->act_min, f->op->act_max);
}

/* What the kernel multiplies: -128..127 as it lies in the input, or less the zero point. */
static void bound_sums(struct output *f)
{
    int zp = f->op->in_zp, low = f->centred ? -128 - zp : -128, high = f->centred ? 127 - zp : 127;
    int64_t folded = 0;

    f->from = f->to = 0;
    for (int k = 0; k < f->layer->taps; k++) {
        int w = layer_weight(f->layer, f->o, k);
        f->from += w > 0 ? w * low : w * high;
        f->to += w > 0 ? w * high : w * low;
        folded += w;
    }
    f->bias = f->layer->bias[f->o] - (f->centred ? 0 : zp * folded);
    f->from += f->bias;
    f->to += f->bias;
}

enum { LANE_BITS = 24 };

static const int64_t half_lane = (int64_t)1 << (LANE_BITS - 1);

/* Sums are counted from the least that gives more than act_min, at most `half` on either side. */
static int fits(struct output *f, int64_t half)
{
    const struct unit_conv2d_s8 *s = &f->layer->shape;

    bound_sums(f);
    f->form.fraction = 20;
    return f->from > INT32_MIN && f->to < INT32_MAX &&
           step_fit(value_of, f, ldexp((double)s->mult[f->o], s->shift[f->o] - 31), f->from, f->to, f->op->act_min,
                    f->op->act_max, &f->form) &&
           f->from - f->form.least >= -half && f->to - f->form.least < half;
}

static void put_words(uint16_t **to, uint64_t value, int words)
{
    for (; words; words--, value >>= 16)
        *(*to)++ = (uint16_t)value;
}

/* T = s - least + 2^23 is multiplied, so `add` takes back 2^23 * mult >> 16. */
static void put_scale(uint16_t **to, const struct step_form *form)
{
    put_words(to, form->mult, 2);
    put_words(to, form->add - (form->mult << (LANE_BITS - 1 - 16)), 2);
}

static int pairs(int out_c)
{
    return (out_c + 1) / 2;
}

/* Of an odd number of outputs the second is in two pairs. */
static int first_of_pair(int out_c, int pair)
{
    return out_c % 2 && pair ? 2 * pair - 1 : 2 * pair;
}

static void put_pair(const struct output *pair, int step, uint16_t **to)
{
    int64_t first = pair[0].bias - pair[0].form.least + half_lane;
    int64_t second = pair[1].bias - pair[1].form.least + half_lane;

    put_words(to, (uint64_t)first + ((uint64_t)second << LANE_BITS), 3);
    put_scale(to, &pair[0].form);
    put_scale(to, &pair[1].form);
    put_words(to, (uint64_t)step, 1);
}

static const uint16_t *pair_constants(struct region *r, const struct mac_layer *m, const struct unit_packed_s8 *layer,
                                      int centred)
{
    uint16_t *after = region_array(r, (size_t)pairs(m->out_c) * UNIT_MPY_AFTER, sizeof *after), *to = after;

    for (int i = 0; i < pairs(m->out_c); i++) {
        struct output pair[2];
        int o = first_of_pair(m->out_c, i);
        for (int k = 0; k < 2; k++) {
            pair[k] = (struct output){ .layer = m, .op = layer, .o = o + k, .centred = centred };
            if (!fits(&pair[k], half_lane))
                return NULL;
        }
        put_pair(pair, first_of_pair(m->out_c, i + 1) - o, &to);
    }
    return after;
}

/* The output channel that is number i. */
static int depthwise_channel(const struct mac_layer *m, int i)
{
    int in_c = m->shape.in_c;

    return i % in_c * m->multiplier + i / in_c;
}

static const uint16_t *single_constants(struct region *r, const struct mac_layer *m, const struct unit_packed_s8 *layer)
{
    uint16_t *after = region_array(r, (size_t)m->out_c * UNIT_MPY_SINGLE_AFTER, sizeof *after), *to = after;

    for (int i = 0; i < m->out_c; i++) {
        struct output f = { .layer = m, .op = layer, .o = depthwise_channel(m, i) };
        if (!fits(&f, (int64_t)1 << 31))
            return NULL;
        put_words(&to, (uint64_t)(f.bias - f.form.least), 2);
        put_words(&to, f.form.mult, 2);
        put_words(&to, f.form.add, 2);
        put_words(&to, (uint64_t)m->multiplier, 1);
    }
    return after;
}

static const void *depthwise_weights(struct region *r, const struct mac_layer *m)
{
    int8_t *packed = region_array(r, (size_t)m->out_c, (size_t)m->taps), *to = packed;
    int height = m->shape.kernel_h, width = m->shape.kernel_w;

    for (int i = 0; i < m->out_c; i++)
        for (int k = 0; k < m->taps; k++)
            *to++ = layer_weight(m, depthwise_channel(m, i), k % height * width + k / height);
    return packed;
}

/* Two weights in one operand, low byte first. */
static const void *pack_pairs(struct region *r, const struct mac_layer *m)
{
    uint8_t *packed = region_array(r, (size_t)pairs(m->out_c) * (size_t)m->taps, 4), *to = packed;

    for (int i = 0; i < pairs(m->out_c); i++)
        for (int k = 0; k < m->taps; k++) {
            int o = first_of_pair(m->out_c, i), at = in_strip_order(m, k);
            uint32_t pair = (uint32_t)layer_weight(m, o, at) + ((uint32_t)layer_weight(m, o + 1, at) << LANE_BITS);
            for (int b = 0; b < 4; b++)
                *to++ = (uint8_t)(pair >> 8 * b);
        }
    return packed;
}

static struct unit_mpy_s8 *shape(struct region *r, const struct unit_packed_s8 *p)
{
    struct unit_mpy_s8 *op = region_alloc(r, sizeof *op);

    *op = (struct unit_mpy_s8){
        .in_h = p->in_h,
        .in_w = p->in_w,
        .in_c = p->in_c,
        .out_h = p->out_h,
        .out_w = p->out_w,
        .out_c = p->out_c,
        .kernel_h = p->kernel_h,
        .kernel_w = p->kernel_w,
        .stride_h = p->stride_h,
        .stride_w = p->stride_w,
        .pad_top = p->pad_top,
        .pad_left = p->pad_left,
        .pool_h = p->pool_h ? p->pool_h : 1,
        .pool_w = p->pool_w ? p->pool_w : 1,
        .taps = p->taps,
        .x_cut = p->x_cut,
        .in_zp = p->in_zp,
        .act_min = p->act_min,
        .act_max = p->act_max,
    };
    return op;
}

static uint32_t even(uint32_t bytes)
{
    return (bytes + 1) & ~(uint32_t)1;
}

enum { ADDRESSES = 60000, WINDOWS_MAX = 9 };

/* As rt/port/msp430x lays it out: a strip for each row of windows that are pooled; without the products of some
 * activations, lists of the others and where each column's begin. */
static uint32_t scratch_bytes(const struct unit_mpy_s8 *p, int centred)
{
    uint32_t columns = (p->out_w - 1u) * p->stride_w + p->kernel_w, strip = columns * p->kernel_h * p->in_c;
    uint32_t bytes = centred ? 4 * strip + 2 * (columns + 1) : even(strip);

    return (bytes * p->pool_h + 3) & ~(uint32_t)3;
}

static unit_kernel *kernel_for(const struct unit_mpy_s8 *p, int centred)
{
    return centred ? unit_mpy_s8_xcut : p->pool_h * p->pool_w > 1 ? unit_mpy_pool_s8 : unit_mpy_s8;
}

/* Without zeros, too, every product is taken: to find a zero costs more here than to multiply it, and the bytes are the
 * same. */
static void lower_depthwise(struct region *r, struct step *s, struct unit_step *k, const struct mac_layer *m)
{
    const struct unit_packed_s8 *p = k->op;
    struct unit_mpy_s8 *op = shape(r, p);

    op->after = single_constants(r, m, p);
    if (!op->after || scratch_bytes(op, 0) > ADDRESSES)
        return;
    op->weights = depthwise_weights(r, m);
    k->op = op;
    k->kernel = unit_mpy_depthwise_s8;
    s->scratch_bytes = scratch_bytes(op, 0);
}

static void lower_pairs(struct region *r, struct step *s, struct unit_step *k, const struct mac_layer *m)
{
    const struct unit_packed_s8 *p = k->op;
    int centred = k->kernel == unit_packed_s8_xcut;
    struct unit_mpy_s8 *op = shape(r, p);

    if (p->out_c < 2)
        return;
    op->after = pair_constants(r, m, p, centred);
    if (!op->after || op->pool_h * op->pool_w > WINDOWS_MAX || scratch_bytes(op, centred) > ADDRESSES)
        return;
    op->weights = pack_pairs(r, m);
    k->op = op;
    k->kernel = kernel_for(op, centred);
    s->scratch_bytes = scratch_bytes(op, centred);
}

void mpy_lower(struct region *r, struct step *s, struct unit_step *k, const struct mac_layer *m)
{
    const struct unit_conv2d_s8 *shape = &m->shape;

    if (shape->dilation_h != 1 || shape->dilation_w != 1)
        return;
    if (k->kernel == unit_packed_s8 || k->kernel == unit_packed_s8_xcut)
        lower_pairs(r, s, k, m);
    else if (k->kernel == unit_packed_depthwise_s8 || (k->kernel == unit_packed_depthwise_s8_xcut && !shape->x_cut))
        lower_depthwise(r, s, k, m);
}

size_t mpy_weight_bytes(unit_kernel *kernel, const struct unit_mpy_s8 *op)
{
    if (kernel == unit_mpy_depthwise_s8)
        return (size_t)op->out_c * op->taps;
    return (size_t)pairs(op->out_c) * op->taps * 4;
}

size_t mpy_after_words(unit_kernel *kernel, const struct unit_mpy_s8 *op)
{
    if (kernel == unit_mpy_depthwise_s8)
        return (size_t)op->out_c * UNIT_MPY_SINGLE_AFTER;
    return (size_t)pairs(op->out_c) * UNIT_MPY_AFTER;
}
