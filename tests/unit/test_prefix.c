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
                                        cmocka_unit_test(no_cut_is_dense),
                                        cmocka_unit_test(comparisons_execute_what_thresholds_allow) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
