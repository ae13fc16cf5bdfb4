/* brim.h - the input of a layer that comes as near to falling back (lower/fallback.h) as can be. */
#ifndef BENCH_BRIM_H
#define BENCH_BRIM_H

#include "lower/program.h"

/* Fills an input of the layer, which has a fallback: as many elements as its limit allows, those that execute most
 * there more than within the range, are as far from the zero point as can be, all others as far as the range goes. */
void brim_fill(const struct mac_layer *m, int8_t *to);

#endif
