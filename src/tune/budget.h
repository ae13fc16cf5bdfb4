/* budget.h - finds the price of a unit of cost whose plan is the cheapest within an accuracy budget.
 *
 * Plans are made on one part of the samples (tune/regression.h) and judged on another. The price is doubled or halved
 * until one plan keeps to the budget and one does not, and the gap is then halved a few times on a logarithmic scale.
 * Of all plans that keep to the budget the one that costs least stands.
 */
#ifndef TUNE_BUDGET_H
#define TUNE_BUDGET_H

#include "tune/regression.h"
#include "tune/resume.h"

/* What judges: samples, and the dense network on them. */
struct choosing {
    const struct graph *graph;
    const char *model_path;
    const struct inputs *in;
    const struct evaluation *dense;
    const struct pricing *pricing;
    struct resume *resume; /* keeps the plans that were fitted; NULL: they are not kept */
    int threads;
    double max_drop_pp;
    int whole_front; /* also judge plans far from the budget */
};

/* first: the price at which the search begins. Fills in met, plan, chosen and the front, which live in r. INTERRUPTED
 * if a signal came. */
int budget_search(struct region *r, struct regression *g, const struct regression_options *o, const struct choosing *c,
                  double first, struct connections_result *out, struct diag *d);

/* Judges one plan, lowered as any user of it would. */
int budget_judge(const struct choosing *c, const struct plan *plan, struct trade *out, struct diag *d);

#endif
