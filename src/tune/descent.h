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
    const float *rest;        /* [features] descent_begin's */
    double target_mean;
    int32_t more;          /* what the targets are beyond the network's connections: a bias that follows */
    const double *price;   /* [taps][levels] of a connection that wakes at this level */
    double lambda;         /* squared accumulator steps a unit of price */
    const int8_t *network; /* [taps] the weights as they are: where the descent begins */
    int keep;              /* 1: weights stay, only levels are chosen */
    /* What is found. */
    uint8_t *level; /* [taps] index into the levels, or LEVEL_NEVER */
    int8_t *weight; /* [taps] the network's where a connection never wakes */
    int32_t bias;
};

/* Covariance of every feature with what the network's weights, all awake, leave of the target: [features]. */
void descent_begin(const struct gram *g, const double *covariance, const int8_t *network, float *rest);

/* Most outputs that descend takes. What they need together, and the rows of the matrix of one connection, fit the
 * second cache, so that side by side they take a third of the time. */
enum { DESCENTS_MAX = 16 };

/* Outputs of one Gram matrix, each as if alone. */
void descend(struct descent *d, int count);

/* How much of the target's variance such connections explain, the bias fitted; negative: they add to it. */
double descent_explains(const struct descent *d, const uint8_t *level, const int8_t *weight);

/* The same for the network's weights, all awake, and `more` by the same rule. */
double descent_network_explains(const struct descent *d);

#endif
