/* pricing.c - see pricing.h. */
#include "tune/pricing.h"

#include "cost/cost.h"
#include "layout/layout.h"

enum { FORECAST_SAMPLES = 200 };

static struct price price_of(const struct tuning *t, const struct mac_layer *l)
{
    if (t->goal == GOAL_CYCLES)
        return (struct price){ .executed = cost_entry_cycles(t->target, l) };
    if (t->goal == GOAL_FLASH)
        return (struct price){ .stored = cost_entry_bytes(t->target, l) };
    return (struct price){ .executed = 1 };
}

int pricing_new(struct region *r, const struct program *dense, const struct tuning *t, const char *model_path,
                struct pricing *out, struct diag *d)
{
    *out = (struct pricing){ t, dense->graph, model_path,
                             region_array(r, (size_t)dense->layer_count, sizeof *out->layers) };
    for (int l = 0; l < dense->layer_count; l++) {
        out->layers[l] = price_of(t, &dense->layers[l]);
        if (out->layers[l].executed <= 0 && out->layers[l].stored <= 0)
            return diag_fail(d, JOB_FAILED, t->target->name,
                             "its table has no costs for lists of %s; measure them with unit bench --calibrate-costs",
                             op_name(dense->graph->nodes[dense->layers[l].node].op));
    }
    return OK;
}

static double executed(const struct evaluation *e, int layers)
{
    return (double)mac_total(e->counts, layers).executed / (double)e->samples;
}

static double stored_bytes(const struct pricing *x, const struct program *p)
{
    double bytes = 0;

    for (int l = 0; l < p->layer_count; l++)
        for (int i = 0; i < p->layers[l].out_c * p->layers[l].taps; i++)
            bytes += !p->layers[l].cut || p->layers[l].cut[i] != PLAN_CUT_NEVER ? x->layers[l].stored : 0;
    return bytes;
}

static int cycles(struct region *r, const struct pricing *x, const struct plan *plan, struct engine *e,
                  const struct inputs *in, double *cost, struct diag *d)
{
    const struct target *t = x->tuning->target;
    struct inputs some = *in;
    struct program packed;
    struct forecast f;

    TRY(lower(r, x->graph, plan, x->model_path, &packed, d));
    port_lower(r, &packed, port_named(t->port));
    TRY(layout_arena(r, &packed, x->model_path, d));
    some.count = in->count < FORECAST_SAMPLES ? in->count : FORECAST_SAMPLES;
    TRY(cost_forecast(r, e, &packed, t, &some, &f, d));
    *cost = f.mean;
    return OK;
}

int pricing_cost(const struct pricing *x, const struct plan *plan, struct engine *e, const struct evaluation *counts,
                 const struct inputs *in, double *cost, struct diag *d)
{
    struct region *room;
    int status;

    if (x->tuning->goal == GOAL_FLASH)
        *cost = stored_bytes(x, engine_program(e));
    else if (x->tuning->goal == GOAL_MACS)
        *cost = executed(counts, engine_program(e)->layer_count);
    if (x->tuning->goal != GOAL_CYCLES)
        return OK;
    room = region_new();
    status = cycles(room, x, plan, e, in, cost, d);
    region_free(room);
    return status;
}
