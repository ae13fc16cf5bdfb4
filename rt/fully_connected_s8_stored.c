/* fully_connected_s8_stored.c - FULLY_CONNECTED with a stored cut for each connection, compared with |x|. */
#include "rt_fc.h"

static int32_t dot(const struct unit_fully_connected_s8 *p, const int8_t *x, const int8_t *w, const uint8_t *cut)
{
    int32_t sum = 0;

    for (uint16_t i = 0; i < p->in; i++) {
        int16_t value = (int16_t)(x[i] - p->in_zp);
        if (value > (int16_t)cut[i] || -value > (int16_t)cut[i])
            sum += (int32_t)value * w[i];
    }
    return sum;
}

void unit_fully_connected_s8_stored(const void *op, void *const t[])
{
    const struct unit_fully_connected_s8 *p = op;
    const int8_t *x = t[0];
    int8_t *y = t[1];

    for (uint32_t row = 0; row < p->rows; row++, x += p->in, y += p->out)
        for (uint16_t o = 0; o < p->out; o++) {
            uint32_t at = (uint32_t)o * p->in;
            y[o] = rt_fc_output(p, o, p->bias[o] + dot(p, x, p->weights + at, p->cut + at));
        }
}
