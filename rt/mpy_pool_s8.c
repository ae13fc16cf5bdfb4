/* mpy_pool_s8.c - CONV_2D with a MAX_POOL_2D behind it for the MPY32, every product. */
#include "rt_mpy.h"

void unit_mpy_pool_s8(const void *op, void *const t[])
{
    rt_mpy_layer(op, 0, t[0], t[1]);
}
