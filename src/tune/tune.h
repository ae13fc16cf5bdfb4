/* tune.h - finds a plan on calibration data: as published (one percentile), or by a search under an accuracy budget. */
#ifndef TUNE_TUNE_H
#define TUNE_TUNE_H

#include "run/engine.h"
#include "run/input.h"

struct tuning {
    enum method method;
    enum division division;
    int groups;         /* thresholds a layer, at most; layers with fewer outputs get one an output */
    double percentile;  /* 0..100, tune_percentile */
    double max_drop_pp; /* percentage points, tune_search */
    int threads;
};

/* One percentile of |x*w| (FATReLU: of |x|) for every layer, or group of its output channels, over the calibration
 * inputs of the dense network. No labels needed, biases untouched. Fills out->layers; fingerprint and path are the
 * caller's. INTERRUPTED if a signal came. */
int tune_percentile(struct region *r, const struct graph *g, const struct inputs *in, const struct tuning *t,
                    const char *model_path, struct plan *out, struct diag *d);

/* What a search found. */
struct search_result {
    struct plan plan;
    double drop_pp; /* of the plan, on the calibration inputs; against labels, or agreement without them */
};

/* One threshold a layer: sensitivity of each layer alone, then descent on loss + lambda * executed MACs with the mean
 * of what is skipped folded into the biases; lambda is adjusted so that the drop keeps to the budget. Deterministic,
 * whatever the number of threads. The budget is always met: with thresholds of 0 nothing is lost. docs/method.md
 * describes it. */
int tune_search(struct region *r, const struct graph *g, const struct inputs *in, const struct tuning *t,
                const char *model_path, struct search_result *out, struct diag *d);

#endif
