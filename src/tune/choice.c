/* choice.c - see choice.h. */
#include "tune/choice.h"

#include <math.h>

#include "layout/layout.h"

enum { CHOICE_SAMPLES = 64 };

/* Predictions may be 5 % off (docs/costs.md), and a few hundred cycles in layers of a few hundred. */
static const double faster_at_least = 0.95, cycles_at_least = 500;

/* 1 if the packed layer compares: its lists would be longer than their kernel can hold. */
static int compares(const struct program *packed, int layer)
{
    int step = calibration_step(packed, layer);
    unit_kernel *kernel = packed->kernels[step].kernel;

    return packed->layers[layer].plan && packed->layers[layer].plan->cuts && kernel != unit_prefix_s8 &&
           kernel != unit_prefix_depthwise_s8;
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
    TRY(lower(r, c->graph, plan, c->model_path, &packed, c->diag));
    port_lower(r, &packed, port_named(c->target->port));
    TRY(layout_arena(r, &packed, c->model_path, c->diag));
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

int choice_begin(const struct choice *c, const struct plan *plan, int layer, struct kernel_cycles *out)
{
    struct layer_plan as = { .index = plan->layers[layer].index, .kernel = KERNEL_DENSE };

    TRY(measure_as(c, plan, layer, &as, CHOICE_SAMPLES, &out->dense));
    as.kernel = KERNEL_ZEROSKIP;
    return measure_as(c, plan, layer, &as, CHOICE_SAMPLES, &out->zeroskip);
}

/* What another kernel may take at most, to be worth it. */
static double worth(const struct kernel_cycles *k)
{
    return fmin(faster_at_least * k->dense.mean, k->dense.mean - cycles_at_least);
}

static int keeps(const struct choice *c, const struct layer_cycles *own, const struct kernel_cycles *k)
{
    return own->bound <= c->worst_case * k->dense.mean;
}

int choice_fits(const struct choice *c, const struct plan *plan, int layer, const struct kernel_cycles *k, int *fits)
{
    struct layer_cycles lists;

    TRY(measure_as(c, plan, layer, &plan->layers[layer], 0, &lists));
    *fits = keeps(c, &lists, k);
    return OK;
}

static double saved_by(const struct choice *c, const struct lists *lists, const struct layer_cycles *own,
                       const struct kernel_cycles *k)
{
    return c->goal == GOAL_CYCLES ? k->dense.mean - own->mean : lists->saved;
}

static const char *reason(struct region *r, const struct lists *lists, const struct layer_cycles *own,
                          const struct kernel_cycles *k)
{
    if (isinf(own->mean))
        return "its lists would be longer than their kernel can hold";
    if (own->mean >= worth(k))
        return region_text(r, "lists would take %.0f cycles, dense takes %.0f", own->mean, k->dense.mean);
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
    out->why = out->kernel == KERNEL_DENSE ? reason(r, lists, &own, k) : NULL;
    return OK;
}
