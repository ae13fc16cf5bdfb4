/* tune.h - finds a plan on calibration data: as published (one percentile), or under an accuracy budget by a search for
 * one threshold a layer or by a regression that gives every connection its own. */
#ifndef TUNE_TUNE_H
#define TUNE_TUNE_H

#include "target/target.h"
#include "tune/drop.h"

/* What the plan makes small: executed MACs, or the target's predicted cycles or bytes of stored connections. */
enum goal { GOAL_MACS, GOAL_CYCLES, GOAL_FLASH };

#define WORST_CASE 1.1

struct tuning {
    enum method method;
    enum division division;
    int groups;                  /* thresholds a layer, at most; layers with fewer outputs get one an output */
    double percentile;           /* 0..100, tune_percentile */
    double max_drop_pp;          /* percentage points, tune_search and tune_connections */
    int keep_weights;            /* tune_connections: 1 leaves the network's weights as they are */
    int compare;                 /* tune_connections: 1 finds out what each lever bought */
    int whole_front;             /* tune_connections: 1 goes beyond the budget on both sides */
    enum goal goal;              /* tune_connections */
    const char *resume_path;     /* tune_connections: keeps plans there while it runs (tune/resume.h); NULL: nowhere */
    const struct target *target; /* the chip of GOAL_CYCLES and GOAL_FLASH; NULL: none */
    double worst_case;           /* with a target: most that a layer may take on any input, as a share of its dense
                                    cycles; 0: WORST_CASE */
    int adaptive;                /* tune_connections: 1 makes plans that follow their inputs */
    int threads;
    uint64_t seed;
};

/* One percentile of |x*w| (FATReLU: of |x|) for every layer, or group of its output channels, over the calibration
 * inputs of the dense network. No labels needed, biases untouched. Fills out->layers; fingerprint and path are the
 * caller's. INTERRUPTED if a signal came. */
int tune_percentile(struct region *r, const struct graph *g, const struct inputs *in, const struct tuning *t,
                    const char *model_path, struct plan *out, struct diag *d);

/* What a search found. */
struct search_result {
    struct plan plan;
    double drop_pp; /* of the plan, on the calibration inputs; against labels, or agreement without them */
};

/* One threshold a layer: sensitivity of each layer alone, then descent on loss + lambda * executed MACs with the mean
 * of what is skipped folded into the biases; lambda is adjusted so that the drop keeps to the budget. Deterministic,
 * whatever the number of threads. The budget is always met: with thresholds of 0 nothing is lost. docs/method.md
 * describes it. */
int tune_search(struct region *r, const struct graph *g, const struct inputs *in, const struct tuning *t,
                const char *model_path, struct search_result *out, struct diag *d);

/* One plan on the samples that choose. */
struct trade {
    double lambda;          /* squared logits for a unit of cost that it was made for */
    struct mac_counts macs; /* sums over the samples */
    double cost;            /* what is made small, of an inference: executed MACs, predicted cycles, bytes */
    struct drop drop;
};

struct lever {
    const char *name;
    double executed; /* share of the dense MACs */
    struct drop drop;
};

enum { LEVERS_MAX = 5 };

struct connections_result {
    int met; /* 0: no plan kept to the budget; `plan` is the one that lost least */
    struct plan plan;
    struct trade chosen;
    struct trade *front; /* [front_count] every plan that was judged, by rising lambda */
    int front_count;
    struct lever levers[LEVERS_MAX]; /* [lever_count] each the best within the budget */
    int lever_count;
    struct inputs choose; /* the samples that all figures are of */
    size_t fitted;        /* samples that the plans were fitted on */
    size_t kept;          /* INTERRUPTED: plans that resume_path keeps */
};

/* A cut for every connection, and weights refitted to them (METHOD_UNIT), or one static mask (METHOD_STATIC), by the
 * regression of tune/regression.h for the price that the budget allows. Plans are fitted on one half of the samples and
 * chosen on the other. `dense` is the network lowered without a plan. BAD_INPUT if there are fewer than 20 samples, or
 * all labels are one class, or without labels all that the network says. Deterministic for a seed, whatever the number
 * of threads, and whether or not it goes on from resume_path, which is removed unless the search was interrupted. */
int tune_connections(struct region *r, const struct graph *g, struct program *dense, const struct inputs *in,
                     const struct tuning *t, const char *model_path, struct connections_result *out, struct diag *d);

#endif
