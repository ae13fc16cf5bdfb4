/* fully_connected_s8_xcut.c - FULLY_CONNECTED without the activations at or below a cut (zero-skip, FATReLU): one
 * activation after the other, tested once, added to all sums. */
#include <string.h>

#include "rt_fc.h"

static void add_activation(const struct unit_fully_connected_s8 *p, int16_t x, const int8_t *w, int32_t *sums)
{
    for (uint16_t o = 0; o < p->out; o++, w += p->in)
        sums[o] += (int32_t)x * *w;
}

void unit_fully_connected_s8_xcut(const void *op, void *const t[])
{
    const struct unit_fully_connected_s8 *p = op;
    const int8_t *x = t[0];
    int8_t *y = t[1];
    int32_t *sums = t[2];

    for (uint32_t row = 0; row < p->rows; row++, x += p->in, y += p->out) {
        memcpy(sums, p->bias, p->out * sizeof *sums);
        for (uint16_t i = 0; i < p->in; i++) {
            int16_t value = (int16_t)(x[i] - p->in_zp);
            if (value > (int16_t)p->x_cut || -value > (int16_t)p->x_cut)
                add_activation(p, value, p->weights + i, sums);
        }
        rt_fc_outputs(p, sums, y);
    }
}
