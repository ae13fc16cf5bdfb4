/* follow.h - plans whose cuts follow the size of a layer's input (rt/rt_scale.h), while they are fitted. */
#ifndef TUNE_FOLLOW_H
#define TUNE_FOLLOW_H

#include "tune/calibrate.h"

/* Samples for a plan to be fitted to, and behind them faint copies of some, so that it also knows small inputs: one in
 * FOLLOW_FAINT of them, 2^(-1/2) to 2^-2 times as large in real values. Lives in r. */
enum { FOLLOW_FAINT = 3 };
struct inputs follow_faint(struct region *r, const struct program *p, const struct inputs *in);

/* Gives a layer the rule, and its plan which elements tell the size; every input counts as full-sized so far. Before
 * an engine is made. */
void follow_begin(struct region *r, struct program *p, struct mac_layer *m, struct layer_plan *plan);

/* Measures the layer's inputs, which the kept arenas stand before: their mean size goes into rule and plan, their steps
 * into the calibration. Without a rule every step is 0. */
void follow_layer(struct calibration *c, int layer, struct layer_plan *plan);

#endif
