/* support.h - which operators on which types UnIT runs. */
#ifndef IMPORT_SUPPORT_H
#define IMPORT_SUPPORT_H

#include "graph/graph.h"

/* Why a node cannot be run, and what helps; both NULL if it can. Tensor indices are in range or -1. */
struct unsupported {
    const char *reason, *hint;
};

struct unsupported support_check(const struct graph *g, const struct node *n);

#endif
