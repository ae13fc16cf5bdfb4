/* inspect.c - unit inspect: what a network is, layer by layer, and what it needs. */
#include <stdio.h>
#include <string.h>

#include "cmd/prediction.h"
#include "plan/document.h"

static json_t *shape_json(const struct tensor *t)
{
    json_t *shape = json_array();

    for (int i = 0; i < t->rank; i++)
        json_array_append_new(shape, json_integer(t->shape[i]));
    return shape;
}

static json_t *ports_json(const struct graph *g, const int *tensors, int count)
{
    json_t *list = json_array();

    for (int i = 0; i < count; i++) {
        const struct tensor *t = &g->tensors[tensors[i]];
        json_t *port = json_pack("{s:o, s:o, s:s}", "name", json_text(t->name), "shape", shape_json(t), "type",
                                 type_name(t->type));
        json_object_set_new(port, "scale", t->quant.count ? json_real((double)t->quant.scale[0]) : json_null());
        json_object_set_new(port, "zero_point", t->quant.count ? json_integer(t->quant.zero_point[0]) : json_null());
        json_array_append_new(list, port);
    }
    return list;
}

/* Of the network as it is asked for, and dense where that is with a plan (else NULL). */
struct predictions {
    const struct prediction *own, *dense;
};

/* The layer of a node, or NULL if it has no MACs. */
static const struct mac_layer *layer_of(const struct program *p, int node)
{
    for (int i = 0; i < p->layer_count; i++)
        if (p->layers[i].node == node)
            return &p->layers[i];
    return NULL;
}

static uint64_t weights_of(const struct mac_layer *l)
{
    return l ? (uint64_t)l->out_c * (uint64_t)l->taps : 0;
}

static uint64_t all_weights(const struct program *p)
{
    uint64_t weights = 0;

    for (int i = 0; i < p->layer_count; i++)
        weights += weights_of(&p->layers[i]);
    return weights;
}

static json_t *thresholds_json(const struct layer_plan *plan)
{
    json_t *list = json_array();

    for (int i = 0; i < plan->groups; i++)
        json_array_append_new(list, json_real(plan->thresholds[i]));
    return list;
}

/* A layer's cycles, with a plan also its kernel and what dense takes. */
static void add_cycles_json(json_t *layer, const struct predictions *p, const struct node *n)
{
    struct node_cycles own = predicted_cycles(p->own, n), dense;

    json_object_set_new(layer, "cycles", own.is_run ? json_predicted(p->own, &own) : json_null());
    if (!p->dense || !plan_prunes(n->op))
        return;
    dense = predicted_cycles(p->dense, n);
    json_object_set_new(layer, "kernel", json_string(predicted_kernel(p->own, n)));
    json_object_set_new(layer, "dense_cycles", json_predicted(p->dense, &dense));
}

static json_t *layers_json(const struct session *s, const struct predictions *predicted)
{
    json_t *layers = json_array();

    for (int i = 0; i < s->graph.node_count; i++) {
        const struct node *n = &s->graph.nodes[i];
        const struct mac_layer *l = layer_of(&s->program, i);
        json_t *layer = json_pack("{s:i, s:o, s:s, s:o, s:o, s:I, s:I}", "index", n->index, "name",
                                  json_text(layer_name(&s->graph, n)), "op", op_name(n->op), "input_shape",
                                  shape_json(&s->graph.tensors[n->inputs[0]]), "output_shape",
                                  shape_json(&s->graph.tensors[n->outputs[0]]), "weights", (json_int_t)weights_of(l),
                                  "macs", (json_int_t)(l ? l->dense : 0));
        if (l && l->plan)
            json_object_set_new(layer, "thresholds", thresholds_json(l->plan));
        if (predicted)
            add_cycles_json(layer, predicted, n);
        json_array_append_new(layers, layer);
    }
    return layers;
}

static json_t *whole_json(const struct prediction *p)
{
    struct node_cycles all = { 1, p->forecast.mean, p->forecast.most, p->forecast.bound };

    return json_predicted(p, &all);
}

static void print_json(const struct session *s, const struct target *t, const struct predictions *predicted)
{
    json_t *document = session_json(s, "unit.inspect/1");
    const struct program *p = &s->program;

    json_object_set_new(document, "inputs", ports_json(&s->graph, s->graph.inputs, s->graph.input_count));
    json_object_set_new(document, "outputs", ports_json(&s->graph, s->graph.outputs, s->graph.output_count));
    json_object_set_new(document, "layers", layers_json(s, predicted));
    json_object_set_new(document, "macs", json_integer((json_int_t)program_macs(p)));
    json_object_set_new(document, "weights", json_integer((json_int_t)all_weights(p)));
    json_object_set_new(document, "arena_bytes", json_integer(p->network.arena_bytes));
    json_object_set_new(document, "flash_bytes", json_integer((json_int_t)p->flash_bytes));
    if (s->has_plan)
        json_object_set_new(document, "plan",
                            json_pack("{s:s, s:s, s:s}", "path", s->cli->plan, "method", method_name(s->plan.method),
                                      "division", division_name(s->plan.division)));
    if (s->plan.level_count)
        json_object_set_new(document, "levels", plan_encode_levels(&s->plan));
    if (t)
        json_object_set_new(
            document, "target",
            json_pack("{s:s, s:b}", "name", t->name, "fits",
                      !t->ram_bytes || (p->network.arena_bytes <= t->ram_bytes && p->flash_bytes <= t->flash_bytes)));
    if (predicted)
        json_object_set_new(document, "cycles", whole_json(predicted->own));
    if (predicted && predicted->dense)
        json_object_set_new(document, "dense_cycles", whole_json(predicted->dense));
    json_print(document);
}

static void print_ports(struct session *s, const char *what, const int *tensors, int count)
{
    for (int i = 0; i < count; i++) {
        const struct tensor *t = &s->graph.tensors[tensors[i]];
        printf("%-7s %s %s", what, type_name(t->type), shape_text(s->region, t));
        if (t->quant.count)
            printf(", real = %.9g * (q %+d)", (double)t->quant.scale[0], -t->quant.zero_point[0]);
        printf("\n");
    }
}

static void add_thresholds(struct table *t, const struct mac_layer *l)
{
    double least, most;

    if (!l || !l->plan || !l->plan->groups) {
        table_text(t, l && l->plan && l->plan->cuts ? "by weight" : "");
        return;
    }
    least = most = l->plan->thresholds[0];
    for (int i = 1; i < l->plan->groups; i++) {
        least = l->plan->thresholds[i] < least ? l->plan->thresholds[i] : least;
        most = l->plan->thresholds[i] > most ? l->plan->thresholds[i] : most;
    }
    if (least == most)
        table_format(t, "%.3g", least);
    else
        table_format(t, "%.3g..%.3g", least, most);
}

/* Headings of the columns that there are, in r. */
static const char *const *headings(struct region *r, int has_plan, const struct predictions *predicted)
{
    static const char *const always[] = { "layer", "<name", "<operator", "<output", "weights", "MACs" };
    const char **list = region_array(r, 12, sizeof *list);
    int count = 0;

    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        list[count++] = always[i];
    if (has_plan)
        list[count++] = "threshold";
    if (predicted && predicted->dense) {
        list[count++] = "<kernel";
        list[count++] = "dense";
    }
    if (predicted && predicted->own->samples)
        list[count++] = "cycles";
    if (predicted)
        list[count++] = "at most";
    return list;
}

/* The mean, or without samples the bound. */
static void add_dense(struct table *t, const struct predictions *p, const struct node *n)
{
    struct node_cycles dense = predicted_cycles(p->dense, n);

    table_text(t, plan_prunes(n->op) ? predicted_kernel(p->own, n) : "");
    if (dense.is_run)
        table_number(t, (uint64_t)((p->dense->samples ? dense.mean : dense.bound) + 0.5));
    else
        table_text(t, "");
}

static void add_cycles(struct table *t, const struct prediction *p, const struct node *n)
{
    struct node_cycles c = predicted_cycles(p, n);

    if (!c.is_run) {
        for (int i = 0; i < 1 + (p->samples > 0); i++)
            table_text(t, "");
        return;
    }
    if (p->samples)
        table_number(t, (uint64_t)(c.mean + 0.5));
    table_number(t, (uint64_t)(c.bound + 0.5));
}

static void print_layers(struct session *s, const struct predictions *predicted)
{
    struct table *t = table_new(s->region, headings(s->region, s->has_plan, predicted));

    for (int i = 0; i < s->graph.node_count; i++) {
        const struct node *n = &s->graph.nodes[i];
        const struct mac_layer *l = layer_of(&s->program, i);
        table_format(t, "%d", n->index);
        table_text(t, layer_label(s->region, &s->graph, n));
        table_text(t, op_name(n->op));
        table_text(t, shape_text(s->region, &s->graph.tensors[n->outputs[0]]));
        table_number(t, weights_of(l));
        table_number(t, l ? l->dense : 0);
        if (s->has_plan)
            add_thresholds(t, l);
        if (predicted && predicted->dense)
            add_dense(t, predicted, n);
        if (predicted)
            add_cycles(t, predicted->own, n);
    }
    table_print(t, stdout);
}

static void print_fit(const struct program *p, const struct target *t)
{
    if (!t->ram_bytes)
        return;
    printf("target  %s: parameters take %.1f %% of its flash, the arena %.1f %% of its RAM\n", t->name,
           100 * (double)p->flash_bytes / (double)t->flash_bytes,
           100 * (double)p->network.arena_bytes / (double)t->ram_bytes);
}

static void print_cycles(const struct predictions *p, const struct target *t)
{
    const struct prediction *own = p->own;

    printf("cycles  on %s, predicted: ", t->name);
    if (own->samples)
        printf("%.0f a sample (mean of %zu), ", own->forecast.mean, own->samples);
    printf("%.0f at most", own->forecast.bound);
    if (p->dense)
        printf("; dense %.0f", p->dense->samples ? p->dense->forecast.mean : p->dense->forecast.bound);
    printf("\n");
}

static void print_text(struct session *s, const struct target *t, const struct predictions *predicted)
{
    const struct program *p = &s->program;

    printf("%s, fingerprint %.12s\n", s->cli->model, s->fingerprint);
    print_ports(s, "input", s->graph.inputs, s->graph.input_count);
    print_ports(s, "output", s->graph.outputs, s->graph.output_count);
    if (s->has_plan)
        printf("plan    %s: method %s, division %s\n", s->cli->plan, method_name(s->plan.method),
               division_name(s->plan.division));
    printf("MACs    %llu, weights %llu\narena   %u bytes, parameters %llu bytes\n", (unsigned long long)program_macs(p),
           (unsigned long long)all_weights(p), p->network.arena_bytes, (unsigned long long)p->flash_bytes);
    if (t)
        print_fit(p, t);
    if (predicted)
        print_cycles(predicted, t);
    printf("\n");
    print_layers(s, predicted);
    print_levels(s->region, &s->plan);
}

static int predict_both(struct session *s, const struct target *t, const struct inputs *in, struct predictions *out,
                        struct diag *d)
{
    struct prediction *own = region_alloc(s->region, sizeof *own), *dense = region_alloc(s->region, sizeof *dense);

    TRY(predict(s, s->has_plan ? &s->plan : NULL, t, in, own, d));
    if (s->has_plan)
        TRY(predict(s, NULL, t, in, dense, d));
    *out = (struct predictions){ own, s->has_plan ? dense : NULL };
    return OK;
}

/* A kernel without costs is a pity, not an error. */
static int try_to_predict(struct session *s, const struct target *t, const struct inputs *in, struct predictions *out,
                          struct diag *d)
{
    struct diag own = { 0 };
    int status = predict_both(s, t, in, out, &own);

    if (status == JOB_FAILED) {
        diag_warn(s->cli->model, "cycles are not predicted: %s", own.message);
        status = OK;
    } else if (status != OK && own.message) {
        diag_fail(d, status, s->cli->model, "%s", own.message);
    }
    diag_clear(&own);
    return status;
}

static int inspect(struct session *s, struct diag *d)
{
    const struct target *t = NULL;
    struct inputs in = { 0 };
    struct predictions predictions = { 0 }, *predicted = NULL;

    TRY(session_target(s->cli, &t, d));
    TRY(session_open(s->cli, s, d));
    if (s->cli->data && !(t && t->costs))
        return diag_fail(d, BAD_USAGE, "--data", "cycles are predicted for chips; give one by --target: %s",
                         target_names());
    if (s->cli->data)
        TRY(session_data(s, &in, d));
    if (t && t->costs) {
        TRY(try_to_predict(s, t, &in, &predictions, d));
        predicted = predictions.own ? &predictions : NULL;
    }
    if (s->cli->json)
        print_json(s, t, predicted);
    else
        print_text(s, t, predicted);
    return OK;
}

int cmd_inspect(const struct cli *c, struct diag *d)
{
    struct session s = { .cli = c };
    int status = inspect(&s, d);

    session_close(&s);
    return status;
}
