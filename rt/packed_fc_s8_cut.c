/* packed_fc_s8_cut.c - FULLY_CONNECTED for small CPUs as UnIT prunes it: an activation's quotient is worked out once
 * for each run of outputs that share a threshold, and the weights are compared with it. */
#include "rt_cut.h"
#include "rt_packed.h"

static void add_activation(const struct unit_packed_s8 *p, int16_t x, rt_far w, int32_t *sums)
{
    uint16_t magnitude = (uint16_t)(x < 0 ? -x : x), done = 0;

    for (const struct unit_cut_run *run = p->runs; done < p->out_c; run++) {
        uint8_t cut = rt_cut((enum unit_division)p->division, run, magnitude);
        rt_add_beyond(sums + done, x, w + done, cut, run->outputs);
        done = (uint16_t)(done + run->outputs);
    }
}

void unit_packed_fc_s8_cut(const void *op, void *const t[])
{
    const struct unit_packed_s8 *p = op;
    const int8_t *in = t[0];
    int8_t *y = t[1];
    int32_t *sums = t[2];

    for (uint16_t row = 0; row < p->out_h; row++) {
        rt_far w = rt_far_from(p->weights);
        for (uint16_t o = 0; o < p->out_c; o++)
            sums[o] = rt_rom_s32(p->bias + o);
        for (uint16_t k = 0; k < p->taps; k++, w += p->out_c) {
            int16_t x = (int16_t)(*in++ - p->in_zp);
            if (x)
                add_activation(p, x, w, sums);
        }
        rt_requantise(p, 0, sums, p->out_c, y);
        y += p->out_c;
    }
}
