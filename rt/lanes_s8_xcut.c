/* lanes_s8_xcut.c - CONV_2D and FULLY_CONNECTED without the activations at or below a cut (zero-skip, FATReLU): plain
 * C, which says what ports must compute. */
#include "rt_lanes_layer.h"

static int8_t weight(const struct unit_lanes_s8 *p, uint16_t o, uint16_t k)
{
    const uint8_t *four = (const uint8_t *)(const void *)p->layer.weights;

    return (int8_t)(four[((uint32_t)(o >> 2) * p->layer.taps + k) * 4 + (o & 3)] - 128);
}

static int32_t input(const struct unit_packed_s8 *l, int8_t v)
{
    int32_t x = v - l->in_zp;

    return x > (int32_t)l->x_cut || -x > (int32_t)l->x_cut ? x : 0;
}

void unit_lanes_s8_xcut(const void *op, void *const t[])
{
    static const struct rt_lanes_rule rule = { weight, input };

    rt_lanes_layer(op, &rule, t);
}
