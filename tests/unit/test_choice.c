/* test_choice.c - lists of a fully connected layer fit a chip only if they take little more flash than its weights. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "random_layer.h"
#include "tune/choice.h"

/* What choice_fits says of a layer that keeps every n-th connection, with no bound on its cycles to speak of. */
static int fits_with(struct random_layer *l, int every)
{
    struct program dense;
    struct diag d = { 0 };
    struct inputs in = { 0 };
    struct calibration calibration = { .in = &in };
    struct choice c = { .target = target_named("cortex-m0plus"),
                        .worst_case = 1000,
                        .graph = &l->graph,
                        .model_path = "random",
                        .calibration = &calibration,
                        .diag = &d };
    struct kernel_cycles k = { .dense = { 1e6, 1e6 } };
    struct layer_fallback fallback;
    int fits;

    random_cut_plan(l, METHOD_UNIT);
    for (size_t i = 0; i < l->layer_plan.connections; i++) {
        ((uint8_t *)l->layer_plan.cuts)[i] = i % (size_t)every ? PLAN_CUT_NEVER : 3;
        ((int8_t *)l->layer_plan.weights)[i] = 1;
    }
    assert_int_equal(lower(l->region, &l->graph, NULL, "random", &dense, &d), OK);
    assert_int_equal(layout_arena(l->region, &dense, "random", &d), OK);
    calibration.engine = engine_new(l->region, &dense, KERNELS_FAST, 1);
    assert_int_equal(choice_fits(&c, &l->plan, 0, &k, &fallback, &fits), OK);
    return fits;
}

static void full_layers_store_little(void **unused)
{
    (void)unused;
    for (int i = 0; i < 20; i++) {
        struct random_layer l;
        random_layer_make(&l, i % 2 ? 0 : 2);
        assert_int_equal(fits_with(&l, 1), i % 2); /* two bytes an entry: twice the weights; convolutions may */
        assert_int_equal(fits_with(&l, 4), 1);
        random_layer_free(&l);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(full_layers_store_little) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
