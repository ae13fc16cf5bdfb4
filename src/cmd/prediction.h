/* prediction.h - cycles of the session's network on a chip, predicted from the chip's cost table: layer by layer, as
 * the network's file numbers them. */
#ifndef CMD_PREDICTION_H
#define CMD_PREDICTION_H

#include "cmd/emission.h"
#include "cost/cost.h"

struct prediction {
    struct program packed;
    struct forecast forecast;
    size_t samples; /* 0: bounds only */
};

/* Of one node: mean over the samples, the sample that takes most, and the bound for any input. */
struct node_cycles {
    int is_run; /* 0: it is no step of its own */
    double mean, most, bound;
};

/* With the plan (NULL: dense), over the samples of `in`. As cost_forecast. */
int predict(struct session *s, const struct plan *plan, const struct target *t, const struct inputs *in,
            struct prediction *out, struct diag *d);

/* What the node's kernel does with connections: "dense", "zeroskip", "compare" or "prefix". */
const char *predicted_kernel(const struct prediction *p, const struct node *n);

struct node_cycles predicted_cycles(const struct prediction *p, const struct node *n);

/* {"mean", "most", "bound"}; mean and most are null without samples. */
json_t *json_predicted(const struct prediction *p, const struct node_cycles *c);

#endif
