/* mpy_fc_s8_cut.c - FULLY_CONNECTED for the MPY32 as UnIT prunes it: an activation's quotient is worked out once for
 * each run of outputs that share a threshold, and the weights' magnitudes are compared with it. */
#include "rt_cut.h"
#include "rt_mpy.h"

static uint16_t blocks_of(const struct unit_cut_run *run)
{
    return (uint16_t)((run->outputs + UNIT_MPY_BLOCK - 1) / UNIT_MPY_BLOCK);
}

/* Adds x * w to the sums of a run's blocks; returns where w goes on. */
static const uint8_t *add_run(uint32_t *sums, int16_t x, uint8_t cut, const uint8_t *w, uint16_t blocks)
{
    for (; blocks; blocks--, w += 2 * UNIT_MPY_BLOCK, sums += UNIT_MPY_BLOCK)
        for (uint8_t b = 0; b < UNIT_MPY_BLOCK; b++)
            if (w[b] > cut)
                sums[b] += (uint32_t)((int32_t)x * (int8_t)w[UNIT_MPY_BLOCK + b]);
    return w;
}

static void add_row(const struct unit_mpy_s8 *p, const int8_t *in, uint32_t *sums)
{
    const uint8_t *w = (const uint8_t *)p->weights;

    for (uint16_t k = 0; k < p->taps; k++) {
        int16_t x = (int16_t)(in[k] - p->in_zp);
        const struct unit_cut_run *run = p->runs;
        uint32_t *to = sums;
        for (uint16_t done = 0; done < p->out_c; done = (uint16_t)(done + run->outputs), run++) {
            uint16_t d = (uint16_t)(x < 0 ? -x : x), blocks = blocks_of(run);
            w = add_run(to, x, d ? rt_cut((enum unit_division)p->division, run, d) : RT_CUT_NEVER, w, blocks);
            to += blocks * UNIT_MPY_BLOCK;
        }
    }
}

static void finish_row(const struct unit_mpy_s8 *p, const uint32_t *sums, int8_t *y)
{
    const uint16_t *after = p->after;

    for (const struct unit_cut_run *run = p->runs; after < p->after + p->out_c * UNIT_MPY_SINGLE_AFTER; run++) {
        for (uint16_t o = 0; o < run->outputs; o++, after += UNIT_MPY_SINGLE_AFTER)
            *y++ = rt_mpy_end(p, rt_mpy_begin(after) + sums[o], after);
        sums += blocks_of(run) * UNIT_MPY_BLOCK;
    }
}

/* t: input, output, scratch: a sum of 4 bytes for each output of a block. */
void unit_mpy_fc_s8_cut(const void *op, void *const t[])
{
    const struct unit_mpy_s8 *p = op;
    const int8_t *in = t[0];
    int8_t *out = t[1];
    uint16_t sums = 0, outputs = 0;

    for (const struct unit_cut_run *run = p->runs; outputs < p->out_c; outputs = (uint16_t)(outputs + run++->outputs))
        sums = (uint16_t)(sums + blocks_of(run) * UNIT_MPY_BLOCK);
    for (uint16_t row = 0; row < p->out_h; row++, in += p->taps, out += p->out_c) {
        memset(t[2], 0, 4 * (uint32_t)sums);
        add_row(p, in, t[2]);
        finish_row(p, t[2], out);
    }
}
