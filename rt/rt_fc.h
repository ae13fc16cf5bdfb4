/* rt_fc.h - what the fully connected kernels share: requantisation of a row of sums. */
#ifndef RT_FC_H
#define RT_FC_H

#include "rt_fixed.h"
#include "unit.h"

static inline int8_t rt_fc_output(const struct unit_fully_connected_s8 *p, uint16_t o, int32_t sum)
{
    uint16_t scale = p->per_channel ? o : 0;
    int32_t y = rt_requant_away(sum, p->mult[scale], p->shift[scale], p->delta[scale]);

    return rt_clamp_s8(y, p->out_zp, p->act_min, p->act_max);
}

static inline void rt_fc_outputs(const struct unit_fully_connected_s8 *p, const int32_t *sums, int8_t *y)
{
    for (uint16_t o = 0; o < p->out; o++)
        y[o] = rt_fc_output(p, o, sums[o]);
}

#endif
