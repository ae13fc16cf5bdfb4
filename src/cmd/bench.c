/* bench.c - unit bench: a network on a simulated chip, or on all: cycles, time, energy, memory; dense beside the plan.
 */
#include "cmd/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/progress.h"
#include "calibrate/calibrate.h"
#include "port/port.h"
#include "run/evaluate.h"

/* What this machine computes for the samples: a program that calls the chip's functions. */
static int host_program(struct bench *b, const struct plan *plan, struct program **out, struct diag *d)
{
    *out = region_alloc(b->session->region, sizeof **out);
    if (plan)
        **out = b->session->program;
    else
        TRY(session_dense(b->session, *out, d));
    port_own_functions(*out);
    return OK;
}

/* Compares the outputs of one sample, and leaves the chip's in the engine for its class. */
static int same_outputs(const struct engine *e, const uint8_t *chip)
{
    const struct unit_network *n = &engine_program(e)->network;
    int same = 1;

    for (int i = 0; i < n->output_count; chip += n->outputs[i++].bytes) {
        uint8_t *own = engine_arena(e, 0) + n->outputs[i].at;
        same &= memcmp(own, chip, n->outputs[i].bytes) == 0;
        memcpy(own, chip, n->outputs[i].bytes);
    }
    return same;
}

/* Runs the samples on this machine, which also counts MACs, and compares what the chip gave. */
static int compare(struct bench *b, struct side *side, const struct plan *plan, struct diag *d)
{
    const struct inputs *in = b->in;
    struct program *p = NULL;
    struct mac_counts *counts;
    struct engine *e;
    size_t out_bytes = 0;

    TRY(host_program(b, plan, &p, d));
    e = engine_new(b->session->region, p, KERNELS_FAST, 1);
    counts = region_array(b->session->region, (size_t)p->layer_count, sizeof *counts);
    engine_count(e);
    for (int i = 0; i < p->network.output_count; i++)
        out_bytes += p->network.outputs[i].bytes;
    for (size_t s = 0; s < in->count; s++) {
        const uint8_t *sample = in->data + s * in->sample_bytes;
        for (int i = 0; i < p->network.input_count; sample += p->network.inputs[i++].bytes)
            engine_feed(e, 0, i, sample);
        engine_run(e, 0, 0, p->step_count, counts);
        side->differing += !same_outputs(e, side->m.outputs + s * out_bytes);
        side->correct += in->labels && evaluate_class(e, 0) == in->labels[s];
    }
    side->macs = mac_total(counts, p->layer_count);
    if (!plan) /* the dense kernels execute what is zero as well */
        side->macs = (struct mac_counts){ .dense = side->macs.dense, .executed = side->macs.dense };
    return OK;
}

static struct bench_options options_of(const struct cli *c, const struct inputs *in)
{
    struct bench_options options = { .threads = cli_threads(c), .cycle_limit = UINT64_C(200000000000) };

    options.sim.wait_states = (int)c->wait_states;
    options.sim.extra_memory = c->extra_memory;
    options.sim.hazard3 = 1;
    if ((size_t)options.threads > in->count)
        options.threads = (int)in->count;
    return options;
}

/* Builds the firmware and loads it. */
static int build(struct bench *b, const struct workshop *w, struct side *side, const struct plan *plan, struct diag *d)
{
    struct session *s = b->session;
    struct bench_options options = options_of(s->cli, b->in);

    side->program = region_alloc(s->region, sizeof *side->program);
    TRY(session_packed(s, plan, b->target, side->program, d));
    side->emission = session_emission(s, plan, side->program, b->target, "net", "");
    side->emission.any_size = s->cli->extra_memory;
    TRY(firmware_build(s->region, w, &side->emission, &side->firmware, d));
    return machines_open(s->region, &side->firmware, &options, &side->machines, d);
}

static int build_sides(struct bench *b, const struct plan *plan, struct diag *d)
{
    struct workshop w;
    int status;

    TRY(workshop_open(b->session->region, b->target, b->session->cli->extra_memory, &w, d));
    status = build(b, &w, &b->own, plan, d);
    if (status == OK && plan)
        status = build(b, &w, &b->dense, NULL, d);
    if (!getenv("UNIT_KEEP_FIRMWARE"))
        workshop_close(&w);
    return status;
}

static int measure(struct bench *b, struct side *side, const struct plan *plan, struct diag *d)
{
    int status;

    progress_start(b->target->name, b->in->count);
    status = machines_measure(side->machines, b->in->data, b->in->count, &side->m, d);
    progress_end();
    return status == OK ? compare(b, side, plan, d) : status;
}

/* The plan, and dense beside it. */
static int run_chip(struct bench *b, struct diag *d)
{
    const struct plan *plan = b->session->has_plan ? &b->session->plan : NULL;
    int status = build_sides(b, plan, d);

    if (status == OK)
        status = measure(b, &b->own, plan, d);
    if (status == OK && plan)
        status = measure(b, &b->dense, NULL, d);
    machines_close(b->own.machines);
    machines_close(b->dense.machines);
    return status;
}

static int simulated(const struct target *t)
{
    return t->compile && sim_chip_named(t->name);
}

/* The chips of unit targets that are simulated, or the one that --target names. */
static int choose(const struct cli *c, struct bench *list, int *count, struct diag *d)
{
    const struct target *one = NULL;
    int all = c->target && strcmp(c->target, "all") == 0;

    if (all && c->multiplier > 1)
        return diag_fail(d, BAD_USAGE, "--multiplier", "it goes with one chip; name it with --target");
    if (!all)
        TRY(session_target(c, &one, d));
    if (!all && (!one || !simulated(one)))
        return diag_fail(d, BAD_USAGE, "--target", "give a chip to simulate, or all: %s", target_names());
    if (!all)
        list[(*count)++].target = one;
    for (const struct target *const *t = target_all(); all && *t; t++)
        if (simulated(*t))
            list[(*count)++].target = *t;
    return OK;
}

/* Several arrays to samples that hold one of each. */
static int join_inputs(struct session *s, struct inputs *out, struct diag *d)
{
    const struct cli *c = s->cli;
    struct inputs parts[CLI_LIST_MAX];
    size_t at = 0;
    uint8_t *data;

    if (c->input.count != s->graph.input_count)
        return diag_fail(d, BAD_USAGE, "--input", "the network has %d inputs, %d are given; name one file for each",
                         s->graph.input_count, c->input.count);
    *out = (struct inputs){ .count = SIZE_MAX };
    for (int i = 0; i < c->input.count; i++) {
        struct array a;
        TRY(npy_read(s->region, c->input.item[i], &a, d));
        TRY(inputs_fit_array(s->region, &s->program, i, &a, c->input.item[i], &parts[i], d));
        out->sample_bytes += parts[i].sample_bytes;
        if (parts[i].count < out->count)
            out->count = parts[i].count;
    }
    out->data = data = region_array(s->region, out->count, out->sample_bytes);
    for (size_t k = 0; k < out->count; k++)
        for (int i = 0; i < c->input.count; at += parts[i++].sample_bytes)
            memcpy(data + at, parts[i].data + k * parts[i].sample_bytes, parts[i].sample_bytes);
    return OK;
}

static int read_samples(struct session *s, struct inputs *out, struct diag *d)
{
    if (!s->cli->input.count)
        return session_data(s, out, d);
    if (s->cli->data)
        return diag_fail(d, BAD_USAGE, "--input", "it does not go with --data; give one of them");
    return join_inputs(s, out, d);
}

/* With --target all a chip may be refused; the others count all the same. */
static int run_all(struct bench *list, int count, struct diag *d)
{
    int ran = 0;

    for (int i = 0; i < count; i++) {
        struct diag own = { 0 };
        int status = run_chip(&list[i], &own);
        ran += status == OK;
        if (status != OK && status != INTERRUPTED)
            list[i].refused = region_text(list[i].session->region, "%s", own.message);
        diag_clear(&own);
        if (status == INTERRUPTED)
            return status;
    }
    return ran ? OK : diag_fail(d, JOB_FAILED, "--target", "no chip could be measured: %s", list[0].refused);
}

static int verdict(const struct bench *list, int count, struct diag *d)
{
    for (int i = 0; i < count; i++)
        if (list[i].own.differing || list[i].dense.differing)
            return diag_fail(d, JOB_FAILED, list[i].target->name,
                             "outputs of %zu samples differ from the host's; report this",
                             list[i].own.differing + list[i].dense.differing);
    return OK;
}

static int bench(struct session *s, struct diag *d)
{
    struct bench list[16] = { { 0 } };
    struct inputs in = { 0 };
    int count = 0, all = s->cli->target && strcmp(s->cli->target, "all") == 0;

    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        list[i].session = s, list[i].in = &in;
    TRY(choose(s->cli, list, &count, d));
    TRY(session_open(s->cli, s, d));
    TRY(read_samples(s, &in, d));
    TRY(all ? run_all(list, count, d) : run_chip(&list[0], d));
    if (s->cli->json)
        bench_print_json(list, count, all);
    else if (all)
        bench_print_all(list, count);
    else
        bench_print_text(&list[0]);
    return verdict(list, count, d);
}

/* The table on stdout, how well it fits on stderr. */
static int calibrate(const struct cli *c, struct diag *d)
{
    const struct target *t;

    TRY(session_target(c, &t, d));
    if (!t || !simulated(t))
        return diag_fail(d, BAD_USAGE, "--target", "give a chip to simulate: %s", target_names());
    if (t->multiply_cycles)
        return diag_fail(d, BAD_USAGE, "--multiplier", "there is no table of costs for it; leave it out");
    return calibrate_costs(t, stdout, c->quiet ? NULL : stderr, d);
}

int cmd_bench(const struct cli *c, struct diag *d)
{
    struct session s = { .cli = c };
    int status = c->calibrate_costs ? calibrate(c, d) : bench(&s, d);

    session_close(&s);
    return status;
}
