/* choice.c - see choice.h. */
#include "tune/choice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "layout/layout.h"

enum { CHOICE_SAMPLES = 64 };

/* Predictions may be 5 % off (docs/costs.md), and a few hundred cycles in layers of a few hundred. */
static const double faster_at_least = 0.95, cycles_at_least = 500;

/* Flash of lists as a share of that of the weights. */
static const double flash_at_most = 1.1;

/* 1 if the packed layer compares: its lists would be longer than their kernel can hold. */
static int compares(const struct program *packed, int layer)
{
    int step = calibration_step(packed, layer);
    unit_kernel *kernel = packed->kernels[step].kernel;

    return packed->layers[layer].plan && packed->layers[layer].plan->cuts && kernel != unit_prefix_s8 &&
           kernel != unit_prefix_depthwise_s8;
}

static int pack(struct region *r, const struct choice *c, const struct plan *plan, struct program *out)
{
    TRY(lower(r, c->graph, plan, c->model_path, out, c->diag));
    port_lower(r, out, port_named(c->target->port));
    return layout_arena(r, out, c->model_path, c->diag);
}

/* The layer under a plan: mean over some samples of the calibration, or the bound only; INFINITY for lists that do not
 * fit. */
static int measure(struct region *r, const struct choice *c, const struct plan *plan, int layer, size_t samples,
                   struct layer_cycles *out)
{
    const struct calibration *k = c->calibration;
    size_t bytes = engine_program(k->engine)->network.arena_bytes;
    struct layer_inputs in = { .count = samples < k->in->count ? samples : k->in->count, .arenas = k->arenas };
    struct program packed;

    in.stride = in.count ? k->in->count / in.count * bytes : 0;
    TRY(pack(r, c, plan, &packed));
    if (compares(&packed, layer)) {
        *out = (struct layer_cycles){ INFINITY, INFINITY };
        return OK;
    }
    return cost_layer(k->engine, &packed, c->target, layer, &in, out, c->diag);
}

static int measure_as(const struct choice *c, const struct plan *plan, int layer, const struct layer_plan *as,
                      size_t samples, struct layer_cycles *out)
{
    struct region *room = region_new();
    struct plan changed = *plan;
    int status;

    changed.layers = region_copy(room, plan->layers, (size_t)plan->layer_count * sizeof *plan->layers);
    changed.layers[layer] = *as;
    status = measure(room, c, &changed, layer, samples, out);
    region_free(room);
    return status;
}

static int by_number(const void *a, const void *b)
{
    const int *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

/* counts[i * stride]: elements of x more than 2^i - 1 from the zero point. */
static void count_beyond(const int8_t *x, size_t elements, int zp, size_t stride, int *counts)
{
    int seen[256] = { 0 }, more = 0;

    for (size_t i = 0; i < elements; i++)
        seen[abs(x[i] - zp)]++;
    for (int m = 255, i = COST_ABOVES - 1; i >= 0; i--) {
        for (; m >= 1 << i; m--)
            more += seen[m];
        counts[(size_t)i * stride] = more;
    }
}

/* What all but a few calibration samples have beyond each magnitude. */
static void find_beyond(const struct choice *c, int layer, struct kernel_cycles *out)
{
    const struct program *p = engine_program(c->calibration->engine);
    int tensor = p->steps[calibration_step(p, layer)].tensor[0];
    size_t samples = c->calibration->in->count, few = (size_t)(c->fall_back * (double)samples);
    struct region *room = region_new();
    int *counts = region_array(room, samples, COST_ABOVES * sizeof *counts);

    out->elements = tensor_elements(&p->graph->tensors[tensor]);
    for (size_t s = 0; s < samples; s++)
        count_beyond(calibration_tensor(c->calibration, s, tensor), out->elements, p->layers[layer].shape.in_zp,
                     samples, counts + s);
    for (size_t i = 0; i < COST_ABOVES; i++) {
        qsort(counts + i * samples, samples, sizeof *counts, by_number);
        out->beyond[i] = counts[i * samples + samples - 1 - few];
    }
    region_free(room);
}

int choice_begin(const struct choice *c, const struct plan *plan, int layer, struct kernel_cycles *out)
{
    struct layer_plan as = { .index = plan->layers[layer].index, .kernel = KERNEL_DENSE };

    find_beyond(c, layer, out);
    TRY(measure_as(c, plan, layer, &as, CHOICE_SAMPLES, &out->dense));
    as.kernel = KERNEL_ZEROSKIP;
    return measure_as(c, plan, layer, &as, CHOICE_SAMPLES, &out->zeroskip);
}

/* What another kernel may take at most, to be worth it. */
static double worth(const struct kernel_cycles *k)
{
    return fmin(faster_at_least * k->dense.mean, k->dense.mean - cycles_at_least);
}

/* The most that a layer may take on any input, although the prediction of dense may be too high. */
static double allowed(const struct choice *c, const struct kernel_cycles *k)
{
    return c->worst_case * worth(k);
}

static int keeps(const struct choice *c, const struct layer_cycles *own, const struct kernel_cycles *k)
{
    return own->bound <= allowed(c, k);
}

/* The limits with which the lists of a plan with a fallback keep to the promise; -1: none, as for lists that do not
 * fit. */
static int limits_of(const struct choice *c, const struct plan *plan, int layer, const struct kernel_cycles *k,
                     int limits[COST_ABOVES])
{
    struct region *room = region_new();
    struct program packed;
    int status = pack(room, c, plan, &packed), fit = status == OK && !compares(&packed, layer);

    for (int i = 0; i < COST_ABOVES; i++)
        limits[i] = -1;
    if (fit)
        status = cost_layer_limits(c->calibration->engine, &packed, c->target, layer, allowed(c, k), limits, c->diag);
    region_free(room);
    return status;
}

/* The range whose limit leaves most room above the calibration samples; -1: none leaves any. */
static int roomiest(const int limits[COST_ABOVES], const int beyond[COST_ABOVES])
{
    int best = -1;

    for (int i = 0; i < COST_ABOVES; i++) {
        double room = (limits[i] + 1.0) / (beyond[i] + 1.0);
        if (limits[i] >= beyond[i] && (best < 0 || room > (limits[best] + 1.0) / (beyond[best] + 1.0)))
            best = i;
    }
    return best;
}

/* The smallest lift that keeps to the promise whatever the input, for a limit that does; lift 0: there is none. */
static int find_fallback(const struct choice *c, struct plan *plan, int layer, const struct kernel_cycles *k,
                         struct layer_fallback *out)
{
    struct layer_plan *l = &plan->layers[layer];
    struct layer_cycles lists;
    int limits[COST_ABOVES], range;

    *out = (struct layer_fallback){ 0 };
    l->fallback = (struct layer_fallback){ .lift = PLAN_FALLBACK_LIFT_MAX };
    TRY(limits_of(c, plan, layer, k, limits));
    range = roomiest(limits, k->beyond);
    for (int lift = 2; range >= 0 && !out->lift && lift <= PLAN_FALLBACK_LIFT_MAX; lift += 2) {
        l->fallback.lift = lift; /* of limit 0: the bound is that of inputs that fall back */
        TRY(measure_as(c, plan, layer, l, 0, &lists));
        if (keeps(c, &lists, k))
            *out = (struct layer_fallback){ limits[range], (1 << range) - 1, lift };
    }
    return OK;
}

/* 1 if the lists of a fully connected layer take little more flash than its weights do. Convolutions have few weights,
 * and execute them often. */
static int stores_little(const struct choice *c, const struct plan *plan, int layer)
{
    const struct mac_layer *m = &engine_program(c->calibration->engine)->layers[layer];
    const struct layer_plan *l = &plan->layers[layer];
    double stored = 0;

    for (size_t i = 0; l->cuts && i < l->connections; i++)
        stored += l->cuts[i] != PLAN_CUT_NEVER && (!l->weights || l->weights[i]);
    return !m->fully_connected || stored * cost_entry_bytes(c->target, m) <= flash_at_most * (double)l->connections;
}

int choice_fits(const struct choice *c, const struct plan *plan, int layer, const struct kernel_cycles *k,
                struct layer_fallback *out, int *fits)
{
    struct region *room;
    struct plan changed = *plan;
    struct layer_cycles lists;
    int status;

    *out = (struct layer_fallback){ 0 };
    *fits = stores_little(c, plan, layer);
    if (!*fits)
        return OK;
    room = region_new();
    changed.layers = region_copy(room, plan->layers, (size_t)plan->layer_count * sizeof *plan->layers);
    changed.layers[layer].fallback = *out;
    status = measure_as(c, &changed, layer, &changed.layers[layer], 0, &lists);
    *fits = status == OK && keeps(c, &lists, k);
    if (status == OK && !*fits && k->elements <= UINT16_MAX) {
        status = find_fallback(c, &changed, layer, k, out);
        *fits = out->lift > 0;
    }
    region_free(room);
    return status;
}

static double saved_by(const struct choice *c, const struct lists *lists, const struct layer_cycles *own,
                       const struct kernel_cycles *k)
{
    return c->goal == GOAL_CYCLES ? k->dense.mean - own->mean : lists->saved;
}

static const char *reason(struct region *r, const struct choice *c, const struct lists *lists,
                          const struct layer_cycles *own, const struct kernel_cycles *k)
{
    if (isinf(own->mean))
        return "its lists would be longer than their kernel can hold";
    if (own->mean >= worth(k))
        return region_text(r, "lists would take %.0f cycles, dense takes %.0f", own->mean, k->dense.mean);
    if (!lists->fit && own->bound <= allowed(c, k))
        return "lists would take more flash than the layer's weights do";
    if (!lists->fit)
        return region_text(r, "lists could take %.0f cycles on some input, dense takes %.0f", own->bound,
                           k->dense.mean);
    return region_text(r, "lists of %.0f cycles on average (dense takes %.0f) and %.0f at most would lose too much",
                       own->mean, k->dense.mean, own->bound);
}

int choice_end(struct region *r, const struct choice *c, const struct plan *plan, int layer,
               const struct kernel_cycles *k, const struct lists *lists, struct layer_plan *out)
{
    double best = worth(k);
    struct layer_cycles own;

    TRY(measure_as(c, plan, layer, &plan->layers[layer], CHOICE_SAMPLES, &own));
    out->kernel = KERNEL_DENSE;
    if (keeps(c, &k->zeroskip, k) && k->zeroskip.mean < best) {
        best = k->zeroskip.mean;
        out->kernel = KERNEL_ZEROSKIP;
    }
    if (lists->fit && own.mean < best && lists->loss < saved_by(c, lists, &own, k))
        out->kernel = KERNEL_PREFIX;
    out->why = out->kernel == KERNEL_DENSE ? reason(r, c, lists, &own, k) : NULL;
    return OK;
}
