/* rt_fc_cut.h - what C hands to mpy_fc_s8_cut.S. */
#ifndef RT_FC_CUT_H
#define RT_FC_CUT_H

#define FC_X 0
#define FC_TAPS 2
#define FC_ZP 4
#define FC_WEIGHTS 6
#define FC_RUNS 8
#define FC_RUNS_END 10
#define FC_SUMS 12
#define FC_TAP_BYTES 14
#define FC_QUOTIENT 16
#define FC_AFTER 18
#define FC_Y 20
#define FC_ACT_MIN 22
#define FC_MOST 24

#define RUN_OUTPUTS 0
#define RUN_THRESHOLD 2
#define RUN_TREE 4
#define RUN_BYTES 6

#ifndef __ASSEMBLER__

#include <stddef.h>

#include "unit.h"

struct rt_fc_cut {
    const int8_t *x;
    uint16_t taps;
    int16_t zp;
    unit_weights weights;
    const struct unit_cut_run *runs, *runs_end;
    uint32_t *sums;     /* of whole blocks */
    uint16_t tap_bytes; /* weights of a tap */
    const uint8_t *quotient;
    const uint16_t *after;
    int8_t *y;
    uint16_t act_min, most; /* as in struct rt_row */
};

typedef char rt_fc_cut_is_as_assembly_has_it[offsetof(struct rt_fc_cut, most) == FC_MOST ? 1 : -1];
typedef char unit_cut_run_is_as_assembly_has_it[sizeof(struct unit_cut_run) == RUN_BYTES ? 1 : -1];

/* Adds the products of a row of activations to its sums. */
void rt_fc_cut_sums(const struct rt_fc_cut *f);

/* Writes the outputs of a row from its sums. */
void rt_fc_cut_outputs(const struct rt_fc_cut *f);

/* Quotients, for the assembly alone: threshold and divisor in r12 and r13, the run's tree in r15; 128 and more stand
 * for any that no weight exceeds. */
extern const uint8_t rt_quotient_exact[], rt_quotient_shift[], rt_quotient_tree[];

#endif
#endif
