/* lower_lanes.h - a dense layer to the kernels with two products in one multiplication (rt/unit.h: struct
 * unit_lanes_s8). */
#ifndef PORT_LOWER_LANES_H
#define PORT_LOWER_LANES_H

#include "lower/program.h"

/* Makes all steps with a packed kernel such ones that execute every product or the activations beyond a cut, except
 * where requantisation is no line in 32 bits, two paired weights are -128, or a layer is too large. The parameters live
 * in r. */
void lanes_lower(struct region *r, struct program *p);

/* Bytes of weights; without pairs, of the kernel with a cut. */
uint32_t lanes_weight_bytes(const struct unit_lanes_s8 *op);

#endif
