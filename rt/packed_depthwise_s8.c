/* packed_depthwise_s8.c - DEPTHWISE_CONV_2D for small CPUs, every product. */
#include "rt_packed_depthwise.h"

void unit_packed_depthwise_s8(const void *op, void *const t[])
{
    rt_depthwise(op, RT_DEPTHWISE_DENSE, t);
}
