/* rt_fc.h - what the fully connected kernels share: requantisation of a row of sums. */
#ifndef RT_FC_H
#define RT_FC_H

#include "rt_fixed.h"
#include "unit.h"

/* One scale for all outputs rounds once, a scale an output rounds twice: that is how the reference does it. */
static inline int8_t rt_fc_output(const struct unit_fully_connected_s8 *p, uint16_t o, int32_t sum)
{
    int32_t y =
        p->per_channel ? rt_requant(sum, p->mult[o], p->shift[o]) : rt_requant_single(sum, p->mult[0], p->shift[0]);

    return rt_clamp_s8(y, p->out_zp, p->act_min, p->act_max);
}

static inline void rt_fc_outputs(const struct unit_fully_connected_s8 *p, const int32_t *sums, int8_t *y)
{
    for (uint16_t o = 0; o < p->out; o++)
        y[o] = rt_fc_output(p, o, sums[o]);
}

#endif
