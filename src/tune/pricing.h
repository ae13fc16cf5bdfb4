/* pricing.h - what the tuner makes small, and what a connection adds to it: executed MACs, the predicted cycles of a
 * chip (cost/cost.h), or the bytes of what a chip stores. */
#ifndef TUNE_PRICING_H
#define TUNE_PRICING_H

#include "run/evaluate.h"
#include "tune/tune.h"

/* Of a connection of one layer, in units of what is made small. */
struct price {
    double executed; /* each time that it executes */
    double stored;   /* if it ever executes */
};

struct pricing {
    const struct tuning *tuning;
    const struct graph *graph;
    const char *model_path;
    struct price *layers; /* [layers with MACs] */
};

/* Prices for a network lowered without a plan. JOB_FAILED if the target's table has no costs for lists. Lives in r and
 * borrows the rest. */
int pricing_new(struct region *r, const struct program *dense, const struct tuning *t, const char *model_path,
                struct pricing *out, struct diag *d);

/* What the plan costs an inference: p is the network lowered with it, e an engine of p, counts those of so many
 * samples, of which cycles are predicted for the first ones. JOB_FAILED, INTERRUPTED. */
int pricing_cost(const struct pricing *x, const struct plan *plan, struct engine *e, const struct evaluation *counts,
                 const struct inputs *in, double *cost, struct diag *d);

#endif
