/* plan.h - what tuning found for one network: method, thresholds, division, corrected biases; read, written, refused.
 *
 * A plan is a JSON document (docs/formats.md). It carries the fingerprint of the network it was made for and is refused
 * for any other. It knows nothing of kernels: lower/ turns thresholds into cuts.
 */
#ifndef PLAN_PLAN_H
#define PLAN_PLAN_H

#include "graph/graph.h"

enum method { METHOD_UNIT, METHOD_FATRELU, METHOD_ZEROSKIP };

/* As unit_division in rt/unit.h, in the same order; `mask` divides floats and needs the float path. */
enum division { DIVISION_EXACT, DIVISION_SHIFT, DIVISION_TREE, DIVISION_MSB, DIVISION_MASK };

const char *method_name(enum method method);
const char *division_name(enum division division);

/* Parse a name from the command line or a plan; -1 if unknown. */
int method_parse(const char *name);
int division_parse(const char *name);

/* The thresholds of one layer with MACs. A threshold is in real units: of the product x*w for METHOD_UNIT, of the
 * activation x for METHOD_FATRELU (one group); 0 or more, finite. METHOD_ZEROSKIP has none (groups 0). */
struct layer_plan {
    int index;                /* the node's number in the model file */
    int groups;               /* output channel o of n belongs to group o * groups / n */
    const double *thresholds; /* [groups] */
    const int32_t *bias;      /* [output channels] replaces the network's bias; NULL keeps it */
    int bias_count;
};

struct plan {
    const char *path;     /* for messages */
    char fingerprint[65]; /* SHA-256 of the network, lower-case hex */
    enum method method;
    enum division division;
    struct layer_plan *layers; /* one for each layer with MACs, in the order of execution */
    int layer_count;
};

/* SHA-256 over the canonical form of a network: operators, options, shapes, quantisation and constants, in execution
 * order; names, file layout and unused tensors do not matter. Writes 64 hex digits and a NUL. */
void plan_fingerprint(const struct graph *g, char hex[65]);

/* Reads and checks a plan. JOB_FAILED if it cannot be read; BAD_INPUT if it is no plan, has an unknown key or another
 * schema, a threshold that is negative, not finite or above 1e9, lists of the wrong length, or was made for another
 * network than the one with this fingerprint and these layers. Lives in r. */
int plan_read(struct region *r, const char *path, const struct graph *g, struct plan *out, struct diag *d);

/* Writes the plan for the model at model_path. JOB_FAILED if it cannot be written. */
int plan_write(const struct plan *p, const char *model_path, const char *path, struct diag *d);

/* The layers with MACs: CONV_2D, DEPTHWISE_CONV_2D, FULLY_CONNECTED. */
int plan_prunes(enum op op);

#endif
