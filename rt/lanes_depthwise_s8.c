/* lanes_depthwise_s8.c - DEPTHWISE_CONV_2D with two products in one multiplication: plain C, which says what ports must
 * compute. */
#include "rt_lanes.h"
#include "rt_steps.h"

static int32_t sum(const struct unit_packed_s8 *l, const int8_t *x, uint16_t o, int32_t y0, int32_t x0)
{
    const int8_t *w = (const int8_t *)(const void *)l->weights + (uint32_t)o * l->taps;
    uint16_t channel = (uint16_t)(o / (l->out_c / l->in_c));
    int32_t total = l->bias[o];

    for (uint16_t ky = 0; ky < l->kernel_h; ky++)
        for (uint16_t kx = 0; kx < l->kernel_w; kx++) {
            int32_t iy = y0 + ky * l->dilation_h, ix = x0 + kx * l->dilation_w;
            int32_t v = l->in_zp;
            if (iy >= 0 && iy < l->in_h && ix >= 0 && ix < l->in_w)
                v = x[((uint32_t)iy * l->in_w + (uint32_t)ix) * l->in_c + channel];
            total += v * *w++;
        }
    return total;
}

void unit_lanes_depthwise_s8(const void *op, void *const t[])
{
    const struct unit_lanes_depthwise_s8 *p = op;
    const struct unit_packed_s8 *l = &p->layer;
    int8_t *y = t[1];

    for (uint16_t oy = 0; oy < l->out_h; oy++)
        for (uint16_t ox = 0; ox < l->out_w; ox++)
            for (uint16_t o = 0; o < l->out_c; o++) {
                const int32_t *bend = p->bends ? p->bends + RT_BEND_WORDS * o : NULL;
                int32_t s =
                    sum(l, t[0], o, (int32_t)oy * l->stride_h - l->pad_top, (int32_t)ox * l->stride_w - l->pad_left);
                *y++ = rt_step(p->steps + RT_STEP_WORDS * o, bend, s, l->act_min, l->act_max);
            }
}
