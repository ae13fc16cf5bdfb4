/* lower_steps.h - a layer's requantisation as the steps of a line (rt/rt_steps.h). */
#ifndef PORT_LOWER_STEPS_H
#define PORT_LOWER_STEPS_H

#include "lower/program.h"

/* Finds the steps of every scale of a layer with op's bounds, and sets its bias, counted from where they begin; op
 * loses its other form of requantisation. zp is folded into the bias: the layer's zero point, or 0 for kernels that
 * centre what they multiply. bends is NULL where no line has one. 1, or 0 if a scale has no such line. What they need
 * lives in r. */
int steps_lower(struct region *r, const struct mac_layer *m, int zp, struct unit_packed_s8 *op, const int32_t **steps,
                const int32_t **bends);

/* The same for rt_step_divided. */
int steps_lower_divided(struct region *r, const struct mac_layer *m, int zp, struct unit_packed_s8 *op,
                        const int32_t **steps, const int32_t **bends);

#endif
