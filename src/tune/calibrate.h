/* calibrate.h - runs a program over calibration samples layer by layer: statistics, trials of a changed layer, losses.
 *
 * Between two layers the state of a sample is its arena. The calibration keeps one arena a sample, at the layer it
 * stands at; a trial runs from there to the end and leaves the kept arenas alone.
 */
#ifndef TUNE_CALIBRATE_H
#define TUNE_CALIBRATE_H

#include "run/engine.h"
#include "run/input.h"
#include "tune/statistics.h"

struct calibration {
    struct region *region;
    struct engine *engine;
    const struct inputs *in;
    int threads;
    int at;                        /* step the kept arenas stand before */
    uint8_t *scale;                /* [samples] step of the scale (rt_scale.h) of the layer that is fitted */
    uint8_t *arenas;               /* [samples][arena_bytes] */
    int logits;                    /* the tensor that losses are taken from */
    int32_t *target;               /* [samples] the class that counts as right */
    float *dense;                  /* [samples][classes] probabilities of the dense network */
    double spread;                 /* variance of the dense network's logits over the classes, mean over the samples */
    double *loss;                  /* [samples] of the last trial */
    uint8_t *right;                /* [samples] of the last trial */
    struct statistics **by_thread; /* [layers][threads] room */
};

/* A trial's outcome: mean loss (cross-entropy against the dense network's probabilities) and samples right. */
struct outcome {
    double loss;
    size_t right;
};

/* Prepares; the program must be in its dense state (no cuts beyond zeros). Runs it once for targets without labels and
 * for the dense probabilities. INTERRUPTED if a signal came. */
int calibration_new(struct region *r, struct engine *e, const struct inputs *in, struct calibration *out,
                    struct outcome *dense);

/* Puts the kept arenas before the first step. */
void calibration_rewind(struct calibration *c);

/* Runs the kept arenas up to step `to`. */
int calibration_advance(struct calibration *c, int to);

/* Statistics of layer's input, which the kept arenas stand before. */
int calibration_statistics(struct calibration *c, int layer, struct statistics *out);

/* Runs from the kept arenas to the end. */
int calibration_trial(struct calibration *c, struct outcome *out);

/* Where a tensor lies in a sample's kept arena. */
const void *calibration_tensor(const struct calibration *c, size_t sample, int tensor);

/* The step of a layer. */
int calibration_step(const struct program *p, int layer);

#endif
