/* emission.c - what unit emit and unit bench hand to emit/: a packed program with its self-test. */
#include "cmd/emission.h"

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

/* The output for the self-test's input, as this machine computes it. */
static const void *test_output(struct session *s, const struct plan *plan, const void *input)
{
    struct program *p = plan ? &s->program : region_alloc(s->region, sizeof *p);
    struct engine *e;
    struct diag ignored = { 0 };

    if (!plan && session_dense(s, p, &ignored) != OK)
        return NULL; /* it was lowered before */
    e = engine_new(s->region, p, KERNELS_FAST, 1);

    engine_feed(e, 0, 0, input);
    engine_run(e, 0, 0, p->step_count, NULL);
    return region_copy(s->region, engine_arena(e, 0) + p->network.outputs[0].at, p->network.outputs[0].bytes);
}

struct emission session_emission(struct session *s, const struct plan *plan, struct program *packed,
                                 const struct target *t, const char *name, const char *folder)
{
    const char *slash = strrchr(s->cli->model, '/');
    void *input = region_alloc(s->region, packed->network.inputs[0].bytes);
    struct emission e = {
        .program = packed,
        .target = t,
        .port = t->port ? port_named(t->port) : NULL,
        .name = name,
        .folder = folder,
        .model = slash ? slash + 1 : s->cli->model,
        .fingerprint = s->fingerprint,
        .test_input = input,
    };

    if (plan && plan->method == METHOD_UNIT)
        e.plan = region_text(s->region, "method unit, division %s", division_name(plan->division));
    else if (plan)
        e.plan = region_text(s->region, "method %s", method_name(plan->method));
    if (packed->network.input_count == 1 && packed->network.output_count == 1) {
        emit_test_input(&s->graph.tensors[s->graph.inputs[0]], input);
        e.test_output = test_output(s, plan, input);
    }
    return e;
}
