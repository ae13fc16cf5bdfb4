/* descent.h - the regression of one output: which level each connection wakes at, and with which weight.
 *
 * Minimises, over a level (or never) and a weight for each connection,
 *
 *     mean over rows of (target - bias - sum of w_i * x_i * [|x_i| > cut_i])^2  +  lambda * sum of price_i(level)
 *     + ridge * sum over those that wake of (w_i - the network's w_i)^2
 *
 * by coordinate descent: one connection after the other takes the level and weight that are best while all others stand
 * still. lambda rises in steps, so that early choices are made with most connections still awake. Weights are then
 * fitted once more for the levels found, rounded to int8 one by one (each absorbs what the others' rounding left), and
 * the bias takes up the means.
 */
#ifndef TUNE_DESCENT_H
#define TUNE_DESCENT_H

#include "tune/gram.h"

enum { LEVEL_NEVER = 255 };

struct descent {
    const struct gram *gram;
    const double *covariance; /* [features] of the features with the target */
    double target_mean;
    const double *price;   /* [taps][levels] of a connection that wakes at this level */
    double lambda;         /* squared accumulator steps a unit of price */
    const int8_t *network; /* [taps] the weights as they are: where the descent begins */
    int keep;              /* 1: weights stay, only levels are chosen */
};

/* level: [taps] index into the levels, LEVEL_NEVER; weight: [taps], the network's where a connection never wakes.
 * Returns the bias. */
int32_t descend_output(const struct descent *d, uint8_t *level, int8_t *weight);

/* How much of the target's variance such connections explain, the bias fitted; negative: they add to it. */
double descent_explains(const struct descent *d, const uint8_t *level, const int8_t *weight);

/* The same for the network's weights, all awake, and nothing else. */
double descent_network_explains(const struct descent *d);

#endif
