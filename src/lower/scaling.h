/* scaling.h - cuts and biases that move, with the size of a layer's input and with the plan's levels: the rule of
 * rt_scale.h for a layer on the host, and the tables that chips look it up in. */
#ifndef LOWER_SCALING_H
#define LOWER_SCALING_H

#include "lower/program.h"

enum { SCALING_BIAS_MAX = 1 << 22 }; /* what of a bias follows is smaller than that */

/* A cut at a step: 0 stays; what wakes at m = cut + 1 > 1 wakes at the least |x| >= m * 2^(-step / 2); 255 is never. */
uint8_t scaling_cut(uint8_t cut, int step);

/* For each magnitude where a prefix list has its length at a step, as unit_prefix_table has it at step 0. */
void scaling_table(int step, uint8_t table[256]);

/* The tables of all steps that a plan's layers can take, one behind the other; *first is the least step. NULL: its
 * thresholds stand still. */
const uint8_t *scaling_tables(struct region *r, const struct plan *plan, int *first, int *count);

/* The limits for inputs whose mean size was so much, in 256ths. */
void scaling_limits(struct unit_scaling *s, int size);

/* Gives the layer its rule, if the plan has one for it. `network` is the network's bias. 0 if a level's bias is 2^22 or
 * more from what stays of that. */
int scaling_fill(struct region *r, struct program *p, struct mac_layer *m, const int32_t *network);

/* Takes over a changed bias or share; 0 as above. */
int scaling_compensate(const struct mac_layer *m, const int32_t *network);

/* What stays of a network's bias, whatever the input, where `share` 256ths of it follow. */
int32_t scaling_stays(int32_t bias, int share);

/* The largest magnitude of what moves the sums of output o beyond the layer's bias; 0 without a rule. */
int64_t scaling_most(const struct mac_layer *m, int o);

/* The layer's step for input x, its level apart. */
int scaling_step(const struct mac_layer *m, const int8_t *x);

/* The layer as it is at a step of its input and at the level that is set, or with `fallen` where its input falls back
 * (lower/fallback.h): the same but for cuts and bias, which live in r. Of layers with `scaling` or `fallback`. */
void scaling_at(struct region *r, const struct mac_layer *m, int step, int fallen, struct mac_layer *out);

/* The same once more, after cuts, bias or compensation changed. */
void scaling_again(const struct mac_layer *m, int step, int fallen, struct mac_layer *out);

#endif
