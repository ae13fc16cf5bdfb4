/* prefix_after.c - see prefix_after.h. */
#include "port/prefix_after.h"

#include <math.h>
#include <string.h>

#include <rt_steps.h>

#include "port/lower_prefix.h"
#include "port/order.h"
#include "port/step_fit.h"
#include "port/steps_fit.h"

struct output {
    const struct mac_layer *layer;
    const struct unit_packed_s8 *op;
    int o;
};

static int32_t value_of(const void *context, int32_t sum)
{
    const struct output *f = context;

    return layer_output(f->layer, f->o, sum, f->op->act_min, f->op->act_max);
}

/* The same of a sum without its bias. */
static int32_t value_less_bias(const void *context, int32_t sum)
{
    const struct output *f = context;

    return value_of(f, sum + f->layer->bias[f->o]);
}

static double scale_of(const struct output *f)
{
    return ldexp((double)f->layer->shape.mult[f->o], f->layer->shape.shift[f->o] - 31);
}

static void put_32(uint16_t *to, uint32_t value)
{
    to[0] = (uint16_t)value;
    to[1] = (uint16_t)(value >> 16);
}

/* UNIT_AFTER_COARSE and _FINE */
static int put_product(const struct output *f, enum unit_after form, uint16_t *to)
{
    int64_t most = prefix_largest_sum(f->layer, f->o);
    struct requant_span span = { value_less_bias, f, -most, most };
    struct step_form found = { .fraction = form == UNIT_AFTER_FINE ? 20 : 16 };

    if (!step_fit(&span, scale_of(f), f->op->act_min, f->op->act_max, &found))
        return 0;
    put_32(to, (uint32_t)found.least);
    put_32(to + 2, found.mult);
    put_32(to + 4, found.add);
    return 1;
}

static int is_bent(enum unit_after form)
{
    return form == UNIT_AFTER_BENT || form == UNIT_AFTER_DIVIDED_BENT;
}

/* UNIT_AFTER_STEPS, _DIVIDED, and the same with a bend */
static int put_steps(const struct output *f, enum unit_after form, uint16_t *to)
{
    int64_t bias = f->layer->bias[f->o], most = prefix_largest_sum(f->layer, f->o);
    struct requant_span span = { value_of, f, bias - most, bias + most };
    struct steps found = { .divided = form == UNIT_AFTER_DIVIDED || form == UNIT_AFTER_DIVIDED_BENT };

    if (most >= (int64_t)1 << 28 || !steps_fit(&span, scale_of(f), f->op->act_min, f->op->act_max, &found) ||
        (found.bend && !is_bent(form)))
        return 0;
    put_32(to, (uint32_t)(bias - found.from));
    put_32(to + 2, (uint32_t)found.range);
    put_32(to + 4, (uint32_t)found.mult);
    put_32(to + 6, (uint32_t)found.add);
    if (is_bent(form)) {
        put_32(to + 8, (uint32_t)found.bend);
        put_32(to + 10, (uint32_t)found.bend_add);
    }
    return 1;
}

/* The n low bytes of value into to[at..], a little-endian string of bytes within 16-bit words. */
static void put_bytes(uint16_t *to, int at, uint64_t value, int n)
{
    for (; n; n--, at++, value >>= 8)
        to[at / 2] = (uint16_t)(to[at / 2] | (value & 0xff) << (at % 2 * 8));
}

/* UNIT_AFTER_BYTES: a line that has no bend, within 24 bits. One of a short range has its slope at 2^24. */
static int put_in_bytes(const struct output *f, uint16_t *to)
{
    const int64_t limit = (int64_t)1 << 23;
    int64_t bias = f->layer->bias[f->o], most = prefix_largest_sum(f->layer, f->o), start, mult;
    struct requant_span span = { value_of, f, bias - most, bias + most };
    struct steps found = { 0 };

    if (!steps_fit(&span, scale_of(f), f->op->act_min, f->op->act_max, &found) || found.bend)
        return 0;
    mult = (int64_t)(uint32_t)found.mult << (found.range < RT_STEP_SHORT ? RT_STEP_LOW_BITS : 0);
    start = bias - found.from;
    if (most + (start < 0 ? -start : start) >= limit || found.range >= limit || mult > UINT32_MAX)
        return 0;
    put_bytes(to, 0, (uint64_t)(start - UNIT_PREFIX_SUM_ZERO), 3);
    put_bytes(to, 3, (uint64_t)found.range, 3);
    put_bytes(to, 6, (uint64_t)mult, 4);
    put_bytes(to, 10, (uint64_t)(uint32_t)found.add << 4, 5);
    put_bytes(to, 15, (uint64_t)f->op->act_max, 1);
    put_bytes(to, 16, (uint64_t)value_less_bias(f, 0), 1);
    return 1;
}

static int put(const struct output *f, enum unit_after form, uint16_t *to)
{
    if (form == UNIT_AFTER_BYTES)
        return put_in_bytes(f, to);
    if (form == UNIT_AFTER_COARSE || form == UNIT_AFTER_FINE)
        return put_product(f, form, to);
    return put_steps(f, form, to);
}

int prefix_after_words(enum unit_after form)
{
    static const int words[] = {
        [UNIT_AFTER_NONE] = 0,  [UNIT_AFTER_COARSE] = 6, [UNIT_AFTER_FINE] = 6,    [UNIT_AFTER_STEPS] = 8,
        [UNIT_AFTER_BENT] = 12, [UNIT_AFTER_BYTES] = 9,  [UNIT_AFTER_DIVIDED] = 8, [UNIT_AFTER_DIVIDED_BENT] = 12
    };

    return words[form];
}

static const uint16_t *constants(struct region *r, const struct mac_layer *m, const struct unit_packed_s8 *op,
                                 enum unit_after form)
{
    int words = prefix_after_words(form);
    uint16_t *after = region_array(r, (size_t)m->out_c * (size_t)words, sizeof *after);

    for (int o = 0; o < m->out_c; o++) {
        struct output f = { m, op, o };
        if (!put(&f, form, after + o * words))
            return NULL;
    }
    return after;
}

/* The first of the port's forms that fits: finer fractions meet more roundings, coarser ones larger sums; a line
 * without a bend is cheaper. What it replaces is not stored. */
static const uint16_t *choose(struct region *r, const struct mac_layer *m, struct unit_packed_s8 *op,
                              const struct port *port, uint8_t *form)
{
    for (int i = 0; i < PORT_AFTER_FORMS; i++) {
        int suits = port->after[i] != UNIT_AFTER_BYTES || (!m->depthwise && m->out_c <= 255);
        const uint16_t *after = suits && port->after[i] ? constants(r, m, op, port->after[i]) : NULL;
        if (!after)
            continue;
        *form = (uint8_t)port->after[i];
        op->bias = op->mult = op->add = NULL;
        op->shift = NULL;
        return after;
    }
    return NULL;
}

/* What all sums of a layer begin with so that they keep to 20 bits with sign; 0 if nothing makes them. */
static int find_start(const struct mac_layer *m, int64_t limit, int64_t *start)
{
    int64_t least = 0, most = 0, low, high;

    for (int o = 0; o < m->out_c; o++) {
        prefix_sum_range(m, o, &low, &high);
        least = low < least ? low : least;
        most = high > most ? high : most;
    }
    *start = least >= -limit && most < limit ? 0 : -(least + most) / 2;
    return least + *start >= -limit && most + *start < limit;
}

/* Sums in 20 bits, where constants do not move and no pool is compared beforehand; constants by products then count
 * from the sums' start. */
static void narrow(struct region *r, const struct mac_layer *m, struct unit_prefix_s8 *op)
{
    const int64_t limit = (int64_t)1 << 19;
    size_t words = 6u * (size_t)m->out_c;
    uint16_t *after = region_array(r, words, sizeof *after);
    int64_t start;

    if (op->scaling || (op->after_form != UNIT_AFTER_COARSE && op->after_form != UNIT_AFTER_FINE) ||
        (op->layer.pool_h && (op->layer.pool_h != 2 || op->layer.pool_w != 2)) || !find_start(m, limit, &start))
        return;
    memcpy(after, op->after, words * sizeof *after);
    for (int o = 0; o < m->out_c; o++) {
        int64_t least = (int32_t)(after[6 * o] | (uint32_t)after[6 * o + 1] << 16) + start;
        if (least < -limit || least >= limit)
            return;
        put_32(after + 6 * o, (uint32_t)least);
    }
    op->after = after;
    op->start = (int32_t)start;
    op->narrow = 1;
}

/* rt_prefix_scale.h: the constants of all outputs, where rows do not begin with seeds; on a chip struct unit_packed_s8
 * is no larger. */
static uint32_t moved_bytes(const struct unit_prefix_s8 *op, const struct port *port)
{
    if (port->seeds || op->layer.out_w == 1)
        return 0;
    if (op->after_form == UNIT_AFTER_NONE)
        return (uint32_t)sizeof op->layer + 4u * op->layer.out_c;
    return (2u * op->layer.out_c * (uint32_t)prefix_after_words(op->after_form) + 3) & ~3u;
}

void prefix_after(struct region *r, struct step *s, struct unit_step *k, const struct mac_layer *m,
                  const struct port *port)
{
    if (prefix_scatters(k->kernel)) {
        struct unit_prefix_s8 *op = (struct unit_prefix_s8 *)k->op;
        op->after = choose(r, m, &op->layer, port, &op->after_form);
        narrow(r, m, op);
        s->scratch_bytes += op->scaling ? moved_bytes(op, port) : 0;
    } else if (k->kernel == unit_prefix_depthwise_s8) {
        struct unit_prefix_depthwise_s8 *op = (struct unit_prefix_depthwise_s8 *)k->op;
        op->after = choose(r, m, &op->layer, port, &op->after_form);
    }
}
