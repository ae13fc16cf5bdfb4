/* rt_prefix_port.h (ARMv6-M) - what becomes of rows of sums: prefix_rows.S. */
#ifndef RT_PREFIX_PORT_H
#define RT_PREFIX_PORT_H

enum { RT_PREFIX_LONG_BITS = 23 }; /* of a sum that long entries were added to; what lies above is undefined */

enum { RT_PREFIX_LINE = UNIT_AFTER_STEPS };

#define RT_HAS_PREFIX_OUTPUTS
#define RT_HAS_PREFIX_SETTLE
#include "rt_prefix_run.h"

static inline void rt_prefix_settle(int32_t *sums, uint16_t n, uint8_t wide)
{
    for (; wide && n; n--, sums++)
        *sums = (int32_t)((uint32_t)*sums << (32 - RT_PREFIX_LONG_BITS)) >> (32 - RT_PREFIX_LONG_BITS);
}

static inline void rt_prefix_outputs(const struct rt_outputs *to, int8_t *y)
{
    uint16_t n = (uint16_t)(to->layer->out_c << (to->below != NULL));

    rt_prefix_settle(to->sums, n, to->wide);
    if (to->below)
        rt_prefix_settle((int32_t *)to->below, n, to->wide);
    rt_prefix_outputs_any(to, y);
}

#endif
