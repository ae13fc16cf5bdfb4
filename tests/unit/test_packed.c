/* test_packed.c - packed layers (the C port, compiled for this machine) against the plain kernels, byte by byte: dense,
 * zero-skip, UnIT with every division and with stored cuts, on every small model there is. */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "import/import.h"
#include "layout/layout.h"
#include "port/port.h"
#include "run/engine.h"

enum { SAMPLES = 3 };

static uint64_t state = 3;

static uint8_t noise(void)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint8_t)(state >> 56);
}

/* Thresholds that differ from group to group and leave out about half. */
static void make_plan(struct region *r, const struct graph *g, enum method method, enum division division,
                      struct plan *plan)
{
    *plan = (struct plan){ .method = method, .division = division };
    plan->layers = region_array(r, (size_t)g->node_count, sizeof *plan->layers);
    for (int i = 0; i < g->node_count; i++) {
        const struct node *n = &g->nodes[i];
        struct layer_plan *l = &plan->layers[plan->layer_count];
        double *thresholds;
        if (!plan_prunes(n->op))
            continue;
        plan->layer_count++;
        *l = (struct layer_plan){ .index = n->index, .groups = method == METHOD_UNIT ? 2 : method == METHOD_FATRELU };
        l->thresholds = thresholds = region_array(r, 2, sizeof *thresholds);
        for (int k = 0; k < 2; k++)
            thresholds[k] =
                (double)g->tensors[n->inputs[0]].quant.scale[0] *
                (method == METHOD_UNIT ? (double)g->tensors[n->inputs[1]].quant.scale[0] * (400 + 900 * k) : 9);
    }
}

/* Instead of thresholds a cut for each connection: some always execute, some never. */
static void give_cuts(struct region *r, const struct graph *g, struct plan *plan)
{
    int layer = 0;

    for (int i = 0; i < g->node_count; i++) {
        struct layer_plan *l = &plan->layers[layer];
        uint8_t *cuts;
        if (!plan_prunes(g->nodes[i].op))
            continue;
        l->connections = tensor_elements(&g->tensors[g->nodes[i].inputs[1]]);
        l->cuts = cuts = region_alloc(r, l->connections);
        for (size_t k = 0; k < l->connections; k++)
            cuts[k] = (uint8_t)((1 << noise() % 9) - 1);
        layer++;
    }
}

static struct engine *prepare(struct region *r, const char *path, struct graph *g, const struct plan *plan,
                              const struct port *port)
{
    struct program *p = region_alloc(r, sizeof *p);
    struct diag d = { 0 };

    if (lower(r, g, plan, path, p, &d) != OK)
        fail_msg("%s", d.message);
    if (port)
        port_lower(r, p, port);
    assert_int_equal(layout_arena(r, p, path, &d), OK);
    return engine_new(r, p, KERNELS_PLAIN, 1);
}

static void run(const struct engine *e, uint8_t *const *in)
{
    for (int i = 0; i < engine_program(e)->network.input_count; i++)
        engine_feed(e, 0, i, in[i]);
    engine_run(e, 0, 0, engine_program(e)->step_count, NULL);
}

static void compare_with(const struct port *port, struct region *r, const char *path, struct graph *g,
                         const struct plan *plan)
{
    struct engine *plain = prepare(r, path, g, plan, NULL), *packed = prepare(r, path, g, plan, port);
    const struct unit_network *a = &engine_program(plain)->network, *b = &engine_program(packed)->network;
    uint8_t *in[8];

    for (int s = 0; s < SAMPLES; s++) {
        for (int i = 0; i < a->input_count; i++) {
            in[i] = region_alloc(r, a->inputs[i].bytes);
            for (uint32_t k = 0; k < a->inputs[i].bytes && g->tensors[g->inputs[i]].type != TYPE_FLOAT32; k++)
                in[i][k] = noise();
        }
        run(plain, in);
        run(packed, in);
        for (int i = 0; i < a->output_count; i++)
            if (memcmp(engine_arena(plain, 0) + a->outputs[i].at, engine_arena(packed, 0) + b->outputs[i].at,
                       a->outputs[i].bytes) != 0)
                fail_msg("%s: output %d of sample %d differs (%s, %s)", path, i, s,
                         plan ? method_name(plan->method) : "dense", plan ? division_name(plan->division) : "-");
    }
}

/* The C port as it is, with the kernels for an MPY32, with two products in one multiplication, without any. */
static void compare(struct region *r, const char *path, struct graph *g, const struct plan *plan)
{
    struct port with_mpy = *port_named("c"), with_lanes = with_mpy, with_bytes = with_mpy, with_squares = with_mpy;

    with_mpy.mpy = 1;
    with_lanes.lanes = 1;
    with_bytes.bytes = 1;
    with_squares.squares = with_squares.divides = 1;
    compare_with(&with_lanes, r, path, g, plan);
    compare_with(&with_bytes, r, path, g, plan);
    compare_with(&with_squares, r, path, g, plan);
    compare_with(port_named("c"), r, path, g, plan);
    compare_with(&with_mpy, r, path, g, plan);
}

static void check_model(const char *path)
{
    struct region *r = region_new();
    struct diag d = { 0 };
    struct graph g;
    struct plan plan;

    assert_int_equal(import_model(r, path, &g, &d), OK);
    compare(r, path, &g, NULL);
    for (int division = DIVISION_EXACT; division <= DIVISION_MSB; division++) {
        make_plan(r, &g, METHOD_UNIT, (enum division)division, &plan);
        compare(r, path, &g, &plan);
    }
    for (int method = METHOD_FATRELU; method <= METHOD_ZEROSKIP; method++) {
        make_plan(r, &g, (enum method)method, DIVISION_EXACT, &plan);
        compare(r, path, &g, &plan);
    }
    make_plan(r, &g, METHOD_UNIT, DIVISION_EXACT, &plan);
    give_cuts(r, &g, &plan);
    compare(r, path, &g, &plan);
    region_free(r);
}

static void packed_kernels_equal_the_plain_ones(void **unused)
{
    glob_t found;

    (void)unused;
    assert_int_equal(glob(TEST_ROOT "/tests/models/ops/*.tflite", 0, NULL, &found), 0);
    assert_true(found.gl_pathc >= 60);
    for (size_t i = 0; i < found.gl_pathc; i++)
        check_model(found.gl_pathv[i]);
    globfree(&found);
    check_model(TEST_ROOT "/models/lenet-mnist.tflite");
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(packed_kernels_equal_the_plain_ones) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
