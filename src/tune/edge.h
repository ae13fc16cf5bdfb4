/* edge.h - where the plans of a search, by rising price, leave the budget.
 *
 * The drop of one plan is noisy, but it should rise with the price: neighbours that fall are pooled into their mean,
 * the nearest rising curve in the sense of least squares (pool adjacent violators). With a chip it need not: a higher
 * price may have layers run lists that a low one leaves dense, or need no fallback. So a plan stands aside that another
 * beats, which loses no more and costs far less.
 */
#ifndef TUNE_EDGE_H
#define TUNE_EDGE_H

#include "tune/tune.h"

enum { EDGE_MOST = 32 /* plans */ };

struct edge {
    int beyond; /* the first plan that misses the budget by the curve; all of them if none does */
    int met;    /* 1: one before it keeps to it */
};

/* front: [count] by rising price. */
struct edge edge_find(const struct trade *front, int count, double max_drop_pp);

/* Of the plans before the edge the cheapest whose own drop keeps to the budget; -1: there is none. */
int edge_cheapest(const struct trade *front, const struct edge *e, double max_drop_pp);

#endif
