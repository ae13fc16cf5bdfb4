/* calibrate.c - random networks through the simulator; their runs, kernel by kernel, to the fit. */
#include "calibrate/calibrate.h"

#include <string.h>

#include "base/interrupt.h"
#include "base/progress.h"
#include "bench/bench.h"
#include "calibrate/fit.h"
#include "calibrate/network.h"
#include "cost/cost.h"
#include "layout/layout.h"

enum { KERNELS_MAX = 64, RUNS_MAX = 2048, LAYERS_MAX = 60, TOGETHER = 10 };

/* Runs of one kernel. */
struct measured {
    unit_kernel *kernel;
    int fully_connected;
    struct observation runs[RUNS_MAX];
    size_t count;
};

struct calibration {
    struct region *region;
    const struct target *target;
    struct port port; /* with or without the kernels that batches leave out */
    struct workshop workshop;
    struct measured *kernels; /* [KERNELS_MAX] */
    int kernel_count, layer_count;
};

/* Floats of a layer: what the chip's compiler has to bring for them. */
enum floats { NO_FLOATS, MOVED_FLOATS, SINGLES, DOUBLES };

/* What is measured, and how many layers of each. plain: without the kernels that a port has for most layers, but not
 * for all. */
static const struct {
    enum op op;
    enum way way;
    int pooled, plain, layers;
    enum floats floats;
} batches[] = {
    { OP_CONV_2D, WAY_DENSE, 0, 0, 40, NO_FLOATS },
    { OP_CONV_2D, WAY_DENSE, 1, 0, 30, NO_FLOATS },
    { OP_CONV_2D, WAY_DENSE, 0, 1, 20, NO_FLOATS },
    { OP_CONV_2D, WAY_DENSE, 1, 1, 10, NO_FLOATS },
    { OP_CONV_2D, WAY_ZEROSKIP, 0, 0, 40, NO_FLOATS },
    { OP_CONV_2D, WAY_ZEROSKIP, 1, 0, 20, NO_FLOATS },
    { OP_CONV_2D, WAY_ZEROSKIP, 0, 1, 20, NO_FLOATS },
    { OP_CONV_2D, WAY_PREFIX, 0, 0, 60, NO_FLOATS },
    { OP_CONV_2D, WAY_PREFIX, 1, 0, 30, NO_FLOATS },
    { OP_CONV_2D, WAY_PUBLISHED, 0, 0, 20, NO_FLOATS },
    { OP_CONV_2D, WAY_PUBLISHED, 1, 0, 10, NO_FLOATS },
    { OP_DEPTHWISE_CONV_2D, WAY_DENSE, 0, 0, 30, NO_FLOATS },
    { OP_DEPTHWISE_CONV_2D, WAY_DENSE, 0, 1, 20, NO_FLOATS },
    { OP_DEPTHWISE_CONV_2D, WAY_ZEROSKIP, 0, 0, 20, NO_FLOATS },
    { OP_DEPTHWISE_CONV_2D, WAY_ZEROSKIP, 0, 1, 20, NO_FLOATS },
    { OP_DEPTHWISE_CONV_2D, WAY_PREFIX, 0, 0, 30, NO_FLOATS },
    { OP_DEPTHWISE_CONV_2D, WAY_PUBLISHED, 0, 0, 20, NO_FLOATS },
    { OP_FULLY_CONNECTED, WAY_DENSE, 0, 0, 20, NO_FLOATS },
    { OP_FULLY_CONNECTED, WAY_DENSE, 0, 1, 20, NO_FLOATS },
    { OP_FULLY_CONNECTED, WAY_ZEROSKIP, 0, 0, 20, NO_FLOATS },
    { OP_FULLY_CONNECTED, WAY_ZEROSKIP, 0, 1, 20, NO_FLOATS },
    { OP_FULLY_CONNECTED, WAY_PREFIX, 0, 0, 20, NO_FLOATS },
    { OP_FULLY_CONNECTED, WAY_PUBLISHED, 0, 0, 20, NO_FLOATS },
    { OP_MAX_POOL_2D, WAY_DENSE, 0, 0, 20, NO_FLOATS },
    { OP_AVERAGE_POOL_2D, WAY_DENSE, 0, 0, 20, NO_FLOATS },
    { OP_ADD, WAY_DENSE, 0, 0, 20, NO_FLOATS },
    { OP_MUL, WAY_DENSE, 0, 0, 20, NO_FLOATS },
    { OP_MEAN, WAY_DENSE, 0, 0, 10, NO_FLOATS },
    { OP_PAD, WAY_DENSE, 0, 0, 10, NO_FLOATS },
    { OP_CONCATENATION, WAY_DENSE, 0, 0, 15, NO_FLOATS },
    { OP_SOFTMAX, WAY_DENSE, 0, 0, 20, NO_FLOATS },
    { OP_LOG_SOFTMAX, WAY_DENSE, 0, 0, 20, NO_FLOATS },
    { OP_LOG_SOFTMAX, WAY_DENSE, 0, 0, 10, DOUBLES },
    { OP_TRANSPOSE, WAY_DENSE, 0, 0, 10, NO_FLOATS },
    { OP_TRANSPOSE, WAY_DENSE, 0, 0, 10, MOVED_FLOATS },
    { OP_QUANTIZE, WAY_DENSE, 0, 0, 8, SINGLES },
    { OP_DEQUANTIZE, WAY_DENSE, 0, 0, 8, SINGLES },
    { OP_RELU, WAY_DENSE, 0, 0, 8, NO_FLOATS },
};

enum { BATCHES = sizeof batches / sizeof *batches };

static struct measured *measured_of(struct calibration *c, unit_kernel *kernel, int fully_connected)
{
    for (int i = 0; i < c->kernel_count; i++)
        if (c->kernels[i].kernel == kernel && c->kernels[i].fully_connected == fully_connected)
            return &c->kernels[i];
    c->kernels[c->kernel_count] = (struct measured){ .kernel = kernel, .fully_connected = fully_connected };
    return &c->kernels[c->kernel_count++];
}

static void add_run(struct calibration *c, unit_kernel *kernel, int full, const struct observation *run)
{
    struct measured *m = measured_of(c, kernel, full);

    if (m->count < RUNS_MAX)
        m->runs[m->count++] = *run;
}

/* A network in both forms. */
struct forms {
    struct program plain, packed;
};

static int lower_both(struct calibration *c, const struct recipe_network *n, struct forms *out, struct diag *d)
{
    const struct plan *plan = n->has_plan ? &n->plan : NULL;

    TRY(lower(c->region, &n->graph, plan, "calibration", &out->plain, d));
    TRY(layout_arena(c->region, &out->plain, "calibration", d));
    TRY(lower(c->region, &n->graph, plan, "calibration", &out->packed, d));
    port_lower(c->region, &out->packed, &c->port);
    port_own_functions(&out->packed);
    return layout_arena(c->region, &out->packed, "calibration", d);
}

static int build(struct calibration *c, const struct forms *f, struct firmware *out, struct diag *d)
{
    struct emission *e = region_alloc(c->region, sizeof *e);

    *e = (struct emission){ .program = &f->packed,
                            .target = c->target,
                            .port = &c->port,
                            .name = "net",
                            .model = "calibration",
                            .fingerprint = "calibration",
                            .path = "calibration",
                            .any_size = 1 };
    e->test_output = region_alloc(c->region, f->packed.network.outputs[0].bytes);
    return firmware_build(c->region, &c->workshop, e, out, d);
}

/* Counts one sample here and books what the chip took for it. */
static void book(struct calibration *c, const struct forms *f, const struct costing *costing, const struct engine *e,
                 const struct measurement *m, const uint8_t *sample, size_t number)
{
    int runs = costing_runs(costing), steps = f->packed.step_count;
    double *counts = region_array(c->region, (size_t)runs * COST_FEATURE_COUNT, sizeof *counts);
    const uint64_t *cycles = m->sample_steps + number * (size_t)steps;
    double rest = (double)m->cycles[number];

    costing_count(costing, e, 0, sample, counts);
    for (int i = 0; i < steps; i++) {
        struct observation run = { counts + i * COST_FEATURE_COUNT, (double)cycles[i], c->layer_count + i };
        add_run(c, f->packed.kernels[i].kernel, costing_is_full(costing, i), &run);
        rest -= (double)cycles[i];
    }
    if (number == 0)
        add_run(c, NULL, 0, &(struct observation){ counts + steps * COST_FEATURE_COUNT, rest, c->layer_count });
}

static int simulate(struct calibration *c, const struct firmware *firmware, const uint8_t *samples,
                    struct measurement *out, struct diag *d)
{
    struct bench_options options = { .threads = 1, .cycle_limit = 1000000000 };
    struct machines *machines = NULL;
    int status = machines_open(c->region, firmware, &options, &machines, d);

    if (status == OK)
        status = machines_measure(machines, samples, NETWORK_INPUTS, out, d);
    machines_close(machines);
    return status;
}

/* Every sample on the chip and here. */
static int measure_network(struct calibration *c, const struct recipe_network *n, struct forms *f, struct diag *d)
{
    struct firmware firmware;
    struct measurement m;
    struct engine *e = engine_new(c->region, &f->plain, KERNELS_FAST, 1);
    const struct costing *costing = costing_new(c->region, &f->plain, &f->packed, &c->port);
    size_t bytes = 0;
    uint8_t *samples;

    for (int i = 0; i < f->plain.network.input_count; i++)
        bytes += f->plain.network.inputs[i].bytes;
    samples = region_array(c->region, NETWORK_INPUTS, bytes);
    for (int i = 0; i < NETWORK_INPUTS; i++)
        network_input(n, i, (int8_t *)samples + (size_t)i * bytes);
    TRY(build(c, f, &firmware, d));
    TRY(simulate(c, &firmware, samples, &m, d));
    for (size_t i = 0; i < NETWORK_INPUTS; i++)
        book(c, f, costing, e, &m, samples + i * bytes, i);
    c->layer_count += f->packed.step_count;
    return OK;
}

/* Bytes of arena that leave room for as many again: the firmware holds inputs and outputs outside it, too. */
static uint32_t arena_most(const struct target *t)
{
    if (t->slow_memory_section)
        return 8000;
    return t->ram_bytes ? (uint32_t)(t->ram_bytes / 4) : 60000;
}

/* Measures the first of the recipes, as many as the chip holds at once; returns their number in *done. */
static int measure_some(struct calibration *c, const struct recipe *recipes, int count, int *done, struct diag *d)
{
    struct forms *f = region_alloc(c->region, sizeof *f);
    struct recipe_network n;

    for (*done = count < TOGETHER ? count : TOGETHER;; *done = (*done + 1) / 2) {
        network_make(c->region, recipes, *done, &n);
        TRY(lower_both(c, &n, f, d));
        if (*done == 1 || f->packed.network.arena_bytes <= arena_most(c->target))
            return measure_network(c, &n, f, d);
    }
}

/* 1 if most layers take kernels that others cannot. */
static int port_has_better(const struct port *p)
{
    return p->mpy || p->lanes || p->bytes || p->squares;
}

/* 1 if the chip has what the batch is about. */
static int is_there(const struct calibration *c, int batch)
{
    enum target_floats floats = c->target->floats;

    if (batches[batch].floats == DOUBLES)
        return floats == FLOATS_DOUBLE;
    if (batches[batch].floats == SINGLES)
        return floats != FLOATS_NONE;
    return !batches[batch].plain || port_has_better(&c->port);
}

static int measure_batch(struct calibration *c, int batch, struct diag *d)
{
    struct recipe recipes[LAYERS_MAX];

    for (int i = 0; i < batches[batch].layers; i++)
        recipes[i] = (struct recipe){ batches[batch].op, batches[batch].way, batches[batch].pooled,
                                      batches[batch].floats != NO_FLOATS, (uint64_t)(1000 * batch + i) };
    c->port = *port_named(c->target->port);
    if (!is_there(c, batch))
        return OK;
    if (batches[batch].plain)
        c->port.mpy = c->port.lanes = c->port.bytes = c->port.squares = 0;
    for (int i = 0, done; i < batches[batch].layers; i += done) {
        if (interrupt_requested())
            return INTERRUPTED;
        TRY(measure_some(c, recipes + i, batches[batch].layers - i, &done, d));
        for (int k = 0; k < done; k++)
            progress_tick();
    }
    return OK;
}

static int measure_batches(struct calibration *c, struct diag *d)
{
    size_t total = 0;
    int status = OK;

    for (int i = 0; i < BATCHES; i++)
        total += (size_t)batches[i].layers;
    progress_start("measuring", total);
    for (int i = 0; i < BATCHES && status == OK; i++)
        status = measure_batch(c, i, d);
    progress_end();
    return status;
}

/* ---- The table -----------------------------------------------------------------------------------------------------
 */

static const char *kernel_name(const struct measured *m)
{
    return m->kernel ? emit_kernel_symbol(m->kernel) : "NULL";
}

static const char *identifier(struct region *r, const struct target *t)
{
    char *name = region_text(r, "%s", t->name);

    for (char *c = name; *c; c++)
        *c = (char)(*c == '-' ? '_' : *c);
    return name;
}

static void write_head(const struct calibration *c, FILE *to)
{
    const char *name = identifier(c->region, c->target);

    fprintf(to,
            "/* costs_%s.c - what kernels take on %s: made by unit bench --target %s --calibrate-costs. */\n"
            "#include \"target/target.h\"\n\nstatic const struct kernel_cost rows[] = {\n",
            name, c->target->name, c->target->name);
}

static void write_row(const struct measured *m, const struct fit *f, FILE *to)
{
    fprintf(to, "    { .kernel = %s,\n      .fully_connected = %d,\n      .most = %.3f,\n      .terms = {",
            kernel_name(m), m->fully_connected, f->most + 0.0005);
    for (int i = 0; i < COST_TERMS_MAX && f->terms[i].cycles > 0; i++)
        fprintf(to, "%s{ COST_%s, %.5g }", i ? "," : "", cost_feature_name(f->terms[i].feature), f->terms[i].cycles);
    fprintf(to, "} },\n");
}

static void write_table(const struct calibration *c, FILE *to, FILE *log)
{
    write_head(c, to);
    for (int i = 0; i < c->kernel_count; i++) {
        const struct measured *m = &c->kernels[i];
        struct fit f;
        fit_terms(c->region, m->runs, m->count, &f);
        write_row(m, &f, to);
        if (log)
            fprintf(log, "%-32s %s %4zu runs, error %5.2f %%, held back %5.2f %%, at most %.3f\n", kernel_name(m),
                    m->fully_connected ? "full" : "    ", m->count, 100 * f.error, 100 * f.held_back, f.most);
    }
    fprintf(to, "};\n\nconst struct cost_table costs_%s = { rows, sizeof rows / sizeof *rows };\n",
            identifier(c->region, c->target));
}

int calibrate_costs(const struct target *t, FILE *to, FILE *log, struct diag *d)
{
    struct region *r = region_new();
    struct calibration c = { .region = r, .target = t };
    int status;

    c.kernels = region_array(r, KERNELS_MAX, sizeof *c.kernels);
    status = workshop_open(r, t, 0, &c.workshop, d);
    if (status == OK)
        status = measure_batches(&c, d);
    workshop_close(&c.workshop);
    if (status == OK)
        write_table(&c, to, log);
    region_free(r);
    return status;
}
