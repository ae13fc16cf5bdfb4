/* search.c - one threshold a layer under an accuracy budget.
 *
 * Each layer has a ladder of thresholds that leave ever fewer of its non-zero MACs. The sensitivity of each layer alone
 * (loss against executed MACs) gives a first plan for any price lambda of a MAC; descent on loss + lambda * executed
 * then moves one layer after another along its ladder, with the mean of what is skipped folded into the bias; lambda
 * rises while the drop keeps to the budget and falls when it does not. The best plan within the budget stands.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/progress.h"
#include "lower/cuts.h"
#include "tune/calibrate.h"
#include "tune/prepare.h"

enum {
    LEVELS = 41,     /* rungs of a ladder */
    PROBE_EVERY = 5, /* rungs between two probes of sensitivity */
    FIRST_STEP = 4,  /* rungs of a first move in the descent */
    BISECTIONS = 9,  /* to find the first lambda */
    ROUNDS = 14      /* sweeps of descent */
};

static const double rung = 0.9; /* each rung leaves this share of the last one's executed MACs */
static const double largest_lambda = 100, smallest_lambda = 1e-6;

struct ladder {
    double threshold[LEVELS];
    uint64_t executed[LEVELS]; /* on the dense network's inputs */
    double loss[LEVELS];       /* of this layer alone, interpolated between probes */
    int level, step;
    uint64_t now;                  /* executed at its level, on the pruned network's inputs */
    int32_t *bias;                 /* the network's own */
    struct statistics *statistics; /* of the inputs as they are now */
};

struct search {
    struct region *region;
    struct preparation prepared;
    const struct tuning *tuning;
    struct calibration calibration;
    struct ladder *ladders; /* [layers] */
    struct outcome dense;
    uint64_t macs; /* dense, over all samples */
    size_t ticks;  /* for the progress bar */
    uint64_t best_executed;
    double best_drop;
    struct plan best;
};

static struct program *program(struct search *s)
{
    return &s->prepared.program;
}

static void tick(struct search *s)
{
    progress_set(++s->ticks);
}

/* Puts a layer on a rung, given statistics of its inputs: threshold, cuts, and the mean of what is left out in its
 * bias. */
static void put(struct search *s, int layer, int level)
{
    struct mac_layer *m = &program(s)->layers[layer];
    struct ladder *l = &s->ladders[layer];

    l->level = level;
    s->prepared.thresholds[layer][0] = l->threshold[level];
    cuts_fill(m, s->tuning->method, s->tuning->division, m->plan, m->cut);
    for (int o = 0; o < m->out_c; o++)
        m->bias[o] = l->bias[o] + (int32_t)lround(statistics_mean(l->statistics, o, NULL) -
                                                  statistics_mean(l->statistics, o, m->cut));
    l->now = statistics_executed(l->statistics, m->cut);
    engine_update(s->prepared.engine, layer);
}

static double threshold_for(const struct search *s, const struct statistics *st, double share)
{
    return s->tuning->method == METHOD_FATRELU ? statistics_activation_threshold(st, share)
                                               : statistics_product_threshold(st, 0, st->layer->out_c, share);
}

/* Fills a ladder from the statistics of the dense network. */
static void build_ladder(struct search *s, int layer)
{
    const struct mac_layer *m = &program(s)->layers[layer];
    struct ladder *l = &s->ladders[layer];
    uint64_t dense = m->dense * l->statistics->samples;
    double nonzero = dense ? (double)statistics_executed(l->statistics, m->cut) / (double)dense : 0;

    l->bias = region_copy(s->region, m->bias, (size_t)m->out_c * sizeof *m->bias);
    for (int i = 0; i < LEVELS; i++) {
        l->threshold[i] = i ? threshold_for(s, l->statistics, 1 - nonzero * pow(rung, i)) : 0;
        put(s, layer, i);
        l->executed[i] = l->now;
    }
    put(s, layer, 0);
}

static void interpolate(double *loss, int from, int to)
{
    for (int i = from + 1; i < to; i++)
        loss[i] = loss[from] + (loss[to] - loss[from]) * (i - from) / (to - from);
}

/* Loss of this layer alone on every rung; the kept arenas stand before it, all layers are dense. */
static int probe(struct search *s, int layer)
{
    struct ladder *l = &s->ladders[layer];
    struct outcome o = { 0, 0 };

    for (int i = 0; i < LEVELS; i += PROBE_EVERY) {
        put(s, layer, i);
        TRY(calibration_trial(&s->calibration, &o));
        l->loss[i] = i ? o.loss : 0;
        if (i)
            interpolate(l->loss, i - PROBE_EVERY, i);
        tick(s);
    }
    put(s, layer, 0);
    return OK;
}

static int measure_sensitivity(struct search *s)
{
    calibration_rewind(&s->calibration);
    for (int i = 0; i < program(s)->layer_count; i++) {
        TRY(calibration_advance(&s->calibration, calibration_step(program(s), i)));
        TRY(calibration_statistics(&s->calibration, i, s->ladders[i].statistics));
        build_ladder(s, i);
        TRY(probe(s, i));
    }
    return OK;
}

static uint64_t executed(const struct search *s, int layers)
{
    uint64_t sum = 0;

    for (int i = 0; i < layers; i++)
        sum += s->ladders[i].now;
    return sum;
}

static double drop_pp(const struct search *s, const struct outcome *o)
{
    return 100 * ((double)s->dense.right - (double)o->right) / (double)s->calibration.in->count;
}

static int affordable(const struct search *s, const struct outcome *o)
{
    return drop_pp(s, o) <= s->tuning->max_drop_pp;
}

/* Keeps the plan as it stands if it is the best within the budget so far. */
static void consider(struct search *s, const struct outcome *o)
{
    struct program *p = program(s);
    uint64_t sum = executed(s, p->layer_count);

    if (!affordable(s, o) || sum >= s->best_executed)
        return;
    s->best_executed = sum;
    s->best_drop = drop_pp(s, o);
    for (int i = 0; i < p->layer_count; i++) {
        struct layer_plan *l = &s->best.layers[i];
        memcpy((double *)l->thresholds, s->prepared.thresholds[i], (size_t)l->groups * sizeof(double));
        memcpy((int32_t *)l->bias, p->layers[i].bias, (size_t)l->bias_count * sizeof(int32_t));
    }
}

/* Walks through the layers, settles each on `level[]` with the statistics of its pruned inputs, and judges the whole.
 */
static int settle(struct search *s, const int *level, struct outcome *out)
{
    int layers = program(s)->layer_count;

    calibration_rewind(&s->calibration);
    for (int i = 0; i < layers; i++) {
        TRY(calibration_advance(&s->calibration, calibration_step(program(s), i)));
        TRY(calibration_statistics(&s->calibration, i, s->ladders[i].statistics));
        put(s, i, level[i]);
    }
    TRY(calibration_trial(&s->calibration, out));
    consider(s, out);
    tick(s);
    return OK;
}

/* The rungs that the layers would choose by themselves at this price. */
static void choose_apart(const struct search *s, double lambda, int layers, int *level)
{
    for (int i = 0; i < layers; i++) {
        const struct ladder *l = &s->ladders[i];
        double least = HUGE_VAL;
        for (int k = 0; k < LEVELS; k++) {
            double cost = l->loss[k] + lambda * (double)l->executed[k] / (double)s->macs;
            if (cost < least) {
                least = cost;
                level[i] = k;
            }
        }
    }
}

/* The largest lambda whose plan keeps to the budget, on a logarithmic scale. */
static int first_lambda(struct search *s, double *lambda)
{
    int layers = program(s)->layer_count;
    int *level = region_array(s->region, (size_t)layers, sizeof *level);
    double low = log(smallest_lambda), high = log(largest_lambda);
    struct outcome o = { 0, 0 };

    for (int i = 0; i < BISECTIONS; i++) {
        double middle = (low + high) / 2;
        choose_apart(s, exp(middle), layers, level);
        TRY(settle(s, level, &o));
        if (affordable(s, &o))
            low = middle;
        else
            high = middle;
    }
    *lambda = exp(low);
    choose_apart(s, *lambda, layers, level);
    return settle(s, level, &o);
}

static double cost(const struct search *s, int layer, const struct outcome *o, double lambda)
{
    return o->loss + lambda * (double)s->ladders[layer].now / (double)s->macs;
}

/* Moves one layer a step up or down its ladder if that pays; *best is its cost as it stands, and then as it will. */
static int try_move(struct search *s, int layer, int move, double lambda, struct outcome *best, int *moved)
{
    struct ladder *l = &s->ladders[layer];
    int from = l->level, to = from + move;
    double before = cost(s, layer, best, lambda);
    struct outcome o = { 0, 0 };

    to = to < 0 ? 0 : to >= LEVELS ? LEVELS - 1 : to;
    if (to == from || *moved)
        return OK;
    put(s, layer, to);
    TRY(calibration_trial(&s->calibration, &o));
    if (cost(s, layer, &o, lambda) < before) {
        *best = o;
        *moved = 1;
    } else {
        put(s, layer, from);
    }
    return OK;
}

/* One sweep of descent over all layers, in the order of execution. */
static int descend(struct search *s, double lambda, struct outcome *out)
{
    calibration_rewind(&s->calibration);
    for (int i = 0; i < program(s)->layer_count; i++) {
        struct ladder *l = &s->ladders[i];
        int moved = 0;
        TRY(calibration_advance(&s->calibration, calibration_step(program(s), i)));
        TRY(calibration_statistics(&s->calibration, i, l->statistics));
        put(s, i, l->level);
        TRY(calibration_trial(&s->calibration, out));
        TRY(try_move(s, i, l->step, lambda, out, &moved));
        TRY(try_move(s, i, -l->step, lambda, out, &moved));
        if (!moved && l->step > 1)
            l->step /= 2;
        tick(s);
    }
    consider(s, out);
    return OK;
}

static int descend_all(struct search *s, double lambda)
{
    double factor = 1.3;
    int last = 0;
    struct outcome o = { 0, 0 };

    for (int i = 0; i < program(s)->layer_count; i++)
        s->ladders[i].step = FIRST_STEP;
    for (int round = 0; round < ROUNDS; round++) {
        int direction;
        TRY(descend(s, lambda, &o));
        direction = affordable(s, &o) ? 1 : -1;
        if (last && direction != last)
            factor = 1 + (factor - 1) * 0.7;
        lambda = direction > 0 ? lambda * factor : lambda / factor;
        last = direction;
    }
    return OK;
}

/* Room for the best plan: the prepared one with copies of what varies. */
static void make_best(struct search *s)
{
    struct program *p = program(s);

    s->best = *s->prepared.plan;
    s->best.layers = region_copy(s->region, s->best.layers, (size_t)p->layer_count * sizeof *s->best.layers);
    for (int i = 0; i < p->layer_count; i++) {
        struct layer_plan *l = &s->best.layers[i];
        l->bias_count = p->layers[i].out_c;
        l->thresholds = region_copy(s->region, l->thresholds, (size_t)l->groups * sizeof(double));
        l->bias = region_copy(s->region, p->layers[i].bias, (size_t)l->bias_count * sizeof(int32_t));
    }
    s->best_executed = UINT64_MAX;
    consider(s, &s->dense);
}

static int search(struct search *s)
{
    int layers = program(s)->layer_count;
    double lambda;

    s->ladders = region_array(s->region, (size_t)layers, sizeof *s->ladders);
    for (int i = 0; i < layers; i++)
        s->ladders[i].statistics = statistics_new(s->region, &program(s)->layers[i]);
    TRY(calibration_new(s->region, s->prepared.engine, s->calibration.in, &s->calibration, &s->dense));
    s->macs = program_macs(program(s)) * s->calibration.in->count;
    progress_start("tuning",
                   (size_t)(layers * ((LEVELS + PROBE_EVERY - 1) / PROBE_EVERY) + BISECTIONS + 1 + ROUNDS * layers));
    TRY(measure_sensitivity(s));
    make_best(s);
    TRY(first_lambda(s, &lambda));
    return descend_all(s, lambda);
}

int tune_search(struct region *r, const struct graph *g, const struct inputs *in, const struct tuning *t,
                const char *model_path, struct search_result *out, struct diag *d)
{
    struct search s = { .region = r, .tuning = t, .calibration = { .in = in } };

    TRY(prepare(r, g, t, model_path, &s.prepared, d));
    if (s.prepared.program.layer_count == 0)
        return diag_fail(d, BAD_INPUT, model_path, "it has no layer with MACs; there is nothing to tune");
    TRY(search(&s));
    out->plan = s.best;
    out->drop_pp = s.best_drop;
    return OK;
}
