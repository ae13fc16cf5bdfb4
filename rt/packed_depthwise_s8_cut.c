/* packed_depthwise_s8_cut.c - DEPTHWISE_CONV_2D for small CPUs, as UnIT prunes it: a stored cut for each
 * connection. */
#include "rt_packed_depthwise.h"

void unit_packed_depthwise_s8_cut(const void *op, void *const t[])
{
    rt_depthwise(op, RT_DEPTHWISE_CUT, t);
}
