/* promise.c - a plan that was tuned for a chip is not slower than the dense network there: firmware of both is built
 * and run, and each layer with MACs compared: its mean over the samples, and the longest time that any input gave it.
 *
 *     promise TARGET [all]               a small network, tuned here on drawn samples; all: the LeNet as well
 *     promise TARGET MODEL DATA PLAN     a plan of unit tune --target, on the first samples of DATA
 *
 * Prints a line a layer. Fails if a layer's mean is above dense (of one that stays dense, whose values differ: its
 * longest time counts), or its longest time by more than 10 %, or if lists of a fully connected layer take more
 * than 1.1 times the flash of its weights. Exit 77 without the target's toolchain.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench.h"
#include "cost/cost.h"
#include "data/dataset.h"
#include "import/import.h"
#include "layout/layout.h"
#include "run/evaluate.h"
#include "tune/tune.h"

enum { DRAWN = 40, READ = 20 };

static const double mean_most = 1, worst_most = 1.1, flash_most = 1.1;

struct test {
    const struct target *target;
    struct workshop workshop;
    const char *model;
    int layers, pruned, failed;
};

/* What one side takes. */
struct side {
    struct program packed;
    struct measurement m;
};

static int lay_out(struct region *r, const struct graph *g, const struct plan *plan, const struct port *port,
                   struct program *out, struct diag *d)
{
    TRY(lower(r, g, plan, "test", out, d));
    if (port)
        port_lower(r, out, port);
    return layout_arena(r, out, "test", d);
}

/* Bytes of which three quarters are at the zero point, most others above it; any class is right, as only cycles count.
 */
static void draw_samples(struct region *r, const struct program *p, struct inputs *in)
{
    size_t bytes = p->network.inputs[0].bytes;
    int zero = (int)p->graph->tensors[p->graph->inputs[0]].quant.zero_point[0];
    uint8_t *data = region_array(r, DRAWN, bytes);
    int32_t *labels = region_array(r, DRAWN, sizeof *labels);
    uint32_t state = 1;

    for (int i = 0; i < DRAWN; i++)
        labels[i] = i % (int)evaluate_classes(p);
    for (size_t i = 0; i < DRAWN * bytes; i++) {
        state = state * UINT32_C(1664525) + UINT32_C(1013904223);
        data[i] = (uint8_t)(state >> 16 & 1 || state >> 17 & 1 ? zero : (int)(state >> 24) - 96);
    }
    *in = (struct inputs){ .count = DRAWN, .sample_bytes = bytes, .data = data, .labels = labels };
}

static int simulate(struct region *r, struct test *t, const struct graph *g, const struct plan *plan,
                    const struct inputs *in, struct side *out, struct diag *d)
{
    struct bench_options options = { .threads = 1, .cycle_limit = UINT64_C(20000000000), .sim.extra_memory = 1 };
    const struct port *port = port_named(t->target->port);
    struct emission e = { .program = &out->packed,
                          .target = t->target,
                          .port = port,
                          .name = "net",
                          .model = "test",
                          .fingerprint = "test",
                          .any_size = 1 };
    struct firmware firmware;
    struct machines *machines = NULL;
    int status;

    TRY(lay_out(r, g, plan, port, &out->packed, d));
    e.test_output = region_alloc(r, out->packed.network.outputs[0].bytes);
    t->workshop.extra_memory = 1;
    TRY(firmware_build(r, &t->workshop, &e, &firmware, d));
    status = machines_open(r, &firmware, &options, &machines, d);
    if (status == OK)
        status = machines_measure(machines, in->data, in->count, &out->m, d);
    machines_close(machines);
    return status;
}

/* Cycles of a layer's step, and of a maximum behind it that the kernel does not take on. */
static void cycles_of(const struct side *s, int layer, double *mean, double *worst)
{
    const struct program *p = &s->packed;
    int i = 0;

    while (p->steps[i].mac != layer)
        i++;
    *mean = s->m.step_cycles[i];
    *worst = (double)s->m.step_worst[i];
    for (size_t k = 0; k < s->m.samples; k++) {
        double seen = (double)s->m.sample_steps[k * (size_t)p->step_count + (size_t)i];
        *worst = seen > *worst ? seen : *worst;
    }
    if (i + 1 < p->step_count && p->kernels[i + 1].kernel == unit_max_pool_s8 &&
        p->steps[i + 1].tensor[0] == p->steps[i].tensor[1]) {
        *mean += s->m.step_cycles[i + 1];
        *worst += (double)s->m.step_worst[i + 1];
    }
}

/* What the lists of a fully connected layer take of flash, as a share of what its weights do; 0 for other layers. */
static double flash_share(const struct test *t, const struct plan *plan, const struct program *p, int layer)
{
    const struct layer_plan *l = &plan->layers[layer];
    double stored = 0;

    if (!p->layers[layer].fully_connected || l->kernel != KERNEL_PREFIX)
        return 0;
    for (size_t i = 0; i < l->connections; i++)
        stored += l->cuts[i] != PLAN_CUT_NEVER && l->weights[i];
    return stored * cost_entry_bytes(t->target, &p->layers[layer]) / (double)l->connections;
}

static void judge(struct test *t, const struct plan *plan, const struct side *dense, const struct side *own)
{
    for (int l = 0; l < own->packed.layer_count; l++) {
        int stays = plan->layers[l].kernel == KERNEL_DENSE, bad;
        double dense_mean, dense_worst, mean, worst;
        cycles_of(dense, l, &dense_mean, &dense_worst);
        cycles_of(own, l, &mean, &worst);
        bad = mean > (stays ? worst_most * dense_worst : mean_most * dense_mean) || worst > dense_worst * worst_most ||
              flash_share(t, plan, &own->packed, l) > flash_most;
        printf("%s, %s, layer %d, %s: mean %.0f of %.0f, at most %.0f of %.0f%s\n", t->target->name, t->model,
               plan->layers[l].index, plan->layers[l].kernel ? layer_kernel_name(plan->layers[l].kernel) : "-", mean,
               dense_mean, worst, dense_worst, bad ? " FAILED" : "");
        t->layers++;
        t->pruned += !stays;
        t->failed += bad;
    }
}

/* A plan of the file, or one that is tuned on the samples. */
static int get_plan(struct region *r, const struct test *t, const struct graph *g, struct program *dense,
                    const struct inputs *in, const char *path, struct plan *out, struct diag *d)
{
    struct tuning tuning = { .max_drop_pp = 20, .threads = 1, .goal = GOAL_CYCLES, .target = t->target };
    struct connections_result found;

    if (path)
        return plan_read(r, path, g, out, d);
    TRY(tune_connections(r, g, dense, in, &tuning, t->model, &found, d));
    *out = found.plan;
    return OK;
}

static int run(struct region *r, struct test *t, const char *data_path, const char *plan_path, struct diag *d)
{
    struct feeding feeding = { .raw_type = -1 };
    struct graph g;
    struct program plain;
    struct dataset data;
    struct inputs in;
    struct plan plan;
    struct side dense, own;

    TRY(import_model(r, t->model, &g, d));
    TRY(lay_out(r, &g, NULL, NULL, &plain, d));
    if (data_path) {
        TRY(dataset_read(r, data_path, NULL, READ, &data, d));
        TRY(inputs_fit(r, &plain, 0, &data, &feeding, evaluate_classes(&plain), &in, d));
    } else {
        draw_samples(r, &plain, &in);
    }
    TRY(get_plan(r, t, &g, &plain, &in, plan_path, &plan, d));
    TRY(simulate(r, t, &g, NULL, &in, &dense, d));
    TRY(simulate(r, t, &g, &plan, &in, &own, d));
    judge(t, &plan, &dense, &own);
    return OK;
}

static void run_model(struct test *t, const char *model, const char *data, const char *plan)
{
    struct region *r = region_new();
    struct diag d = { 0 };

    t->model = model;
    if (run(r, t, data, plan, &d) != OK) {
        diag_print(&d);
        t->failed++;
    }
    region_free(r);
}

int main(int argc, char **argv)
{
    static const char *const here[] = { TEST_ROOT "/tests/models/ops/graph_separable.tflite",
                                        TEST_ROOT "/models/lenet-mnist.tflite" };
    int networks = argc == 3 ? 2 : argc == 2 ? 1 : 0;
    struct region *r = region_new();
    struct diag d = { 0 };
    struct test t = { .target = argc > 1 ? target_named(argv[1]) : NULL };

    if (!t.target || !t.target->compile || (networks == 0 && argc != 5)) {
        fputs("usage: promise TARGET [all | MODEL DATA PLAN]\n", stderr);
        return 2;
    }
    if (!target_available(t.target)) {
        printf("skipped: %s: %s is not installed; apt-get install %s\n", t.target->name, t.target->toolchain,
               t.target->package);
        return 77;
    }
    if (workshop_open(r, t.target, 0, &t.workshop, &d) != OK) {
        diag_print(&d);
        return 1;
    }
    if (argc == 5)
        run_model(&t, argv[2], argv[3], argv[4]);
    for (int i = 0; i < networks; i++)
        run_model(&t, here[i], NULL, NULL);
    workshop_close(&t.workshop);
    printf("%s: %d layers, %d of them not dense, %d failed\n", t.target->name, t.layers, t.pruned, t.failed);
    region_free(r);
    return t.failed || !t.pruned;
}
