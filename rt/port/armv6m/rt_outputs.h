/* rt_outputs.h (ARMv6-M) - the loops that make maxima and outputs of sums. */
#ifndef RT_OUTPUTS_H
#define RT_OUTPUTS_H

#include "unit.h"

/* count sums to outputs by one line (rt_steps.h): 18 cycles each, 22 where it has a bend. */
struct rt_outputs {
    const int32_t *step, *bend; /* bend may be NULL */
    const int32_t *sums;
    uint32_t sums_step; /* bytes */
    int8_t *y;
    uint32_t y_step; /* bytes */
    int32_t least, most;
};

void unit_outputs(const struct rt_outputs *o, uint32_t count);

/* The maxima of `count` windows of pool_h by pool_w sums of two outputs, in place; row_step: bytes between rows of
 * sums. */
void unit_pool_sums(int32_t *sums, uint32_t count, const struct unit_packed_s8 *layer, uint32_t row_step);

#endif
