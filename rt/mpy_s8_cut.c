/* mpy_s8_cut.c - CONV_2D (with or without a MAX_POOL_2D) for the MPY32 as UnIT prunes it: a stored cut for each
 * connection. */
#include "rt_mpy.h"

static uint32_t window_sum(const struct unit_mpy_s8 *p, const int8_t *in, uint16_t oy, uint16_t ox, const uint8_t *w)
{
    uint32_t sum = 0;

    for (uint16_t kx = 0; kx < p->kernel_w; kx++)
        for (uint16_t ky = 0; ky < p->kernel_h; ky++)
            for (uint16_t c = 0; c < p->in_c; c++, w += 2)
                sum += rt_mpy_awake(rt_mpy_x(p, 1, in, oy * (int32_t)p->stride_h - p->pad_top + ky,
                                             ox * (int32_t)p->stride_w - p->pad_left + kx, c),
                                    w);
    return sum;
}

/* The largest sum, less what is negative, which all gives act_min. */
static uint32_t largest(const struct unit_mpy_s8 *p, const int8_t *in, uint16_t oy, uint16_t ox, const uint8_t *w,
                        uint32_t start)
{
    uint32_t most = UINT32_MAX;

    for (uint16_t i = 0; i < p->pool_h; i++)
        for (uint16_t j = 0; j < p->pool_w; j++) {
            uint32_t sum = start + window_sum(p, in, (uint16_t)(oy * p->pool_h + i), (uint16_t)(ox * p->pool_w + j), w);
            if (!(sum >> 31) && (most >> 31 || sum > most))
                most = sum;
        }
    return most;
}

void unit_mpy_s8_cut(const void *op, void *const t[])
{
    const struct unit_mpy_s8 *p = op;
    int8_t *out = t[1];

    for (uint16_t oy = 0; oy < p->out_h / p->pool_h; oy++)
        for (uint16_t ox = 0; ox < p->out_w / p->pool_w; ox++) {
            const uint8_t *w = (const uint8_t *)p->weights;
            const uint16_t *after = p->after;
            for (uint16_t o = 0; o < p->out_c; o++, after += UNIT_MPY_SINGLE_AFTER, w += 2 * (uint32_t)p->taps)
                *out++ = rt_mpy_end(p, largest(p, t[0], oy, ox, w, rt_mpy_begin(after)), after);
        }
}
