/* emission.c - what unit emit and unit bench hand to emit/: a packed program with its self-test. */
#include "cmd/emission.h"

#include <ctype.h>
#include <string.h>

#include "layout/layout.h"
#include "port/port.h"

int session_target(const struct cli *c, const struct target **out, struct diag *d)
{
    *out = c->target ? target_named(c->target) : NULL;
    if (c->target && !*out)
        return diag_fail(d, BAD_USAGE, "--target", "'%s' is not known; give one of %s", c->target, target_names());
    return OK;
}

int session_packed(struct session *s, const struct plan *plan, const struct target *t, struct program *out,
                   struct diag *d)
{
    TRY(lower(s->region, &s->graph, plan, s->cli->model, out, d));
    if (t->port)
        port_lower(s->region, out, port_named(t->port));
    return layout_arena(s->region, out, s->cli->model, d);
}

/* The outputs for the self-test's input, as this machine computes them with the chip's functions. */
static const uint8_t *test_output(struct session *s, const struct plan *plan)
{
    struct program *p = plan ? &s->program : region_alloc(s->region, sizeof *p);
    const struct unit_network *n = &p->network;
    struct diag ignored = { 0 };
    uint32_t state = EMIT_TEST_SEED;
    struct engine *e;
    uint8_t *out, *to;
    size_t bytes = 0;

    if (!plan && session_dense(s, p, &ignored) != OK)
        return NULL; /* it was lowered before */
    port_own_functions(p);
    e = engine_new(s->region, p, KERNELS_FAST, 1);
    for (int i = 0; i < n->input_count; i++) {
        void *input = region_alloc(s->region, n->inputs[i].bytes);
        emit_test_input(&s->graph.tensors[s->graph.inputs[i]], &state, input);
        engine_feed(e, 0, i, input);
    }
    engine_run(e, 0, 0, p->step_count, NULL);
    for (int i = 0; i < n->output_count; i++)
        bytes += n->outputs[i].bytes;
    out = to = region_alloc(s->region, bytes);
    for (int i = 0; i < n->output_count; to += n->outputs[i++].bytes)
        memcpy(to, engine_arena(e, 0) + n->outputs[i].at, n->outputs[i].bytes);
    return out;
}

/* A file's name for comments: what could end one is replaced. */
static const char *for_comment(struct region *r, const char *path)
{
    const char *slash = strrchr(path, '/');
    char *name = region_text(r, "%s", slash ? slash + 1 : path);

    for (char *c = name; *c; c++)
        if (!isalnum((unsigned char)*c) && !strchr("._+-", *c))
            *c = '_';
    return name;
}

struct emission session_emission(struct session *s, const struct plan *plan, struct program *packed,
                                 const struct target *t, const char *name, const char *folder)
{
    struct emission e = {
        .program = packed,
        .target = t,
        .port = t->port ? port_named(t->port) : NULL,
        .name = name,
        .folder = folder,
        .model = for_comment(s->region, s->cli->model),
        .fingerprint = s->fingerprint,
        .test_output = test_output(s, plan),
        .no_figures = "they were not measured",
    };

    if (plan && plan->method == METHOD_UNIT)
        e.plan = region_text(s->region, "method unit, division %s", division_name(plan->division));
    else if (plan)
        e.plan = region_text(s->region, "method %s", method_name(plan->method));
    return e;
}
