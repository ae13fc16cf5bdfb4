/* fit.h - few terms that explain measured cycles: least squares of the relative error, no factor below 0. */
#ifndef CALIBRATE_FIT_H
#define CALIBRATE_FIT_H

#include <stddef.h>

#include "base/region.h"
#include "target/costs.h"

/* A run of a kernel. */
struct observation {
    const double *counts; /* [COST_FEATURE_COUNT] */
    double cycles;
    int network; /* runs of the same network are held back together */
};

struct fit {
    struct cost_term terms[COST_TERMS_MAX];
    double error;     /* root of the mean square of the relative error over all runs */
    double held_back; /* the same over every third network, factors fitted to the others */
    double most;      /* largest measured / predicted */
};

/* All terms at first; then those are dropped one by one that are missed least, while hardly. */
void fit_terms(struct region *r, const struct observation *runs, size_t count, struct fit *out);

#endif
