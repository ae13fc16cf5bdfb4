/* rt_outputs.h (ARMv6-M) - the loop that makes outputs of sums. */
#ifndef RT_OUTPUTS_H
#define RT_OUTPUTS_H

#include <stdint.h>

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

#endif
