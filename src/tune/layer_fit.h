/* layer_fit.h - cuts and weights of one layer by least squares, for one lambda. Moments of its inputs are taken once;
 * descents over them can be repeated with another price of what is stored.
 */
#ifndef TUNE_LAYER_FIT_H
#define TUNE_LAYER_FIT_H

#include "tune/gram.h"
#include "tune/pricing.h"

struct layer_fit {
    /* Set before layer_fit_open. */
    const struct mac_layer *layer;
    const struct draw *draws;
    int draw_count;
    const struct statistics *statistics; /* of the layer's inputs as they are */
    const int8_t *network;               /* [connections] the network's weights, */
    const int32_t *bias;                 /* [outputs] and biases, of which */
    int bias_follows;                    /* so many 256ths follow the input */
    struct levels levels;
    struct price price;
    double lambda; /* squared logits a unit of cost */
    int keep;      /* 1: weights stay */
    double doze; /* a connection that wakes at magnitude 1, which raised cuts (struct layer_fallback) leave awake, costs
                  * so many times more what it would if it were always awake */
    int threads;
    /* What layer_fit_descend writes. */
    uint8_t *cuts;        /* [connections] */
    int8_t *new_weights;  /* [connections] */
    int32_t *new_bias;    /* [outputs] */
    double *loss, *saved; /* [outputs] squared logits more, and units of cost less, than the network's connections */
    double share;         /* the one it was given */
    struct moments *moments;
    struct output *outputs; /* [outputs] */
    struct region *room;
};

/* Takes moments of the layer's inputs, which the calibration stands before. INTERRUPTED if a signal came; close it then
 * as well. */
int layer_fit_open(struct layer_fit *f, const struct calibration *c, int layer);

/* Finds cuts, weights and biases. A stored connection costs `share` of what it would if it were always awake, besides
 * what it costs when it executes. The result is the same on any number of threads. */
int layer_fit_descend(struct layer_fit *f, double share);

void layer_fit_close(struct layer_fit *f);

#endif
