/* evaluate.h - runs an engine over samples: predictions, counts. Results do not depend on the number of threads. */
#ifndef RUN_EVALUATE_H
#define RUN_EVALUATE_H

#include "run/engine.h"
#include "run/input.h"

struct evaluation {
    size_t samples;
    int32_t *predicted;        /* [samples] class of the largest output; ties go to the lowest index */
    uint64_t correct;          /* with labels */
    struct mac_counts *counts; /* [layers], sums over the samples */
    double seconds;
};

/* Evaluates a network of one input over all samples. count 0 leaves the counts at zero and costs nothing. INTERRUPTED
 * if a signal came. Results live in r. */
int evaluate(struct region *r, struct engine *e, const struct inputs *in, int count, struct evaluation *out);

/* The class that output 0 in a thread's arena says. */
int32_t evaluate_class(const struct engine *e, int thread);

/* Elements of output 0: the number of classes. */
size_t evaluate_classes(const struct program *p);

/* Sum over layers. */
struct mac_counts mac_total(const struct mac_counts *counts, int layers);

#endif
