/* follow.h - plans whose cuts follow the size of a layer's input (rt/rt_scale.h), while they are fitted. */
#ifndef TUNE_FOLLOW_H
#define TUNE_FOLLOW_H

#include "tune/calibrate.h"

/* Gives a layer the rule, and its plan which elements tell the size; every input counts as full-sized so far. Before
 * an engine is made. */
void follow_begin(struct region *r, struct program *p, struct mac_layer *m, struct layer_plan *plan);

/* Measures the layer's inputs, which the kept arenas stand before: their mean size goes into rule and plan, their steps
 * into the calibration. Without a rule every step is 0. */
void follow_layer(struct calibration *c, int layer, struct layer_plan *plan);

/* How many 256ths of a layer's bias may follow as well, so that its inputs, as they were last measured, lose at most
 * `most` squared logits; `importance`: squared logits that the whole bias makes. */
int follow_bias(const struct calibration *c, double importance, double most);

#endif
