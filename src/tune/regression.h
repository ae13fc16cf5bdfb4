/* regression.h - a plan for one price of an executed connection: a cut and a weight for every connection of a network,
 * by least squares, layer after layer.
 *
 * Each layer is fitted to the sums of the dense network, over the inputs that the layers before it, already pruned,
 * give it. Errors are weighted by importance (tune/importance.h), so that one price holds for all layers. No labels are
 * needed and no weight follows a gradient. docs/method.md derives it.
 */
#ifndef TUNE_REGRESSION_H
#define TUNE_REGRESSION_H

#include "tune/draw.h"
#include "tune/gram.h"
#include "tune/pricing.h"

struct regression;

struct regression_options {
    enum method method;        /* METHOD_UNIT, or METHOD_STATIC for cuts of 0 and 255 only */
    int keep;                  /* 1: the network's weights stay, cuts and biases alone are fitted */
    const struct price *price; /* [layers] */
};

/* Measures importance on the samples and draws the rows of all layers: what does not depend on the price or on the
 * options. Lives in r; borrows graph and samples. BAD_INPUT if the network has no layer with MACs or too many weights
 * in one output for the matrices; INTERRUPTED if a signal came. */
int regression_new(struct region *r, const struct graph *g, const struct inputs *in, const struct tuning *t,
                   const char *model_path, struct regression **out, struct diag *d);

/* Variance of the dense network's logits over the classes, mean over the samples. */
double regression_logit_variance(const struct regression *g);

/* Bytes that one sample takes while plans are fitted. */
size_t regression_sample_bytes(const struct program *dense);

/* The plan for `lambda`: squared logits that may be lost for a unit of cost less an inference. Lives in
 * r; fingerprint and path are the caller's. INTERRUPTED if a signal came. */
int regression_plan(struct region *r, struct regression *g, const struct regression_options *o, double lambda,
                    struct plan *out);

#endif
