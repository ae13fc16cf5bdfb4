/* rt_lanes_layer.h - the walk of the plain lanes kernels over a layer's outputs. */
#ifndef RT_LANES_LAYER_H
#define RT_LANES_LAYER_H

#include "rt_lanes.h"
#include "rt_steps.h"

/* How a kernel reads connections: the weight of number k of output o; and what an input v counts for, 0 if it is left
 * out. */
struct rt_lanes_rule {
    int8_t (*weight)(const struct unit_lanes_s8 *p, uint16_t o, uint16_t k);
    int32_t (*input)(const struct unit_packed_s8 *l, int8_t v);
};

static inline int32_t rt_lanes_sum(const struct unit_lanes_s8 *p, const struct rt_lanes_rule *rule, const int8_t *x,
                                   uint16_t o, int32_t y0, int32_t x0)
{
    const struct unit_packed_s8 *l = &p->layer;
    int32_t total = l->bias[o];
    uint16_t k = 0;

    for (uint16_t kx = 0; kx < l->kernel_w; kx++)
        for (uint16_t ky = 0; ky < l->kernel_h; ky++)
            for (uint16_t c = 0; c < l->in_c; c++, k++) {
                int32_t iy = y0 + ky * l->dilation_h, ix = x0 + kx * l->dilation_w;
                int8_t v = (int8_t)l->in_zp;
                if (iy >= 0 && iy < l->in_h && ix >= 0 && ix < l->in_w)
                    v = x[((uint32_t)iy * l->in_w + (uint32_t)ix) * l->in_c + c];
                total += rule->input(l, v) * rule->weight(p, o, k);
            }
    return total;
}

/* The largest sum of the window of positions that output (oy, ox) is made of. */
static inline int32_t rt_lanes_largest(const struct unit_lanes_s8 *p, const struct rt_lanes_rule *rule, const int8_t *x,
                                       uint16_t o, uint16_t oy, uint16_t ox)
{
    const struct unit_packed_s8 *l = &p->layer;
    uint16_t h = l->pool_h ? l->pool_h : 1, w = l->pool_h ? l->pool_w : 1;
    int32_t most = INT32_MIN;

    for (uint16_t py = 0; py < h; py++)
        for (uint16_t px = 0; px < w; px++) {
            int32_t y0 = (int32_t)(oy * h + py) * l->stride_h - l->pad_top;
            int32_t s = rt_lanes_sum(p, rule, x, o, y0, (int32_t)(ox * w + px) * l->stride_w - l->pad_left);
            most = s > most ? s : most;
        }
    return most;
}

static inline void rt_lanes_layer(const struct unit_lanes_s8 *p, const struct rt_lanes_rule *rule, void *const t[])
{
    const struct unit_packed_s8 *l = &p->layer;
    int8_t *y = t[1];

    for (uint16_t oy = 0; oy < p->y_h; oy++)
        for (uint16_t ox = 0; ox < p->y_w; ox++)
            for (uint16_t o = 0; o < l->out_c; o++) {
                uint16_t at = l->scale_step ? o : 0;
                const int32_t *bend = p->bends ? p->bends + RT_BEND_WORDS * at : NULL;
                int32_t sum = rt_lanes_largest(p, rule, t[0], o, oy, ox);
                *y++ = rt_step(p->steps + RT_STEP_WORDS * at, bend, sum, l->act_min, l->act_max);
            }
}

#endif
