/* mpy_s8_xcut.c - CONV_2D (with or without a MAX_POOL_2D) and FULLY_CONNECTED for the MPY32, without the
 * activations at or below a cut. */
#include "rt_mpy.h"

void unit_mpy_s8_xcut(const void *op, void *const t[])
{
    rt_mpy_layer(op, 1, t[0], t[1]);
}
