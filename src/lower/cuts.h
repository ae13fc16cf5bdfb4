/* cuts.h - thresholds of a plan to cuts: for each connection the largest |x| at which it sleeps.
 *
 * Every rule UnIT knows (all divisions, either operand reused, FATReLU, zero-skip) executes a connection exactly where
 * |x| exceeds a constant of that connection, because each quotient falls as its divisor grows. That constant, 0..255,
 * is the cut; 255 is never. The chip's kernels divide at run time and get the same set: tests/unit/test_cuts.c proves
 * it.
 */
#ifndef LOWER_CUTS_H
#define LOWER_CUTS_H

#include "lower/program.h"

/* Threshold of the products of output channel o in integers: floor(T / (in_scale * weight_scale[o])), at most 32640. */
uint16_t cuts_threshold(const struct mac_layer *l, const struct layer_plan *p, int o);

/* FATReLU: largest |q - zero_point| that is left out: floor(T / in_scale), at most 255. */
uint16_t cuts_activation(const struct mac_layer *l, const struct layer_plan *p);

/* Fills cut[] (laid out as the layer's weights, out_c * taps entries) for a method, a division and a layer's thresholds
 * or cuts. A weight of 0 never executes: its cut is 255. */
void cuts_fill(const struct mac_layer *l, enum method method, enum division division, const struct layer_plan *p,
               uint8_t *cut);

#endif
