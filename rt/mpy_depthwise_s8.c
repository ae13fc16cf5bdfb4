/* mpy_depthwise_s8.c - DEPTHWISE_CONV_2D for the MPY32, every product. */
#include "rt_mpy.h"

void unit_mpy_depthwise_s8(const void *op, void *const t[])
{
    rt_mpy_depthwise(op, 0, t[0], t[1]);
}
