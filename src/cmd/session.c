/* session.c - see session.h. */
#include "cmd/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "import/import.h"
#include "layout/layout.h"
#include "run/evaluate.h"

static int make_program(struct session *s, const struct plan *plan, struct program *out, struct diag *d)
{
    TRY(lower(s->region, &s->graph, plan, s->cli->model, out, d));
    return layout_arena(s->region, out, s->cli->model, d);
}

static int check_level(const struct session *s, struct diag *d)
{
    int count = s->plan.level_count ? s->plan.level_count : 1;

    if (s->cli->level == 0 || s->cli->level < (uint64_t)count)
        return OK;
    if (count == 1)
        return diag_fail(d, BAD_USAGE, "--level", "%s has no levels; unit tune --levels makes some",
                         s->has_plan ? s->cli->plan : "a network without a plan");
    return diag_fail(d, BAD_USAGE, "--level", "%llu is none of the levels 0 to %d of %s; give one of them",
                     (unsigned long long)s->cli->level, count - 1, s->cli->plan);
}

int session_open(const struct cli *c, struct session *s, struct diag *d)
{
    memset(s, 0, sizeof *s);
    s->region = region_new();
    s->cli = c;
    TRY(import_model(s->region, c->model, &s->graph, d));
    plan_fingerprint(&s->graph, s->fingerprint);
    if (c->plan) {
        TRY(plan_read(s->region, c->plan, &s->graph, &s->plan, d));
        s->has_plan = 1;
        s->plan.level = (int)c->level;
    }
    TRY(check_level(s, d));
    return make_program(s, s->has_plan ? &s->plan : NULL, &s->program, d);
}

void session_close(struct session *s)
{
    region_free(s->region);
}

int session_dense(struct session *s, struct program *out, struct diag *d)
{
    return make_program(s, NULL, out, d);
}

static int parse_type(const char *name, int *type, struct diag *d)
{
    static const enum data_type types[] = { DATA_UINT8, DATA_INT8, DATA_FLOAT32 };

    *type = -1;
    for (size_t i = 0; name && i < sizeof types / sizeof *types; i++)
        if (strcmp(name, data_type_name(types[i])) == 0)
            *type = (int)types[i];
    if (name && *type < 0)
        return diag_fail(d, BAD_USAGE, "--type", "'%s' is not known; give uint8, int8 or float32", name);
    return OK;
}

/* --skip and --limit choose a stretch of the samples. */
static int read_stretch(struct session *s, struct dataset *out, struct diag *d)
{
    const struct cli *c = s->cli;
    size_t skip = (size_t)c->skip, bytes;

    TRY(dataset_read(s->region, c->data, c->labels, c->limit ? skip + (size_t)c->limit : 0, out, d));
    if (skip >= out->count)
        return diag_fail(d, BAD_USAGE, "--skip", "%zu leaves nothing of %zu samples; skip fewer", skip, out->count);
    bytes = data_type_bytes(out->samples.type);
    for (int i = 1; i < out->samples.rank; i++)
        bytes *= out->samples.shape[i];
    out->samples.data = (const uint8_t *)out->samples.data + skip * bytes;
    out->samples.shape[0] = out->count -= skip;
    if (out->labels)
        out->labels += skip;
    return OK;
}

int session_data(struct session *s, struct inputs *out, struct diag *d)
{
    const struct cli *c = s->cli;
    struct feeding feeding = { c->has_scale, c->has_offset, c->scale, c->offset, -1 };
    struct dataset data;

    if (!c->data)
        return diag_fail(d, BAD_USAGE, "--data", "it is missing; name the samples");
    TRY(parse_type(c->type, &feeding.raw_type, d));
    if (s->graph.input_count != 1)
        return diag_fail(d, BAD_INPUT, c->model, "it has %d inputs, this verb takes networks of one; use unit run",
                         s->graph.input_count);
    TRY(read_stretch(s, &data, d));
    TRY(inputs_fit(s->region, &s->program, 0, &data, &feeding, evaluate_classes(&s->program), out, d));
    if (out->note && !c->quiet)
        fprintf(stderr, "unit: note: %s: %s\n", c->data, out->note);
    return OK;
}

int session_kernels(const struct cli *c, enum kernels *out, struct diag *d)
{
    *out = KERNELS_FAST;
    if (!c->kernels || strcmp(c->kernels, "fast") == 0)
        return OK;
    *out = KERNELS_PLAIN;
    if (strcmp(c->kernels, "plain") == 0)
        return OK;
    return diag_fail(d, BAD_USAGE, "--kernels", "'%s' is not known; give fast or plain", c->kernels);
}

json_t *session_json(const struct session *s, const char *schema)
{
    return json_pack("{s:s, s:{s:o, s:s}}", "schema", schema, "model", "path", json_text(s->cli->model), "fingerprint",
                     s->fingerprint);
}

json_t *json_text(const char *text)
{
    json_t *value = json_string(text);
    char *ascii;

    if (value)
        return value;
    ascii = strdup(text);
    for (char *c = ascii; c && *c; c++)
        if ((unsigned char)*c >= 128)
            *c = '?';
    value = json_string(ascii ? ascii : "?");
    free(ascii);
    return value;
}

void json_print(json_t *document)
{
    json_dumpf(document, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(10));
    putchar('\n');
    json_decref(document);
}

json_t *json_macs(const struct mac_counts *m)
{
    return json_pack("{s:I, s:I, s:I, s:I}", "dense", (json_int_t)m->dense, "zero", (json_int_t)m->zero, "skipped",
                     (json_int_t)m->skipped, "executed", (json_int_t)m->executed);
}

void print_levels(struct region *r, const struct plan *p)
{
    static const char *const headings[] = { "level", "right %", "drop", "MACs executed", "cycles", NULL };
    struct table *t = table_new(r, headings);

    if (!p->level_count)
        return;
    for (int i = 0; i < p->level_count; i++) {
        const struct plan_level *l = &p->levels[i];
        table_number(t, (uint64_t)i);
        table_format(t, "%.2f", 100 * l->accuracy);
        table_format(t, "%.2f", l->drop_pp);
        table_format(t, "%.0f", l->executed);
        if (l->cycles > 0)
            table_format(t, "%.0f", l->cycles);
        else
            table_text(t, "-");
    }
    printf("\n");
    table_print(t, stdout);
}

const char *layer_name(const struct graph *g, const struct node *n)
{
    return g->tensors[n->outputs[0]].name;
}

const char *layer_label(struct region *r, const struct graph *g, const struct node *n)
{
    const char *name = layer_name(g, n);
    size_t end = strcspn(name, ";"), last = end, first;

    while (last > 0 && name[last - 1] != '/')
        last--;
    if (last > 1)
        end = last - 1;
    for (first = end; first > 0 && name[first - 1] != '/';)
        first--;
    return region_text(r, "%.*s", (int)(end - first), name + first);
}
