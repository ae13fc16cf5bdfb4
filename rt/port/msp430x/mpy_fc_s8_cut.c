/* mpy_fc_s8_cut.c - FULLY_CONNECTED on the MSP430X as UnIT prunes it, by mpy_fc_s8_cut.S. */
#include "rt_fc_cut.h"
#include "rt_memory.h"

/* By bit lengths, thresholds have all bits set below their highest: shifting is all there is to do. */
static const uint8_t *quotient_of(uint8_t division)
{
    return division == UNIT_DIVISION_EXACT  ? rt_quotient_exact
           : division == UNIT_DIVISION_TREE ? rt_quotient_tree
                                            : rt_quotient_shift;
}

void unit_mpy_fc_s8_cut(const void *op, void *const t[])
{
    const struct unit_mpy_s8 *p = op;
    uint16_t outputs = 0, blocks = 0;
    struct rt_fc_cut f = {
        .x = t[0],
        .taps = p->taps,
        .zp = p->in_zp,
        .weights = p->weights,
        .runs = p->runs,
        .runs_end = p->runs,
        .sums = t[2],
        .quotient = quotient_of(p->division),
        .after = p->after,
        .y = t[1],
        .act_min = (uint16_t)p->act_min,
        .most = (uint16_t)(((uint16_t)(p->act_max - p->act_min) << 4) | 15),
    };

    for (; outputs < p->out_c; outputs = (uint16_t)(outputs + f.runs_end++->outputs))
        blocks = (uint16_t)(blocks + (f.runs_end->outputs + UNIT_MPY_BLOCK - 1) / UNIT_MPY_BLOCK);
    f.tap_bytes = (uint16_t)(2 * UNIT_MPY_BLOCK * blocks);
    for (uint16_t row = p->out_h; row; row--, f.x += p->taps, f.y += p->out_c) {
        memset(f.sums, 0, 4 * UNIT_MPY_BLOCK * blocks);
        rt_fc_cut_sums(&f);
        rt_fc_cut_outputs(&f);
    }
}
