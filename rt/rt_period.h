/* rt_period.h - which kernel rows meet the same input rows, for prefix kernels and for those who order their lists. */
#ifndef RT_PERIOD_H
#define RT_PERIOD_H

#include "unit.h"

/* Kernel rows so far apart, or a multiple of that, meet the same input rows: stride / gcd(stride, dilation). */
static inline uint16_t rt_prefix_period(const struct unit_packed_s8 *p)
{
    uint16_t period = 1;

    if (p->stride_h == 1)
        return 1;
    for (uint16_t at = (uint16_t)((unsigned)p->dilation_h % p->stride_h); at;
         at = (uint16_t)(((unsigned)at + p->dilation_h) % p->stride_h))
        period++;
    return period;
}

#endif
