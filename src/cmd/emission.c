/* emission.c - what unit emit and unit bench hand to emit/: a packed program with its self-test. */
#include "cmd/emission.h"

#include <ctype.h>
#include <string.h>

#include "bench/bench.h"
#include "layout/layout.h"
#include "port/port.h"

/* The chip with the multiplier that --multiplier names. */
static int take_multiplier(const struct cli *c, const struct target **t, struct diag *d)
{
    if (c->multiplier && c->multiplier != 1 && c->multiplier != 32)
        return diag_fail(d, BAD_USAGE, "--multiplier", "%llu is neither 1 nor 32", (unsigned long long)c->multiplier);
    if (c->multiplier != 32 || !*t)
        return OK;
    if (!(*t)->slow)
        return diag_fail(d, BAD_USAGE, "--multiplier", "%s has no choice of multipliers; leave it out", (*t)->name);
    *t = (*t)->slow;
    return OK;
}

int session_target(const struct cli *c, const struct target **out, struct diag *d)
{
    *out = c->target ? target_named(c->target) : NULL;
    if (c->target && !*out)
        return diag_fail(d, BAD_USAGE, "--target", "'%s' is not known; give one of %s", c->target, target_names());
    return take_multiplier(c, out, d);
}

/* The target's port. Only ports have kernels whose thresholds move, so the plain one serves where there is none. */
static const struct port *port_of(const struct target *t, const struct program *p)
{
    return t->port ? port_named(t->port) : port_moves(p) ? port_named("c") : NULL;
}

int session_packed(struct session *s, const struct plan *plan, const struct target *t, struct program *out,
                   struct diag *d)
{
    const struct mac_layer *unmoved;

    TRY(lower(s->region, &s->graph, plan, s->cli->model, out, d));
    if (port_of(t, out))
        port_lower(s->region, out, port_of(t, out));
    unmoved = port_unmoved(out);
    if (unmoved)
        return diag_fail(d, JOB_FAILED, node_where(s->region, &s->graph, &s->graph.nodes[unmoved->node]),
                         "its thresholds move, and %s has no kernel for that: its lists or sums are too large; tune "
                         "for it with --target %s, without --adaptive and --levels",
                         t->name, t->name);
    return layout_arena(s->region, out, s->cli->model, d);
}

static size_t total_bytes(const struct unit_port *ports, int count)
{
    size_t bytes = 0;

    for (int i = 0; i < count; i++)
        bytes += ports[i].bytes;
    return bytes;
}

/* The self-test's inputs in a row. */
static uint8_t *test_input(struct session *s, const struct unit_network *n)
{
    uint8_t *inputs = region_alloc(s->region, total_bytes(n->inputs, n->input_count)), *to = inputs;
    uint32_t state = EMIT_TEST_SEED;

    for (int i = 0; i < n->input_count; i++) {
        void *input = region_alloc(s->region, n->inputs[i].bytes);
        emit_test_input(&s->graph.tensors[s->graph.inputs[i]], &state, input);
        memcpy(to, input, n->inputs[i].bytes);
        to += n->inputs[i].bytes;
    }
    return inputs;
}

/* The outputs that they give, as this machine computes them with the chip's functions. */
static const uint8_t *test_output(struct session *s, const struct plan *plan)
{
    struct program *p = plan ? &s->program : region_alloc(s->region, sizeof *p);
    const struct unit_network *n = &p->network;
    struct diag ignored = { 0 };
    struct engine *e;
    uint8_t *input, *out, *to;

    if (!plan && session_dense(s, p, &ignored) != OK)
        return NULL; /* it was lowered before */
    port_own_functions(p);
    e = engine_new(s->region, p, KERNELS_FAST, 1);
    input = test_input(s, n);
    for (int i = 0; i < n->input_count; input += n->inputs[i++].bytes)
        engine_feed(e, 0, i, input);
    engine_run(e, 0, 0, p->step_count, NULL);
    out = to = region_alloc(s->region, total_bytes(n->outputs, n->output_count));
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
        .port = port_of(t, packed),
        .name = name,
        .folder = folder,
        .path = s->cli->model,
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

/* Builds and runs the self-test's sample. */
static int measure(struct session *s, const struct emission *e, struct firmware *f, struct measurement *m,
                   struct diag *d)
{
    struct bench_options options = { .threads = 1, .cycle_limit = UINT64_C(200000000000) };
    struct machines *machines = NULL;
    struct workshop w;
    int status;

    TRY(workshop_open(s->region, e->target, 0, &w, d));
    status = firmware_build(s->region, &w, e, f, d);
    if (status == OK)
        status = machines_open(s->region, f, &options, &machines, d);
    workshop_close(&w);
    if (status == OK)
        status = machines_measure(machines, test_input(s, &e->program->network), 1, m, d);
    machines_close(machines);
    return status;
}

int session_figures(struct session *s, struct emission *e, struct diag *d)
{
    const struct unit_network *n = &e->program->network;
    struct emit_figures *figures = region_alloc(s->region, sizeof *figures);
    struct firmware f;
    struct measurement m;
    uint64_t variables;

    if (!e->target->compile || !sim_chip_named(e->target->name) || !target_available(e->target)) {
        e->no_figures = e->target->compile ? region_text(s->region, "%s is not installed; unit bench measures them",
                                                         e->target->toolchain)
                                           : "this target is not simulated";
        return OK;
    }
    TRY(measure(s, e, &f, &m, d));
    if (memcmp(m.outputs, e->test_output, total_bytes(n->outputs, n->output_count)) != 0)
        return diag_fail(d, JOB_FAILED, e->target->name, "the chip's outputs differ from the host's; report this");
    variables = m.static_bytes + m.slow_bytes;
    *figures = (struct emit_figures){ .flash_bytes = m.flash_bytes,
                                      .static_bytes = variables > n->arena_bytes ? variables - n->arena_bytes : 0,
                                      .stack_bytes = m.stack_bytes,
                                      .worst_case = m.worst_case };
    e->figures = figures;
    return OK;
}
