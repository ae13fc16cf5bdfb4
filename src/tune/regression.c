/* regression.c - see regression.h. */
#include "tune/regression.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/parallel.h"
#include "layout/layout.h"
#include "lower/cuts.h"
#include "lower/scaling.h"
#include "tune/choice.h"
#include "tune/follow.h"
#include "tune/layer_fit.h"

enum { PROBES = 4, ROWS = 20000, ROWS_A_SAMPLE = 100 };

/* Pairs of inputs that the Gram matrices of one layer may take; beyond, its outputs share their rows. */
static const double pairs_most = 8e9;

/* A stored connection costs a share of what it would if it were always awake: between these, found by halving the gap
 * on a logarithmic scale so often. */
static const double share_least = 0.01, share_most = 160;

enum { SHARE_HALVINGS = 5 };

/* Samples that fall back in a layer, all of which may be lost: a share of those that the budget allows to lose, and at
 * most this share of all. */
static const double fall_back_of_budget = 0.25, fall_back_most = 0.005;

/* Biases may follow the input as far as that loses so little of what a layer costs (docs/adr/0054). */
static const double bias_loss = 1e-3;

struct fit {
    struct draw *draws;
    int draw_count;
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
    g->choice = (struct choice){ t->target,
                                 t->goal,
                                 t->worst_case > 0 ? t->worst_case : WORST_CASE,
                                 graph,
                                 model_path,
                                 &g->calibration,
                                 d,
                                 fmin(fall_back_most, fall_back_of_budget * t->max_drop_pp / 100) };
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
    g->plan.layers[layer].bias_follows = 0;
    g->plan.layers[layer].fallback = (struct layer_fallback){ 0 };
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
            l->fallback = (struct layer_fallback){ 0 };
            continue;
        }
        l->cuts = region_copy(r, l->cuts, l->connections);
        l->weights = o->keep ? NULL : region_copy(r, l->weights, l->connections);
        l->bias = region_copy(r, m->bias, (size_t)m->out_c * sizeof *m->bias);
        l->bias_count = m->out_c;
    }
}

/* What fits the layer, which the calibration stands before; it writes into the plan. */
static struct layer_fit layer_fit_of(struct regression *g, const struct regression_options *o, int layer, double lambda)
{
    struct mac_layer *l = &g->program.layers[layer];
    struct fit *f = &g->fits[layer];

    return (struct layer_fit){ .layer = l,
                               .draws = f->draws,
                               .draw_count = f->draw_count,
                               .statistics = f->statistics,
                               .network = f->network,
                               .bias = f->bias,
                               .bias_follows = g->plan.layers[layer].bias_follows,
                               .levels = levels_make(o->method == METHOD_STATIC ? 1 : levels_for(l->taps)),
                               .price = o->price[layer],
                               .lambda = lambda,
                               .keep = o->keep,
                               .threads = g->threads,
                               .cuts = f->cuts,
                               .new_weights = f->weights,
                               .new_bias = l->bias };
}

static int descend(struct regression *g, struct layer_fit *f, int layer, double share)
{
    TRY(layer_fit_descend(f, share));
    update_layer(g, layer);
    return OK;
}

/* ---- With a chip: which kernel ---------------------------------------------------------------------------------- */

static const struct regression_options as_lists = { .method = METHOD_UNIT };

/* 1 in *fits if the layer's lists keep to the worst case, with the fallback that the plan then has. */
static int lists_fit(struct regression *g, int layer, const struct kernel_cycles *k, int *fits)
{
    struct region *room = region_new();
    struct plan plan;
    int status;

    copy_plan(room, g, &as_lists, &plan);
    status = choice_fits(&g->choice, &plan, layer, k, &g->plan.layers[layer].fallback, fits);
    region_free(room);
    return status;
}

/* What makes lists keep to the worst case: the share (layer_fit_descend), or the price of waking at magnitude 1. */
struct lever_of_bound {
    double share, doze;
};

static int try_lever(struct regression *g, struct layer_fit *f, int layer, const struct lever_of_bound *at,
                     const struct kernel_cycles *k, int *fits)
{
    f->doze = at->doze;
    TRY(descend(g, f, layer, at->share));
    return lists_fit(g, layer, k, fits);
}

/* Finds the smallest value, which is in *at, with which the lists fit; it starts at share_most, with which they do. */
static int lower_lever(struct regression *g, struct layer_fit *f, int layer, struct lever_of_bound *at, double *value,
                       const struct kernel_cycles *k)
{
    double low = share_least, high = share_most;
    int fits = 0;

    for (int i = 0; i < SHARE_HALVINGS; i++) {
        *value = sqrt(low * high);
        TRY(try_lever(g, f, layer, at, k, &fits));
        if (fits)
            high = *value;
        else
            low = *value;
    }
    *value = high;
    return fits ? OK : try_lever(g, f, layer, at, k, &fits);
}

/* The smallest share, and whether it needs the price of waking at magnitude 1 beside it. */
static int lower_share(struct regression *g, struct layer_fit *f, int layer, struct lever_of_bound *at,
                       const struct kernel_cycles *k)
{
    int fits;

    TRY(lower_lever(g, f, layer, at, &at->share, k));
    at->doze = 0;
    TRY(try_lever(g, f, layer, at, k, &fits));
    at->doze = share_most;
    return fits ? OK : try_lever(g, f, layer, at, k, &fits);
}

/* Fits the layer so that its lists keep to the worst case, at the smallest price for that; *fits: it can. */
static int fit_to_bound(struct regression *g, struct layer_fit *f, int layer, const struct kernel_cycles *k, int *fits)
{
    struct lever_of_bound at = { 0, 0 };

    TRY(try_lever(g, f, layer, &at, k, fits));
    if (*fits)
        return OK;
    at.doze = share_most;
    TRY(try_lever(g, f, layer, &at, k, fits));
    if (*fits)
        return lower_lever(g, f, layer, &at, &at.doze, k);
    at.share = share_most;
    TRY(try_lever(g, f, layer, &at, k, fits));
    return *fits ? lower_share(g, f, layer, &at, k) : OK;
}

/* What the lists lose and save against the network's connections. */
static void add_up(const struct layer_fit *f, struct lists *out)
{
    for (int o = 0; o < f->layer->out_c; o++) {
        out->loss += f->loss[o] / f->lambda;
        out->saved += f->saved[o];
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

static int fit_and_choose(struct regression *g, struct layer_fit *f, int layer)
{
    struct kernel_cycles k;
    struct lists lists = { 0 };

    TRY(choice_begin(&g->choice, &g->plan, layer, &k));
    if (f) {
        TRY(fit_to_bound(g, f, layer, &k, &lists.fit));
        add_up(f, &lists);
    } else {
        TRY(lists_fit(g, layer, &k, &lists.fit));
    }
    return end_choice(g, layer, &k, &lists);
}

/* ---- All layers ------------------------------------------------------------------------------------------------- */

/* Of an inference, all connections awake: the layer as reset_layer leaves it. */
static double network_cost(const struct regression *g, int layer, const struct price *price)
{
    const struct statistics *s = g->fits[layer].statistics;
    double executed = (double)statistics_executed(s, g->fits[layer].cuts) / (double)s->samples;

    return price->executed * executed + price->stored * (double)g->plan.layers[layer].connections;
}

/* cost: what the layer costs, in squared logits. */
static void let_bias_follow(struct regression *g, int layer, double cost)
{
    const struct fit *f = &g->fits[layer];
    struct layer_plan *plan = &g->plan.layers[layer];
    double importance = 0;
    int fits = 1;

    for (int o = 0; o < g->program.layers[layer].out_c; o++) {
        const struct draw *d = &f->draws[o / f->draws[0].outputs];
        importance += d->weight[o - d->first] * f->bias[o] * f->bias[o];
        fits &= abs(f->bias[o]) < SCALING_BIAS_MAX / 2;
    }
    if (plan->every && fits)
        plan->bias_follows = follow_bias(&g->calibration, importance, bias_loss * cost);
}

/* The calibration stands before the layer. A layer that cannot be fitted stays as it is, but for zeros. */
static int plan_layer(struct regression *g, const struct regression_options *o, int layer, double lambda)
{
    struct layer_fit f;
    int status;

    reset_layer(g, layer);
    if (!g->fits[layer].fitted)
        return g->choice.target ? fit_and_choose(g, NULL, layer) : OK;
    follow_layer(&g->calibration, layer, &g->plan.layers[layer]);
    TRY(calibration_statistics(&g->calibration, layer, g->fits[layer].statistics));
    let_bias_follow(g, layer, lambda * network_cost(g, layer, &o->price[layer]));
    f = layer_fit_of(g, o, layer, lambda);
    status = layer_fit_open(&f, &g->calibration, layer);
    if (status == OK)
        status = g->choice.target ? fit_and_choose(g, &f, layer) : descend(g, &f, layer, 0);
    layer_fit_close(&f);
    return status;
}

int regression_plan(struct region *r, struct regression *g, const struct regression_options *o, double lambda,
                    struct plan *out)
{
    calibration_rewind(&g->calibration);
    for (int l = 0; l < g->program.layer_count; l++) {
        TRY(calibration_advance(&g->calibration, calibration_step(&g->program, l)));
        TRY(plan_layer(g, o, l, lambda));
    }
    copy_plan(r, g, o, out);
    return OK;
}
