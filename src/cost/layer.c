/* layer.c - cycles of one layer, without running the network before it. */
#include <string.h>

#include "base/parallel.h"
#include "cost/cost.h"

enum { STEPS_MAX = 2 }; /* the layer, and a maximum that its kernel does not take on */

struct job {
    struct engine *engine;
    const struct costing *costing;
    const struct layer_inputs *in;
    int step, steps;
    const struct kernel_cost *rows[STEPS_MAX];
    double *cycles; /* [samples] */
};

static void one_sample(void *context, size_t sample, int thread)
{
    struct job *j = context;
    double counts[COST_FEATURE_COUNT];

    memcpy(engine_arena(j->engine, thread), j->in->arenas + sample * j->in->stride,
           engine_program(j->engine)->network.arena_bytes);
    for (int i = 0; i < j->steps; i++) {
        costing_count_step(j->costing, j->engine, thread, j->step + i, counts);
        j->cycles[sample] += cost_cycles(j->rows[i], counts);
    }
}

/* The layer's steps and what their kernels cost. */
static int find_steps(struct job *j, const struct program *packed, const struct target *t, int layer, struct diag *d)
{
    const struct step *steps = packed->steps;

    while (steps[j->step].mac != layer)
        j->step++;
    j->steps = j->step + 1 < packed->step_count && packed->kernels[j->step + 1].kernel == unit_max_pool_s8 &&
                       steps[j->step + 1].tensor[0] == steps[j->step].tensor[1]
                   ? 2
                   : 1;
    for (int i = 0; i < j->steps; i++) {
        j->rows[i] = cost_row(t, packed->kernels[j->step + i].kernel, costing_is_full(j->costing, j->step + i));
        if (!j->rows[i])
            return diag_fail(d, JOB_FAILED, t->name,
                             "it has no costs for %s; measure them with unit bench --calibrate-costs",
                             op_name(steps[j->step + i].node->op));
    }
    return OK;
}

static void sum_up(const struct job *j, struct layer_cycles *out)
{
    *out = (struct layer_cycles){ 0 };
    for (size_t i = 0; i < j->in->count; i++)
        out->mean += j->cycles[i] / (double)j->in->count;
    for (int i = 0; i < j->steps; i++)
        out->bound += cost_bound(j->costing, j->step + i, j->rows[i]);
}

int cost_layer(struct engine *plain, const struct program *packed, const struct target *t, int layer,
               const struct layer_inputs *in, struct layer_cycles *out, struct diag *d)
{
    struct region *room = region_new();
    struct job j = { .engine = plain, .in = in };
    int status;

    j.costing = costing_new(room, engine_program(plain), packed, port_named(t->port));
    j.cycles = region_array(room, in->count, sizeof *j.cycles);
    status = find_steps(&j, packed, t, layer, d);
    if (status == OK && parallel_for(engine_threads(plain), in->count, one_sample, &j))
        status = INTERRUPTED;
    if (status == OK)
        sum_up(&j, out);
    region_free(room);
    return status;
}

int cost_layer_limits(struct engine *plain, const struct program *packed, const struct target *t, int layer,
                      double cycles, int limits[COST_ABOVES], struct diag *d)
{
    struct region *room = region_new();
    struct job j = { .engine = plain };
    int status;

    j.costing = costing_new(room, engine_program(plain), packed, port_named(t->port));
    status = find_steps(&j, packed, t, layer, d);
    for (int i = 1; status == OK && i < j.steps; i++)
        cycles -= cost_bound(j.costing, j.step + i, j.rows[i]);
    for (int i = 0; status == OK && i < COST_ABOVES; i++)
        limits[i] = cost_limit(j.costing, j.step, j.rows[0], (1 << i) - 1, cycles);
    region_free(room);
    return status;
}
