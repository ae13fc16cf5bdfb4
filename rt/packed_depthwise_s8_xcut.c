/* packed_depthwise_s8_xcut.c - DEPTHWISE_CONV_2D for small CPUs, without the activations at or below a cut. */
#include "rt_packed_depthwise.h"

void unit_packed_depthwise_s8_xcut(const void *op, void *const t[])
{
    rt_depthwise(op, RT_DEPTHWISE_XCUT, t);
}
