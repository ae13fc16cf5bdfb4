/* cli.c - the options of every verb in one table: parsing, checking and help read it. getopt_long does the splitting.
 */
#define _GNU_SOURCE /* getopt_long */
#include "cmd/cli.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/parallel.h"

enum kind { FLAG, TEXT, LIST, COUNT, REAL };

#define AT(field) offsetof(struct cli, field)
#define NO_MARK SIZE_MAX
#define ON(verb) (1u << VERB_##verb)
enum { EVERY = (1 << VERB_COUNT) - 1 };

struct row {
    const char *name, *argument, *help;
    unsigned verbs;
    enum kind kind;
    size_t at, mark;    /* offsets of the value and of its has_ flag in struct cli */
    double least, most; /* of COUNT and REAL */
};

static const struct row rows[] = {
    { "data", "D", "samples: IDX, NPY, NPZ, CIFAR-10 .bin or a folder; may be .gz or .xz",
      ON(INSPECT) | ON(EVAL) | ON(TUNE) | ON(BENCH), TEXT, AT(data), NO_MARK, 0, 0 },
    { "labels", "L", "labels, where they are not inside the data", ON(EVAL) | ON(TUNE) | ON(BENCH), TEXT, AT(labels),
      NO_MARK, 0, 0 },
    { "limit", "N", "use the first N samples only", ON(INSPECT) | ON(EVAL) | ON(TUNE) | ON(BENCH), COUNT, AT(limit),
      NO_MARK, 1, 1e12 },
    { "skip", "N", "leave out the first N samples; --limit counts from there",
      ON(INSPECT) | ON(EVAL) | ON(TUNE) | ON(BENCH), COUNT, AT(skip), NO_MARK, 0, 1e12 },
    { "scale", "S", "real = S * raw + O", ON(INSPECT) | ON(EVAL) | ON(TUNE) | ON(BENCH), REAL, AT(scale), AT(has_scale),
      -1e12, 1e12 },
    { "offset", "O", "see --scale", ON(INSPECT) | ON(EVAL) | ON(TUNE) | ON(BENCH), REAL, AT(offset), AT(has_offset),
      -1e12, 1e12 },
    { "type", "T", "element type of a folder's raw samples: uint8, int8 or float32",
      ON(INSPECT) | ON(EVAL) | ON(TUNE) | ON(BENCH), TEXT, AT(type), NO_MARK, 0, 0 },
    { "input", "IN.npy", "samples of one network input; repeat it in the network's order", ON(RUN) | ON(BENCH), LIST,
      AT(input), NO_MARK, 0, 0 },
    { "output", "OUT", "where the result goes: NPY for run (repeat it), a plan for tune, a folder for emit",
      ON(RUN) | ON(TUNE) | ON(EMIT), LIST, AT(output), NO_MARK, 0, 0 },
    { "dump-layers", "DIR", "also write every layer's output to DIR/NNN_name.npy", ON(RUN), TEXT, AT(dump_layers),
      NO_MARK, 0, 0 },
    { "plan", "P", "prune as this plan says", ON(INSPECT) | ON(RUN) | ON(EVAL) | ON(EMIT) | ON(BENCH), TEXT, AT(plan),
      NO_MARK, 0, 0 },
    { "level", "N", "the plan's level to run at (default 0: the plan as it stands)",
      ON(INSPECT) | ON(RUN) | ON(EVAL) | ON(EMIT) | ON(BENCH), COUNT, AT(level), NO_MARK, 0, 1e9 },
    { "target", "T", "a chip of unit targets; for bench also all", ON(INSPECT) | ON(TUNE) | ON(EMIT) | ON(BENCH), TEXT,
      AT(target), NO_MARK, 0, 0 },
    { "percentile", "P", "one percentile of |x*w| as the threshold of every layer, 0 to 100", ON(TUNE), REAL,
      AT(percentile), AT(has_percentile), 0, 100 },
    { "groups", "N", "thresholds for N groups of output channels a layer", ON(TUNE), COUNT, AT(groups), AT(has_groups),
      1, 65535 },
    { "max-drop", "PP", "search the plan with the fewest MACs that loses at most PP points", ON(TUNE), REAL,
      AT(max_drop), AT(has_max_drop), 0, 100 },
    { "thresholds", "OF", "of each connection (default) or of each layer", ON(TUNE), TEXT, AT(thresholds), NO_MARK, 0,
      0 },
    { "weights", "W", "refit (default) or keep the weights of what executes", ON(TUNE), TEXT, AT(weights), NO_MARK, 0,
      0 },
    { "front", "CSV", "also write every plan that was judged: MACs and drop", ON(TUNE), TEXT, AT(front), NO_MARK, 0,
      0 },
    { "brief", NULL, "do not find out what each lever bought", ON(TUNE), FLAG, AT(brief), NO_MARK, 0, 0 },
    { "levels", "PP,..", "also levels that lose at most so many points, which a firmware may switch to", ON(TUNE), TEXT,
      AT(levels), NO_MARK, 0, 0 },
    { "adaptive", NULL, "thresholds shrink with inputs that are smaller than those tuned on", ON(TUNE), FLAG,
      AT(adaptive), NO_MARK, 0, 0 },
    { "minimise", "W", "what a plan makes small: macs, or cycles, energy or flash of --target", ON(TUNE), TEXT,
      AT(minimise), NO_MARK, 0, 0 },
    { "worst-case", "P", "what any input may make of a layer's cycles, in % of its dense ones (default 110)", ON(TUNE),
      REAL, AT(worst_case), AT(has_worst_case), 100, 1e6 },
    { "method", "M", "unit, fatrelu, zeroskip or static", ON(TUNE), TEXT, AT(method), NO_MARK, 0, 0 },
    { "division", "D", "exact, shift, tree or msb", ON(TUNE), TEXT, AT(division), NO_MARK, 0, 0 },
    { "name", "NAME", "what the emitted symbols begin with (default: the model's file name)", ON(EMIT), TEXT, AT(name),
      NO_MARK, 0, 0 },
    { "seed", "N", "seed of the search", ON(TUNE), COUNT, AT(seed), NO_MARK, 0, 1e15 },
    { "threads", "N", "threads; the result does not depend on it", ON(RUN) | ON(EVAL) | ON(TUNE) | ON(BENCH), COUNT,
      AT(threads), AT(has_threads), 1, 256 },
    { "kernels", "K", "fast (default) or plain: the kernels that ship to the chip", ON(RUN) | ON(EVAL), TEXT,
      AT(kernels), NO_MARK, 0, 0 },
    { "multiplier", "N", "cortex-m0plus: cycles of a multiplication, 1 or 32", ON(EMIT) | ON(BENCH), COUNT,
      AT(multiplier), NO_MARK, 1, 32 },
    { "wait-states", "N", "cycles that flash or FRAM costs extra", ON(BENCH), COUNT, AT(wait_states), NO_MARK, 0, 15 },
    { "calibrate-costs", NULL, "measure what the target's kernels take, and print its table", ON(BENCH), FLAG,
      AT(calibrate_costs), NO_MARK, 0, 0 },
    { "extra-memory", NULL, "more flash and RAM than the chip has", ON(BENCH), FLAG, AT(extra_memory), NO_MARK, 0, 0 },
    { "no-measure", NULL, "do not run the code on the simulated chip for figures to state", ON(EMIT), FLAG,
      AT(no_measure), NO_MARK, 0, 0 },
    { "json", NULL, "one JSON document on stdout, nothing else", EVERY, FLAG, AT(json), NO_MARK, 0, 0 },
    { "quiet", NULL, "no progress, no warnings", EVERY, FLAG, AT(quiet), NO_MARK, 0, 0 },
    { "help", NULL, "this text", EVERY, FLAG, AT(help), NO_MARK, 0, 0 },
};

enum { ROWS = sizeof rows / sizeof *rows };

static const struct {
    const char *name, *usage, *about;
} verbs[VERB_COUNT] = {
    [VERB_INSPECT] = { "inspect", "MODEL [--plan P] [--target T [--data D]]",
                       "what a network is: layers, MACs, memory, predicted cycles" },
    [VERB_RUN] = { "run", "MODEL --input IN.npy --output OUT.npy [--plan P] [--dump-layers DIR]",
                   "run a network on samples" },
    [VERB_EVAL] = { "eval", "MODEL --data D [--labels L] [--plan P] [--limit N] [--threads N]",
                    "accuracy, and MACs: dense, zero, skipped, executed" },
    [VERB_TUNE] = { "tune",
                    "MODEL --data D [--labels L] -o PLAN (--percentile P [--groups N] | --max-drop PP [--target T])",
                    "find thresholds on calibration data" },
    [VERB_EMIT] = { "emit", "MODEL [--plan P] --target T -o DIR [--name NAME]", "plain C for a chip" },
    [VERB_BENCH] = { "bench", "MODEL [--plan P] --target T --data D [--labels L] [--limit N]",
                     "cycles, time, energy and memory on a simulated chip" },
    [VERB_TARGETS] = { "targets", "", "the chips UnIT knows" },
};

const char *verb_name(enum verb verb)
{
    return verbs[verb].name;
}

int verb_parse(const char *name)
{
    for (int v = 0; v < VERB_COUNT; v++)
        if (strcmp(verbs[v].name, name) == 0)
            return v;
    return -1;
}

int cli_threads(const struct cli *c)
{
    return c->has_threads ? (int)c->threads : parallel_processors();
}

static int set_number(const struct row *row, const char *text, struct cli *out, struct diag *d)
{
    char *end, *value = (char *)out + row->at, where[32];
    double number;
    uint64_t whole;

    errno = 0;
    number = strtod(text, &end);
    snprintf(where, sizeof where, "--%s", row->name);
    if (end == text || *end || errno || !isfinite(number) || (row->kind == COUNT && number != floor(number)))
        return diag_fail(d, BAD_USAGE, where, "'%s' is no %s; give one", text,
                         row->kind == COUNT ? "whole number" : "number");
    if (number < row->least || number > row->most)
        return diag_fail(d, BAD_USAGE, where, "%s is out of range; give %.15g to %.15g", text, row->least, row->most);
    whole = row->kind == COUNT ? (uint64_t)number : 0;
    if (row->kind == COUNT)
        memcpy(value, &whole, sizeof whole);
    else
        memcpy(value, &number, sizeof number);
    return OK;
}

static int set(const struct row *row, const char *text, struct cli *out, struct diag *d)
{
    char *value = (char *)out + row->at;
    struct cli_list *list = (struct cli_list *)(void *)value;
    char where[32];

    snprintf(where, sizeof where, "--%s", row->name);
    if (row->kind == COUNT || row->kind == REAL)
        TRY(set_number(row, text, out, d));
    if (row->kind == FLAG)
        *(int *)(void *)value = 1;
    if (row->kind == TEXT)
        memcpy(value, &text, sizeof text);
    if (row->kind == LIST) {
        if (list->count == CLI_LIST_MAX)
            return diag_fail(d, BAD_USAGE, where, "it is given more than %d times; give fewer", CLI_LIST_MAX);
        list->item[list->count++] = text;
    }
    if (row->mark != NO_MARK)
        *(int *)(void *)((char *)out + row->mark) = 1;
    return OK;
}

/* The options of a verb for getopt_long; val is the row. */
static void long_options(enum verb verb, struct option options[ROWS + 1])
{
    int count = 0;

    for (int i = 0; i < ROWS; i++)
        if (rows[i].verbs & (1u << verb))
            options[count++] =
                (struct option){ rows[i].name, rows[i].argument ? required_argument : no_argument, NULL, 256 + i };
    options[count] = (struct option){ 0 };
}

static const struct row *row_named(const char *name)
{
    for (int i = 0; i < ROWS; i++)
        if (strcmp(rows[i].name, name) == 0)
            return &rows[i];
    return NULL;
}

static int refuse_option(enum verb verb, int found, const char *text, struct diag *d)
{
    if (found == ':')
        return diag_fail(d, BAD_USAGE, text, "it needs a value; see unit help %s", verb_name(verb));
    return diag_fail(d, BAD_USAGE, text, "unknown option of unit %s; see unit help %s", verb_name(verb),
                     verb_name(verb));
}

int cli_parse(enum verb verb, int argc, char **argv, struct cli *out, struct diag *d)
{
    struct option options[ROWS + 1];
    int found, models;

    long_options(verb, options);
    opterr = 0;
    optind = 1;
    *out = (struct cli){ .seed = 1, .groups = 1 };
    while (
        (found = getopt_long(argc, argv, verb == VERB_TUNE || verb == VERB_RUN || verb == VERB_EMIT ? ":o:hq" : ":hq",
                             options, NULL)) != -1) {
        const struct row *row = found >= 256 ? &rows[found - 256] : NULL;
        if (found == '?' || found == ':')
            return refuse_option(verb, found, argv[optind - 1], d);
        if (!row)
            row = row_named(found == 'o' ? "output" : found == 'h' ? "help" : "quiet");
        TRY(set(row, optarg, out, d));
    }
    if (out->help)
        return OK;
    models = verb != VERB_TARGETS && !out->calibrate_costs;
    if (optind + models < argc)
        return diag_fail(d, BAD_USAGE, argv[optind + models], "one argument too many; see unit help %s",
                         verb_name(verb));
    if (optind + models > argc)
        return diag_fail(d, BAD_USAGE, verb_name(verb), "it needs a MODEL; see unit help %s", verb_name(verb));
    out->model = argv[optind];
    return OK;
}

void cli_help_verb(enum verb verb)
{
    printf("usage: unit %s %s\n\n%s\n\noptions:\n", verbs[verb].name, verbs[verb].usage, verbs[verb].about);
    for (int i = 0; i < ROWS; i++) {
        char name[40];
        int alias = (verb == VERB_TUNE || verb == VERB_EMIT) && strcmp(rows[i].name, "output") == 0;
        if (!(rows[i].verbs & (1u << verb)))
            continue;
        snprintf(name, sizeof name, "%s--%s%s%s", alias ? "-o, " : "", rows[i].name, rows[i].argument ? " " : "",
                 rows[i].argument ? rows[i].argument : "");
        printf("  %-20s  %s\n", name, rows[i].help);
    }
}

void cli_help(void)
{
    puts("usage: unit VERB ...\n\nUnIT runs int8 networks and skips the multiply-accumulates that do not matter for "
         "the input.\n");
    for (int v = 0; v < VERB_COUNT; v++)
        printf("  unit %-8s %s\n", verbs[v].name, verbs[v].about);
    puts("\nunit help VERB tells more; unit --version tells the version.");
}
