/* test_bound.c - no input of a layer of prefixes takes more cycles, as predicted, than the bound says, with a fallback
 * and without; and the limit that cost_limit finds is the largest whose bound keeps to the cycles it was given. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "cost/cost.h"
#include "random_layer.h"

enum { LAYERS = 150, INPUTS = 8 };

/* A layer as it runs here, and as the chip's kernels run it. */
struct sides {
    struct program plain, packed;
    struct engine *engine;
    const struct costing *costing;
    struct kernel_cost row; /* without the margin, which would hide a bound that is too low */
    int is_prefix;
};

static void lower_one(struct random_layer *l, const struct port *port, struct program *out)
{
    struct diag d = { 0 };

    if (lower(l->region, &l->graph, &l->plan, "random", out, &d) != OK)
        fail_msg("%s", d.message);
    if (port)
        port_lower(l->region, out, port);
    assert_int_equal(layout_arena(l->region, out, "random", &d), OK);
}

static struct sides *sides_of(struct random_layer *l, const struct target *t)
{
    struct sides *s = region_alloc(l->region, sizeof *s);
    const struct kernel_cost *row;

    lower_one(l, NULL, &s->plain);
    lower_one(l, port_named(t->port), &s->packed);
    s->engine = engine_new(l->region, &s->plain, KERNELS_PLAIN, 1);
    s->costing = costing_new(l->region, &s->plain, &s->packed, port_named(t->port));
    s->is_prefix =
        s->packed.kernels[0].kernel == unit_prefix_s8 || s->packed.kernels[0].kernel == unit_prefix_depthwise_s8;
    if (!s->is_prefix)
        return s;
    row = cost_row(t, s->packed.kernels[0].kernel, costing_is_full(s->costing, 0));
    assert_non_null(row);
    s->row = *row;
    s->row.most = 1;
    return s;
}

static double cycles_of(const struct sides *s, const int8_t *x)
{
    double counts[2 * COST_FEATURE_COUNT];

    costing_count(s->costing, s->engine, 0, x, counts);
    return cost_cycles(&s->row, counts);
}

/* Elements are as far out as can be, zero or anything, in shares that differ from input to input. */
static void draw_input(struct random_layer *l, int number, int8_t *x)
{
    int zp = l->tensors[0].quant.zero_point[0];

    for (size_t i = 0; i < tensor_elements(&l->tensors[0]); i++)
        x[i] = (int8_t)(between(1, INPUTS) <= number ? (zp < 0 ? 127 : -128) : draw(2) ? zp : between(-128, 127));
}

static void bounds_hold(void **unused)
{
    (void)unused;
    for (int i = 0; i < LAYERS; i++) {
        const struct target *t = target_named(i % 2 ? "cortex-m0plus" : "msp430fr5994");
        struct random_layer l;
        struct sides *s;
        int8_t *x;
        random_layer_make(&l, i % 3);
        random_cut_plan(&l, METHOD_UNIT);
        if (i % 5)
            random_fallback(&l);
        s = sides_of(&l, t);
        x = region_alloc(l.region, tensor_bytes(&l.tensors[0]));
        for (int k = 0; k < INPUTS && s->is_prefix; k++) {
            draw_input(&l, k, x);
            assert_true(cycles_of(s, x) <= cost_bound(s->costing, 0, &s->row) + 1e-6);
        }
        random_layer_free(&l);
    }
}

/* The bound that a limit gives. */
static double bound_at(struct random_layer *l, const struct target *t, int limit)
{
    l->layer_plan.fallback.limit = limit;
    return cost_bound(sides_of(l, t)->costing, 0, &sides_of(l, t)->row);
}

static void limits_are_the_largest(void **unused)
{
    const struct target *t = target_named("cortex-m0plus");
    int found = 0;

    (void)unused;
    for (int i = 0; i < LAYERS / 3; i++) {
        struct random_layer l;
        struct sides *s;
        double least, most;
        int limit, elements;
        random_layer_make(&l, i % 3);
        random_cut_plan(&l, METHOD_UNIT);
        random_fallback(&l);
        elements = (int)tensor_elements(&l.tensors[0]);
        s = sides_of(&l, t);
        least = s->is_prefix ? bound_at(&l, t, 0) : 0;
        most = s->is_prefix ? bound_at(&l, t, elements) : 0;
        if (most > least) {
            double cycles = (least + most) / 2;
            limit = cost_limit(s->costing, 0, &s->row, l.layer_plan.fallback.above, cycles);
            assert_in_range(limit, 0, elements - 1);
            assert_true(bound_at(&l, t, limit) <= cycles + 1e-6);
            assert_true(bound_at(&l, t, limit + 1) > cycles - 1e-6);
            found++;
        }
        random_layer_free(&l);
    }
    assert_true(found > LAYERS / 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(bounds_hold), cmocka_unit_test(limits_are_the_largest) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
