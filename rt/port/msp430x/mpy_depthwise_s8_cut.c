/* mpy_depthwise_s8_cut.c - DEPTHWISE_CONV_2D on the MSP430X as UnIT prunes it, activations being 0 or more. */
#include "rt_depthwise.h"

void unit_mpy_depthwise_s8_cut(const void *op, void *const t[])
{
    static const struct rt_depthwise cut = {
        rt_depthwise_cut_row, rt_depthwise_cut_steps_end, rt_depthwise_cut_more, 16, 18, 2, 1
    };

    rt_depthwise(op, &cut, t[0], t[1], t[2]);
}
