/* lower_sum.h - ADD and SUB with one factor an operand (rt/unit.h: struct unit_sum_s8), where that is the same. */
#ifndef PORT_LOWER_SUM_H
#define PORT_LOWER_SUM_H

#include "lower/program.h"

/* Makes an ADD or SUB of two tensors of one shape such a step, if factors are found that give the reference's byte for
 * each of the 65,536 pairs of operands. The parameters live in r. */
void sum_lower(struct region *r, struct unit_step *k);

#endif
