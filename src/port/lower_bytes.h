/* lower_bytes.h - a dense layer to the kernels that take two positions a weight (rt/unit.h: struct unit_bytes_s8). */
#ifndef PORT_LOWER_BYTES_H
#define PORT_LOWER_BYTES_H

#include "lower/program.h"

/* Makes a step with a dense packed kernel such a one, unless it is dilated, pooled otherwise than two by two, too
 * large, or its requantisation is no line. The parameters live in r. */
void bytes_lower(struct region *r, struct step *s, struct unit_step *k, const struct mac_layer *m);

#endif
