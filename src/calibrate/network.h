/* network.h - networks of random layers side by side, made in memory, whose kernels are measured: shapes as small
 * networks have them, weights and activations as trained ones do. */
#ifndef CALIBRATE_NETWORK_H
#define CALIBRATE_NETWORK_H

#include "lower/program.h"

/* How a layer with MACs runs. */
enum way { WAY_DENSE, WAY_ZEROSKIP, WAY_PUBLISHED, WAY_PREFIX, WAYS };

/* What a layer is to be. */
struct recipe {
    enum op op;   /* CONV_2D, DEPTHWISE_CONV_2D, FULLY_CONNECTED, or one without MACs */
    enum way way; /* of those with MACs */
    int pooled;   /* 1: MAX_POOL_2D behind it */
    int floats;   /* 1: LOG_SOFTMAX, TRANSPOSE of floats */
    uint64_t seed;
};

/* A network, of an input and an output for each layer, and its plan. */
struct recipe_network {
    struct graph graph;
    struct plan plan;
    int has_plan;
};

/* Recipes of one network have the same way. Everything lives in r and depends on the recipes alone. */
void network_make(struct region *r, const struct recipe *recipes, int count, struct recipe_network *out);

/* Number of samples that network_input knows. */
enum { NETWORK_INPUTS = 8 };

/* Sample number i, all inputs in a row: the first ones have more and more elements that are not zero, of falling
 * frequency with their distance from it, every other one in the middle of an image only; the last two have elements as
 * far from zero as int8 allows: all on one side, and on both. */
void network_input(const struct recipe_network *n, int number, int8_t *to);

#endif
