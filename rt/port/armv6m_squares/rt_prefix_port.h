/* rt_prefix_port.h (ARMv6-M with a slow multiplier) - prefix kernels by quarter squares, in assembly but for depthwise
 * layers; outputs are divided for. */
#ifndef RT_PREFIX_PORT_H
#define RT_PREFIX_PORT_H

#include "rt_prefix_squares.h"

enum { RT_PREFIX_LONG_BITS = 32 }; /* of a sum that long entries were added to */
enum { RT_PREFIX_LINE = UNIT_AFTER_DIVIDED };

#define RT_PREFIX_WEIGHTS
#define RT_PREFIX_DIVIDES(form) 1
#include "rt_prefix_run.h"

static inline void rt_prefix_outputs(const struct rt_outputs *to, int8_t *y)
{
    rt_prefix_outputs_any(to, y);
}

#endif
