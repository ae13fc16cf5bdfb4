/* packed_depthwise_s8.c (RV32) - DEPTHWISE_CONV_2D, every product: rows of three taps unrolled, scales stepped through.
 */
#include "rt_packed_depthwise.h"

/* Sum of x * w over a window of one channel. */
static inline int32_t dot(const struct rt_window *window, const int8_t *x, rt_far w)
{
    uint32_t step = window->column_step, row_step = window->row_step;
    int32_t sum = 0;

    if (window->columns != 3)
        return rt_dot_window(window, x, w);
    for (uint16_t r = window->rows; r; r--, x += row_step, w += 3) {
        const int8_t *v = x + step;
        sum += x[0] * w[0] + v[0] * w[1] + v[step] * w[2];
    }
    return sum;
}

/* All outputs at a position; x: where its window begins. What the loop needs of *p is copied: a store to y may, for all
 * the compiler knows, change it. */
static void outputs(const struct unit_packed_s8 *p, const struct rt_window *window, const int8_t *x, int8_t *y)
{
    rt_far w = rt_far_from(p->weights);
    struct rt_window here = *window;
    struct rt_scale scale = rt_scale(p, 0);
    const int32_t *bias = p->bias;
    uint16_t multiplier = (uint16_t)(p->out_c / p->in_c), left = multiplier, taps = p->taps, count = p->out_c;
    int is_long = p->requant == UNIT_REQUANT_LONG;

    for (uint16_t o = 0; o < count; o++, w += taps, rt_scale_next(&scale)) {
        int32_t sum = *bias++ + dot(&here, x, w);
        if (is_long)
            rt_requantise_long(p, o, &sum, 1, y);
        else
            *y = (int8_t)rt_scaled(&scale, sum);
        y++;
        if (--left == 0)
            left = multiplier, x++;
    }
}

void unit_packed_depthwise_s8(const void *op, void *const t[])
{
    const struct unit_packed_s8 *p = op;
    const int8_t *in = t[0];
    int8_t *out = t[1], *patch = t[2];
    uint32_t row_bytes = (uint32_t)p->in_w * p->in_c;
    const struct rt_window inside = { p->kernel_h, p->kernel_w, (uint16_t)(p->dilation_h * row_bytes),
                                      (uint16_t)(p->dilation_w * p->in_c) };
    const struct rt_window gathered = { p->kernel_h, p->kernel_w, (uint16_t)(p->kernel_w * p->in_c), p->in_c };

    for (uint16_t oy = 0; oy < p->out_h; oy++)
        for (uint16_t ox = 0; ox < p->out_w; ox++, out += p->out_c) {
            int32_t y = (int32_t)oy * p->stride_h - p->pad_top, x = (int32_t)ox * p->stride_w - p->pad_left;
            if (rt_window_inside(p, y, x)) {
                outputs(p, &inside, in + (uint32_t)y * row_bytes + (uint32_t)x * p->in_c, out);
            } else {
                rt_depthwise_gather(p, in, y, x, patch);
                outputs(p, &gathered, patch, out);
            }
        }
}
