/* lower_mpy.h - a packed layer to the kernels for the MPY32 (rt/unit.h: struct unit_mpy_s8). */
#ifndef PORT_LOWER_MPY_H
#define PORT_LOWER_MPY_H

#include "lower/program.h"

/* Makes the step, a unit_packed_s8 or unit_packed_s8_xcut with its pooling joined, one for the MPY32, if it is proved
 * to give the same bytes; else leaves it as it is. The parameters live in r. */
void mpy_lower(struct region *r, struct step *s, struct unit_step *k, const struct mac_layer *m);

/* Bytes of the weights that op points to, and words of its constants. */
size_t mpy_weight_bytes(unit_kernel *kernel, const struct unit_mpy_s8 *op);
size_t mpy_after_words(unit_kernel *kernel, const struct unit_mpy_s8 *op);

#endif
