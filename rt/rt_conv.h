/* rt_conv.h - the walk that the convolution kernels share: positions, taps inside the input, requantisation. A kernel
 * adds what it does at a tap; being inlined with a constant `rule`, each kernel keeps only its own test. */
#ifndef RT_CONV_H
#define RT_CONV_H

#include "rt_fixed.h"
#include "unit.h"

enum rt_rule { RT_DENSE, RT_XCUT, RT_CUT };

static inline int32_t rt_magnitude(int32_t x)
{
    return x < 0 ? -x : x;
}

/* One product of a centred activation with weight number `at`, if the rule has it executed. */
static inline int32_t rt_product(const struct unit_conv2d_s8 *p, enum rt_rule rule, int16_t x, uint32_t at)
{
    if (rule == RT_CUT && rt_magnitude(x) <= p->cut[at])
        return 0;
    if (rule == RT_XCUT && rt_magnitude(x) <= p->x_cut)
        return 0;
    return (int32_t)x * p->weights[at];
}

/* Where an output row or column begins in the input, padding included. */
static inline int32_t rt_origin(uint16_t out, uint16_t stride, int16_t pad)
{
    return (int32_t)out * stride - pad;
}

static inline int rt_inside(int32_t at, uint16_t size)
{
    return at >= 0 && at < size;
}

/* Sum of output channel o over the window at input position (y, x). A full convolution reads every input channel, a
 * depthwise one a single channel, and their weights lie differently. */
static inline int32_t rt_window(const struct unit_conv2d_s8 *p, enum rt_rule rule, int depthwise, const int8_t *in,
                                int32_t y, int32_t x, uint16_t o)
{
    uint16_t channels = (uint16_t)(depthwise ? 1 : p->in_c);
    uint16_t first = (uint16_t)(depthwise ? o / (p->out_c / p->in_c) : 0);
    uint32_t tap_step = depthwise ? p->out_c : p->in_c;
    uint32_t at = depthwise ? o : (uint32_t)o * p->kernel_h * p->kernel_w * p->in_c;
    int32_t sum = p->bias[o];

    for (uint16_t ky = 0; ky < p->kernel_h; ky++) {
        int32_t row = y + (int32_t)ky * p->dilation_h;
        for (uint16_t kx = 0; kx < p->kernel_w; kx++, at += tap_step) {
            int32_t column = x + (int32_t)kx * p->dilation_w;
            const int8_t *from;
            if (!rt_inside(row, p->in_h) || !rt_inside(column, p->in_w))
                continue;
            from = in + ((uint32_t)row * p->in_w + (uint32_t)column) * p->in_c + first;
            for (uint16_t c = 0; c < channels; c++)
                sum += rt_product(p, rule, (int16_t)(from[c] - p->in_zp), at + c);
        }
    }
    return sum;
}

static inline void rt_convolve(const struct unit_conv2d_s8 *p, enum rt_rule rule, int depthwise, const int8_t *in,
                               int8_t *out)
{
    for (uint16_t y = 0; y < p->out_h; y++)
        for (uint16_t x = 0; x < p->out_w; x++)
            for (uint16_t o = 0; o < p->out_c; o++) {
                int32_t sum = rt_window(p, rule, depthwise, in, rt_origin(y, p->stride_h, p->pad_top),
                                        rt_origin(x, p->stride_w, p->pad_left), o);
                *out++ = rt_clamp_s8(rt_requant(sum, p->mult[o], p->shift[o]), p->out_zp, p->act_min, p->act_max);
            }
}

#endif
