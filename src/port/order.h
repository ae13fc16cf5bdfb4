/* order.h - a layer's weights in the order of strips (rt/rt_packed.h), and its outputs from their sums. */
#ifndef PORT_ORDER_H
#define PORT_ORDER_H

#include <rt_fixed.h>

#include "lower/program.h"

/* Connection k of output o, in the layer's own order; 0 beyond the last output. */
static inline int8_t layer_weight(const struct mac_layer *m, int o, int k)
{
    return (int8_t)(o < m->out_c ? m->shape.weights[mac_at(m, o, k)] : 0);
}

/* The connection that is number k in the order of strips, [kernel_w][kernel_h][in_c]. */
static inline int in_strip_order(const struct mac_layer *m, int k)
{
    int in_c = m->shape.in_c, c = k % in_c, ky = k / in_c % m->shape.kernel_h, kx = k / in_c / m->shape.kernel_h;

    return (ky * m->shape.kernel_w + kx) * in_c + c;
}

/* What a layer makes of the sum of output o, clamped to low..high. */
static inline int32_t layer_output(const struct mac_layer *m, int o, int32_t sum, int16_t low, int16_t high)
{
    const struct unit_conv2d_s8 *s = &m->shape;
    int32_t y = m->delta ? rt_requant_away(sum, s->mult[o], s->shift[o], m->delta[o])
                         : rt_requant(sum, s->mult[o], s->shift[o]);

    return rt_clamp_s8(y, s->out_zp, low, high);
}

#endif
