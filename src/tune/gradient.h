/* gradient.h - the backward pass: how much each sum of a layer with MACs moves the logits, for one sample.
 *
 * Gradients are those of a weighted sum of the logits with respect to the accumulator of every output of every layer
 * with MACs, in real logit per accumulator step. They say which sums matter (tune/importance.h); no weight is ever
 * moved along them. Rounding is taken for the identity; an output that its activation clamps has gradient 0, as has
 * every loser of a maximum.
 */
#ifndef TUNE_GRADIENT_H
#define TUNE_GRADIENT_H

#include "run/engine.h"

struct gradient;

/* Room for one thread; lives in r and borrows the program. logits: the tensor that is differentiated. */
struct gradient *gradient_new(struct region *r, const struct program *p, int logits);

/* Runs one sample in a thread's arena and keeps every value that the way back needs. */
void gradient_forward(struct gradient *g, const struct engine *e, int thread, const void *sample);

/* Goes back from `weight`, the factor of each logit, over the sample last run. */
void gradient_backward(struct gradient *g, const float *weight);

/* What gradient_backward found for a layer: [positions][out_c]. */
const float *gradient_of_layer(const struct gradient *g, int layer);

#endif
