/* scale.h - real scale factors to fixed-point multipliers, and fused activations to bounds, as TFLite prepares them.
 * Source: TFLite 8-bit quantisation specification; Jacob et al., CVPR 2018, section 2.2. */
#ifndef LOWER_SCALE_H
#define LOWER_SCALE_H

#include <stdint.h>

#include "graph/graph.h"

/* real = mult * 2^(shift - 31), mult in [2^30, 2^31); 0 gives mult 0, shift 0; too small becomes 0, too large
 * saturates. */
void scale_quantise(double real, int32_t *mult, int8_t *shift);

/* Bounds of a fused activation on the output's int8 values. */
void scale_activation(enum activation a, const struct quantisation *q, int16_t *min, int16_t *max);

#endif
