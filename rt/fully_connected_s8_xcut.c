/* fully_connected_s8_xcut.c - FULLY_CONNECTED without the activations at or below a cut (zero-skip, FATReLU): one
 * activation after the other, tested once, added to all sums. */
#include "rt_fc.h"

static void add_activation(const struct unit_fully_connected_s8 *p, int16_t x, const int8_t *w, int32_t *sums)
{
    for (uint16_t o = 0; o < p->out; o++, w += p->in)
        sums[o] += (int32_t)x * *w;
}

void unit_fully_connected_s8_xcut(const void *op, void *const t[])
{
    const struct unit_fully_connected_s8 *p = op;

    rt_fc_scatter(p, p->x_cut, add_activation, t);
}
