/* fallback.h - inputs that would wake so much that a layer takes too long, on the host: the rule of rt_fallback.h. */
#ifndef LOWER_FALLBACK_H
#define LOWER_FALLBACK_H

#include "lower/program.h"

/* Gives the layer its rule, if its plan has one. Lives in r. */
void fallback_fill(struct region *r, struct mac_layer *m);

/* 1 if the layer's input x falls back; 0 for layers without a rule. */
int fallback_taken(const struct mac_layer *m, const int8_t *x);

/* Elements of an input that lie more than `above` from the zero point lie outside low .. low + span. Above is 2^k - 1,
 * at most 63, so that span is at most 127. */
void fallback_range(int zero_point, int above, int8_t *low, uint8_t *span);

#endif
