/* drop.h - accuracy lost against the dense network on the same samples, and how sure that figure is. */
#ifndef TUNE_DROP_H
#define TUNE_DROP_H

#include "run/evaluate.h"

/* In percentage points; of accuracy with labels, of agreement with the dense network without. */
struct drop {
    double pp;
    double upper95_pp; /* upper end of the one-sided 95 % interval */
    size_t samples;
};

/* The drop is a paired difference: only samples whose correctness changed say anything, so its standard error is
 * sqrt(changed) / n. If none changed the bound is 3 / n (the rule of three). */
struct drop drop_measure(const struct inputs *in, const struct evaluation *dense, const struct evaluation *own);

#endif
