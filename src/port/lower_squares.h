/* lower_squares.h - a dense layer to the kernels without multiplications (rt/unit.h: struct unit_squares_s8). */
#ifndef PORT_LOWER_SQUARES_H
#define PORT_LOWER_SQUARES_H

#include "lower/program.h"

/* Makes a step with a dense packed kernel such a one, unless it is dilated, pooled otherwise than two by two, or its
 * requantisation is no line. The parameters live in r. */
void squares_lower(struct region *r, struct step *s, struct unit_step *k, const struct mac_layer *m);

/* Bytes of its weights. */
size_t squares_weight_bytes(const struct unit_packed_s8 *p);

#endif
