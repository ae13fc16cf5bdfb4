/* cli.h - what the command line says, whatever the verb: one table of options (cli.c), one struct of their values. */
#ifndef CMD_CLI_H
#define CMD_CLI_H

#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"

enum verb { VERB_INSPECT, VERB_RUN, VERB_EVAL, VERB_TUNE, VERB_EMIT, VERB_BENCH, VERB_TARGETS, VERB_COUNT };

enum { CLI_LIST_MAX = 16 };

struct cli_list {
    const char *item[CLI_LIST_MAX];
    int count;
};

struct cli {
    const char *model;
    const char *plan, *target, *data, *labels, *dump_layers, *method, *division, *kernels, *type, *minimise, *name;
    const char *thresholds, *weights, *front, *levels;
    struct cli_list input, output;
    uint64_t level, limit, skip, threads, groups, seed, multiplier, wait_states;
    double percentile, max_drop, worst_case, scale, offset;
    int has_threads, has_groups, has_percentile, has_max_drop, has_worst_case, has_scale, has_offset;
    int extra_memory, no_measure, calibrate_costs;
    int brief, adaptive;
    int json, quiet, help;
};

/* Parses the arguments behind the verb. BAD_USAGE names the option and what is wrong with it. */
int cli_parse(enum verb verb, int argc, char **argv, struct cli *out, struct diag *d);

/* Threads to use: as given, or one for each processor. */
int cli_threads(const struct cli *c);

const char *verb_name(enum verb verb);
int verb_parse(const char *name); /* -1 if there is none of that name */

/* The help of one verb, and of the tool, to stdout. */
void cli_help_verb(enum verb verb);
void cli_help(void);

/* One function a verb, in the file of its name. They print their result to stdout and return the exit status. */
int cmd_inspect(const struct cli *c, struct diag *d);
int cmd_run(const struct cli *c, struct diag *d);
int cmd_eval(const struct cli *c, struct diag *d);
int cmd_tune(const struct cli *c, struct diag *d);
int cmd_emit(const struct cli *c, struct diag *d);
int cmd_bench(const struct cli *c, struct diag *d);
int cmd_targets(const struct cli *c, struct diag *d);

#endif
