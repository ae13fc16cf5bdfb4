/* bench.h - what unit bench found for one chip, and how it is told. */
#ifndef CMD_BENCH_H
#define CMD_BENCH_H

#include "bench/bench.h"
#include "cmd/emission.h"

/* One network (dense or by the plan) on one chip. */
struct side {
    struct program *program;
    struct emission emission;
    struct firmware firmware;
    struct machines *machines;
    struct measurement m;
    struct mac_counts macs; /* totals over the samples */
    uint64_t correct;
    size_t differing; /* samples whose outputs are not the host's */
};

/* A chip. */
struct bench {
    struct session *session;
    const struct target *target;
    const struct inputs *in;
    struct side own, dense; /* dense: only with a plan */
    const char *refused;    /* with --target all: why this chip has no figures; else NULL */
};

/* One document with the chip's figures, or with a list of them. */
void bench_print_json(const struct bench *list, int count, int all);

/* Tables: networks and layers of one chip; with `all` one table of networks on all chips. */
void bench_print_text(const struct bench *b);
void bench_print_all(const struct bench *list, int count);

#endif
