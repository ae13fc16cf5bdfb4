/* prepare.h - a program to tune: every layer under a plan whose thresholds are 0, and an engine to run it. */
#ifndef TUNE_PREPARE_H
#define TUNE_PREPARE_H

#include "tune/tune.h"

struct preparation {
    struct plan *plan;   /* its thresholds (groups a layer) are writable through `thresholds` */
    double **thresholds; /* [layers][groups] */
    struct program program;
    struct engine *engine;
};

int prepare(struct region *r, const struct graph *g, const struct tuning *t, const char *model_path,
            struct preparation *out, struct diag *d);

/* A layer's statistics for every layer over the inputs, in one pass through the program as it stands. */
struct statistics;
int prepare_statistics(struct region *r, struct preparation *p, const struct inputs *in, struct statistics **out);

#endif
