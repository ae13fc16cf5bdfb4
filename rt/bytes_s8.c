/* bytes_s8.c - CONV_2D and FULLY_CONNECTED two positions a weight, in bytes: plain C, which says what ports must
 * compute.
 */
#include <stddef.h>

#include "rt_bytes.h"

/* 24 bits with their sign. */
static int32_t wrapped(uint32_t sum)
{
    return (int32_t)(sum << 8) >> 8;
}

/* Sum over the window at (y0, x0) of x + 128 times the weights of an output, which lie `block` bytes apart. */
static int32_t sum(const struct unit_packed_s8 *p, const int8_t *x, int32_t y0, int32_t x0, const uint8_t *w,
                   uint8_t block)
{
    uint32_t total = 0;

    for (uint16_t kx = 0; kx < p->kernel_w; kx++)
        for (uint16_t ky = 0; ky < p->kernel_h; ky++)
            for (uint16_t c = 0; c < p->in_c; c++, w += block) {
                int32_t y = y0 + ky, at = x0 + kx, v = p->in_zp;
                if (y >= 0 && y < p->in_h && at >= 0 && at < p->in_w)
                    v = x[((uint32_t)y * p->in_w + (uint32_t)at) * p->in_c + c];
                total += (uint32_t)((v + 128) * (*w - 128));
            }
    return wrapped(total);
}

/* The largest over the positions that output element (oy, ox) is pooled from. */
static int32_t largest(const struct unit_packed_s8 *p, const int8_t *x, uint16_t oy, uint16_t ox, const uint8_t *w,
                       uint8_t block)
{
    uint16_t size = p->pool_h ? 2 : 1;
    int32_t most = INT32_MIN;

    for (uint16_t i = 0; i < size; i++)
        for (uint16_t j = 0; j < size; j++) {
            int32_t s = sum(p, x, (oy * size + i) * (int32_t)p->stride_h - p->pad_top,
                            (ox * size + j) * (int32_t)p->stride_w - p->pad_left, w, block);
            most = s > most ? s : most;
        }
    return most;
}

/* All outputs at (oy, ox). */
static void outputs(const struct unit_bytes_s8 *p, const int8_t *x, uint16_t oy, uint16_t ox, int8_t *y)
{
    const struct unit_packed_s8 *l = &p->layer;
    const uint8_t *w = (const uint8_t *)(const void *)l->weights;
    uint8_t block = 0, at = 0;

    for (uint16_t o = 0; o < l->out_c; o++, at++) {
        uint16_t scale = l->scale_step ? o : 0;
        if (at == block) {
            w += (uint32_t)block * l->taps;
            block = rt_bytes_block(rt_bytes_alone(l), (uint16_t)(l->out_c - o));
            at = 0;
        }
        y[o] = rt_bytes_step(p->steps + RT_STEP_WORDS * scale, p->bends ? p->bends + RT_BEND_WORDS * scale : NULL,
                             wrapped((uint32_t)largest(l, x, oy, ox, w + at, block) + (uint32_t)l->bias[o]), l->act_min,
                             l->act_max);
    }
}

void unit_bytes_s8(const void *op, void *const t[])
{
    const struct unit_bytes_s8 *p = op;
    uint16_t size = p->layer.pool_h ? 2 : 1;
    int8_t *y = t[1];

    for (uint16_t oy = 0; oy < p->layer.out_h / size; oy++)
        for (uint16_t ox = 0; ox < p->layer.out_w / size; ox++, y += p->layer.out_c)
            outputs(p, t[0], oy, ox, y);
}
