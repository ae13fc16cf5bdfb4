/* eval.c - unit eval: accuracy and MACs over samples, beside the dense network where a plan is given. */
#include <stdio.h>
#include <string.h>

#include "base/progress.h"
#include "cmd/session.h"
#include "run/evaluate.h"

struct result {
    struct evaluation own, dense; /* dense: only with a plan */
    int has_labels;
};

static double fraction(uint64_t part, uint64_t whole)
{
    return whole ? (double)part / (double)whole : 0;
}

static double percent(uint64_t part, uint64_t whole)
{
    return 100 * fraction(part, whole);
}

static uint64_t agreeing(const struct result *r)
{
    uint64_t same = 0;

    for (size_t i = 0; i < r->own.samples; i++)
        same += r->own.predicted[i] == r->dense.predicted[i];
    return same;
}

static int run_all(struct session *s, const struct inputs *in, struct result *out, struct diag *d)
{
    struct program dense;
    enum kernels kernels;
    int threads = cli_threads(s->cli);

    TRY(session_kernels(s->cli, &kernels, d));
    out->has_labels = in->labels != NULL;
    progress_start("evaluating", in->count * (s->has_plan ? 2 : 1));
    TRY(evaluate(s->region, engine_new(s->region, &s->program, kernels, threads), in, 1, &out->own));
    if (!s->has_plan)
        return OK;
    TRY(session_dense(s, &dense, d));
    return evaluate(s->region, engine_new(s->region, &dense, kernels, threads), in, 0, &out->dense);
}

static json_t *layers_json(const struct session *s, const struct result *r)
{
    json_t *layers = json_array();

    for (int i = 0; i < s->program.layer_count; i++) {
        const struct node *n = &s->graph.nodes[s->program.layers[i].node];
        json_array_append_new(layers, json_pack("{s:i, s:o, s:s, s:o}", "index", n->index, "name",
                                                json_text(layer_name(&s->graph, n)), "op", op_name(n->op), "macs",
                                                json_macs(&r->own.counts[i])));
    }
    return layers;
}

static void print_json(const struct session *s, const struct result *r)
{
    json_t *document = session_json(s, "unit.eval/1");
    struct mac_counts total = mac_total(r->own.counts, s->program.layer_count);
    uint64_t samples = r->own.samples;

    json_object_set_new(document, "samples", json_integer((json_int_t)samples));
    json_object_set_new(document, "accuracy",
                        r->has_labels ? json_real(fraction(r->own.correct, samples)) : json_null());
    json_object_set_new(document, "correct", r->has_labels ? json_integer((json_int_t)r->own.correct) : json_null());
    json_object_set_new(document, "seconds", json_real(r->own.seconds));
    json_object_set_new(document, "macs", json_macs(&total));
    json_object_set_new(document, "layers", layers_json(s, r));
    if (s->has_plan) {
        json_object_set_new(document, "dense_accuracy",
                            r->has_labels ? json_real(fraction(r->dense.correct, samples)) : json_null());
        json_object_set_new(document, "agreement", json_real(fraction(agreeing(r), samples)));
    }
    json_print(document);
}

static void print_accuracy(const struct session *s, const struct result *r)
{
    uint64_t samples = r->own.samples;

    printf("%s: %llu samples in %.2f s\n", s->cli->model, (unsigned long long)samples, r->own.seconds);
    if (r->has_labels)
        printf("accuracy   %6.2f %%  (%llu of %llu)\n", percent(r->own.correct, samples),
               (unsigned long long)r->own.correct, (unsigned long long)samples);
    if (s->has_plan && r->has_labels)
        printf("dense      %6.2f %%  (%llu of %llu), drop %.2f points\n", percent(r->dense.correct, samples),
               (unsigned long long)r->dense.correct, (unsigned long long)samples,
               percent(r->dense.correct, samples) - percent(r->own.correct, samples));
    if (s->has_plan)
        printf("agreement  %6.2f %%  with the dense network\n", percent(agreeing(r), samples));
}

static void add_row(struct table *t, const struct mac_counts *m, uint64_t samples)
{
    table_number(t, m->dense / samples);
    table_format(t, "%.2f", percent(m->zero, m->dense));
    table_format(t, "%.2f", percent(m->skipped, m->dense));
    table_format(t, "%.2f", percent(m->executed, m->dense));
}

static void print_table(const struct session *s, const struct result *r)
{
    static const char *const headings[] = { "layer",  "<name",     "<operator",  "MACs",
                                            "zero %", "skipped %", "executed %", NULL };
    struct table *t = table_new(s->region, headings);
    struct mac_counts total = mac_total(r->own.counts, s->program.layer_count);

    print_accuracy(s, r);
    printf("\nMACs of one inference, and where they went on average:\n");
    for (int i = 0; i < s->program.layer_count; i++) {
        const struct node *n = &s->graph.nodes[s->program.layers[i].node];
        table_format(t, "%d", n->index);
        table_text(t, layer_label(s->region, &s->graph, n));
        table_text(t, op_name(n->op));
        add_row(t, &r->own.counts[i], r->own.samples);
    }
    table_rule(t);
    table_text(t, "");
    table_text(t, "all");
    table_text(t, "");
    add_row(t, &total, r->own.samples);
    table_print(t, stdout);
}

static int eval(struct session *s, struct diag *d)
{
    struct result result;
    struct inputs in;

    memset(&result, 0, sizeof result);
    TRY(session_open(s->cli, s, d));
    TRY(session_data(s, &in, d));
    TRY(run_all(s, &in, &result, d));
    progress_end();
    if (s->cli->json)
        print_json(s, &result);
    else
        print_table(s, &result);
    return OK;
}

int cmd_eval(const struct cli *c, struct diag *d)
{
    struct session s = { .cli = c };
    int status = eval(&s, d);

    session_close(&s);
    return status;
}
