/* tune.c - unit tune: finds a plan, writes it, and tells what it does on the calibration data. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/progress.h"
#include "cmd/emission.h"
#include "cmd/tune_report.h"
#include "layout/layout.h"
#include "tune/levels.h"

/* How to choose: one percentile for all layers, one threshold a layer, or a cut a connection. */
enum way { BY_PERCENTILE, BY_LAYER, BY_CONNECTION };

enum { PREDICTED_SAMPLES = 500 };

static int parse_names(const struct cli *c, struct tuning *t, struct diag *d)
{
    int method = method_parse(c->method ? c->method : "unit");
    int division = division_parse(c->division ? c->division : "exact");

    if (method < 0)
        return diag_fail(d, BAD_USAGE, "--method", "'%s' is not known; give unit, fatrelu, zeroskip or static",
                         c->method);
    if (division < 0)
        return diag_fail(d, BAD_USAGE, "--division", "'%s' is not known; give exact, shift, tree or msb", c->division);
    if (division == DIVISION_MASK)
        return diag_fail(d, BAD_USAGE, "--division", "mask divides floats; give exact, shift, tree or msb for int8");
    t->method = (enum method)method;
    t->division = (enum division)division;
    return OK;
}

/* One of two words; *second is 1 for the second. */
static int parse_word(const char *option, const char *word, const char *first, const char *second, int *is_second,
                      struct diag *d)
{
    *is_second = word && strcmp(word, second) == 0;
    if (word && !*is_second && strcmp(word, first) != 0)
        return diag_fail(d, BAD_USAGE, option, "'%s' is not known; give %s or %s", word, first, second);
    return OK;
}

/* What to make small: MACs, or what a target has. Energy is cycles times a constant of the chip. */
static int choose_goal(const struct cli *c, struct tuning *t, struct diag *d)
{
    static const struct {
        const char *name;
        enum goal goal;
    } goals[] = {
        { "macs", GOAL_MACS }, { "cycles", GOAL_CYCLES }, { "energy", GOAL_CYCLES }, { "flash", GOAL_FLASH }
    };
    const char *name = c->minimise ? c->minimise : c->target ? "cycles" : "macs";
    size_t i = 0, count = sizeof goals / sizeof *goals;

    TRY(session_target(c, &t->target, d));
    while (i < count && strcmp(goals[i].name, name) != 0)
        i++;
    if (i == count)
        return diag_fail(d, BAD_USAGE, "--minimise", "'%s' is not known; give cycles, energy, macs or flash", name);
    t->goal = goals[i].goal;
    if (t->goal != GOAL_MACS && !t->target)
        return diag_fail(d, BAD_USAGE, "--minimise", "only a chip has %s to minimise; give --target", name);
    if (c->has_worst_case && !t->target)
        return diag_fail(d, BAD_USAGE, "--worst-case", "only a chip has cycles to bound; give --target");
    if (t->target && !t->target->costs)
        return diag_fail(d, BAD_USAGE, "--target",
                         "%s has no table of costs to predict cycles by; give a chip of unit targets, or leave it out",
                         t->target->name);
    return OK;
}

/* The first option that only a plan by connection has, or NULL. */
static const char *only_by_connection(const struct cli *c)
{
    return c->weights    ? "--weights"
           : c->front    ? "--front"
           : c->brief    ? "--brief"
           : c->adaptive ? "--adaptive"
           : c->levels   ? "--levels"
           : c->minimise ? "--minimise"
           : c->target   ? "--target"
                         : NULL;
}

/* What there is one threshold of. Divisions divide thresholds of layers, and FATReLU knows no connections. */
static int choose_way(const struct cli *c, const struct tuning *t, enum way *way, struct diag *d)
{
    int by_layer;

    TRY(parse_word("--thresholds", c->thresholds, "connection", "layer", &by_layer, d));
    *way = !c->has_max_drop || t->method == METHOD_ZEROSKIP                               ? BY_PERCENTILE
           : by_layer || (!c->thresholds && (c->division || t->method == METHOD_FATRELU)) ? BY_LAYER
                                                                                          : BY_CONNECTION;
    if (t->method == METHOD_STATIC && *way != BY_CONNECTION)
        return diag_fail(d, BAD_USAGE, "--method", "static is found with --max-drop PP, by connection; give that");
    if (*way == BY_CONNECTION && (c->division || t->method == METHOD_FATRELU))
        return diag_fail(d, BAD_USAGE, "--thresholds", "%s has thresholds for layers; give layer",
                         c->division ? "--division" : "fatrelu");
    if (*way != BY_CONNECTION && only_by_connection(c))
        return diag_fail(d, BAD_USAGE, only_by_connection(c),
                         "it goes with --max-drop and thresholds by connection; leave it out");
    return OK;
}

static int check_way(const struct cli *c, const struct tuning *t, struct diag *d)
{
    if (c->has_percentile && c->has_max_drop)
        return diag_fail(d, BAD_USAGE, "--percentile", "it does not go with --max-drop; give one of them");
    if (!c->has_percentile && !c->has_max_drop && t->method != METHOD_ZEROSKIP)
        return diag_fail(d, BAD_USAGE, "tune", "how to choose is missing; give --percentile P or --max-drop PP");
    if (c->has_groups && !c->has_percentile)
        return diag_fail(d, BAD_USAGE, "--groups", "it goes with --percentile; the search finds one threshold a layer");
    return OK;
}

/* "1,2.5" as drops in points; at most PLAN_LEVELS_MAX - 1. */
static int parse_levels(const char *text, double *drops, int *count, struct diag *d)
{
    const char *at = text;

    for (*count = 0;; at++) {
        char *end;
        double drop = strtod(at, &end);
        if (end == at || !(drop > (*count ? drops[*count - 1] : 0) && drop <= 100) || (*end && *end != ',') ||
            *count == PLAN_LEVELS_MAX - 1)
            return diag_fail(
                d, BAD_USAGE, "--levels",
                "'%s' is no list of 1 to %d rising drops in points, above 0 and up to 100; give 1,2 for example", text,
                PLAN_LEVELS_MAX - 1);
        drops[(*count)++] = drop;
        at = end;
        if (!*at)
            return OK;
    }
}

static int read_options(const struct cli *c, struct tuning *t, enum way *way, struct diag *d)
{
    *t = (struct tuning){ .groups = (int)c->groups,
                          .percentile = c->percentile,
                          .max_drop_pp = c->max_drop,
                          .worst_case = c->worst_case / 100,
                          .compare = !c->brief,
                          .adaptive = c->adaptive,
                          .whole_front = c->front != NULL,
                          .threads = cli_threads(c),
                          .seed = c->seed };
    double drops[PLAN_LEVELS_MAX];
    int levels;

    if (c->levels)
        TRY(parse_levels(c->levels, drops, &levels, d));
    TRY(parse_names(c, t, d));
    TRY(parse_word("--weights", c->weights, "refit", "keep", &t->keep_weights, d));
    if (c->output.count != 1)
        return diag_fail(d, BAD_USAGE, "-o", "name one file for the plan");
    if (c->json && strcmp(c->output.item[0], "-") == 0)
        return diag_fail(d, BAD_USAGE, "--json", "it does not go with -o -; both want standard output");
    TRY(choose_goal(c, t, d));
    TRY(check_way(c, t, d));
    return choose_way(c, t, way, d);
}

static int find_by_layer(struct session *s, const struct inputs *in, const struct tuning *t, struct plan *out,
                         struct diag *d)
{
    struct search_result found;

    TRY(tune_search(s->region, &s->graph, in, t, s->cli->model, &found, d));
    *out = found.plan;
    return OK;
}

/* If the samples that chose cannot tell the budget from twice of it, say how many could. */
static void warn_of_few(const struct session *s, const struct connections_result *found, double budget)
{
    const struct drop *drop = &found->chosen.drop;
    double half = drop->upper95_pp - drop->pp, n = (double)drop->samples;

    if (budget > 0 && half > budget)
        diag_warn(s->cli->data,
                  "%zu samples to choose on tell the drop to %.2f points only; about %.0f in all would tell %.2f",
                  drop->samples, half, 2 * n * (half / budget) * (half / budget), budget);
}

static int find_by_connection(struct session *s, struct inputs *in, const struct tuning *t, struct tune_report *r,
                              struct diag *d)
{
    int status = tune_connections(s->region, &s->graph, &s->program, in, t, s->cli->model, &r->found, d);

    progress_end();
    if (r->found.kept)
        diag_note(d, "unit: note: %s keeps %zu plans; the same command goes on from there", t->resume_path,
                  r->found.kept);
    TRY(status);
    if (!r->found.met)
        return diag_fail(d, JOB_FAILED, s->cli->model,
                         "no plan keeps to a drop of %g points; the best found loses %.2f on %zu samples; allow more, "
                         "or take --method zeroskip, which loses nothing",
                         t->max_drop_pp, r->found.chosen.drop.pp, r->found.chosen.drop.samples);
    warn_of_few(s, &r->found, t->max_drop_pp);
    r->plan = r->found.plan;
    r->by_connection = 1;
    *in = r->found.choose;
    return OK;
}

/* *in becomes the samples that the plan is judged on. */
static int find_plan(struct session *s, struct inputs *in, const struct tuning *t, enum way way, struct tune_report *r,
                     struct diag *d)
{
    switch (way) {
    case BY_CONNECTION:
        return find_by_connection(s, in, t, r, d);
    case BY_LAYER:
        return find_by_layer(s, in, t, &r->plan, d);
    default:
        return tune_percentile(s->region, &s->graph, in, t, s->cli->model, &r->plan, d);
    }
}

static int evaluate_plan(struct session *s, const struct inputs *in, const struct tuning *t, struct tune_report *r,
                         struct diag *d)
{
    r->has_labels = in->labels != NULL;
    TRY(lower(s->region, &s->graph, &r->plan, s->cli->model, &r->pruned, d));
    TRY(layout_arena(s->region, &r->pruned, s->cli->model, d));
    progress_start("checking", 2 * in->count);
    TRY(evaluate(s->region, engine_new(s->region, &s->program, KERNELS_FAST, t->threads), in, 0, &r->dense));
    TRY(evaluate(s->region, engine_new(s->region, &r->pruned, KERNELS_FAST, t->threads), in, 1, &r->own));
    r->drop = drop_measure(in, &r->dense, &r->own);
    return OK;
}

/* Cycles of the network and of the plan, predicted for the first samples that it is judged on. */
static int predict_both(struct session *s, const struct inputs *in, const struct target *t, struct tune_report *r,
                        struct diag *d)
{
    struct inputs some = *in;

    r->target = t;
    some.count = in->count < PREDICTED_SAMPLES ? in->count : PREDICTED_SAMPLES;
    TRY(predict(s, NULL, t, &some, &r->dense_cycles, d));
    return predict(s, &r->plan, t, &some, &r->own_cycles, d);
}

static int find_levels(struct session *s, const struct inputs *in, const struct tuning *t, struct tune_report *r,
                       struct diag *d)
{
    double drops[PLAN_LEVELS_MAX];
    struct level_goals goals = { .max_drop_pp = drops, .threads = t->threads };
    struct inputs some = *in;

    TRY(parse_levels(s->cli->levels, drops, &goals.count, d));
    TRY(levels_find(s->region, &s->graph, in, &r->dense, &goals, s->cli->model, &r->plan, d));
    some.count = in->count < PREDICTED_SAMPLES ? in->count : PREDICTED_SAMPLES;
    for (int i = 0; t->target && i < r->plan.level_count; i++) {
        struct prediction p;
        r->plan.level = i;
        TRY(predict(s, &r->plan, t->target, &some, &p, d));
        r->plan.levels[i].cycles = p.forecast.mean;
    }
    r->plan.level = 0;
    return OK;
}

static int tune(struct session *s, struct diag *d)
{
    struct tune_report report;
    struct tuning tuning;
    struct inputs in;
    enum way way = BY_PERCENTILE;
    double start = progress_now();

    memset(&report, 0, sizeof report);
    TRY(read_options(s->cli, &tuning, &way, d));
    TRY(session_open(s->cli, s, d));
    TRY(session_data(s, &in, d));
    if (strcmp(s->cli->output.item[0], "-") != 0)
        tuning.resume_path = region_text(s->region, "%s.tuning", s->cli->output.item[0]);
    TRY(find_plan(s, &in, &tuning, way, &report, d));
    memcpy(report.plan.fingerprint, s->fingerprint, sizeof report.plan.fingerprint);
    TRY(evaluate_plan(s, &in, &tuning, &report, d));
    report.plan_path = s->cli->output.item[0];
    progress_end();
    if (s->cli->levels)
        TRY(find_levels(s, &in, &tuning, &report, d));
    if (tuning.target)
        TRY(predict_both(s, &in, tuning.target, &report, d));
    TRY(plan_write(&report.plan, s->cli->model, report.plan_path, d));
    if (s->cli->front)
        TRY(tune_report_front(s, &report, s->cli->front, d));
    if (strcmp(report.plan_path, "-") != 0) /* standard output holds the plan, nothing else */
        tune_report_print(s, &report, progress_now() - start);
    return OK;
}

int cmd_tune(const struct cli *c, struct diag *d)
{
    struct session s = { .cli = c };
    int status = tune(&s, d);

    session_close(&s);
    return status;
}
