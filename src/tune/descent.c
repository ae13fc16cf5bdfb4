/* descent.c - see descent.h. `rest` is the covariance of every feature with what is not yet explained; it is kept up to
 * date as weights change. */
#include "tune/descent.h"

#include <math.h>
#include <string.h>

enum { SWEEPS = 6, LAST_SWEEPS = 12, POLISH_SWEEPS = 20, ROUND_SWEEPS = 6, WEIGHT_MAX = 127 };

static const double rise[] = { 0.03, 0.1, 0.3, 0.6, 1.0 }; /* of lambda */
static const double still = 0.02;                          /* a weight that moves less has arrived, in int8 steps */

struct state {
    const struct descent *d;
    float *rest;    /* [features] */
    double *weight; /* [taps] */
    uint8_t *level; /* [taps] */
};

static size_t feature_of(const struct state *s, int tap, int level)
{
    return (size_t)tap * (size_t)s->d->gram->levels + (size_t)level;
}

/* rest -= change * cross[feature] */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
__attribute__((target_clones("avx2", "default")))
#endif
static void
subtract(float *restrict rest, const float *restrict cross, float change, size_t count)
{
    for (size_t i = 0; i < count; i++)
        rest[i] -= change * cross[i];
}

static void move(struct state *s, int tap, int level, double change)
{
    const struct gram *g = s->d->gram;

    if (change != 0)
        subtract(s->rest, g->cross + feature_of(s, tap, level) * g->features, (float)change, g->features);
}

/* A connection's contribution is taken out, then put back with its new level and weight. */
static void settle(struct state *s, int tap, uint8_t level, double weight)
{
    if (s->level[tap] == level && level != LEVEL_NEVER) {
        move(s, tap, level, weight - s->weight[tap]);
    } else {
        if (s->level[tap] != LEVEL_NEVER)
            move(s, tap, s->level[tap], -s->weight[tap]);
        if (level != LEVEL_NEVER)
            move(s, tap, level, weight);
    }
    s->level[tap] = level;
    s->weight[tap] = level == LEVEL_NEVER ? 0 : weight;
}

/* Covariance of feature f with what would be unexplained if this tap slept, and its variance. */
static double rest_without(const struct state *s, int tap, size_t f)
{
    const struct gram *g = s->d->gram;

    if (s->level[tap] == LEVEL_NEVER)
        return (double)s->rest[f];
    return (double)s->rest[f] + s->weight[tap] * (double)g->cross[feature_of(s, tap, s->level[tap]) * g->features + f];
}

static double variance(const struct state *s, size_t f)
{
    return (double)s->d->gram->cross[f * s->d->gram->features + f];
}

static double clamp(double weight)
{
    return weight > WEIGHT_MAX ? WEIGHT_MAX : weight < -WEIGHT_MAX ? -WEIGHT_MAX : weight;
}

/* The ridge pulls every weight towards the network's. (It is on the diagonal already; this is the part that is linear
 * in the weight.) */
static double pull_of(const struct state *s, int tap)
{
    return s->d->gram->ridge * s->d->network[tap];
}

/* The best level and weight of one tap. Returns 1 if it changed its level, or its weight by more than a trifle. */
static int improve(struct state *s, int tap, double lambda)
{
    const struct descent *d = s->d;
    double best = 0, weight = 0, before = s->weight[tap];
    uint8_t level = LEVEL_NEVER, old = s->level[tap];

    for (int k = 0; k < d->gram->levels; k++) {
        size_t f = feature_of(s, tap, k);
        double rest = rest_without(s, tap, f), own = variance(s, f);
        double pull = pull_of(s, tap);
        double w = d->keep ? d->network[tap] : clamp((rest + pull) / own);
        double gain = 2 * (rest + pull) * w - own * w * w - lambda * d->price[f] - pull * d->network[tap];
        if (gain > best) {
            best = gain;
            level = (uint8_t)k;
            weight = w;
        }
    }
    if (level == old && fabs(weight - before) <= still)
        return 0;
    settle(s, tap, level, weight);
    return level != old || fabs(weight - before) > still;
}

static void choose(struct state *s)
{
    int steps = sizeof rise / sizeof *rise;

    for (int step = 0; step < steps; step++) {
        int sweeps = step == steps - 1 ? LAST_SWEEPS : SWEEPS;
        for (int sweep = 0, changed = 1; changed && sweep < sweeps; sweep++) {
            changed = 0;
            for (int tap = 0; tap < s->d->gram->taps; tap++)
                changed |= improve(s, tap, s->d->lambda * rise[step]);
        }
    }
}

/* The weight of one awake tap moves to its optimum, or to the nearest whole number; returns by how much it moved. */
static double refit(struct state *s, int tap, int whole)
{
    uint8_t level = s->level[tap];
    size_t f = feature_of(s, tap, level);
    double weight = clamp((rest_without(s, tap, f) + pull_of(s, tap)) / variance(s, f)), moved;

    if (whole)
        weight = round(weight);
    moved = fabs(weight - s->weight[tap]);
    if (moved > 0)
        settle(s, tap, level, weight);
    return moved;
}

static void refit_all(struct state *s, int sweeps, int whole)
{
    for (int sweep = 0; sweep < sweeps; sweep++) {
        double most = 0;
        for (int tap = 0; tap < s->d->gram->taps; tap++)
            if (s->level[tap] != LEVEL_NEVER)
                most = fmax(most, refit(s, tap, whole));
        if (most <= still)
            break;
    }
}

/* A weight that was rounded to 0 sleeps for good. */
static void put_to_sleep(struct state *s)
{
    for (int tap = 0; tap < s->d->gram->taps; tap++)
        if (s->level[tap] != LEVEL_NEVER && s->weight[tap] == 0)
            s->level[tap] = LEVEL_NEVER;
}

static void begin(struct state *s)
{
    const struct gram *g = s->d->gram;

    for (size_t f = 0; f < g->features; f++)
        s->rest[f] = (float)s->d->covariance[f];
    memset(s->level, LEVEL_NEVER, (size_t)g->taps);
    for (int tap = 0; tap < g->taps; tap++)
        if (s->d->network[tap])
            settle(s, tap, 0, s->d->network[tap]);
}

int32_t descend_output(const struct descent *d, uint8_t *level, int8_t *weight)
{
    struct region *room = region_new();
    struct state s = { .d = d, .level = level };
    double bias = d->target_mean;

    s.rest = region_array(room, d->gram->features, sizeof *s.rest);
    s.weight = region_array(room, (size_t)d->gram->taps, sizeof *s.weight);
    begin(&s);
    choose(&s);
    if (!d->keep) {
        refit_all(&s, POLISH_SWEEPS, 0);
        refit_all(&s, ROUND_SWEEPS, 1);
        put_to_sleep(&s);
    }
    for (int tap = 0; tap < d->gram->taps; tap++) {
        int awake = level[tap] != LEVEL_NEVER;
        weight[tap] = awake ? (int8_t)s.weight[tap] : d->network[tap];
        if (awake)
            bias -= s.weight[tap] * d->gram->mean[feature_of(&s, tap, level[tap])];
    }
    region_free(room);
    return (int32_t)lround(bias / d->gram->constant);
}

double descent_explains(const struct descent *d, const uint8_t *level, const int8_t *weight)
{
    const struct gram *g = d->gram;
    double explained = 0;

    for (int i = 0; i < g->taps; i++) {
        size_t f = (size_t)i * (size_t)g->levels + level[i];
        const float *cross = g->cross + f * g->features;
        double sum = 0;
        if (level[i] == LEVEL_NEVER)
            continue;
        for (int k = 0; k < g->taps; k++)
            if (level[k] != LEVEL_NEVER)
                sum += weight[k] * (double)cross[(size_t)k * (size_t)g->levels + level[k]];
        explained += weight[i] * (2 * d->covariance[f] - sum + g->ridge * weight[i]); /* no ridge in errors */
    }
    return explained;
}

double descent_network_explains(const struct descent *d)
{
    const struct gram *g = d->gram;
    struct region *room = region_new();
    double shift = d->target_mean, explained = descent_explains(d, region_alloc(room, (size_t)g->taps), d->network);

    for (int i = 0; i < g->taps; i++)
        shift -= d->network[i] * g->mean[(size_t)i * (size_t)g->levels];
    region_free(room);
    return explained - shift * shift;
}
