/* mpy_depthwise_s8_cut.c - DEPTHWISE_CONV_2D for the MPY32 as UnIT prunes it: a stored cut for each connection. */
#include "rt_mpy.h"

void unit_mpy_depthwise_s8_cut(const void *op, void *const t[])
{
    rt_mpy_depthwise(op, 1, t[0], t[1]);
}
