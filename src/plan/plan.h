/* plan.h - what tuning found for one network: method, thresholds or cuts, division, weights and biases where they were
 * refitted; read, written, refused.
 *
 * A plan is a JSON document (docs/formats.md). It carries the fingerprint of the network it was made for and is refused
 * for any other. It knows nothing of kernels: lower/ turns thresholds into cuts.
 */
#ifndef PLAN_PLAN_H
#define PLAN_PLAN_H

#include "graph/graph.h"

/* METHOD_STATIC leaves out the same connections for every input, and those that meet a zero. */
enum method { METHOD_UNIT, METHOD_FATRELU, METHOD_ZEROSKIP, METHOD_STATIC };

/* As unit_division in rt/unit.h, in the same order; `mask` divides floats and needs the float path. */
enum division { DIVISION_EXACT, DIVISION_SHIFT, DIVISION_TREE, DIVISION_MSB, DIVISION_MASK };

const char *method_name(enum method method);
const char *division_name(enum division division);

/* Parse a name from the command line or a plan; -1 if unknown. */
int method_parse(const char *name);
int division_parse(const char *name);

/* How a layer runs on the chip that the plan was made for. */
enum layer_kernel {
    KERNEL_OPEN,     /* as thresholds or cuts ask */
    KERNEL_DENSE,    /* as if there were no plan */
    KERNEL_ZEROSKIP, /* leaves out zeros only */
    KERNEL_PREFIX    /* runs the connections that its cuts wake */
};

const char *layer_kernel_name(enum layer_kernel kernel);
int layer_kernel_parse(const char *name); /* not KERNEL_OPEN, which has no name; -1 if unknown */

enum {
    PLAN_CUT_NEVER = 255,
    PLAN_FOLLOWS_MAX = 128, /* elements that an input's size is read off */
    PLAN_BIAS_ALL = 256,    /* all of the network's bias follows */
    PLAN_LEVELS_MAX = 8,
    PLAN_LIFT_MAX = 8,
    PLAN_FALLBACK_ABOVE_MAX = 63,
    PLAN_FALLBACK_LIFT_MAX = 14
};

/* Where more than `limit` elements of a layer's input have |x - zero_point| > above, its cuts are multiplied with
 * 2^(lift / 2), whatever else moves them: so the layer keeps to the time that the plan was tuned for. */
struct layer_fallback {
    int limit; /* 0..65535 */
    int above; /* 0, 1, 3, 7, 15, 31, 63 */
    int lift;  /* 1..PLAN_FALLBACK_LIFT_MAX; 0: there is none */
};

/* A layer at another level of its plan: cuts are multiplied with 2^(lift / 2), in place of the plan's bias stands: */
struct layer_level {
    int lift;            /* -PLAN_LIFT_MAX .. PLAN_LIFT_MAX */
    const int32_t *bias; /* [output channels] */
};

/* What is left out of one layer with MACs, by thresholds or by cuts.
 *
 * A threshold is in real units: of the product x*w for METHOD_UNIT, of the activation x for METHOD_FATRELU (one group);
 * 0 or more, finite. METHOD_ZEROSKIP has none (groups 0).
 *
 * A cut belongs to one connection, which executes where |x - zero_point| > cut. Cuts are 0, 1, 3, 7, 15, 31, 63, 127
 * (so that the bit length of |x| decides) or 255, which is never; METHOD_STATIC has 0 and 255 only. METHOD_UNIT has
 * thresholds or cuts, METHOD_STATIC cuts. */
struct layer_plan {
    int index;                /* the node's number in the model file */
    int groups;               /* output channel o of n belongs to group o * groups / n; 0 with cuts */
    const double *thresholds; /* [groups] */
    const uint8_t *cuts;      /* [connections], in the layout of the network's weights; NULL: thresholds decide */
    const int8_t *weights;    /* [connections] in place of the network's, as are their scales; NULL keeps them */
    size_t connections;       /* of the layer's weights; set wherever cuts or weights are */
    const int32_t *bias;      /* [output channels] replaces the network's bias; NULL keeps it */
    int bias_count;
    enum layer_kernel kernel; /* with KERNEL_DENSE and KERNEL_ZEROSKIP there are no thresholds, cuts, weights or bias */
    const char *why;          /* why a layer stays dense, for people; NULL: unknown. Not in the file */
    int every; /* cuts follow the input, whose size is the largest |x - zero_point| of its elements 0, every, 2 * every
                * .., PLAN_FOLLOWS_MAX at most; 0: they do not */
    int size;  /* the mean of that over the calibration data, in 256ths; 0..65280 */
    int bias_follows; /* 0..256: so many 256ths of the network's bias follow as well (lower/scaling.h) */
    const struct layer_level *levels; /* [level_count - 1] from level 1 on */
    struct layer_fallback fallback;   /* with cuts */
};

/* What a level does on the samples that chose it. */
struct plan_level {
    double accuracy, drop_pp; /* 0..1; against the dense network */
    double executed;          /* MACs an inference */
    double cycles;            /* predicted for the plan's target; 0 without one */
};

struct plan {
    const char *path;     /* for messages */
    char fingerprint[65]; /* SHA-256 of the network, lower-case hex */
    enum method method;
    enum division division;
    const char *target;        /* the chip whose kernels were chosen; NULL: none were */
    struct plan_level *levels; /* [level_count]; level 0 is the plan as it stands */
    int level_count;           /* 0: it has none */
    int level;                 /* the one that is set; not in the file */
    struct layer_plan *layers; /* one for each layer with MACs, in the order of execution */
    int layer_count;
};

/* SHA-256 over the canonical form of a network: operators, options, shapes, quantisation and constants, in execution
 * order; names, file layout and unused tensors do not matter. Writes 64 hex digits and a NUL. */
void plan_fingerprint(const struct graph *g, char hex[65]);

/* 1 for 0, 1, 3, 7, 15, 31, 63, 127 and 255. */
int plan_cut_fits(uint8_t cut);

/* Reads and checks a plan. JOB_FAILED if it cannot be read; BAD_INPUT if it is no plan, has an unknown key or another
 * schema, a threshold that is negative, not finite or above 1e9, a cut that is none, lists of the wrong length, or was
 * made for another network than the one with this fingerprint and these layers. Lives in r. */
int plan_read(struct region *r, const char *path, const struct graph *g, struct plan *out, struct diag *d);

/* Writes the plan for the model at model_path. JOB_FAILED if it cannot be written. */
int plan_write(const struct plan *p, const char *model_path, const char *path, struct diag *d);

/* The layers with MACs: CONV_2D, DEPTHWISE_CONV_2D, FULLY_CONNECTED. */
int plan_prunes(enum op op);

#endif
