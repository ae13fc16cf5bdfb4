/* fully_connected_s8_cut.c - FULLY_CONNECTED as UnIT prunes it: an activation meets every output, so its quotient is
 * worked out once for each run of outputs that share a threshold, and the weights are compared with it. */
#include <string.h>

#include "rt_cut.h"
#include "rt_fc.h"

/* Adds x to the sums of a run of outputs whose weight exceeds the cut. */
static void add_run(const struct unit_fully_connected_s8 *p, uint16_t outputs, uint8_t cut, int16_t x, const int8_t *w,
                    int32_t *sums)
{
    for (uint16_t o = 0; o < outputs; o++, w += p->in) {
        int16_t magnitude = *w < 0 ? (int16_t) - *w : *w;
        if (magnitude > cut)
            sums[o] += (int32_t)x * *w;
    }
}

static void add_activation(const struct unit_fully_connected_s8 *p, int16_t x, const int8_t *w, int32_t *sums)
{
    uint16_t magnitude = (uint16_t)(x < 0 ? -x : x), done = 0;

    for (const struct unit_cut_run *run = p->runs; done < p->out; run++) {
        add_run(p, run->outputs, rt_cut((enum unit_division)p->division, run, magnitude), x, w + (uint32_t)done * p->in,
                sums + done);
        done = (uint16_t)(done + run->outputs);
    }
}

void unit_fully_connected_s8_cut(const void *op, void *const t[])
{
    const struct unit_fully_connected_s8 *p = op;
    const int8_t *x = t[0];
    int8_t *y = t[1];
    int32_t *sums = t[2];

    for (uint32_t row = 0; row < p->rows; row++, x += p->in, y += p->out) {
        memcpy(sums, p->bias, p->out * sizeof *sums);
        for (uint16_t i = 0; i < p->in; i++) {
            int16_t value = (int16_t)(x[i] - p->in_zp);
            if (value != 0)
                add_activation(p, value, p->weights + i, sums);
        }
        rt_fc_outputs(p, sums, y);
    }
}
