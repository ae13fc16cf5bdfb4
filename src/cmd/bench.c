/* bench.c - unit bench: a network on a simulated chip: cycles, time, energy, memory; dense beside the plan. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/parallel.h"
#include "base/progress.h"
#include "bench/bench.h"
#include "cmd/emission.h"
#include "run/evaluate.h"

/* One network (dense or by the plan) on one chip. */
struct side {
    struct program *program;
    struct emission emission;
    struct firmware firmware;
    struct measurement m;
    uint64_t correct;
    size_t differing; /* samples whose output is not the host's */
    uint64_t executed;
};

struct bench {
    struct session *session;
    const struct target *target;
    struct inputs in;
    struct workshop workshop;
    struct side own, dense; /* dense: only with a plan */
};

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

static double mean(const struct measurement *m)
{
    double sum = 0;

    for (size_t i = 0; i < m->samples; i++)
        sum += (double)m->cycles[i];
    return m->samples ? sum / (double)m->samples : 0;
}

/* The value that `share` of the samples do not exceed. */
static uint64_t quantile(struct region *r, const struct measurement *m, double share)
{
    uint64_t *sorted = region_copy(r, m->cycles, m->samples * sizeof *sorted);
    size_t at = (size_t)(share * (double)m->samples);

    qsort(sorted, m->samples, sizeof *sorted, by_value);
    return m->samples ? sorted[at < m->samples ? at : m->samples - 1] : 0;
}

/* Runs the samples on this machine, which also counts MACs, and compares what the chip gave. */
static int compare(struct bench *b, struct side *side, const struct plan *plan, struct diag *d)
{
    struct region *r = b->session->region;
    struct program dense, *p = plan ? &b->session->program : &dense;
    struct mac_counts *counts, total;
    const struct unit_port *out;
    struct engine *e;

    if (!plan)
        TRY(session_dense(b->session, &dense, d));
    e = engine_new(r, p, KERNELS_FAST, 1);
    out = &p->network.outputs[0];
    counts = region_array(r, (size_t)p->layer_count, sizeof *counts);
    engine_count(e);
    for (size_t i = 0; i < b->in.count; i++) {
        engine_feed(e, 0, 0, b->in.data + i * b->in.sample_bytes);
        engine_run(e, 0, 0, p->step_count, counts);
        side->differing += memcmp(engine_arena(e, 0) + out->at, side->m.outputs + i * out->bytes, out->bytes) != 0;
        memcpy(engine_arena(e, 0) + out->at, side->m.outputs + i * out->bytes, out->bytes);
        side->correct += b->in.labels && evaluate_class(e, 0) == b->in.labels[i];
    }
    total = mac_total(counts, p->layer_count);
    side->executed = total.executed;
    return OK;
}

static int needs_more_memory(const struct bench *b, const struct program *p)
{
    return p->network.arena_bytes + 2048 > b->target->ram_bytes && b->target->ram_bytes &&
           !b->target->slow_memory_section;
}

static int run_side(struct bench *b, struct side *side, const struct plan *plan, struct diag *d)
{
    struct session *s = b->session;
    struct bench_options options = { .threads = cli_threads(s->cli), .cycle_limit = UINT64_C(20000000000) };
    int status;

    options.sim.slow_multiplier = s->cli->multiplier == 32;
    options.sim.wait_states = (int)s->cli->wait_states;
    options.sim.extra_memory = s->cli->extra_memory;
    side->program = region_alloc(s->region, sizeof *side->program);
    TRY(session_packed(s, plan, b->target, side->program, d));
    if (needs_more_memory(b, side->program) && !s->cli->extra_memory)
        return diag_fail(
            d, JOB_FAILED, b->target->name,
            "the arena of %u bytes needs more RAM than its %llu bytes; choose another chip, or --extra-memory to "
            "measure all the same",
            side->program->network.arena_bytes, (unsigned long long)b->target->ram_bytes);
    side->emission = session_emission(s, plan, side->program, b->target, "net", "");
    status = firmware_build(s->region, &b->workshop, &side->emission, &side->firmware, d);
    if (status == OK) {
        progress_start(plan ? "simulating the plan" : "simulating", b->in.count);
        status = measure(s->region, &side->firmware, b->in.data, b->in.count, &options, &side->m, d);
        progress_end();
    }
    return status == OK ? compare(b, side, plan, d) : status;
}

/* The plan, and dense beside it. */
static int run_sides(struct bench *b, struct diag *d)
{
    struct session *s = b->session;
    int status = OK;

    TRY(workshop_open(s->region, b->target, s->cli->extra_memory, &b->workshop, d));
    if (s->has_plan)
        status = run_side(b, &b->dense, NULL, d);
    if (status == OK)
        status = run_side(b, &b->own, s->has_plan ? &s->plan : NULL, d);
    if (!getenv("UNIT_KEEP_FIRMWARE"))
        workshop_close(&b->workshop);
    return status;
}

static json_t *layers_json(const struct bench *b, const struct side *side)
{
    json_t *layers = json_array();

    for (int i = 0; i < side->program->step_count; i++) {
        const struct step *s = &side->program->steps[i];
        uint64_t macs = s->mac >= 0 ? side->program->layers[s->mac].dense : 0;
        json_t *row = json_pack("{s:i, s:o, s:s, s:f}", "index", s->node->index, "name",
                                json_text(layer_name(&b->session->graph, s->node)), "op", op_name(s->node->op),
                                "cycles", side->m.step_cycles[i]);
        json_object_set_new(row, "cycles_per_dense_mac",
                            macs ? json_real(side->m.step_cycles[i] / (double)macs) : json_null());
        json_array_append_new(layers, row);
    }
    return layers;
}

static json_t *real_or_null(int known, double value)
{
    return known ? json_real(value) : json_null();
}

static void print_json(const struct bench *b)
{
    struct region *r = b->session->region;
    const struct side *s = &b->own;
    const struct target *t = b->target;
    json_t *j = session_json(b->session, "unit.bench/1");
    double cycles = mean(&s->m);
    uint64_t stack = s->m.stack_bytes, arena = s->program->network.arena_bytes;
    uint64_t fixed = s->m.static_bytes + s->m.slow_bytes;

    json_object_set_new(j, "target", json_string(t->name));
    json_object_set_new(j, "clock_hz", t->clock_hz ? json_integer(t->clock_hz) : json_null());
    json_object_set_new(j, "samples", json_integer((json_int_t)s->m.samples));
    json_object_set_new(j, "accuracy", real_or_null(b->in.labels != NULL, (double)s->correct / (double)s->m.samples));
    json_object_set_new(j, "outputs_equal", json_boolean(!s->differing && !b->dense.differing));
    json_object_set_new(j, "cycles",
                        json_pack("{s:f, s:I, s:I, s:f, s:n}", "mean", cycles, "p99",
                                  (json_int_t)quantile(r, &s->m, 0.99), "max", (json_int_t)quantile(r, &s->m, 1),
                                  "dense_mean", b->session->has_plan ? mean(&b->dense.m) : cycles, "worst_case"));
    json_object_set_new(j, "milliseconds",
                        real_or_null(t->clock_hz != 0, t->clock_hz ? 1e3 * cycles / t->clock_hz : 0));
    json_object_set_new(j, "energy_uj", real_or_null(t->cycle_nj > 0, cycles * t->cycle_nj / 1e3));
    json_object_set_new(j, "energy_source", t->energy_source ? json_string(t->energy_source) : json_null());
    json_object_set_new(j, "flash_bytes",
                        json_pack("{s:I, s:I, s:I}", "total", (json_int_t)s->m.flash_bytes, "code",
                                  (json_int_t)(s->m.flash_bytes - s->firmware.emitted.sizes.parameter_bytes),
                                  "parameters", (json_int_t)s->firmware.emitted.sizes.parameter_bytes));
    json_object_set_new(j, "ram_bytes",
                        json_pack("{s:I, s:I, s:I, s:I}", "total", (json_int_t)(fixed + stack), "arena",
                                  (json_int_t)arena, "static", (json_int_t)(fixed > arena ? fixed - arena : 0), "stack",
                                  (json_int_t)stack));
    json_object_set_new(j, "macs_executed", json_integer((json_int_t)s->executed));
    json_object_set_new(j, "layers", layers_json(b, s));
    json_print(j);
}

static void add_side(const struct bench *b, struct table *t, const char *name, const struct side *s)
{
    double cycles = mean(&s->m);
    uint64_t fixed = s->m.static_bytes + s->m.slow_bytes;

    table_text(t, name);
    if (b->in.labels)
        table_format(t, "%.2f", 100.0 * (double)s->correct / (double)s->m.samples);
    else
        table_text(t, "-");
    table_number(t, s->executed / s->m.samples);
    table_number(t, (uint64_t)(cycles + 0.5));
    if (b->target->clock_hz)
        table_format(t, "%.1f", 1e3 * cycles / b->target->clock_hz);
    else
        table_text(t, "-");
    if (b->target->cycle_nj > 0)
        table_format(t, "%.0f", cycles * b->target->cycle_nj / 1e3);
    else
        table_text(t, "-");
    table_number(t, s->m.flash_bytes);
    table_number(t, fixed + s->m.stack_bytes);
}

static void print_layers(const struct bench *b, const struct side *side)
{
    static const char *const headings[] = { "layer", "<name", "<operator", "MACs", "cycles", "a MAC", NULL };
    struct table *t = table_new(b->session->region, headings);

    for (int i = 0; i < side->program->step_count; i++) {
        const struct step *s = &side->program->steps[i];
        uint64_t macs = s->mac >= 0 ? side->program->layers[s->mac].dense : 0;
        table_format(t, "%d", s->node->index);
        table_text(t, layer_label(b->session->region, &b->session->graph, s->node));
        table_text(t, op_name(s->node->op));
        table_number(t, macs);
        table_number(t, (uint64_t)(side->m.step_cycles[i] + 0.5));
        if (macs)
            table_format(t, "%.2f", side->m.step_cycles[i] / (double)macs);
        else
            table_text(t, "");
    }
    table_print(t, stdout);
}

static void print_text(const struct bench *b)
{
    static const char *const headings[] = {
        "<network", "accuracy", "MACs", "cycles", "ms", "uJ", "flash", "RAM", NULL
    };
    struct region *r = b->session->region;
    struct table *t = table_new(r, headings);
    const struct side *s = &b->own;

    printf("%s on %s", b->session->cli->model, b->target->name);
    if (b->target->clock_hz)
        printf(" at %u MHz", b->target->clock_hz / 1000000);
    printf(": %zu samples, outputs %s\n\n", s->m.samples,
           s->differing || b->dense.differing ? "DIFFER from the host's" : "equal the host's to the byte");
    if (b->session->has_plan)
        add_side(b, t, "dense", &b->dense);
    add_side(b, t, b->session->has_plan ? "plan" : "dense", s);
    table_print(t, stdout);
    printf("\ncycles: p99 %llu, most %llu.  stack %llu bytes, arena %u.  flash: code %llu, constants %llu\n",
           (unsigned long long)quantile(r, &s->m, 0.99), (unsigned long long)quantile(r, &s->m, 1),
           (unsigned long long)s->m.stack_bytes, s->program->network.arena_bytes,
           (unsigned long long)(s->m.flash_bytes - s->firmware.emitted.sizes.parameter_bytes),
           (unsigned long long)s->firmware.emitted.sizes.parameter_bytes);
    if (b->target->energy_source)
        printf("energy: %s\n", b->target->energy_source);
    printf("\n");
    print_layers(b, s);
}

static int bench(struct session *s, struct diag *d)
{
    struct bench b = { .session = s };

    TRY(session_target(s->cli, &b.target, d));
    if (!b.target || !b.target->simulator || !b.target->port)
        return diag_fail(d, BAD_USAGE, "--target", "give a chip to simulate: %s", target_names());
    TRY(session_open(s->cli, s, d));
    TRY(session_data(s, &b.in, d));
    TRY(run_sides(&b, d));
    if (s->cli->json)
        print_json(&b);
    else
        print_text(&b);
    if (b.own.differing || b.dense.differing)
        return diag_fail(d, JOB_FAILED, b.target->name, "outputs of %zu samples differ from the host's; report this",
                         b.own.differing + b.dense.differing);
    return OK;
}

int cmd_bench(const struct cli *c, struct diag *d)
{
    struct session s = { .cli = c };
    int status = bench(&s, d);

    session_close(&s);
    return status;
}
