/* mpy_depthwise_s8.c - DEPTHWISE_CONV_2D on the MSP430X, every product. */
#include "rt_depthwise.h"

void unit_mpy_depthwise_s8(const void *op, void *const t[])
{
    static const struct rt_depthwise dense = {
        rt_depthwise_row, rt_depthwise_steps_end, rt_depthwise_more, 32, 10, 1, 0
    };

    rt_depthwise(op, &dense, t[0], t[1], t[2]);
}
