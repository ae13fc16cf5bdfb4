/* count.h - exact counts of MACs: dense, zero, skipped, executed; worked out from a layer's input alone, so that the
 * kernels never count and counting costs nothing when it is off. */
#ifndef RUN_COUNT_H
#define RUN_COUNT_H

#include "base/region.h"
#include "lower/program.h"

/* dense = zero + skipped + executed. */
struct mac_counts {
    uint64_t dense, zero, skipped, executed;
};

struct counter;

/* Tables for a layer with its present cuts (none: dense, where whatever is not zero is executed). Lives in r. */
struct counter *counter_new(struct region *r, const struct mac_layer *l);

/* Takes over changed cuts; may be called again and again. */
void counter_update(struct counter *c);

/* Adds the counts of one inference with input x. */
void counter_add(const struct counter *c, const int8_t *x, struct mac_counts *counts);

/* Connections that element i of the layer's input executes at a magnitude, 0..255. */
uint32_t counter_of(const struct counter *c, size_t i, int magnitude);

#endif
