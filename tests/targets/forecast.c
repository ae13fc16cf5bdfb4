/* forecast.c - cycles predicted from a chip's cost table against those of the simulator, for networks that the table
 * was not fitted to.
 *
 *     forecast TARGET [all]    LeNet on what digits draws; all: and the networks of UNIT_DATA on their data
 *
 * Each network runs dense, by zero-skip and by a plan of prefixes. Prints a line a run. Fails if a prediction is more
 * than 5 % off, or a bound is below the simulator's worst case. Exit 77 without the target's toolchain.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/bench.h"
#include "cost/cost.h"
#include "data/dataset.h"
#include "import/import.h"
#include "layout/layout.h"
#include "run/evaluate.h"

static const double tolerance = 0.05;

enum size {
    SMALL,
    MEDIUM,
    LARGE
}; /* any chip holds it; all but AVR; only with more memory than chips have. But for SMALL there is more */

static const struct network {
    const char *model, *data; /* a model of this tree, or of UNIT_DATA as the data are */
    int samples;
    enum size size;
} networks[] = {
    { "models/lenet-mnist.tflite", NULL, 2, SMALL },
    { "models/lenet-mnist.tflite", "data/mnist/t10k-images-idx3-ubyte.gz", 10, SMALL },
    { "models/tinymaix_mnist_valid_int8.tflite", "data/mnist/t10k-images-idx3-ubyte.gz", 10, SMALL },
    { "models/mlperf_kws_int8.tflite", "data/mlperf_tiny/kws01.npz", 5, MEDIUM },
    { "models/mlperf_resnet8_int8.tflite", "data/mlperf_tiny/ic01.npz", 2, LARGE },
};

static const char *const ways[] = { "dense", "zero-skip", "prefix" };

struct test {
    const struct target *target;
    struct workshop workshop;
    const struct network *network;
    const char *model;
    int way, failed, runs;
};

static const char *data_folder(void)
{
    const char *folder = getenv("UNIT_DATA");

    return folder ? folder : TEST_ROOT "/../shared";
}

/* ---- Networks, data, plans -----------------------------------------------------------------------------------------
 */

/* Strokes on black, as far as a network of digits is concerned. */
static void draw_samples(struct region *r, const struct program *p, struct inputs *in)
{
    size_t bytes = p->network.inputs[0].bytes;
    uint8_t *data = region_array(r, in->count, bytes);
    uint32_t state = 1;

    for (size_t i = 0; i < in->count * bytes; i++) {
        state = state * UINT32_C(1664525) + UINT32_C(1013904223);
        data[i] = (uint8_t)((i / 7) % 5 ? -128 : (int)(state >> 25));
    }
    in->sample_bytes = bytes;
    in->data = data;
}

static int read_samples(struct region *r, const struct test *t, const struct program *p, struct inputs *in,
                        struct diag *d)
{
    struct feeding feeding = { .raw_type = -1 };
    struct dataset data;
    const char *path;

    *in = (struct inputs){ .count = (size_t)t->network->samples };
    if (!t->network->data) {
        draw_samples(r, p, in);
        return OK;
    }
    path = region_text(r, "%s/%s", data_folder(), t->network->data);
    TRY(dataset_read(r, path, NULL, in->count, &data, d));
    return inputs_fit(r, p, 0, &data, &feeding, evaluate_classes(p), in, d);
}

/* Keeps a tenth of each layer's connections, those of the largest weights, with cuts from 0 to 7. */
static void cut_layer(struct region *r, const struct graph *g, const struct node *n, struct layer_plan *l)
{
    const struct tensor *w = &g->tensors[n->inputs[1]];
    const int8_t *weights = (const int8_t *)w->data.data;
    size_t histogram[129] = { 0 }, kept = 0;
    int least = 128;
    uint8_t *cuts;

    l->connections = tensor_elements(w);
    l->cuts = cuts = region_alloc(r, l->connections);
    for (size_t i = 0; i < l->connections; i++)
        histogram[abs(weights[i])]++;
    while (least > 1 && kept < l->connections / 10)
        kept += histogram[least--];
    for (size_t i = 0; i < l->connections; i++)
        cuts[i] = (uint8_t)(abs(weights[i]) > least ? (1 << i * 7 / 3 % 4) - 1 : PLAN_CUT_NEVER);
}

static void make_plan(struct region *r, const struct graph *g, int way, struct plan *out)
{
    *out = (struct plan){ .method = way == 1 ? METHOD_ZEROSKIP : METHOD_UNIT,
                          .layers = region_array(r, (size_t)g->node_count, sizeof *out->layers) };
    for (int i = 0; i < g->node_count; i++)
        if (plan_prunes(g->nodes[i].op)) {
            struct layer_plan *l = &out->layers[out->layer_count++];
            l->index = g->nodes[i].index;
            if (way == 2)
                cut_layer(r, g, &g->nodes[i], l);
        }
}

/* ---- Runs ----------------------------------------------------------------------------------------------------------
 */

static int simulate(struct region *r, struct test *t, const struct emission *e, const struct inputs *in,
                    struct measurement *out, struct diag *d)
{
    struct bench_options options = { .threads = 1,
                                     .cycle_limit = UINT64_C(20000000000),
                                     .sim.extra_memory = t->network->size != SMALL };
    struct firmware firmware;
    struct machines *machines = NULL;
    int status;

    t->workshop.extra_memory = t->network->size != SMALL;
    TRY(firmware_build(r, &t->workshop, e, &firmware, d));
    status = machines_open(r, &firmware, &options, &machines, d);
    if (status == OK)
        status = machines_measure(machines, in->data, in->count, out, d);
    machines_close(machines);
    return status;
}

static double mean_of(const struct measurement *m)
{
    double sum = 0;

    for (size_t i = 0; i < m->samples; i++)
        sum += (double)m->cycles[i];
    return sum / (double)m->samples;
}

/* Steps that are far off, for whoever has to find out why. */
static void print_steps(const struct program *p, const struct forecast *f, const struct measurement *m)
{
    for (int i = 0; i < p->step_count; i++)
        if (fabs(f->step_cycles[i] / m->step_cycles[i] - 1) > tolerance)
            printf("    step %d, %s: %.0f predicted, %.0f simulated\n", i, op_name(p->steps[i].node->op),
                   f->step_cycles[i], m->step_cycles[i]);
}

static void judge(struct test *t, const struct program *p, const struct forecast *f, const struct measurement *m)
{
    double simulated = mean_of(m), off = f->mean / simulated - 1;
    int bad = fabs(off) > tolerance || f->bound < (double)m->worst_case;

    printf("%s, %s, %s: %.0f cycles predicted, %.0f simulated: %+.2f %%; at most %.0f, worst %.0f: %+.2f %%%s\n",
           t->target->name, t->network->model, ways[t->way], f->mean, simulated, 100 * off, f->bound,
           (double)m->worst_case, 100 * (f->bound / (double)m->worst_case - 1), bad ? " FAILED" : "");
    print_steps(p, f, m);
    t->runs++;
    t->failed += bad;
}

static int lay_out(struct region *r, const struct graph *g, const struct plan *plan, const struct port *port,
                   struct program *out, struct diag *d)
{
    TRY(lower(r, g, plan, "test", out, d));
    if (port)
        port_lower(r, out, port);
    return layout_arena(r, out, "test", d);
}

static int run_way(struct region *r, const struct graph *g, struct test *t, struct diag *d)
{
    const struct port *port = port_named(t->target->port);
    struct program plain, packed;
    struct plan plan;
    struct inputs in;
    struct forecast f;
    struct measurement m;
    struct emission e = {
        .program = &packed,
        .target = t->target,
        .port = port,
        .name = "net",
        .model = "test",
        .fingerprint = "test",
        .path = t->model,
        .any_size = 1,
    };

    make_plan(r, g, t->way, &plan);
    TRY(lay_out(r, g, t->way ? &plan : NULL, NULL, &plain, d));
    TRY(lay_out(r, g, t->way ? &plan : NULL, port, &packed, d));
    TRY(read_samples(r, t, &plain, &in, d));
    TRY(cost_forecast(r, engine_new(r, &plain, KERNELS_FAST, 1), &packed, t->target, &in, &f, d));
    e.test_output = region_alloc(r, packed.network.outputs[0].bytes);
    TRY(simulate(r, t, &e, &in, &m, d));
    judge(t, &packed, &f, &m);
    return OK;
}

static void run_network(struct test *t)
{
    for (t->way = 0; t->way < 3; t->way++) {
        struct region *r = region_new();
        struct diag d = { 0 };
        struct graph g;
        int status = import_model(r, t->model, &g, &d);
        if (status == OK)
            status = run_way(r, &g, t, &d);
        if (status != OK)
            printf("%s, %s, %s: %s\n", t->target->name, t->network->model, ways[t->way], d.message);
        t->failed += status != OK;
        diag_clear(&d);
        region_free(r);
    }
}

static int holds(const struct target *t, enum size size)
{
    int is_small = t->ram_bytes && t->ram_bytes < 32768;

    return size == SMALL || (size == MEDIUM && (!is_small || t->slow_memory_section)) || (size == LARGE && !is_small);
}

static void run_all(struct region *r, struct test *t, int all)
{
    const char *folder = data_folder();

    for (size_t i = 0; i < sizeof networks / sizeof *networks; i++) {
        const struct network *n = t->network = &networks[i];
        if (n->data && !all)
            continue;
        if (n->data && access(region_text(r, "%s/%s", folder, n->data), R_OK) != 0) {
            printf("skipped: %s: UNIT_DATA has no data for it\n", n->model);
            continue;
        }
        if (!holds(t->target, n->size))
            continue;
        t->model = region_text(r, "%s/%s", i < 2 ? TEST_ROOT : folder, n->model);
        run_network(t);
    }
}

int main(int argc, char **argv)
{
    struct region *r = region_new();
    struct diag d = { 0 };
    struct test t = { .target = argc > 1 ? target_named(argv[1]) : NULL };

    if (!t.target || !t.target->compile) {
        fputs("usage: forecast TARGET [all]\n", stderr);
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
    run_all(r, &t, argc > 2);
    workshop_close(&t.workshop);
    printf("%s: %d runs, %d failed\n", t.target->name, t.runs, t.failed);
    region_free(r);
    return t.failed || !t.runs;
}
