/* lanes_s8.c - CONV_2D and FULLY_CONNECTED with two products in one multiplication: plain C, which says what ports must
 * compute. */
#include "rt_lanes_layer.h"

static int8_t weight(const struct unit_lanes_s8 *p, uint16_t o, uint16_t k)
{
    uint16_t half = rt_lanes_half(rt_lanes_fours(&p->layer), k);
    const uint8_t *pair = (const uint8_t *)(const void *)p->layer.weights;

    pair += ((uint32_t)(o >> 1) * p->pairs + (half >> 1)) * 4;
    return (int8_t)(pair[(half & 1 ? 0 : 2) + (o & 1)] - 128);
}

static int32_t input(const struct unit_packed_s8 *l, int8_t v)
{
    (void)l;
    return v;
}

void unit_lanes_s8(const void *op, void *const t[])
{
    static const struct rt_lanes_rule rule = { weight, input };

    rt_lanes_layer(op, &rule, t);
}
