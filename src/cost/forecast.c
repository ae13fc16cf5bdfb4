/* forecast.c - counts of samples, priced. */
#include <string.h>

#include "base/parallel.h"
#include "cost/cost.h"

struct job {
    struct engine *engine;
    const struct costing *costing;
    const struct kernel_cost **rows; /* [runs] */
    const struct inputs *in;
    int runs;
    double **counts; /* [threads][runs * features] */
    double *cycles;  /* [samples][runs] */
};

static void one_sample(void *context, size_t sample, int thread)
{
    struct job *j = context;

    costing_count(j->costing, j->engine, thread, j->in->data + sample * j->in->sample_bytes, j->counts[thread]);
    for (int i = 0; i < j->runs; i++)
        j->cycles[sample * (size_t)j->runs + (size_t)i] =
            cost_cycles(j->rows[i], j->counts[thread] + i * COST_FEATURE_COUNT);
}

/* Operators without MACs run alike in every plan: where the table lacks one, the forecast leaves it out and says so. */
static int find_rows(struct region *r, struct job *j, const struct program *packed, const struct target *t,
                     struct forecast *out, struct diag *d)
{
    static const struct kernel_cost nothing = { 0 };

    j->rows = region_array(r, (size_t)j->runs, sizeof *j->rows);
    for (int i = 0; i < j->runs; i++) {
        int is_step = i < packed->step_count;
        j->rows[i] = cost_row(t, is_step ? packed->kernels[i].kernel : NULL, costing_is_full(j->costing, i));
        if (j->rows[i])
            continue;
        if (!is_step || packed->steps[i].mac >= 0)
            return diag_fail(d, JOB_FAILED, t->name,
                             "it has no costs for %s; measure them with unit bench --calibrate-costs",
                             is_step ? op_name(packed->steps[i].node->op) : "networks");
        j->rows[i] = &nothing;
        out->left_out = op_name(packed->steps[i].node->op);
    }
    return OK;
}

static void sum_up(const struct job *j, int steps, struct forecast *out)
{
    for (size_t s = 0; s < j->in->count; s++) {
        double all = 0;
        for (int i = 0; i < j->runs; i++) {
            double cycles = j->cycles[s * (size_t)j->runs + (size_t)i];
            all += cycles;
            if (i == steps)
                continue;
            out->step_cycles[i] += cycles / (double)j->in->count;
            out->step_most[i] = cycles > out->step_most[i] ? cycles : out->step_most[i];
        }
        out->mean += all / (double)j->in->count;
        out->most = all > out->most ? all : out->most;
    }
}

static void bound(const struct job *j, int steps, struct forecast *out)
{
    for (int i = 0; i < j->runs; i++) {
        double most = cost_bound(j->costing, i, j->rows[i]);
        out->bound += most;
        if (i < steps)
            out->step_bound[i] = most;
    }
}

int cost_forecast(struct region *r, struct engine *plain, const struct program *packed, const struct target *t,
                  const struct inputs *in, struct forecast *out, struct diag *d)
{
    size_t steps = (size_t)packed->step_count, threads = (size_t)engine_threads(plain);
    struct job j = { .engine = plain, .in = in, .runs = packed->step_count + 1 };

    j.costing = costing_new(r, engine_program(plain), packed, port_named(t->port));
    *out = (struct forecast){ .step_cycles = region_array(r, steps, sizeof(double)),
                              .step_most = region_array(r, steps, sizeof(double)),
                              .step_bound = region_array(r, steps, sizeof(double)) };
    TRY(find_rows(r, &j, packed, t, out, d));
    j.cycles = region_array(r, in->count, (size_t)j.runs * sizeof *j.cycles);
    j.counts = region_array(r, threads, sizeof *j.counts);
    for (size_t i = 0; i < threads; i++)
        j.counts[i] = region_array(r, (size_t)j.runs * COST_FEATURE_COUNT, sizeof **j.counts);
    if (parallel_for(engine_threads(plain), in->count, one_sample, &j))
        return INTERRUPTED;
    sum_up(&j, packed->step_count, out);
    bound(&j, packed->step_count, out);
    return OK;
}
