/* levels.h - cheaper operating points of a plan that need no weights of their own: cuts multiplied with powers of the
 * square root of two, a lift for each layer, and biases that take up the means of what is left out then. */
#ifndef TUNE_LEVELS_H
#define TUNE_LEVELS_H

#include "tune/drop.h"

struct level_goals {
    const double *max_drop_pp; /* [count] rising; of levels 1 and up, against the dense network */
    int count;
    int threads;
};

/* Finds for each goal the lifts that execute the fewest MACs within it, going up from the plan by the layer that saves
 * most for what it loses, and writes them into the plan, with what each level does on the samples. `dense` is the dense
 * network on them. The plan has cuts by connection. JOB_FAILED if a goal has no level that executes less than the plan;
 * INTERRUPTED. */
int levels_find(struct region *r, const struct graph *g, const struct inputs *in, const struct evaluation *dense,
                const struct level_goals *goals, const char *model_path, struct plan *plan, struct diag *d);

#endif
