/* on_target.c - networks on a simulated chip: emitted, cross-compiled, run, every output byte compared with this
 * machine's; dense and, where there are MACs, zero-skip and pruned with every division.
 *
 *     on_target TARGET [OPTIONS] [PART...]           the models of tests/models/ops, on their golden inputs;
 *                                                    PART: only those whose name contains one of them
 *     on_target TARGET [OPTIONS] -d DATA MODEL...    models on samples of DATA
 *
 * -m MODES only these ways to run them (dense,msb); -n SAMPLES; -p PERCENTILE of the thresholds (40); -j THREADS (1);
 * -x with more memory than the chip has; -s with the chip's slow multiplier. Everything is compiled as C99 and must not
 * raise a warning. Objects of the runtime are compiled once. Prints a line a difference, then what was compared; exit
 * 77 without the target's toolchain.
 */
#include <glob.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/bench.h"
#include "import/import.h"
#include "layout/layout.h"
#include "lower/scaling.h"
#include "run/engine.h"
#include "tune/tune.h"

/* One way to run a network. */
struct mode {
    const char *name;
    int pruned; /* 0: dense; CUTS: every connection has a cut of its own; NEVER: none executes; MOVING: cuts follow
                 * the input, at a level of the plan; FALLING: some inputs fall back */
    enum method method;
    enum division division;
};

enum { PERCENTILE = 1, CUTS, NEVER, MOVING, FALLING };

static const struct mode modes[] = {
    { "dense", 0, METHOD_UNIT, DIVISION_EXACT },
    { "zeroskip", 1, METHOD_ZEROSKIP, DIVISION_EXACT },
    { "fatrelu", 1, METHOD_FATRELU, DIVISION_EXACT },
    { "exact", 1, METHOD_UNIT, DIVISION_EXACT },
    { "shift", 1, METHOD_UNIT, DIVISION_SHIFT },
    { "tree", 1, METHOD_UNIT, DIVISION_TREE },
    { "msb", 1, METHOD_UNIT, DIVISION_MSB },
    { "cuts", CUTS, METHOD_UNIT, DIVISION_EXACT },
    { "never", NEVER, METHOD_UNIT, DIVISION_EXACT },
    { "moving", MOVING, METHOD_UNIT, DIVISION_EXACT },
    { "falling", FALLING, METHOD_UNIT, DIVISION_EXACT },
};

enum { MODES = sizeof modes / sizeof *modes };

struct test {
    const struct target *target;
    const struct workshop *workshop;
    const char *model;
    const struct mode *mode;
    const char *only; /* names of the modes to run; NULL: all */
    const char *data; /* NULL: each model's golden inputs */
    size_t samples;   /* 0: all */
    double percentile;
    int threads, extra_memory;
    size_t networks, outputs, differing, refused; /* refused: networks with floats that the chip's compiler lacks */
};

static size_t total_bytes(const struct unit_port *ports, int count)
{
    size_t bytes = 0;

    for (int i = 0; i < count; i++)
        bytes += ports[i].bytes;
    return bytes;
}

/* The samples of a model's golden files, all inputs of a sample in a row. */
static int read_inputs(struct region *r, const char *model, const struct program *p, struct inputs *in, struct diag *d)
{
    const struct unit_network *n = &p->network;
    uint8_t *data = NULL;
    size_t at = 0;

    in->sample_bytes = total_bytes(n->inputs, n->input_count);
    for (int i = 0; i < n->input_count; at += n->inputs[i++].bytes) {
        const char *path = region_text(r, "%.*s.in%d.npy", (int)(strlen(model) - strlen(".tflite")), model, i);
        struct inputs part;
        struct array a;
        TRY(npy_read(r, path, &a, d));
        TRY(inputs_fit_array(r, p, i, &a, path, &part, d));
        in->count = part.count;
        data = data ? data : region_array(r, part.count, in->sample_bytes);
        for (size_t s = 0; s < part.count; s++)
            memcpy(data + s * in->sample_bytes + at, part.data + s * part.sample_bytes, part.sample_bytes);
    }
    in->data = data;
    return OK;
}

static int read_data(struct region *r, const struct test *t, const struct program *p, struct inputs *in, struct diag *d)
{
    struct feeding feeding = { .raw_type = -1 };
    struct dataset data;

    TRY(dataset_read(r, t->data, NULL, t->samples, &data, d));
    data.labels = NULL;
    return inputs_fit(r, p, 0, &data, &feeding, 1, in, d);
}

static int lay_out(struct region *r, const struct graph *g, const struct plan *plan, const struct port *port,
                   struct program *out, struct diag *d)
{
    TRY(lower(r, g, plan, "test", out, d));
    if (port)
        port_lower(r, out, port);
    if (port && port_unmoved(out))
        return diag_fail(d, BAD_INPUT, "test", "a layer is too large for its thresholds to move");
    return layout_arena(r, out, "test", d);
}

/* A plan of cuts that look random: a quarter of the connections never executes. */
static void plan_cuts(struct region *r, const struct graph *g, int never, struct plan *out)
{
    uint32_t state = 1;

    *out =
        (struct plan){ .method = METHOD_UNIT, .layers = region_array(r, (size_t)g->node_count, sizeof *out->layers) };
    for (int i = 0; i < g->node_count; i++) {
        const struct node *n = &g->nodes[i];
        struct layer_plan *l = &out->layers[out->layer_count];
        uint8_t *cuts;
        if (!plan_prunes(n->op))
            continue;
        out->layer_count++;
        l->index = n->index;
        l->connections = tensor_elements(&g->tensors[n->inputs[1]]);
        l->cuts = cuts = region_alloc(r, l->connections);
        for (size_t k = 0; k < l->connections; k++) {
            state = state * UINT32_C(1664525) + UINT32_C(1013904223);
            cuts[k] = (uint8_t)(state >> 30 && !never ? (1 << (state >> 24) % 8) - 1 : PLAN_CUT_NEVER);
        }
    }
}

/* The same with fallbacks that about half of the layers' inputs take. */
static void plan_falling(struct region *r, const struct graph *g, const struct program *dense, struct plan *out)
{
    plan_cuts(r, g, 0, out);
    for (int l = 0; l < out->layer_count; l++) {
        const struct mac_layer *m = &dense->layers[l];
        int elements = m->shape.in_h * m->shape.in_w * m->shape.in_c, vary = l + elements;
        if (elements <= UINT16_MAX)
            out->layers[l].fallback = (struct layer_fallback){ elements * (1 + vary % 4) / 5, (1 << vary % 7) - 1,
                                                               1 + vary % PLAN_FALLBACK_LIFT_MAX };
    }
}

/* The same with rules that move the cuts: of every other layer by its input, with its bias, of all by a level. */
static void plan_moving(struct region *r, const struct graph *g, const struct program *dense, struct plan *out)
{
    plan_cuts(r, g, 0, out);
    out->level = 1;
    out->level_count = 2;
    for (int i = 0; i < out->layer_count; i++) {
        struct layer_plan *l = &out->layers[i];
        const struct mac_layer *m = &dense->layers[i];
        int elements = m->shape.in_h * m->shape.in_w * m->shape.in_c, large = 0;
        int32_t *bias = region_array(r, 2 * (size_t)m->out_c, sizeof *bias);
        struct layer_level *level = region_alloc(r, sizeof *level);
        for (int o = 0; o < 2 * m->out_c; o++) {
            large |= abs(m->bias[o % m->out_c]) >= SCALING_BIAS_MAX / 2;
            bias[o] = m->bias[o % m->out_c] + (o * 7919 + i) % 6001 - 3000;
        }
        *level = (struct layer_level){ i % 5 - 2, bias + m->out_c };
        l->levels = level;
        l->bias = bias;
        l->bias_count = m->out_c;
        if (i % 2 == 0)
            l->every = elements / PLAN_FOLLOWS_MAX + 1, l->size = 57000 - 9000 * (i % 4);
        l->bias_follows = large ? 0 : PLAN_BIAS_ALL - i % 5 * 64;
    }
}

static int plan_for(struct region *r, const struct graph *g, const struct program *dense, const struct inputs *in,
                    const struct test *t, struct plan *out, struct diag *d)
{
    struct tuning tuning = {
        .method = t->mode->method, .division = t->mode->division, .groups = 2, .percentile = t->percentile, .threads = 1
    };

    if (t->mode->pruned == PERCENTILE)
        return tune_percentile(r, g, in, &tuning, t->model, out, d);
    if (t->mode->pruned == MOVING)
        plan_moving(r, g, dense, out);
    else if (t->mode->pruned == FALLING)
        plan_falling(r, g, dense, out);
    else
        plan_cuts(r, g, t->mode->pruned == NEVER, out);
    return OK;
}

static void report(const struct test *t, size_t sample, size_t byte, const uint8_t *chip, const uint8_t *host)
{
    printf("%s, %s, %s: sample %zu: byte %zu is %d, on this machine %d\n", t->target->name, t->model, t->mode->name,
           sample, byte, (int8_t)chip[byte], (int8_t)host[byte]);
}

/* Runs every sample on this machine and counts the outputs that the chip computed otherwise. */
static void compare(struct region *r, struct program *host, const struct inputs *in, const struct measurement *m,
                    struct test *t)
{
    struct engine *e = engine_new(r, host, t->data ? KERNELS_FAST : KERNELS_PLAIN, 1);
    const struct unit_network *n = &host->network;
    const uint8_t *sample = in->data, *chip = m->outputs;

    for (size_t s = 0; s < in->count; s++) {
        for (int i = 0; i < n->input_count; sample += n->inputs[i++].bytes)
            engine_feed(e, 0, i, sample);
        engine_run(e, 0, 0, host->step_count, NULL);
        for (int i = 0; i < n->output_count; chip += n->outputs[i++].bytes) {
            const uint8_t *own = engine_arena(e, 0) + n->outputs[i].at;
            size_t at = 0;
            while (at < n->outputs[i].bytes && own[at] == chip[at])
                at++;
            t->outputs++;
            if (at == n->outputs[i].bytes)
                continue;
            t->differing++;
            report(t, s, at, chip, own);
        }
    }
}

static int run_mode(struct region *r, const struct graph *g, const struct program *dense, const struct inputs *in,
                    struct test *t, struct diag *d)
{
    const struct port *port = t->target->port ? port_named(t->target->port) : NULL;
    struct bench_options options = { .threads = t->threads, .cycle_limit = UINT64_C(20000000000) };
    struct program host, chip;
    struct plan plan;
    struct firmware firmware;
    struct machines *machines = NULL;
    struct measurement m;
    int status;
    struct emission e = { .program = &chip,
                          .target = t->target,
                          .port = port,
                          .name = "net",
                          .path = t->model,
                          .model = t->model,
                          .fingerprint = "test" };

    options.sim.extra_memory = e.any_size = t->extra_memory;
    if (t->mode->pruned)
        TRY(plan_for(r, g, dense, in, t, &plan, d));
    TRY(lay_out(r, g, t->mode->pruned ? &plan : NULL, NULL, &host, d));
    TRY(lay_out(r, g, t->mode->pruned ? &plan : NULL, port, &chip, d));
    port_own_functions(&host);
    e.test_output = region_alloc(r, total_bytes(chip.network.outputs, chip.network.output_count));
    TRY(firmware_build(r, t->workshop, &e, &firmware, d));
    status = machines_open(r, &firmware, &options, &machines, d);
    if (status == OK)
        status = machines_measure(machines, in->data, in->count, &m, d);
    machines_close(machines);
    TRY(status);
    t->networks++;
    compare(r, &host, in, &m, t);
    return OK;
}

static int run_model(struct region *r, struct test *t, struct diag *d)
{
    struct graph g;
    struct program p;
    struct inputs in = { 0 };

    TRY(import_model(r, t->model, &g, d));
    TRY(lay_out(r, &g, NULL, NULL, &p, d));
    TRY(t->data ? read_data(r, t, &p, &in, d) : read_inputs(r, t->model, &p, &in, d));
    for (int i = 0; i < MODES; i++) {
        t->mode = &modes[i];
        if ((!t->mode->pruned || (p.layer_count && g.input_count == 1)) && (!t->only || strstr(t->only, t->mode->name)))
            TRY(run_mode(r, &g, &p, &in, t, d));
    }
    return OK;
}

static int is_wanted(const char *model, int count, char *const parts[])
{
    for (int i = 0; i < count; i++)
        if (strstr(strrchr(model, '/'), parts[i]))
            return 1;
    return count == 0;
}

static int run_or_tell(struct test *t)
{
    struct region *r = region_new();
    struct diag d = { 0 };
    int status = run_model(r, t, &d);

    t->refused += status == BAD_INPUT;
    if (status == BAD_INPUT)
        status = OK;
    else if (status != OK)
        printf("%s, %s, %s: %s\n", t->target->name, t->model, t->mode ? t->mode->name : "-", d.message);
    diag_clear(&d);
    region_free(r);
    return status != OK;
}

static int run_models(struct test *t, int count, char *const names[])
{
    int failed = 0;
    glob_t models;

    for (int i = 0; t->data && i < count; i++) {
        t->model = names[i];
        failed |= run_or_tell(t);
    }
    if (!t->data && glob(TEST_ROOT "/tests/models/ops/*.tflite", 0, NULL, &models) == 0) {
        for (size_t i = 0; i < models.gl_pathc; i++) {
            t->model = models.gl_pathv[i];
            failed |= is_wanted(t->model, count, names) && run_or_tell(t);
        }
        globfree(&models);
    }
    return failed || t->differing || !t->networks;
}

/* 0 if an option is unknown. */
static int read_options(struct test *t, int argc, char **argv)
{
    int option;

    while ((option = getopt(argc, argv, "m:d:n:p:j:xs")) != -1)
        switch (option) {
        case 'm':
            t->only = optarg;
            break;
        case 'd':
            t->data = optarg;
            break;
        case 'n':
            t->samples = strtoul(optarg, NULL, 10);
            break;
        case 'p':
            t->percentile = strtod(optarg, NULL);
            break;
        case 'j':
            t->threads = (int)strtol(optarg, NULL, 10);
            break;
        case 'x':
            t->extra_memory = 1;
            break;
        case 's':
            t->target = t->target->slow;
            break;
        default:
            return 0;
        }
    return 1;
}

int main(int argc, char **argv)
{
    struct region *r = region_new();
    struct diag d = { 0 };
    struct workshop w;
    struct test t = {
        .target = argc > 1 ? target_named(argv[1]) : NULL, .workshop = &w, .percentile = 40, .threads = 1
    };
    struct target strict;
    int failed;

    if (!t.target || !read_options(&t, argc - 1, argv + 1) || !t.target || !t.target->compile) {
        fputs(
            "usage: on_target TARGET [-m MODES] [-n SAMPLES] [-p PERCENTILE] [-j THREADS] [-x] [-s] [-d DATA] [NAME...]"
            "\n",
            stderr);
        return 2;
    }
    if (!target_available(t.target)) {
        printf("skipped: %s: %s is not installed; apt-get install %s\n", t.target->name, t.target->toolchain,
               t.target->package);
        return 77;
    }
    strict = *t.target;
    strict.compile = region_text(r, "%s -std=c99 -Wall -Wextra -Wconversion -Werror", strict.compile);
    t.target = &strict;
    if (workshop_open(r, t.target, t.extra_memory, &w, &d) != OK) {
        diag_print(&d);
        return 1;
    }
    failed = run_models(&t, argc - 1 - optind, argv + 1 + optind);
    workshop_close(&w);
    printf("%s: %zu networks, %zu outputs compared, %zu differ, %zu networks refused\n", t.target->name, t.networks,
           t.outputs, t.differing, t.refused);
    region_free(r);
    return failed;
}
