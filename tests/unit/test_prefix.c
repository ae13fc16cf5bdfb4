/* test_prefix.c - the prefix kernels (compiled for this machine) against the plain kernels with the same cuts, on
 * random layers: borders, strides, dilation, several parts, rows that no input meets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "port/port.h"
#include "random_layer.h"
#include "run/engine.h"

enum { LAYERS = 900 };

/* The C port, whose sums become outputs by multiplication; with divided, by division. */
static const struct port *port_of(struct region *r, int divided)
{
    struct port *port = region_copy(r, port_named("c"), sizeof *port);

    if (divided)
        port->after[0] = UNIT_AFTER_DIVIDED, port->after[1] = UNIT_AFTER_DIVIDED_BENT;
    return port;
}

static struct engine *prepare(struct random_layer *l, const struct plan *plan, const struct port *port)
{
    struct program *p = region_alloc(l->region, sizeof *p);
    struct diag d = { 0 };

    if (lower(l->region, &l->graph, plan, "random", p, &d) != OK)
        fail_msg("%s", d.message);
    if (port) {
        port_lower(l->region, p, port);
        assert_true(p->kernels[0].kernel == unit_prefix_s8 || p->kernels[0].kernel == unit_prefix_depthwise_s8 ||
                    p->kernels[0].kernel == unit_prefix_s8_compared);
    }
    assert_int_equal(layout_arena(l->region, p, "random", &d), OK);
    return engine_new(l->region, p, KERNELS_PLAIN, 1);
}

static const void *output(const struct engine *e, const int8_t *x)
{
    engine_feed(e, 0, 0, x);
    engine_run(e, 0, 0, engine_program(e)->step_count, NULL);
    return engine_arena(e, 0) + engine_program(e)->network.outputs[0].at;
}

static void compare_with(struct random_layer *l, const struct plan *expected_of, const struct plan *plan,
                         const struct port *port)
{
    struct engine *plain = prepare(l, expected_of, NULL), *prefix = prepare(l, plan, port);
    int8_t *x = region_alloc(l->region, tensor_bytes(&l->tensors[0]));

    random_input(l, x);
    assert_memory_equal(output(plain, x), output(prefix, x), tensor_bytes(&l->tensors[3]));
}

static void compare(struct random_layer *l, const struct plan *expected_of, const struct plan *plan, int divided)
{
    compare_with(l, expected_of, plan, port_of(l->region, divided));
}

static void prefixes_execute_what_cuts_allow(void **unused)
{
    (void)unused;
    for (int i = 0; i < LAYERS; i++) {
        struct random_layer l;
        const struct plan *plan;
        random_layer_make(&l, i % 3);
        plan = random_cut_plan(&l, i % 4 ? METHOD_UNIT : METHOD_STATIC);
        compare(&l, plan, plan, i & 1);
        random_layer_free(&l);
    }
}

/* 1 if x falls back by the definition in plan.h. */
static int falls_back(const struct random_layer *l, const int8_t *x)
{
    int beyond = 0;

    for (size_t i = 0; i < tensor_elements(&l->tensors[0]); i++)
        beyond += abs(x[i] - l->tensors[0].quant.zero_point[0]) > l->layer_plan.fallback.above;
    return beyond > l->layer_plan.fallback.limit;
}

/* The plan with its cuts as they are for an input that falls back; lifts are even, so that they are cuts of plans. */
static const struct plan *fallen_plan(struct random_layer *l)
{
    struct plan *plan = region_copy(l->region, &l->plan, sizeof *plan);
    struct layer_plan *layer = region_copy(l->region, &l->layer_plan, sizeof *layer);
    uint8_t *cuts = region_copy(l->region, layer->cuts, layer->connections);

    for (size_t i = 0; i < layer->connections; i++) {
        int cut = (cuts[i] + 1) << layer->fallback.lift / 2;
        cuts[i] = (uint8_t)(cuts[i] == 0 || cut > 255 ? cuts[i] ? 255 : 0 : cut - 1);
    }
    layer->cuts = cuts;
    layer->fallback.lift = 0;
    plan->layers = layer;
    return plan;
}

/* One layer and input: the kernel and the host against plain kernels under the cuts that should hold; 1 if they fall
 * back. */
static int check_fallback(int i)
{
    struct random_layer l;
    struct engine *prefix, *host;
    const struct plan *meant;
    int8_t *x;
    int taken;

    random_layer_make(&l, i % 3);
    random_cut_plan(&l, METHOD_UNIT);
    random_fallback(&l);
    x = region_alloc(l.region, tensor_bytes(&l.tensors[0]));
    random_input(&l, x);
    taken = falls_back(&l, x);
    prefix = prepare(&l, &l.plan, port_of(l.region, i & 1));
    host = prepare(&l, &l.plan, NULL);
    meant = fallen_plan(&l);
    if (!taken) {
        meant = &l.plan;
        l.layer_plan.fallback.lift = 0;
    }
    assert_memory_equal(output(prepare(&l, meant, NULL), x), output(prefix, x), tensor_bytes(&l.tensors[3]));
    assert_memory_equal(output(prefix, x), output(host, x), tensor_bytes(&l.tensors[3]));
    random_layer_free(&l);
    return taken;
}

static void too_much_falls_back(void **unused)
{
    int taken = 0;

    (void)unused;
    for (int i = 0; i < LAYERS / 2; i++)
        taken += check_fallback(i);
    assert_in_range(taken, LAYERS / 20, LAYERS / 2 - LAYERS / 20);
}

static void no_cut_is_dense(void **unused)
{
    (void)unused;
    for (int i = 0; i < LAYERS / 3; i++) {
        struct random_layer l;
        const struct plan *plan;
        random_layer_make(&l, i % 3);
        plan = random_cut_plan(&l, METHOD_UNIT);
        memset((uint8_t *)l.layer_plan.cuts, 0, l.layer_plan.connections);
        l.layer_plan.weights = NULL;
        compare(&l, NULL, plan, i & 1);
        random_layer_free(&l);
    }
}

/* Lists and rows of connections to compare, by thresholds and every division. */
static void comparisons_execute_what_thresholds_allow(void **unused)
{
    static const enum division divisions[] = { DIVISION_EXACT, DIVISION_SHIFT, DIVISION_TREE, DIVISION_MSB };
    (void)unused;

    for (int i = 0; i < LAYERS / 3; i++) {
        struct random_layer l;
        struct port *port;
        const struct plan *plan;
        random_layer_make(&l, 0);
        port = region_copy(l.region, port_named("c"), sizeof *port);
        port->compares = 1;
        plan = random_layer_plan(&l, METHOD_UNIT, divisions[i % 4]);
        compare_with(&l, plan, plan, port);
        random_layer_free(&l);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(prefixes_execute_what_cuts_allow),
                                        cmocka_unit_test(no_cut_is_dense), cmocka_unit_test(too_much_falls_back),
                                        cmocka_unit_test(comparisons_execute_what_thresholds_allow) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
