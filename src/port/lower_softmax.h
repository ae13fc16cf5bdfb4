/* lower_softmax.h - SOFTMAX to the kernel with a table of exponentials. */
#ifndef PORT_LOWER_SOFTMAX_H
#define PORT_LOWER_SOFTMAX_H

#include "lower/program.h"

/* Makes a step with unit_softmax_s8 one with unit_softmax_s8_table, whose parameters live in r. */
void softmax_lower(struct region *r, struct unit_step *k);

#endif
