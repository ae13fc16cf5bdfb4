/* fully_connected_s8_cut.c - FULLY_CONNECTED as UnIT prunes it: an activation meets every output, so its quotient is
 * worked out once for each run of outputs that share a threshold, and the weights are compared with it. */
#include "rt_cut.h"
#include "rt_fc.h"

/* Adds x to the sums of a run of outputs whose weight exceeds the cut. */
static void add_run(const struct unit_fully_connected_s8 *p, uint16_t outputs, uint8_t cut, int16_t x, const int8_t *w,
                    int32_t *sums)
{
    for (uint16_t o = 0; o < outputs; o++, w += p->in) {
        int16_t magnitude = *w < 0 ? (int16_t)(-*w) : *w;
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
    rt_fc_scatter(op, 0, add_activation, t);
}
