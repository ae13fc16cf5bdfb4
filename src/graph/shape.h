/* shape.h - the shapes an operator's output must have, given its inputs and options. */
#ifndef GRAPH_SHAPE_H
#define GRAPH_SHAPE_H

#include "graph/graph.h"

/* Proves that the node's shapes fit: ranks, channels, window sizes, and the output. All constants that lowering reads
 * (weights, biases, axes, paddings, permutations) are there and in range. BAD_INPUT says which shape was expected. */
int shape_check(struct region *r, const struct graph *g, const struct node *n, const char *path, struct diag *d);

#endif
