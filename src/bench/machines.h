/* machines.h - what the files of this folder share of the machines. */
#ifndef BENCH_MACHINES_H
#define BENCH_MACHINES_H

#include "bench/bench.h"

/* Where the firmware's symbols lie. */
struct places {
    sim_addr ready, arena, run, run_end, stack_low, stack_top;
    sim_addr *inputs, *outputs;
};

struct machines {
    struct region *region;
    const struct firmware *firmware;
    struct bench_options options;
    struct sim **sim; /* [threads] */
    struct places at;
};

/* worst.c: what a machine needs at most for an inference. */
int machine_worst_case(struct machines *m, struct sim *s, struct measurement *out, struct diag *d);

#endif
