/* bench_print.c - the figures of unit bench as tables and as JSON. */
#include "cmd/bench.h"

#include <stdio.h>
#include <stdlib.h>

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

static uint64_t most(struct region *r, const struct measurement *m)
{
    return quantile(r, m, 1);
}

/* Worst cases are put together from single layers; a sample cannot be above that, but rounding of what lies between
 * the layers. */
static uint64_t worst_case(struct region *r, const struct measurement *m)
{
    uint64_t seen = most(r, m);

    return m->worst_case > seen ? m->worst_case : seen;
}

/* The clock that times are stated at: with wait states the one that needs them. */
static uint32_t clock_of(const struct bench *b)
{
    const struct target *t = b->target;

    return b->session->cli->wait_states && t->waiting_clock_hz ? t->waiting_clock_hz : t->clock_hz;
}

static double milliseconds(const struct bench *b, double cycles)
{
    return 1e3 * cycles / clock_of(b);
}

static double energy_uj(const struct bench *b, double cycles)
{
    return cycles * b->target->cycle_nj / 1e3;
}

static uint64_t ram_total(const struct side *s)
{
    return s->m.static_bytes + s->m.slow_bytes + s->m.stack_bytes;
}

static double accuracy(const struct side *s)
{
    return (double)s->correct / (double)s->m.samples;
}

static uint64_t layer_macs(const struct side *side, int step)
{
    int mac = side->program->steps[step].mac;

    return mac >= 0 ? side->program->layers[mac].dense : 0;
}

static json_t *real_or_null(int known, double value)
{
    return known ? json_real(value) : json_null();
}

static json_t *layers_json(const struct bench *b, const struct side *side)
{
    json_t *layers = json_array();

    for (int i = 0; i < side->program->step_count; i++) {
        const struct step *s = &side->program->steps[i];
        uint64_t macs = layer_macs(side, i);
        json_array_append_new(
            layers, json_pack("{s:i, s:o, s:s, s:I, s:f, s:o}", "index", s->node->index, "name",
                              json_text(layer_name(&b->session->graph, s->node)), "op", op_name(s->node->op), "macs",
                              (json_int_t)macs, "cycles", side->m.step_cycles[i], "cycles_per_dense_mac",
                              real_or_null(macs != 0, macs ? side->m.step_cycles[i] / (double)macs : 0)));
    }
    return layers;
}

/* Cycles lost to memory, and the bounds if every access hit the cache and if none did. */
static json_t *waits_json(const struct bench *b, const struct measurement *m)
{
    uint64_t states = b->session->cli->wait_states;
    double hits = mean(m) - m->wait_cycles;

    if (!states)
        return json_null();
    return json_pack("{s:I, s:f, s:f, s:f}", "states", (json_int_t)states, "cycles", m->wait_cycles, "all_hit", hits,
                     "none_hit", hits + (double)states * m->wait_accesses);
}

/* What dense and plan have alike. */
static void add_figures(json_t *j, const struct bench *b, const struct side *s)
{
    double cycles = mean(&s->m);
    uint64_t arena = s->program->network.arena_bytes, constants = s->firmware.emitted.sizes.parameter_bytes;
    uint64_t variables = s->m.static_bytes + s->m.slow_bytes;

    json_object_set_new(j, "accuracy", real_or_null(b->in->labels != NULL, accuracy(s)));
    json_object_set_new(j, "milliseconds", real_or_null(clock_of(b) != 0, clock_of(b) ? milliseconds(b, cycles) : 0));
    json_object_set_new(j, "energy_uj", real_or_null(b->target->cycle_nj > 0, energy_uj(b, cycles)));
    json_object_set_new(j, "flash_bytes",
                        json_pack("{s:I, s:I, s:I}", "total", (json_int_t)s->m.flash_bytes, "code",
                                  (json_int_t)(s->m.flash_bytes - constants), "parameters", (json_int_t)constants));
    json_object_set_new(j, "ram_bytes",
                        json_pack("{s:I, s:I, s:I, s:I}", "total", (json_int_t)ram_total(s), "arena", (json_int_t)arena,
                                  "static", (json_int_t)(variables > arena ? variables - arena : 0), "stack",
                                  (json_int_t)s->m.stack_bytes));
    json_object_set_new(j, "macs", json_macs(&s->macs));
}

static json_t *cycles_json(const struct bench *b, const struct side *s)
{
    struct region *r = b->session->region;

    return json_pack("{s:f, s:I, s:I, s:f, s:I}", "mean", mean(&s->m), "p99", (json_int_t)quantile(r, &s->m, 0.99),
                     "max", (json_int_t)most(r, &s->m), "dense_mean",
                     mean(b->session->has_plan ? &b->dense.m : &b->own.m), "worst_case",
                     (json_int_t)worst_case(r, &s->m));
}

static json_t *dense_json(const struct bench *b)
{
    json_t *j;

    if (!b->session->has_plan)
        return json_null();
    j = json_pack("{s:o}", "cycles", cycles_json(b, &b->dense));
    add_figures(j, b, &b->dense);
    json_object_set_new(j, "layers", layers_json(b, &b->dense));
    return j;
}

static void add_chip(json_t *j, const struct bench *b)
{
    const struct side *s = &b->own;
    const struct target *t = b->target;
    int drop = b->session->has_plan && b->in->labels;

    json_object_set_new(j, "target", json_string(t->name));
    json_object_set_new(j, "error", b->refused ? json_text(b->refused) : json_null());
    if (b->refused)
        return;
    json_object_set_new(j, "clock_hz", clock_of(b) ? json_integer(clock_of(b)) : json_null());
    json_object_set_new(j, "samples", json_integer((json_int_t)s->m.samples));
    json_object_set_new(j, "outputs_equal", json_boolean(!s->differing && !b->dense.differing));
    json_object_set_new(j, "drop", real_or_null(drop, drop ? 100 * (accuracy(&b->dense) - accuracy(s)) : 0));
    json_object_set_new(j, "cycles", cycles_json(b, s));
    json_object_set_new(j, "energy_source", t->energy_source ? json_string(t->energy_source) : json_null());
    add_figures(j, b, s);
    json_object_set_new(j, "waits", waits_json(b, &s->m));
    json_object_set_new(j, "hazard3_cycles", real_or_null(s->m.model_cycles > 0, s->m.model_cycles));
    json_object_set_new(
        j, "simulation",
        json_pack("{s:I, s:f}", "instructions", (json_int_t)s->m.instructions, "seconds", s->m.seconds));
    json_object_set_new(j, "layers", layers_json(b, s));
    json_object_set_new(j, "dense", dense_json(b));
}

void bench_print_json(const struct bench *list, int count, int all)
{
    json_t *document = session_json(list->session, "unit.bench/1"), *targets = json_array();

    for (int i = 0; all && i < count; i++) {
        json_t *chip = json_object();
        add_chip(chip, &list[i]);
        json_array_append_new(targets, chip);
    }
    if (all)
        json_object_set(document, "targets", targets);
    else
        add_chip(document, list);
    json_decref(targets);
    json_print(document);
}

static void add_accuracy(const struct bench *b, struct table *t, const struct side *s)
{
    if (b->in->labels)
        table_format(t, "%.2f", 100 * accuracy(s));
    else
        table_text(t, "-");
    if (b->in->labels && s != &b->dense && b->session->has_plan)
        table_format(t, "%.2f", 100 * (accuracy(&b->dense) - accuracy(s)));
    else
        table_text(t, "-");
}

static void add_side(const struct bench *b, struct table *t, const char *name, const struct side *s)
{
    double cycles = mean(&s->m);

    table_text(t, name);
    add_accuracy(b, t, s);
    table_number(t, s->macs.executed / s->m.samples);
    table_number(t, (uint64_t)(cycles + 0.5));
    if (clock_of(b))
        table_format(t, "%.1f", milliseconds(b, cycles));
    else
        table_text(t, "-");
    if (b->target->cycle_nj > 0)
        table_format(t, "%.0f", energy_uj(b, cycles));
    else
        table_text(t, "-");
    table_number(t, s->m.flash_bytes);
    table_number(t, ram_total(s));
}

static void add_sides(const struct bench *b, struct table *t, int with_target)
{
    if (b->session->has_plan) {
        if (with_target)
            table_text(t, b->target->name);
        add_side(b, t, "dense", &b->dense);
    }
    if (with_target)
        table_text(t, b->target->name);
    add_side(b, t, b->session->has_plan ? "plan" : "dense", &b->own);
}

static void print_layers(const struct bench *b)
{
    static const char *const headings[] = { "layer", "<name", "<operator", "MACs", "cycles", "a MAC", NULL };
    struct table *t = table_new(b->session->region, headings);
    const struct side *side = &b->own;

    for (int i = 0; i < side->program->step_count; i++) {
        const struct step *s = &side->program->steps[i];
        uint64_t macs = layer_macs(side, i);
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

/* A network's figures beyond the mean, in a second table: together they are wider than a line. */
static void add_details(const struct bench *b, struct table *t, const char *name, const struct side *s)
{
    struct region *r = b->session->region;
    uint64_t arena = s->program->network.arena_bytes, constants = s->firmware.emitted.sizes.parameter_bytes;
    uint64_t variables = s->m.static_bytes + s->m.slow_bytes;

    table_text(t, name);
    table_number(t, quantile(r, &s->m, 0.99));
    table_number(t, most(r, &s->m));
    table_number(t, worst_case(r, &s->m));
    table_number(t, s->m.flash_bytes - constants);
    table_number(t, constants);
    table_number(t, arena);
    table_number(t, variables > arena ? variables - arena : 0);
    table_number(t, s->m.stack_bytes);
}

static void print_details(const struct bench *b)
{
    static const char *const headings[] = { "<network",  "p99",   "most seen", "worst case", "code",
                                            "constants", "arena", "static",    "stack",      NULL };
    struct table *t = table_new(b->session->region, headings);

    if (b->session->has_plan)
        add_details(b, t, "dense", &b->dense);
    add_details(b, t, b->session->has_plan ? "plan" : "dense", &b->own);
    table_print(t, stdout);
}

static void print_waits(const struct bench *b)
{
    const struct measurement *m = &b->own.m;
    double hits = mean(m) - m->wait_cycles;
    uint64_t states = b->session->cli->wait_states;

    if (states)
        printf("waits: %.0f of the cycles; %.0f cycles if every access hit the cache, %.0f if none did\n",
               m->wait_cycles, hits, hits + (double)states * m->wait_accesses);
}

static void print_model(const struct bench *b)
{
    const struct measurement *own = &b->own.m, *dense = &b->dense.m;

    if (own->model_cycles > 0 && b->session->has_plan)
        printf("on Hazard3, the core of RP2350: dense %.0f cycles, plan %.0f\n", dense->model_cycles,
               own->model_cycles);
    else if (own->model_cycles > 0)
        printf("on Hazard3, the core of RP2350: %.0f cycles\n", own->model_cycles);
}

static const char *const network_headings[] = { "=target", "=network", "right %", "drop", "MACs", "cycles",
                                                "ms",      "uJ",       "flash",   "RAM",  NULL };

void bench_print_text(const struct bench *b)
{
    struct table *t = table_new(b->session->region, network_headings + 1);

    printf("%s on %s", b->session->cli->model, target_label(b->target));
    if (clock_of(b))
        printf(" at %u MHz", clock_of(b) / 1000000);
    printf(": %zu samples, outputs %s\n\n", b->own.m.samples,
           b->own.differing || b->dense.differing ? "DIFFER from the host's" : "equal the host's to the byte");
    add_sides(b, t, 0);
    table_print(t, stdout);
    putchar('\n');
    print_details(b);
    print_waits(b);
    print_model(b);
    if (b->target->counts)
        printf("cycles: %s\n", b->target->counts);
    if (b->target->energy_source)
        printf("energy: %s\n", b->target->energy_source);
    putchar('\n');
    print_layers(b);
}

void bench_print_all(const struct bench *list, int count)
{
    struct table *t = table_new(list->session->region, network_headings);
    int differing = 0;

    for (int i = 0; i < count; i++) {
        differing |= list[i].own.differing || list[i].dense.differing;
        if (!list[i].refused)
            add_sides(&list[i], t, 1);
    }
    printf("%s: %zu samples, outputs %s\n\n", list->session->cli->model, list->in->count,
           differing ? "DIFFER from the host's" : "equal the host's to the byte");
    table_print(t, stdout);
    for (int i = 0; i < count; i++)
        if (list[i].target->counts)
            printf("%s: cycles are %s\n", list[i].target->name, list[i].target->counts);
    for (int i = 0; i < count; i++)
        if (list[i].refused)
            printf("\nnot measured: %s\n", list[i].refused);
}
