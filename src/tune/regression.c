/* regression.c - see regression.h. */
#include "tune/regression.h"

#include <math.h>
#include <string.h>

#include "base/parallel.h"
#include "layout/layout.h"
#include "lower/cuts.h"
#include "lower/scaling.h"
#include "tune/choice.h"
#include "tune/descent.h"
#include "tune/follow.h"

enum { PROBES = 4, ROWS = 20000, ROWS_A_SAMPLE = 100 };

/* Pairs of inputs that the Gram matrices of one layer may take; beyond, its outputs share their rows. */
static const double pairs_most = 8e9;
static const double dead = 1e30; /* lambda of an output that changes nothing */

/* A stored connection costs a share of what it would if it were always awake: the larger, the fewer are stored. Shares
 * that are tried first, and those around the one that a layer needed last. */
static const double wide[] = { 0.01, 0.04, 0.16, 0.64, 2.56, 10, 40, 160 };
static const double narrow[] = { 0, 0.33, 0.6, 0.8, 1, 1.25, 1.7, 3 };

enum { RUNGS = sizeof wide / sizeof *wide };

/* What the descent found for one share. */
struct found {
    uint8_t *cuts;
    int8_t *weights;
    int32_t *bias;
    double *loss, *saved; /* [outputs] squared logits more, and units of cost less, than the network's connections */
};

struct fit {
    struct draw *draws;
    int draw_count;
    struct found found[RUNGS];
    double share[RUNGS]; /* [rungs] rising, those that are tried */
    int rungs;
    double needed; /* lambda times the share that kept to the worst case last; 0: none was needed */
    uint8_t *cuts; /* the plan's, writable */
    int8_t *weights;
    const int8_t *network;
    const int32_t *bias; /* the network's */
    struct statistics *statistics;
    int fitted; /* 0: the layer stays as it is, but for zeros */
};

struct regression {
    struct region *region;
    const struct graph *graph;
    struct plan plan;
    struct program program;
    struct engine *engine;
    struct calibration calibration;
    struct fit *fits;     /* [layers] */
    struct choice choice; /* its target is NULL: every layer runs its lists */
    int threads;
};

/* ---- Preparation ------------------------------------------------------------------------------------------------ */

/* A plan of cuts that are all 0: the dense network. */
static void make_plan(struct regression *g)
{
    size_t nodes = (size_t)g->graph->node_count;

    g->plan = (struct plan){ .method = METHOD_UNIT };
    g->plan.layers = region_array(g->region, nodes, sizeof *g->plan.layers);
    g->fits = region_array(g->region, nodes, sizeof *g->fits);
    for (int i = 0; i < g->graph->node_count; i++) {
        const struct node *n = &g->graph->nodes[i];
        struct layer_plan *l = &g->plan.layers[g->plan.layer_count];
        struct fit *f = &g->fits[g->plan.layer_count];
        if (!plan_prunes(n->op))
            continue;
        l->index = n->index;
        l->connections = tensor_elements(&g->graph->tensors[n->inputs[1]]);
        f->network = (const int8_t *)g->graph->tensors[n->inputs[1]].data.data;
        l->cuts = f->cuts = region_alloc(g->region, l->connections);
        l->weights = f->weights = region_copy(g->region, f->network, l->connections);
        f->rungs = 1;
        g->plan.layer_count++;
    }
}

static int feeds_maximum(const struct regression *g, const struct mac_layer *l)
{
    int output = g->graph->nodes[l->node].outputs[0], found = 0;

    for (int i = 0; i < g->graph->node_count; i++)
        found |= g->graph->nodes[i].op == OP_MAX_POOL_2D && g->graph->nodes[i].inputs[0] == output;
    return found;
}

/* Outputs of a depthwise layer read different inputs. Behind a maximum each output matters at positions of its own, and
 * rows of its own save a tenth of the MACs (docs/adr/0041); elsewhere shared rows serve all. */
static int shares_rows(const struct regression *g, const struct mac_layer *l)
{
    double pairs = (double)l->out_c * ROWS * (double)l->taps * (double)l->taps / 4;

    return !l->depthwise && (l->positions == 1 || pairs > pairs_most || !feeds_maximum(g, l));
}

static void draw_layer(struct regression *g, const struct importance *u, int layer)
{
    const struct mac_layer *l = &g->program.layers[layer];
    struct fit *f = &g->fits[layer];
    int outputs = shares_rows(g, l) ? l->out_c : 1;
    size_t rows = u->samples * ROWS_A_SAMPLE < ROWS ? u->samples * ROWS_A_SAMPLE : ROWS;

    f->draw_count = l->out_c / outputs;
    f->draws = region_array(g->region, (size_t)f->draw_count, sizeof *f->draws);
    for (int i = 0; i < f->draw_count; i++) {
        draw_rows(g->region, u, layer, i * outputs, outputs, rows, &f->draws[i]);
        for (int o = 0; o < outputs; o++)
            f->fitted |= f->draws[i].weight[o] > 0;
    }
}

/* Layers that cannot be fitted are named, and left alone. */
static void warn_of_unfitted(const struct regression *g, int layer)
{
    struct region *room = region_new();
    const struct mac_layer *l = &g->program.layers[layer];
    const char *where = node_where(room, g->graph, &g->graph->nodes[l->node]);

    if (!levels_for(l->taps))
        diag_warn(where, "its outputs have %d connections each, more than %d; only zeros are left out", l->taps,
                  FEATURES_MAX);
    else if (!g->fits[layer].fitted)
        diag_warn(where, "it does not change the first output on these samples; only zeros are left out");
    region_free(room);
}

static int draw_all(struct regression *g, const struct importance *u)
{
    for (int l = 0; l < g->program.layer_count; l++) {
        const struct mac_layer *m = &g->program.layers[l];
        g->fits[l].bias = region_copy(g->region, m->bias, (size_t)m->out_c * sizeof *m->bias);
        g->fits[l].statistics = statistics_new(g->region, m);
        TRY(calibration_advance(&g->calibration, calibration_step(&g->program, l)));
        if (levels_for(m->taps))
            draw_layer(g, u, l);
        warn_of_unfitted(g, l);
        for (int i = 0; i < g->fits[l].draw_count; i++)
            TRY(draw_targets(&g->fits[l].draws[i], &g->calibration, l));
    }
    return OK;
}

static int measure(struct regression *g, const struct inputs *in, uint64_t seed)
{
    struct region *room = region_new();
    struct importance u;
    struct outcome dense;
    int status = calibration_new(g->region, g->engine, in, &g->calibration, &dense);

    if (status == OK)
        status = importance_measure(room, g->engine, in, g->calibration.logits, PROBES, seed, &u);
    if (status == OK)
        status = draw_all(g, &u);
    region_free(room);
    return status;
}

int regression_new(struct region *r, const struct graph *graph, const struct inputs *in, const struct tuning *t,
                   const char *model_path, struct regression **out, struct diag *d)
{
    struct regression *g = region_alloc(r, sizeof *g);

    *g = (struct regression){ .region = r, .graph = graph, .threads = t->threads };
    g->choice = (struct choice){ t->target, t->goal, graph, model_path, &g->calibration, d };
    make_plan(g);
    TRY(lower(r, graph, &g->plan, model_path, &g->program, d));
    TRY(layout_arena(r, &g->program, model_path, d));
    if (g->program.layer_count == 0)
        return diag_fail(d, BAD_INPUT, model_path, "it has no layer with MACs; there is nothing to tune");
    for (int l = 0; t->adaptive && l < g->program.layer_count; l++)
        follow_begin(r, &g->program, &g->program.layers[l], &g->plan.layers[l]);
    g->engine = engine_new(r, &g->program, KERNELS_FAST, t->threads);
    *out = g;
    return measure(g, in, t->seed);
}

double regression_logit_variance(const struct regression *g)
{
    return g->calibration.spread;
}

size_t regression_sample_bytes(const struct program *dense)
{
    return dense->network.arena_bytes + importance_bytes(dense);
}

/* ---- One layer -------------------------------------------------------------------------------------------------- */

struct layer_fit {
    struct regression *regression;
    const struct regression_options *options;
    int layer;
    double lambda;
    struct levels levels;
};

/* price[k][level]: what an inference costs more if connection k of output o wakes there. */
static void fill_prices(const struct layer_fit *f, int o, double share, double *price)
{
    const struct statistics *s = f->regression->fits[f->layer].statistics;
    const struct mac_layer *l = s->layer;
    const struct price *p = &f->options->price[f->layer];

    for (int k = 0; k < l->taps; k++) {
        const uint64_t *seen = s->seen + (size_t)mac_source(l, o, k) * MAGNITUDES;
        double always = p->executed * (double)seen[MAGNITUDES - 1] / (double)s->samples;
        for (int level = 0; level < f->levels.count; level++) {
            double awake = p->executed * (double)(seen[MAGNITUDES - 1] - seen[f->levels.cut[level]]);
            *price++ = p->stored + awake / (double)s->samples + share * (p->stored + always);
        }
    }
}

static void write_output(const struct layer_fit *f, int o, const uint8_t *level, const int8_t *weight,
                         struct found *found)
{
    const struct mac_layer *l = &f->regression->program.layers[f->layer];

    for (int k = 0; k < l->taps; k++) {
        size_t at = mac_at(l, o, k);
        found->cuts[at] = level[k] == LEVEL_NEVER ? PLAN_CUT_NEVER : f->levels.cut[level[k]];
        found->weights[at] = weight[k];
    }
}

static double cost_of(const struct gram *g, const double *price, const uint8_t *level)
{
    double cost = 0;

    for (int k = 0; k < g->taps; k++)
        cost += level[k] == LEVEL_NEVER ? 0 : price[(size_t)k * (size_t)g->levels + level[k]];
    return cost;
}

/* What the network's own connections cost, all awake. */
static double network_cost(const struct descent *d, const double *price)
{
    double cost = 0;

    for (int k = 0; k < d->gram->taps; k++)
        cost += d->network[k] ? price[(size_t)k * (size_t)d->gram->levels] : 0;
    return cost;
}

/* The descent for one output, for each share that is tried. */
static void fit_output(const struct layer_fit *f, const struct draw *draw, const struct gram *gram,
                       const struct patches *patches, int number)
{
    const struct mac_layer *l = &f->regression->program.layers[f->layer];
    struct fit *fit = &f->regression->fits[f->layer];
    struct region *room = region_new();
    double *covariance = region_array(room, gram->features, sizeof *covariance);
    double *price = region_array(room, gram->features, sizeof *price);
    double *plain = region_array(room, gram->features, sizeof *plain);
    int8_t *network = region_alloc(room, (size_t)l->taps), *weight = region_alloc(room, (size_t)l->taps);
    uint8_t *level = region_alloc(room, (size_t)l->taps);
    struct descent d = { .gram = gram, .covariance = covariance, .price = price, .network = network };
    int o = draw->first + number;

    for (int k = 0; k < l->taps; k++)
        network[k] = fit->network[mac_at(l, o, k)];
    gram_target(gram, patches, draw->target + (size_t)number * draw->rows, covariance, &d.target_mean);
    d.lambda = draw->weight[number] > 0 ? f->lambda / draw->weight[number] : dead;
    d.keep = f->options->keep;
    fill_prices(f, o, 0, plain);
    for (int i = 0; i < fit->rungs; i++) {
        struct found *found = &fit->found[i];
        fill_prices(f, o, fit->share[i], price);
        found->bias[o] = fit->bias[o] + descend_output(&d, level, weight);
        write_output(f, o, level, weight, found);
        found->saved[o] = network_cost(&d, plain) - cost_of(gram, plain, level);
        found->loss[o] = draw->weight[number] * (descent_network_explains(&d) - descent_explains(&d, level, weight));
    }
    region_free(room);
}

struct shared_fit {
    const struct layer_fit *f;
    const struct draw *draw;
    const struct gram *gram;
    const struct patches *patches;
};

static void shared_output(void *context, size_t number, int thread)
{
    const struct shared_fit *s = context;

    (void)thread;
    fit_output(s->f, s->draw, s->gram, s->patches, (int)number);
}

static int fit_draw(const struct layer_fit *f, const struct draw *draw, int threads)
{
    struct region *room = region_new();
    struct regression *g = f->regression;
    struct gram *gram = gram_new(room, g->program.layers[f->layer].taps, f->levels.count);
    const struct patches *patches = patches_gather(room, draw, &g->calibration, f->layer, &f->levels);
    struct shared_fit shared = { f, draw, gram, patches };
    int status = OK;

    if (gram_fill(gram, patches, threads) || parallel_for(threads, (size_t)draw->outputs, shared_output, &shared))
        status = INTERRUPTED;
    region_free(room);
    return status;
}

static void one_draw(void *context, size_t number, int thread)
{
    const struct layer_fit *f = context;

    (void)thread;
    fit_draw(f, &f->regression->fits[f->layer].draws[number], 1);
}

/* Threads share the draws where there are enough of them, else the work of each. */
static int fit_draws(struct layer_fit *f)
{
    const struct regression *g = f->regression;
    const struct fit *fit = &g->fits[f->layer];

    if (fit->draw_count >= g->threads)
        return parallel_for(g->threads, (size_t)fit->draw_count, one_draw, f) ? INTERRUPTED : OK;
    for (int i = 0; i < fit->draw_count; i++)
        TRY(fit_draw(f, &fit->draws[i], g->threads));
    return OK;
}

/* Room for what the descent finds. */
static void make_room(struct regression *g, int layer)
{
    const struct mac_layer *l = &g->program.layers[layer];
    struct fit *f = &g->fits[layer];
    size_t connections = (size_t)l->out_c * (size_t)l->taps;

    for (int i = 0; i < f->rungs; i++)
        if (!f->found[i].cuts)
            f->found[i] = (struct found){ region_alloc(g->region, connections), region_alloc(g->region, connections),
                                          region_array(g->region, (size_t)l->out_c, sizeof(int32_t)),
                                          region_array(g->region, (size_t)l->out_c, sizeof(double)),
                                          region_array(g->region, (size_t)l->out_c, sizeof(double)) };
}

/* Puts a layer as it stands in the plan into the engine. */
static void update_layer(struct regression *g, int layer)
{
    struct mac_layer *l = &g->program.layers[layer];

    cuts_fill(l, METHOD_UNIT, DIVISION_EXACT, l->plan, l->cut);
    if (l->scaling)
        scaling_compensate(l, g->fits[layer].bias);
    engine_update(g->engine, layer);
}

/* The network's own weights, zeros left out. */
static void reset_layer(struct regression *g, int layer)
{
    struct mac_layer *l = &g->program.layers[layer];
    struct fit *f = &g->fits[layer];
    size_t connections = (size_t)l->out_c * (size_t)l->taps;

    memset(f->cuts, 0, connections);
    memcpy(f->weights, f->network, connections);
    memcpy(l->bias, f->bias, (size_t)l->out_c * sizeof *l->bias);
    g->plan.layers[layer].kernel = KERNEL_OPEN;
    update_layer(g, layer);
}

static void take(struct regression *g, int layer, int rung)
{
    struct mac_layer *l = &g->program.layers[layer];
    struct fit *f = &g->fits[layer];
    size_t connections = (size_t)l->out_c * (size_t)l->taps;

    if (!f->fitted)
        return;
    memcpy(f->cuts, f->found[rung].cuts, connections);
    memcpy(f->weights, f->found[rung].weights, connections);
    memcpy(l->bias, f->found[rung].bias, (size_t)l->out_c * sizeof *l->bias);
    update_layer(g, layer);
}

/* The plan as it stands, copied. */
static void copy_plan(struct region *r, const struct regression *g, const struct regression_options *o,
                      struct plan *out)
{
    *out = g->plan;
    out->method = o->method;
    out->target = g->choice.target ? g->choice.target->name : NULL;
    out->layers = region_copy(r, g->plan.layers, (size_t)g->plan.layer_count * sizeof *out->layers);
    for (int i = 0; i < out->layer_count; i++) {
        struct layer_plan *l = &out->layers[i];
        const struct mac_layer *m = &g->program.layers[i];
        if (l->kernel == KERNEL_DENSE || l->kernel == KERNEL_ZEROSKIP) {
            l->cuts = NULL;
            l->weights = NULL;
            l->every = 0;
            continue;
        }
        l->cuts = region_copy(r, l->cuts, l->connections);
        l->weights = o->keep ? NULL : region_copy(r, l->weights, l->connections);
        l->bias = region_copy(r, m->bias, (size_t)m->out_c * sizeof *m->bias);
        l->bias_count = m->out_c;
    }
}

/* Finds cuts and weights for every share that is tried, and takes the first; a layer that cannot be fitted stays as it
 * is, but for zeros. The calibration stands before the layer, which is reset. */
static int fit_layer(struct regression *g, const struct regression_options *o, int layer, double lambda)
{
    struct layer_fit f = { .regression = g, .options = o, .layer = layer, .lambda = lambda };

    if (!g->fits[layer].fitted)
        return OK;
    f.levels = levels_make(o->method == METHOD_STATIC ? 1 : levels_for(g->program.layers[layer].taps));
    make_room(g, layer);
    follow_layer(&g->calibration, layer, &g->plan.layers[layer]);
    TRY(calibration_statistics(&g->calibration, layer, g->fits[layer].statistics));
    TRY(fit_draws(&f));
    take(g, layer, 0);
    return OK;
}

/* ---- With a chip: which kernel ---------------------------------------------------------------------------------- */

static const struct regression_options as_lists = { .method = METHOD_UNIT };

/* 1 in *fits if the rung's lists keep to the worst case. */
static int rung_fits(struct regression *g, int layer, int rung, const struct kernel_cycles *k, int *fits)
{
    struct plan plan;
    struct region *room = region_new();
    int status;

    take(g, layer, rung);
    copy_plan(room, g, &as_lists, &plan);
    status = choice_fits(&g->choice, &plan, layer, k, fits);
    region_free(room);
    return status;
}

/* The first rung that fits: the higher, the fewer connections are stored. */
static int find_rung(struct regression *g, int layer, const struct kernel_cycles *k, int *rung, int *fits)
{
    int low = 0, high = g->fits[layer].rungs - 1, middle_fits;

    TRY(rung_fits(g, layer, high, k, fits));
    while (*fits && low < high) {
        int middle = (low + high) / 2;
        TRY(rung_fits(g, layer, middle, k, &middle_fits));
        if (middle_fits)
            high = middle;
        else
            low = middle + 1;
    }
    *rung = high;
    return OK;
}

/* What the lists of a rung lose and save against the network's connections. */
static void add_up(const struct regression *g, int layer, int rung, double lambda, struct lists *out)
{
    const struct fit *f = &g->fits[layer];

    for (int o = 0; f->fitted && o < g->program.layers[layer].out_c; o++) {
        out->loss += f->found[rung].loss[o] / lambda;
        out->saved += f->found[rung].saved[o];
    }
}

/* The layer's kernel, now that its lists are those of the plan; unless they run, the layer is the network's again. */
static int end_choice(struct regression *g, int layer, const struct kernel_cycles *k, const struct lists *lists)
{
    struct layer_plan *l = &g->plan.layers[layer], chosen = *l;
    struct region *room = region_new();
    struct plan plan;
    int status;

    copy_plan(room, g, &as_lists, &plan);
    status = choice_end(g->region, &g->choice, &plan, layer, k, lists, &chosen);
    region_free(room);
    if (status == OK && chosen.kernel != KERNEL_PREFIX)
        reset_layer(g, layer);
    *l = chosen;
    return status;
}

/* Where no price was needed, 0 alone. */
static void set_shares(struct fit *f, double lambda)
{
    f->rungs = f->needed > 0 ? RUNGS : 1;
    for (int i = 0; i < f->rungs; i++)
        f->share[i] = narrow[i] * f->needed / lambda;
}

/* Fits the layer, with shares until its lists keep to the worst case, if any does: coarse ones first, then those around
 * the one that was found. */
static int fit_to_bound(struct regression *g, const struct regression_options *o, int layer, double lambda,
                        const struct kernel_cycles *k, int *rung)
{
    struct fit *f = &g->fits[layer];
    int fits;

    set_shares(f, lambda);
    TRY(fit_layer(g, o, layer, lambda));
    TRY(find_rung(g, layer, k, rung, &fits));
    if (!fits && f->fitted) {
        f->rungs = RUNGS;
        memcpy(f->share, wide, sizeof f->share);
        TRY(fit_layer(g, o, layer, lambda));
        TRY(find_rung(g, layer, k, rung, &fits));
        f->needed = fits ? lambda * f->share[*rung] : 0;
        set_shares(f, lambda);
        if (fits) {
            TRY(fit_layer(g, o, layer, lambda));
            TRY(find_rung(g, layer, k, rung, &fits));
        }
    }
    f->needed = fits && f->fitted ? lambda * f->share[*rung] : 0;
    take(g, layer, *rung);
    return OK;
}

static int fit_and_choose(struct regression *g, const struct regression_options *o, int layer, double lambda)
{
    struct kernel_cycles k;
    struct lists lists = { 0 };
    int rung = 0;

    TRY(choice_begin(&g->choice, &g->plan, layer, &k));
    TRY(fit_to_bound(g, o, layer, lambda, &k, &rung));
    TRY(rung_fits(g, layer, rung, &k, &lists.fit));
    add_up(g, layer, rung, lambda, &lists);
    return end_choice(g, layer, &k, &lists);
}

/* ---- All layers ------------------------------------------------------------------------------------------------- */

int regression_plan(struct region *r, struct regression *g, const struct regression_options *o, double lambda,
                    struct plan *out)
{
    calibration_rewind(&g->calibration);
    for (int l = 0; l < g->program.layer_count; l++) {
        TRY(calibration_advance(&g->calibration, calibration_step(&g->program, l)));
        reset_layer(g, l);
        if (g->choice.target)
            TRY(fit_and_choose(g, o, l, lambda));
        else
            TRY(fit_layer(g, o, l, lambda));
    }
    copy_plan(r, g, o, out);
    return OK;
}
