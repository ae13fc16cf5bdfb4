/* depthwise_conv2d_s8.c - DEPTHWISE_CONV_2D, every product. */
#include "rt_conv.h"

void unit_depthwise_conv2d_s8(const void *op, void *const t[])
{
    rt_convolve(op, RT_DENSE, 1, t[0], t[1]);
}
