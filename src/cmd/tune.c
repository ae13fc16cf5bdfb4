/* tune.c - unit tune: finds a plan, writes it, and tells what it does on the calibration data. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/progress.h"
#include "cmd/session.h"
#include "layout/layout.h"
#include "run/evaluate.h"
#include "tune/tune.h"

static const double one_sided_95 = 1.645;

struct report {
    const char *plan_path;
    struct plan plan;
    struct program pruned;
    struct evaluation dense, own;
    int has_labels;
    double drop_pp, upper_pp;
};

static int parse_names(const struct cli *c, struct tuning *t, struct diag *d)
{
    int method = method_parse(c->method ? c->method : "unit");
    int division = division_parse(c->division ? c->division : "exact");

    if (method < 0 || method == METHOD_STATIC)
        return diag_fail(d, BAD_USAGE, "--method", "'%s' is not known; give unit, fatrelu or zeroskip", c->method);
    if (division < 0)
        return diag_fail(d, BAD_USAGE, "--division", "'%s' is not known; give exact, shift, tree or msb", c->division);
    if (division == DIVISION_MASK)
        return diag_fail(d, BAD_USAGE, "--division", "mask divides floats; give exact, shift, tree or msb for int8");
    t->method = (enum method)method;
    t->division = (enum division)division;
    return OK;
}

static int read_options(const struct cli *c, struct tuning *t, struct diag *d)
{
    *t = (struct tuning){
        .groups = (int)c->groups, .percentile = c->percentile, .max_drop_pp = c->max_drop, .threads = cli_threads(c)
    };
    TRY(parse_names(c, t, d));
    if (c->output.count != 1)
        return diag_fail(d, BAD_USAGE, "-o", "name one file for the plan");
    if (c->json && strcmp(c->output.item[0], "-") == 0)
        return diag_fail(d, BAD_USAGE, "--json", "it does not go with -o -; both want standard output");
    if (c->target && strcmp(c->target, "host") != 0)
        return diag_fail(d, BAD_USAGE, "--target",
                         "this version minimises MACs, not the cycles of a chip; leave it out");
    if (c->minimise && strcmp(c->minimise, "macs") != 0)
        return diag_fail(d, BAD_USAGE, "--minimise", "this version minimises macs; give that or leave it out");
    if (c->has_percentile && c->has_max_drop)
        return diag_fail(d, BAD_USAGE, "--percentile", "it does not go with --max-drop; give one of them");
    if (!c->has_percentile && !c->has_max_drop && t->method != METHOD_ZEROSKIP)
        return diag_fail(d, BAD_USAGE, "tune", "how to choose is missing; give --percentile P or --max-drop PP");
    if (c->has_groups && !c->has_percentile)
        return diag_fail(d, BAD_USAGE, "--groups", "it goes with --percentile; the search finds one threshold a layer");
    return OK;
}

static int find_plan(struct session *s, const struct inputs *in, const struct tuning *t, struct plan *out,
                     struct diag *d)
{
    struct search_result found;

    if (!s->cli->has_max_drop || t->method == METHOD_ZEROSKIP)
        return tune_percentile(s->region, &s->graph, in, t, s->cli->model, out, d);
    TRY(tune_search(s->region, &s->graph, in, t, s->cli->model, &found, d));
    *out = found.plan;
    return OK;
}

static int right(const struct evaluation *e, const struct inputs *in, const struct evaluation *dense, size_t i)
{
    return e->predicted[i] == (in->labels ? in->labels[i] : dense->predicted[i]);
}

/* The drop is a paired difference; its standard error follows from the samples whose correctness changed. If none did,
 * the bound is 3 / n (the rule of three). */
static void measure_drop(struct report *r, const struct inputs *in)
{
    double n = (double)in->count, lost = 0, changed = 0;

    for (size_t i = 0; i < in->count; i++) {
        int before = right(&r->dense, in, &r->dense, i), after = right(&r->own, in, &r->dense, i);
        lost += before - after;
        changed += before != after;
    }
    r->drop_pp = 100 * lost / n;
    r->upper_pp = changed > 0 ? r->drop_pp + 100 * one_sided_95 * sqrt(changed) / n : 100 * 3 / n;
}

static int evaluate_plan(struct session *s, const struct inputs *in, const struct tuning *t, struct report *r,
                         struct diag *d)
{
    r->has_labels = in->labels != NULL;
    TRY(lower(s->region, &s->graph, &r->plan, s->cli->model, &r->pruned, d));
    TRY(layout_arena(s->region, &r->pruned, s->cli->model, d));
    progress_start("checking", 2 * in->count);
    TRY(evaluate(s->region, engine_new(s->region, &s->program, KERNELS_FAST, t->threads), in, 0, &r->dense));
    TRY(evaluate(s->region, engine_new(s->region, &r->pruned, KERNELS_FAST, t->threads), in, 1, &r->own));
    measure_drop(r, in);
    return OK;
}

static json_t *layers_json(const struct session *s, const struct report *r)
{
    json_t *layers = json_array();

    for (int i = 0; i < r->plan.layer_count; i++) {
        const struct layer_plan *l = &r->plan.layers[i];
        const struct node *n = &s->graph.nodes[r->pruned.layers[i].node];
        json_t *thresholds = json_array();
        for (int g = 0; g < l->groups; g++)
            json_array_append_new(thresholds, json_real(l->thresholds[g]));
        json_array_append_new(layers, json_pack("{s:i, s:o, s:s, s:o, s:o, s:o}", "index", n->index, "name",
                                                json_text(layer_name(&s->graph, n)), "op", op_name(n->op), "threshold",
                                                l->groups == 1 ? json_real(l->thresholds[0]) : json_null(),
                                                "thresholds", thresholds, "macs", json_macs(&r->own.counts[i])));
    }
    return layers;
}

static void print_json(const struct session *s, const struct report *r, double seconds)
{
    json_t *document = session_json(s, "unit.tune/1");
    struct mac_counts total = mac_total(r->own.counts, r->pruned.layer_count);
    double n = (double)r->own.samples;

    json_object_set_new(document, "plan", json_text(r->plan_path));
    json_object_set_new(document, "method", json_string(method_name(r->plan.method)));
    json_object_set_new(document, "division", json_string(division_name(r->plan.division)));
    json_object_set_new(document, "samples", json_integer((json_int_t)r->own.samples));
    json_object_set_new(document, "dense_accuracy",
                        r->has_labels ? json_real((double)r->dense.correct / n) : json_null());
    json_object_set_new(document, "accuracy", r->has_labels ? json_real((double)r->own.correct / n) : json_null());
    json_object_set_new(document, "drop", json_real(r->drop_pp));
    json_object_set_new(document, "drop_upper95", json_real(r->upper_pp));
    json_object_set_new(document, "macs", json_macs(&total));
    json_object_set_new(document, "layers", layers_json(s, r));
    json_object_set_new(document, "seconds", json_real(seconds));
    json_print(document);
}

static double percent(uint64_t part, uint64_t whole)
{
    return whole ? 100 * (double)part / (double)whole : 0;
}

static void add_thresholds(struct table *t, const struct layer_plan *l)
{
    if (l->groups == 0)
        table_text(t, l->cuts ? "by weight" : "-");
    else if (l->groups == 1)
        table_format(t, "%.4g", l->thresholds[0]);
    else
        table_format(t, "%d groups", l->groups);
}

static void print_text(const struct session *s, const struct report *r, double seconds)
{
    static const char *const headings[] = { "layer",  "<name",     "<operator",  "threshold",
                                            "zero %", "skipped %", "executed %", NULL };
    struct table *t = table_new(s->region, headings);
    struct mac_counts total = mac_total(r->own.counts, r->pruned.layer_count);

    for (int i = 0; i < r->plan.layer_count; i++) {
        const struct node *n = &s->graph.nodes[r->pruned.layers[i].node];
        const struct mac_counts *m = &r->own.counts[i];
        table_format(t, "%d", n->index);
        table_text(t, layer_label(s->region, &s->graph, n));
        table_text(t, op_name(n->op));
        add_thresholds(t, &r->plan.layers[i]);
        table_format(t, "%.2f", percent(m->zero, m->dense));
        table_format(t, "%.2f", percent(m->skipped, m->dense));
        table_format(t, "%.2f", percent(m->executed, m->dense));
    }
    table_print(t, stdout);
    printf("\nskipped    %6.2f %%  of the MACs, zeros included, over %zu samples\n",
           percent(total.zero + total.skipped, total.dense), r->own.samples);
    if (r->has_labels)
        printf("accuracy   %6.2f %%  (dense %.2f %%)\n", percent(r->own.correct, r->own.samples),
               percent(r->dense.correct, r->own.samples));
    printf("%s %6.2f    points; with 95 %% confidence at most %.2f on data like these\n",
           r->has_labels ? "drop      " : "disagrees ", r->drop_pp, r->upper_pp);
    printf("plan       %s, found in %.1f s\n", r->plan_path, seconds);
}

static int tune(struct session *s, struct diag *d)
{
    struct report report;
    struct tuning tuning;
    struct inputs in;
    double start = progress_now();

    memset(&report, 0, sizeof report);
    TRY(read_options(s->cli, &tuning, d));
    TRY(session_open(s->cli, s, d));
    TRY(session_data(s, &in, d));
    TRY(find_plan(s, &in, &tuning, &report.plan, d));
    memcpy(report.plan.fingerprint, s->fingerprint, sizeof report.plan.fingerprint);
    TRY(evaluate_plan(s, &in, &tuning, &report, d));
    report.plan_path = s->cli->output.item[0];
    progress_end();
    TRY(plan_write(&report.plan, s->cli->model, report.plan_path, d));
    if (strcmp(report.plan_path, "-") == 0) /* standard output holds the plan, nothing else */
        return OK;
    if (s->cli->json)
        print_json(s, &report, progress_now() - start);
    else
        print_text(s, &report, progress_now() - start);
    return OK;
}

int cmd_tune(const struct cli *c, struct diag *d)
{
    struct session s = { .cli = c };
    int status = tune(&s, d);

    session_close(&s);
    return status;
}
