/* tune_report.c - see tune_report.h. */
#include "cmd/tune_report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "plan/document.h"

static void add_kernel_json(json_t *layer, const struct layer_plan *l)
{
    json_object_set_new(layer, "kernel", json_string(layer_kernel_name(l->kernel)));
    json_object_set_new(layer, "why", l->why ? json_string(l->why) : json_null());
}

static json_t *layers_json(const struct session *s, const struct tune_report *r)
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
        if (l->kernel != KERNEL_OPEN)
            add_kernel_json(json_array_get(layers, (size_t)i), l);
    }
    return layers;
}

static json_t *levers_json(const struct tune_report *r)
{
    json_t *list = json_array();

    for (int i = 0; i < r->found.lever_count; i++) {
        const struct lever *l = &r->found.levers[i];
        json_array_append_new(list, json_pack("{s:s, s:f, s:f, s:f}", "name", l->name, "executed", l->executed, "drop",
                                              l->drop.pp, "drop_upper95", l->drop.upper95_pp));
    }
    return list;
}

static void print_json(const struct session *s, const struct tune_report *r, double seconds)
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
    json_object_set_new(document, "drop", json_real(r->drop.pp));
    json_object_set_new(document, "drop_upper95", json_real(r->drop.upper95_pp));
    json_object_set_new(document, "macs", json_macs(&total));
    json_object_set_new(document, "layers", layers_json(s, r));
    if (r->target) {
        json_object_set_new(document, "target", json_string(r->target->name));
        json_object_set_new(
            document, "cycles",
            json_pack("{s:f, s:f}", "dense", r->dense_cycles.forecast.mean, "plan", r->own_cycles.forecast.mean));
    }
    if (r->by_connection) {
        json_object_set_new(document, "fitted", json_integer((json_int_t)r->found.fitted));
        json_object_set_new(document, "levers", levers_json(r));
        if (r->plan.level_count)
            json_object_set_new(document, "levels", plan_encode_levels(&r->plan));
    }
    json_object_set_new(document, "seconds", json_real(seconds));
    json_print(document);
}

static double percent(uint64_t part, uint64_t whole)
{
    return whole ? 100 * (double)part / (double)whole : 0;
}

/* Share of a layer's connections that wake at some input. */
static double kept(const struct layer_plan *l)
{
    size_t kept = 0;

    for (size_t i = 0; i < l->connections; i++)
        kept += l->cuts[i] != PLAN_CUT_NEVER;
    return 100 * (double)kept / (double)l->connections;
}

/* The threshold, or with a cut for each connection the share of weights that stay. */
static void add_thresholds(struct table *t, const struct layer_plan *l)
{
    if (l->cuts)
        table_format(t, "%.2f", kept(l));
    else if (l->groups == 0)
        table_text(t, "-");
    else if (l->groups == 1)
        table_format(t, "%.4g", l->thresholds[0]);
    else
        table_format(t, "%d groups", l->groups);
}

static const char *const *headings(struct region *region, const struct tune_report *r)
{
    const char **list = region_array(region, 9, sizeof *list);
    int count = 0;

    list[count++] = "layer";
    list[count++] = "<name";
    list[count++] = "<operator";
    if (r->target)
        list[count++] = "<kernel";
    list[count++] = r->by_connection ? "kept %" : "threshold";
    list[count++] = "zero %";
    list[count++] = "skipped %";
    list[count++] = "executed %";
    return list;
}

static void print_layers(const struct session *s, const struct tune_report *r)
{
    struct table *t = table_new(s->region, headings(s->region, r));

    for (int i = 0; i < r->plan.layer_count; i++) {
        const struct node *n = &s->graph.nodes[r->pruned.layers[i].node];
        const struct mac_counts *m = &r->own.counts[i];
        table_format(t, "%d", n->index);
        table_text(t, layer_label(s->region, &s->graph, n));
        table_text(t, op_name(n->op));
        if (r->target)
            table_text(t, layer_kernel_name(r->plan.layers[i].kernel));
        add_thresholds(t, &r->plan.layers[i]);
        table_format(t, "%.2f", percent(m->zero, m->dense));
        table_format(t, "%.2f", percent(m->skipped, m->dense));
        table_format(t, "%.2f", percent(m->executed, m->dense));
    }
    table_print(t, stdout);
}

/* Layers that stay dense on the chip, and why, and those that fall back. */
static void print_choices(const struct session *s, const struct tune_report *r)
{
    const char *before = "\n";

    for (int i = 0; i < r->plan.layer_count; i++) {
        const struct layer_plan *l = &r->plan.layers[i];
        const struct node *n = &s->graph.nodes[r->pruned.layers[i].node];
        const char *name = layer_label(s->region, &s->graph, n);
        if (l->why)
            printf("%slayer %d (%s) stays dense: %s\n", before, n->index, name, l->why);
        if (l->fallback.lift)
            printf("%slayer %d (%s) falls back to cuts %.3g times as high if more than %d inputs exceed %d\n", before,
                   n->index, name, pow(2, l->fallback.lift / 2.0), l->fallback.limit, l->fallback.above);
        before = l->why || l->fallback.lift ? "" : before;
    }
}

/* What each lever bought: the fewest executed MACs within the budget that it found. */
static void print_levers(const struct session *s, const struct tune_report *r)
{
    static const char *const headings[] = { "<by", "executed %", "drop", "at most, 95 %", NULL };
    struct table *t = table_new(s->region, headings);

    for (int i = 0; i < r->found.lever_count; i++) {
        const struct lever *l = &r->found.levers[i];
        table_text(t, l->name);
        table_format(t, "%.2f", 100 * l->executed);
        table_format(t, "%.2f", l->drop.pp);
        table_format(t, "%.2f", l->drop.upper95_pp);
    }
    printf("\n");
    table_print(t, stdout);
}

static void print_text(const struct session *s, const struct tune_report *r, double seconds)
{
    struct mac_counts total = mac_total(r->own.counts, r->pruned.layer_count);

    print_layers(s, r);
    print_choices(s, r);
    printf("\nskipped    %6.2f %%  of the MACs, zeros included, over %zu samples",
           percent(total.zero + total.skipped, total.dense), r->own.samples);
    if (r->by_connection)
        printf(" (fitted on %zu others)", r->found.fitted);
    printf("\n");
    if (r->has_labels)
        printf("accuracy   %6.2f %%  (dense %.2f %%)\n", percent(r->own.correct, r->own.samples),
               percent(r->dense.correct, r->own.samples));
    printf("%s %6.2f    points; with 95 %% confidence at most %.2f on data like these\n",
           r->has_labels ? "drop      " : "disagrees ", r->drop.pp, r->drop.upper95_pp);
    if (r->target)
        printf("cycles     %.0f on %s, predicted  (dense %.0f)\n", r->own_cycles.forecast.mean, r->target->name,
               r->dense_cycles.forecast.mean);
    printf("plan       %s, found in %.1f s\n", r->plan_path, seconds);
    if (r->found.lever_count)
        print_levers(s, r);
    print_levels(s->region, &r->plan);
}

void tune_report_print(const struct session *s, const struct tune_report *r, double seconds)
{
    if (s->cli->json)
        print_json(s, r, seconds);
    else
        print_text(s, r, seconds);
}

int tune_report_front(const struct session *s, const struct tune_report *r, const char *path, struct diag *d)
{
    const char *text = "lambda,executed,skipped_share,drop,drop_upper95,cost\n";

    for (int i = 0; i < r->found.front_count; i++) {
        const struct trade *t = &r->found.front[i];
        double n = (double)t->drop.samples;
        text =
            region_text(s->region, "%s%.6g,%.1f,%.6f,%.4f,%.4f,%.1f\n", text, t->lambda, (double)t->macs.executed / n,
                        1 - (double)t->macs.executed / (double)t->macs.dense, t->drop.pp, t->drop.upper95_pp, t->cost);
    }
    return file_write(path, text, strlen(text), d);
}
