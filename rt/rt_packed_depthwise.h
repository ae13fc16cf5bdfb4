/* rt_packed_depthwise.h - the walk of the packed depthwise kernels: windows inside the input are read where they lie,
 * those that hang over its edge are gathered first. */
#ifndef RT_PACKED_DEPTHWISE_H
#define RT_PACKED_DEPTHWISE_H

#include "rt_packed.h"

enum rt_depthwise_rule { RT_DEPTHWISE_DENSE, RT_DEPTHWISE_XCUT, RT_DEPTHWISE_CUT };

static inline int rt_window_inside(const struct unit_packed_s8 *p, int32_t y, int32_t x)
{
    return y >= 0 && x >= 0 && y + (p->kernel_h - 1) * (int32_t)p->dilation_h < p->in_h &&
           x + (p->kernel_w - 1) * (int32_t)p->dilation_w < p->in_w;
}

static inline void rt_depthwise_outputs(const struct unit_packed_s8 *p, enum rt_depthwise_rule rule,
                                        const struct rt_window *window, const int8_t *x, int8_t *y)
{
    rt_far w = rt_far_from(p->weights), cut = rule == RT_DEPTHWISE_CUT ? rt_far_from(p->cut) : w;
    uint16_t multiplier = (uint16_t)(p->out_c / p->in_c), left = multiplier;

    for (uint16_t o = 0; o < p->out_c; o++, w += p->taps, cut += p->taps) {
        int32_t sum = rt_rom_s32(p->bias + o);
        if (rule == RT_DEPTHWISE_DENSE)
            sum += rt_dot_window(window, x, w);
        else if (rule == RT_DEPTHWISE_XCUT)
            sum += rt_dot_window_xcut(window, x, p->in_zp, w, p->x_cut);
        else
            sum += rt_dot_window_cut(window, x, p->in_zp, w, cut);
        rt_requantise(p, o, &sum, 1, y + o);
        if (--left == 0)
            left = multiplier, x++;
    }
}

/* A patch is gathered as the input has it, whatever the port's offset. */
static inline void rt_depthwise_gather(const struct unit_packed_s8 *p, const int8_t *in, int32_t y, int32_t x0,
                                       int8_t *to)
{
    for (uint16_t ky = 0; ky < p->kernel_h; ky++, y += p->dilation_h)
        for (uint16_t kx = 0; kx < p->kernel_w; kx++, to += p->in_c) {
            int32_t x = x0 + kx * (int32_t)p->dilation_w;
            if (y >= 0 && y < p->in_h && x >= 0 && x < p->in_w)
                memcpy(to, in + ((uint32_t)y * p->in_w + (uint32_t)x) * p->in_c, p->in_c);
            else
                memset(to, p->in_zp, p->in_c);
        }
}

static inline void rt_depthwise(const struct unit_packed_s8 *p, enum rt_depthwise_rule rule, void *const t[])
{
    const int8_t *in = t[0];
    int8_t *out = t[1], *patch = t[2];
    uint16_t oy = 0, ox = 0;
    const struct rt_window inside = { p->kernel_h, p->kernel_w, (uint16_t)(p->dilation_h * p->in_w * p->in_c),
                                      (uint16_t)(p->dilation_w * p->in_c) };
    const struct rt_window gathered = { p->kernel_h, p->kernel_w, (uint16_t)(p->kernel_w * p->in_c), p->in_c };

    do {
        int32_t y = (int32_t)oy * p->stride_h - p->pad_top, x = (int32_t)ox * p->stride_w - p->pad_left;
        if (rt_window_inside(p, y, x)) {
            rt_depthwise_outputs(p, rule, &inside, in + ((uint32_t)y * p->in_w + (uint32_t)x) * p->in_c, out);
        } else {
            rt_depthwise_gather(p, in, y, x, patch);
            rt_depthwise_outputs(p, rule, &gathered, patch, out);
        }
        out += p->out_c;
        if (++ox == p->out_w)
            ox = 0, oy++;
    } while (oy < p->out_h);
}

#endif
