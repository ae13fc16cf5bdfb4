/* steps_fit.c - see steps_fit.h. A slope is given; each border bounds what may be added to it, from both sides. */
#include "port/steps_fit.h"

#include <math.h>

#include <rt_steps.h>

enum { NEIGHBOURS = 33, FRACTION = 24, QUOTIENT_BITS = 8 };

/* What may be added, on either side of the bend. */
struct bounds {
    int64_t least[2], most[2];
};

struct fit {
    const struct requant_borders *b;
    int64_t from, range, last; /* u is 0..last; the output is `high` from range on */
    int32_t low, first, final; /* first, final: the outputs at u = 0 and u = last */
    int bent;
    int low_bits; /* of the slope: what it counts in 2^-low_bits steps of add */
    int divided, shift;
};

/* What add is added to. `mult` is the slope, or the width of a step. */
static int64_t line(const struct fit *f, int64_t mult, int64_t u)
{
    if (f->divided)
        return u * ((int64_t)1 << f->shift);
    return u * (mult >> f->low_bits) + (u * (mult & ((1 << f->low_bits) - 1)) >> f->low_bits);
}

/* How far the line rises from output to output. */
static int64_t step_of(const struct fit *f, int64_t mult)
{
    return f->divided ? mult : (int64_t)1 << FRACTION;
}

static int above_bend(const struct fit *f, int64_t u)
{
    return !f->bent || u + f->from >= 0;
}

/* The output at u is at least (below: less than) low + value. */
static void bound(const struct fit *f, struct bounds *b, int64_t mult, int64_t u, int64_t value, int below)
{
    int side = above_bend(f, u);
    int64_t add = value * step_of(f, mult) - line(f, mult, u);

    if (below)
        b->most[side] = add - 1 < b->most[side] ? add - 1 : b->most[side];
    else
        b->least[side] = add > b->least[side] ? add : b->least[side];
}

static struct bounds all_bounds(const struct fit *f, int64_t mult)
{
    struct bounds b = { { INT64_MIN / 4, INT64_MIN / 4 }, { INT64_MAX / 4, INT64_MAX / 4 } };

    bound(f, &b, mult, 0, f->first - f->low, 0);
    bound(f, &b, mult, 0, f->first - f->low + 1, 1);
    bound(f, &b, mult, f->last, f->final - f->low + 1, 1);
    for (int i = 0; i < f->b->count; i++) {
        int64_t u = f->b->sum[i] - f->from;
        if (u <= f->last)
            bound(f, &b, mult, u, f->b->value[i] - f->low, 0);
        if (u > 0)
            bound(f, &b, mult, u - 1, f->b->value[i] - f->low, 1);
    }
    return b;
}

static int64_t middle(int64_t least, int64_t most)
{
    return least + (most - least) / 2;
}

/* A side without a border takes what the other has. */
static int choose(const struct bounds *b, int64_t *below, int64_t *above)
{
    int none[2] = { b->least[0] < -((int64_t)1 << 40) && b->most[0] > (int64_t)1 << 40,
                    b->least[1] < -((int64_t)1 << 40) && b->most[1] > (int64_t)1 << 40 };
    int64_t add[2];

    for (int side = 0; side < 2; side++) {
        if (b->least[side] > b->most[side])
            return 0;
        add[side] = middle(b->least[side], b->most[side]);
    }
    *below = none[0] ? add[1] : add[0];
    *above = none[1] ? add[0] : add[1];
    return 1;
}

/* Nothing exceeds 32 bits, nor falls below 0. */
static int fits(const struct fit *f, int64_t mult, int64_t below, int64_t above)
{
    const int64_t limit = (int64_t)1 << 32;
    int64_t bend = f->bent ? -f->from : 0, at_bend = bend > f->last ? f->last : bend - 1;

    if (f->divided && (mult < 1 || mult << QUOTIENT_BITS >= limit))
        return 0;
    if (!f->divided && f->last * (mult & ((1 << f->low_bits) - 1)) >= limit)
        return 0;
    if (line(f, mult, f->last) >= limit)
        return 0;
    if (bend > 0 && (below < 0 || line(f, mult, at_bend) + below >= limit))
        return 0;
    return bend > f->last || (line(f, mult, bend) + above >= 0 && line(f, mult, f->last) + above < limit);
}

static int try_slope(const struct fit *f, int64_t mult, struct steps *out)
{
    struct bounds b = all_bounds(f, mult);
    int64_t below, above, low = f->divided ? 0 : f->low * ((int64_t)1 << FRACTION);
    int64_t word = f->divided ? (mult << RT_STEP_WIDTH_BITS) + f->shift : mult;

    if (!choose(&b, &below, &above) || !fits(f, mult, below, above))
        return 0;
    *out = (struct steps){ .divided = f->divided,
                           .from = (int32_t)f->from,
                           .range = (int32_t)f->range,
                           .mult = (int32_t)(uint32_t)word,
                           .add = (int32_t)(uint32_t)(above + low),
                           .bend = (int32_t)(f->bent ? -f->from : 0),
                           .bend_add = (int32_t)(uint32_t)(below + low) };
    return 1;
}

/* The largest shift with which all steps together are below 2^32. */
static int shift_of(double scale)
{
    int shift = (int)floor(log2(scale)) + 32 - QUOTIENT_BITS;

    return shift < 0 ? 0 : shift > RT_STEP_SHIFT_MASK ? RT_STEP_SHIFT_MASK : shift;
}

static int try_slopes(const struct fit *f, double scale, struct steps *out)
{
    double slope = f->b->count ? ldexp(scale, FRACTION + f->low_bits) : 0;
    double mult = f->divided ? ldexp(1 / scale, f->shift) : slope;

    for (int k = 0; k < NEIGHBOURS; k++) {
        double near = floor(mult) + (k & 1 ? (k + 1) / 2 : -k / 2);
        if (near >= 0 && near < ldexp(1, 32) && try_slope(f, (int64_t)near, out))
            return 1;
    }
    return 0;
}

int steps_fit(const struct requant_span *span, double scale, int32_t low, int32_t high, struct steps *out)
{
    struct requant_borders b;
    struct fit fit = { .b = &b, .low = low, .divided = out->divided, .shift = shift_of(scale) };

    requant_borders_find(span, low, high, &b);
    fit.from = b.count && span->f(span->context, (int32_t)span->from) == low ? b.sum[0] : span->from;
    fit.first = span->f(span->context, (int32_t)fit.from);
    fit.last = span->to - fit.from;
    fit.range = fit.last + 1; /* not reached */
    if (b.count && b.value[b.count - 1] == high) {
        fit.range = b.sum[b.count - 1] - fit.from;
        fit.last = fit.range - 1;
    }
    fit.low_bits = fit.range < RT_STEP_SHORT ? 0 : RT_STEP_LOW_BITS;
    if (fit.last < 0) { /* from `low` to `high` in one step: nothing in between */
        *out = (struct steps){ .divided = fit.divided, .from = (int32_t)fit.from };
        return 1;
    }
    fit.final = span->f(span->context, (int32_t)(fit.from + fit.last));
    if (try_slopes(&fit, scale, out))
        return 1;
    fit.bent = fit.from < 0;
    return fit.bent && try_slopes(&fit, scale, out);
}
