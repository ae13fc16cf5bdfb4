/* mpy_constants.c - see mpy_constants.h. */
#include "port/mpy_constants.h"

#include <math.h>

#include "port/mpy_weights.h"
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
    double scale = ldexp((double)s->mult[f->o], s->shift[f->o] - 31);
    struct requant_span span;

    bound_sums(f);
    span = (struct requant_span){ value_of, f, f->from, f->to };
    f->form.fraction = 20;
    return f->from > INT32_MIN && f->to < INT32_MAX &&
           step_fit(&span, scale, f->op->act_min, f->op->act_max, &f->form) && f->from - f->form.least >= -half &&
           f->to - f->form.least < half;
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

static void put_pair(const struct output *pair, int step, uint16_t **to)
{
    int64_t first = pair[0].bias - pair[0].form.least + half_lane;
    int64_t second = pair[1].bias - pair[1].form.least + half_lane;

    put_words(to, (uint64_t)first + ((uint64_t)second << LANE_BITS), 3);
    put_scale(to, &pair[0].form);
    put_scale(to, &pair[1].form);
    put_words(to, (uint64_t)step, 1);
}

const uint16_t *mpy_pair_constants(struct region *r, const struct mac_layer *m, const struct unit_packed_s8 *layer,
                                   int centred)
{
    uint16_t *after = region_array(r, (size_t)mpy_pairs(m->out_c) * UNIT_MPY_AFTER, sizeof *after), *to = after;

    for (int i = 0; i < mpy_pairs(m->out_c); i++) {
        struct output pair[2];
        int o = mpy_first_of_pair(m->out_c, i);
        for (int k = 0; k < 2; k++) {
            pair[k] = (struct output){ .layer = m, .op = layer, .o = o + k, .centred = centred };
            if (!fits(&pair[k], half_lane))
                return NULL;
        }
        put_pair(pair, mpy_first_of_pair(m->out_c, i + 1) - o, &to);
    }
    return after;
}

const uint16_t *mpy_single_constants(struct region *r, const struct mac_layer *m, const struct unit_packed_s8 *layer,
                                     int centred)
{
    uint16_t *after = region_array(r, (size_t)m->out_c * UNIT_MPY_SINGLE_AFTER, sizeof *after), *to = after;

    for (int i = 0; i < m->out_c; i++) {
        struct output f = { .layer = m, .op = layer, .o = mpy_channel(m, i), .centred = centred };
        if (!fits(&f, (int64_t)1 << 31))
            return NULL;
        put_words(&to, (uint64_t)(f.bias - f.form.least), 2);
        put_words(&to, f.form.mult, 2);
        put_words(&to, f.form.add, 2);
        put_words(&to, (uint64_t)(m->depthwise ? m->multiplier : 1), 1);
    }
    return after;
}
