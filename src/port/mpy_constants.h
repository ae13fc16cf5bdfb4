/* mpy_constants.h - what kernels for the MPY32 need behind the sums (rt/unit.h: UNIT_MPY_AFTER, UNIT_MPY_SINGLE_AFTER).
 */
#ifndef PORT_MPY_CONSTANTS_H
#define PORT_MPY_CONSTANTS_H

#include "lower/program.h"

/* centred: activations are multiplied less their zero point, and any product may be left out; else as they lie in the
 * input, all of them. `layer` has the activation's bounds. NULL if a sum may not fit or some output cannot be
 * requantised in this form. The constants live in r. */
const uint16_t *mpy_pair_constants(struct region *r, const struct mac_layer *m, const struct unit_packed_s8 *layer,
                                   int centred);
const uint16_t *mpy_single_constants(struct region *r, const struct mac_layer *m, const struct unit_packed_s8 *layer,
                                     int centred);

#endif
