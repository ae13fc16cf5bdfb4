/* mpy_weights.h - weights as the kernels for the MPY32 read them (rt/unit.h: struct unit_mpy_s8). What is made lives in
 * r.
 */
#ifndef PORT_MPY_WEIGHTS_H
#define PORT_MPY_WEIGHTS_H

#include "lower/program.h"

/* Pairs of outputs, and the first output of a pair: of an odd number the second output is in two pairs. */
int mpy_pairs(int out_c);
int mpy_first_of_pair(int out_c, int pair);

/* The output channel that is number i. */
int mpy_channel(const struct mac_layer *m, int i);

/* Two weights in one operand, low byte first. */
const void *mpy_pair_weights(struct region *r, const struct mac_layer *m);

/* One weight a connection; with the |x| at which it wakes; in blocks of magnitudes and weights. */
const void *mpy_single_weights(struct region *r, const struct mac_layer *m);
const void *mpy_waking_weights(struct region *r, const struct mac_layer *m);
const void *mpy_block_weights(struct region *r, const struct mac_layer *m, const struct unit_cut_run *runs);

/* Blocks that the runs of out_c outputs fill. */
int mpy_blocks(const struct unit_cut_run *runs, int out_c);

#endif
