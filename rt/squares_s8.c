/* squares_s8.c - CONV_2D and FULLY_CONNECTED without multiplications: plain C, which says what ports must compute. */
#include <stddef.h>

#include "rt_squares.h"
#include "rt_steps.h"

static uint32_t square(int32_t x)
{
    return (uint32_t)(x * x);
}

/* Sum over the window at (y0, x0) of x^2 - (x - w)^2. */
static int32_t sum(const struct unit_packed_s8 *p, const int8_t *x, int32_t y0, int32_t x0, const int8_t *w)
{
    uint32_t total = 0;

    for (uint16_t kx = 0; kx < p->kernel_w; kx++)
        for (uint16_t ky = 0; ky < p->kernel_h; ky++)
            for (uint16_t c = 0; c < p->in_c; c++, w += RT_SQUARES_BLOCK) {
                int32_t y = y0 + ky, at = x0 + kx, v = p->in_zp;
                if (y >= 0 && y < p->in_h && at >= 0 && at < p->in_w)
                    v = x[((uint32_t)y * p->in_w + (uint32_t)at) * p->in_c + c];
                total += square(v) - square(v - *w);
            }
    return (int32_t)total;
}

/* The largest over the positions that output element (oy, ox) is pooled from. */
static int32_t largest(const struct unit_packed_s8 *p, const int8_t *x, uint16_t oy, uint16_t ox, const int8_t *w)
{
    uint16_t size = p->pool_h ? 2 : 1;
    int32_t most = INT32_MIN;

    for (uint16_t i = 0; i < size; i++)
        for (uint16_t j = 0; j < size; j++) {
            int32_t s = sum(p, x, (oy * size + i) * (int32_t)p->stride_h - p->pad_top,
                            (ox * size + j) * (int32_t)p->stride_w - p->pad_left, w);
            most = s > most ? s : most;
        }
    return most;
}

static void outputs(const struct unit_squares_s8 *p, const int8_t *x, uint16_t oy, uint16_t ox, int8_t *y)
{
    const struct unit_packed_s8 *l = &p->layer;
    const int8_t *weights = (const int8_t *)(const void *)l->weights;

    for (uint16_t o = 0; o < l->out_c; o++) {
        uint16_t scale = l->scale_step ? o : 0;
        const int8_t *w =
            weights + (uint32_t)(o / RT_SQUARES_BLOCK) * l->taps * RT_SQUARES_BLOCK + o % RT_SQUARES_BLOCK;
        y[o] = rt_step_divided(p->steps + RT_STEP_WORDS * scale, p->bends ? p->bends + RT_BEND_WORDS * scale : NULL,
                               (largest(l, x, oy, ox, w) + l->bias[o]) >> 1, l->act_min, l->act_max);
    }
}

void unit_squares_s8(const void *op, void *const t[])
{
    const struct unit_squares_s8 *p = op;
    uint16_t size = p->layer.pool_h ? 2 : 1;
    int8_t *y = t[1];

    for (uint16_t oy = 0; oy < p->layer.out_h / size; oy++)
        for (uint16_t ox = 0; ox < p->layer.out_w / size; ox++, y += p->layer.out_c)
            outputs(p, t[0], oy, ox, y);
}
