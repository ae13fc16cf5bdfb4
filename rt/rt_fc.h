/* rt_fc.h - what the fully connected kernels share: requantisation of a row of sums. */
#ifndef RT_FC_H
#define RT_FC_H

#include "rt_fixed.h"
#include "rt_memory.h"
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

/* Adds a centred activation x != 0 to the sums of all outputs; w is its weight of output 0, the others follow at p->in.
 */
typedef void rt_fc_add(const struct unit_fully_connected_s8 *p, int16_t x, const int8_t *w, int32_t *sums);

/* Activation by activation: those with |x| above x_cut are handed to `add`. t: input, output, sums. */
static inline void rt_fc_scatter(const struct unit_fully_connected_s8 *p, uint16_t x_cut, rt_fc_add *add,
                                 void *const t[])
{
    const int8_t *x = t[0];
    int8_t *y = t[1];
    int32_t *sums = t[2];

    for (uint32_t row = 0; row < p->rows; row++, x += p->in, y += p->out) {
        memcpy(sums, p->bias, p->out * sizeof *sums);
        for (uint16_t i = 0; i < p->in; i++) {
            int16_t value = (int16_t)(x[i] - p->in_zp);
            if (value > (int16_t)x_cut || -value > (int16_t)x_cut)
                add(p, value, p->weights + i, sums);
        }
        rt_fc_outputs(p, sums, y);
    }
}

#endif
