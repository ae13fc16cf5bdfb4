/* lanes_s8.c - CONV_2D and FULLY_CONNECTED with two products in one multiplication: plain C, which says what ports must
 * compute. */
#include "rt_lanes.h"
#include "rt_steps.h"

static int8_t weight(const struct unit_lanes_s8 *p, uint16_t o, uint16_t k)
{
    uint16_t half = rt_lanes_half(rt_lanes_fours(&p->layer), k);
    const uint8_t *pair = (const uint8_t *)(const void *)p->layer.weights;

    pair += ((uint32_t)(o >> 1) * p->pairs + (half >> 1)) * 4;
    return (int8_t)(pair[(half & 1 ? 0 : 2) + (o & 1)] - 128);
}

static int32_t sum(const struct unit_lanes_s8 *p, const int8_t *x, uint16_t o, int32_t y0, int32_t x0)
{
    const struct unit_packed_s8 *l = &p->layer;
    int32_t total = l->bias[o];
    uint16_t k = 0;

    for (uint16_t kx = 0; kx < l->kernel_w; kx++)
        for (uint16_t ky = 0; ky < l->kernel_h; ky++)
            for (uint16_t c = 0; c < l->in_c; c++, k++) {
                int32_t iy = y0 + ky * l->dilation_h, ix = x0 + kx * l->dilation_w;
                int32_t v = l->in_zp;
                if (iy >= 0 && iy < l->in_h && ix >= 0 && ix < l->in_w)
                    v = x[((uint32_t)iy * l->in_w + (uint32_t)ix) * l->in_c + c];
                total += v * weight(p, o, k);
            }
    return total;
}

/* The largest sum of the window of positions that output (oy, ox) is made of. */
static int32_t largest(const struct unit_lanes_s8 *p, const int8_t *x, uint16_t o, uint16_t oy, uint16_t ox)
{
    const struct unit_packed_s8 *l = &p->layer;
    uint16_t h = l->pool_h ? l->pool_h : 1, w = l->pool_h ? l->pool_w : 1;
    int32_t most = INT32_MIN;

    for (uint16_t py = 0; py < h; py++)
        for (uint16_t px = 0; px < w; px++) {
            int32_t y0 = (int32_t)(oy * h + py) * l->stride_h - l->pad_top;
            int32_t s = sum(p, x, o, y0, (int32_t)(ox * w + px) * l->stride_w - l->pad_left);
            most = s > most ? s : most;
        }
    return most;
}

void unit_lanes_s8(const void *op, void *const t[])
{
    const struct unit_lanes_s8 *p = op;
    const struct unit_packed_s8 *l = &p->layer;
    int8_t *y = t[1];

    for (uint16_t oy = 0; oy < p->y_h; oy++)
        for (uint16_t ox = 0; ox < p->y_w; ox++)
            for (uint16_t o = 0; o < l->out_c; o++) {
                uint16_t at = l->scale_step ? o : 0;
                const int32_t *bend = p->bends ? p->bends + RT_BEND_WORDS * at : NULL;
                *y++ =
                    rt_step(p->steps + RT_STEP_WORDS * at, bend, largest(p, t[0], o, oy, ox), l->act_min, l->act_max);
            }
}
