/* depthwise_conv2d_s8_cut.c - DEPTHWISE_CONV_2D as UnIT prunes it: a stored cut for each weight, compared with |x| at
 * every position. */
#include "rt_conv.h"

void unit_depthwise_conv2d_s8_cut(const void *op, void *const t[])
{
    rt_convolve(op, RT_CUT, 1, t[0], t[1]);
}
