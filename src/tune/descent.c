/* descent.c - see descent.h. `rest` is the covariance of every feature with what is not yet explained; it is kept up to
 * date as weights change. */
#include "tune/descent.h"

#include <math.h>
#include <string.h>

enum { SWEEPS = 6, LAST_SWEEPS = 12, POLISH_SWEEPS = 20, ROUND_SWEEPS = 6, WEIGHT_MAX = 127 };
enum { STRETCH = 2048 /* features that stay in the first cache */ };

static const double rise[] = { 0.03, 0.1, 0.3, 0.6, 1.0 }; /* of lambda */
static const double still = 0.02;                          /* a weight that moves less has arrived, in int8 steps */

/* ---- Levels ----------------------------------------------------------------------------------------------------- */

struct state {
    struct descent *d;
    float *rest;    /* [features] */
    double *weight; /* [taps] */
    uint8_t *level; /* [taps] */
    int active;     /* 0: its last sweep changed nothing */
};

static size_t feature_of(const struct gram *g, int tap, int level)
{
    return (size_t)tap * (size_t)g->levels + (size_t)level;
}

/* Widest vectors first; floats are multiplied and added one by one (-ffp-contract=off), so that all give the same. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define FOR_EACH_CPU __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define FOR_EACH_CPU
#endif

/* rest -= change * cross */
FOR_EACH_CPU static void subtract(float *restrict rest, const float *restrict cross, float change, size_t count)
{
    for (size_t i = 0; i < count; i++)
        rest[i] -= change * cross[i];
}

/* The same twice, in one pass. */
FOR_EACH_CPU static void subtract_both(float *restrict rest, const float *restrict a, float by_a,
                                       const float *restrict b, float by_b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        float once = rest[i] - by_a * a[i];
        rest[i] = once - by_b * b[i];
    }
}

static const float *row_of(const struct gram *g, int tap, int level)
{
    return g->cross + feature_of(g, tap, level) * g->features;
}

/* A connection's contribution is taken out, then put back with its new level and weight. */
static void move(struct state *s, int tap, uint8_t level, double weight)
{
    const struct gram *g = s->d->gram;
    uint8_t old = s->level[tap];
    float out = (float)-s->weight[tap], in = (float)weight;

    if (old == level && level != LEVEL_NEVER) {
        if (weight != s->weight[tap])
            subtract(s->rest, row_of(g, tap, level), (float)(weight - s->weight[tap]), g->features);
    } else if (out != 0 && in != 0) {
        subtract_both(s->rest, row_of(g, tap, old), out, row_of(g, tap, level), in, g->features);
    } else if (out != 0) {
        subtract(s->rest, row_of(g, tap, old), out, g->features);
    } else if (in != 0) {
        subtract(s->rest, row_of(g, tap, level), in, g->features);
    }
}

static void settle(struct state *s, int tap, uint8_t level, double weight)
{
    weight = level == LEVEL_NEVER ? 0 : weight;
    move(s, tap, level, weight);
    s->level[tap] = level;
    s->weight[tap] = weight;
}

/* Covariance of feature f with what would be unexplained if this tap slept, and its variance. */
static double rest_without(const struct state *s, int tap, size_t f)
{
    const struct gram *g = s->d->gram;

    if (s->level[tap] == LEVEL_NEVER)
        return (double)s->rest[f];
    return (double)s->rest[f] +
           s->weight[tap] * (double)g->cross[feature_of(s->d->gram, tap, s->level[tap]) * g->features + f];
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
        size_t f = feature_of(s->d->gram, tap, k);
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

/* One connection after the other, each for all outputs: its rows of the matrix are read once. */
static void sweep(struct state *s, int count, double share)
{
    int changed[DESCENTS_MAX] = { 0 };

    for (int tap = 0; tap < s->d->gram->taps; tap++)
        for (int i = 0; i < count; i++)
            if (s[i].active)
                changed[i] |= improve(&s[i], tap, s[i].d->lambda * share);
    for (int i = 0; i < count; i++)
        s[i].active = changed[i];
}

static int any_active(const struct state *s, int count)
{
    int active = 0;

    for (int i = 0; i < count; i++)
        active |= s[i].active;
    return active;
}

static void choose(struct state *s, int count)
{
    int steps = sizeof rise / sizeof *rise;

    for (int step = 0; step < steps; step++) {
        int sweeps = step == steps - 1 ? LAST_SWEEPS : SWEEPS;
        for (int i = 0; i < count; i++)
            s[i].active = 1;
        for (; sweeps && any_active(s, count); sweeps--)
            sweep(s, count, rise[step]);
    }
}

/* ---- Weights for the levels found ------------------------------------------------------------------------------- */

/* The connections that are awake, and what the descent knows of their features. */
struct awake {
    int count;
    int *tap;
    float *cross; /* [count][count] */
    float *rest;  /* [count] */
};

static struct awake gather(struct region *room, const struct state *s)
{
    const struct gram *g = s->d->gram;
    struct awake a = { .tap = region_array(room, (size_t)g->taps, sizeof *a.tap) };
    size_t *feature = region_array(room, (size_t)g->taps, sizeof *feature), n;

    for (int tap = 0; tap < g->taps; tap++)
        if (s->level[tap] != LEVEL_NEVER) {
            feature[a.count] = feature_of(g, tap, s->level[tap]);
            a.tap[a.count++] = tap;
        }
    n = (size_t)a.count;
    a.cross = region_array(room, n * n, sizeof *a.cross);
    a.rest = region_array(room, n, sizeof *a.rest);
    for (size_t i = 0; i < n; i++) {
        a.rest[i] = s->rest[feature[i]];
        for (size_t k = 0; k < n; k++)
            a.cross[i * n + k] = g->cross[feature[i] * g->features + feature[k]];
    }
    return a;
}

/* The weight of one of them moves to its optimum, or to the nearest whole number; returns by how much it moved. */
static double refit(struct state *s, struct awake *a, int i, int whole)
{
    size_t n = (size_t)a->count;
    int tap = a->tap[i];
    const float *row = a->cross + (size_t)i * n;
    double own = (double)row[i], rest = (double)a->rest[i] + s->weight[tap] * own;
    double weight = clamp((rest + pull_of(s, tap)) / own), change;

    if (whole)
        weight = round(weight);
    change = weight - s->weight[tap];
    if (change != 0)
        subtract(a->rest, row, (float)change, n);
    s->weight[tap] = weight;
    return fabs(change);
}

static void refit_all(struct state *s, struct awake *a, int sweeps, int whole)
{
    for (; sweeps; sweeps--) {
        double most = 0;
        for (int i = 0; i < a->count; i++)
            most = fmax(most, refit(s, a, i, whole));
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

static void fit_weights(struct state *s)
{
    struct region *room = region_new();
    struct awake a = gather(room, s);

    refit_all(s, &a, POLISH_SWEEPS, 0);
    refit_all(s, &a, ROUND_SWEEPS, 1);
    put_to_sleep(s);
    region_free(room);
}

/* ---- An output -------------------------------------------------------------------------------------------------- */

void descent_begin(const struct gram *g, const double *covariance, const int8_t *network, float *rest)
{
    for (size_t f = 0; f < g->features; f++)
        rest[f] = (float)covariance[f];
    for (size_t at = 0; at < g->features; at += STRETCH)
        for (int tap = 0; tap < g->taps; tap++)
            if (network[tap])
                subtract(rest + at, row_of(g, tap, 0) + at, (float)network[tap],
                         g->features - at < STRETCH ? g->features - at : STRETCH);
}

/* All of the network's connections are awake. */
static struct state begin(struct region *room, struct descent *d)
{
    size_t taps = (size_t)d->gram->taps;
    struct state s = { .d = d, .level = d->level, .weight = region_array(room, taps, sizeof *s.weight) };

    s.rest = region_copy(room, d->rest, d->gram->features * sizeof *s.rest);
    for (size_t tap = 0; tap < taps; tap++) {
        s.weight[tap] = d->network[tap];
        s.level[tap] = d->network[tap] ? 0 : LEVEL_NEVER;
    }
    return s;
}

static void write_result(const struct state *s)
{
    struct descent *d = s->d;
    double bias = d->target_mean;

    for (int tap = 0; tap < d->gram->taps; tap++) {
        int awake = s->level[tap] != LEVEL_NEVER;
        d->weight[tap] = awake ? (int8_t)s->weight[tap] : d->network[tap];
        if (awake)
            bias -= s->weight[tap] * d->gram->mean[feature_of(d->gram, tap, s->level[tap])];
    }
    d->bias = (int32_t)lround(bias / d->gram->constant);
}

void descend(struct descent *d, int count)
{
    struct region *room = region_new();
    struct state states[DESCENTS_MAX];

    for (int i = 0; i < count; i++)
        states[i] = begin(room, &d[i]);
    choose(states, count);
    for (int i = 0; i < count; i++) {
        if (!d[i].keep)
            fit_weights(&states[i]);
        write_result(&states[i]);
    }
    region_free(room);
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
    double shift = d->target_mean - d->more * g->constant,
           explained = descent_explains(d, region_alloc(room, (size_t)g->taps), d->network);

    for (int i = 0; i < g->taps; i++)
        shift -= d->network[i] * g->mean[(size_t)i * (size_t)g->levels];
    region_free(room);
    return explained - shift * shift;
}
