/* conv2d_s8_xcut.c - CONV_2D without the activations at or below a cut: zero-skip, and FATReLU. */
#include "rt_conv.h"

void unit_conv2d_s8_xcut(const void *op, void *const t[])
{
    rt_convolve(op, RT_XCUT, 0, t[0], t[1]);
}
