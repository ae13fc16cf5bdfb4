/* test_host_layer.c - this machine's kernels against the plain ones that ship to the chip: the same bytes for every
 * operator, method and division; and counts against a count one by one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "random_layer.h"
#include "run/engine.h"

enum { ROUNDS = 150, INPUTS = 3 };

static void make_program(struct random_layer *l, const struct plan *plan, struct program *p)
{
    struct diag d = { 0 };

    assert_int_equal(lower(l->region, &l->graph, plan, "test", p, &d), OK);
    assert_int_equal(layout_arena(l->region, p, "test", &d), OK);
}

static void run(struct engine *e, const int8_t *x, struct mac_counts *counts)
{
    engine_feed(e, 0, 0, x);
    engine_run(e, 0, 0, engine_program(e)->step_count, counts);
}

/* The definition: which connections exist, and which execute. */
static struct mac_counts count_one_by_one(const struct mac_layer *l, const int8_t *x)
{
    const struct unit_conv2d_s8 *s = &l->shape;
    struct mac_counts c = { 0, 0, 0, 0 };

    for (int oy = 0; oy < s->out_h; oy++)
        for (int ox = 0; ox < s->out_w; ox++)
            for (int o = 0; o < l->out_c; o++)
                for (int k = 0; k < l->taps; k++) {
                    int source = mac_source(l, o, k), channel = source % s->in_c, tap = source / s->in_c;
                    int iy = oy * s->stride_h + tap / s->kernel_w * s->dilation_h - s->pad_top;
                    int ix = ox * s->stride_w + tap % s->kernel_w * s->dilation_w - s->pad_left;
                    int value;
                    if (iy < 0 || iy >= s->in_h || ix < 0 || ix >= s->in_w)
                        continue;
                    value = abs(x[(iy * s->in_w + ix) * s->in_c + channel] - s->in_zp);
                    c.dense++;
                    if (value == 0 || s->weights[mac_at(l, o, k)] == 0)
                        c.zero++;
                    else if (l->cut && value <= l->cut[mac_at(l, o, k)])
                        c.skipped++;
                    else
                        c.executed++;
                }
    return c;
}

static void compare(struct random_layer *l, const struct plan *plan)
{
    struct program p;
    struct engine *fast, *plain;
    size_t out = tensor_bytes(&l->tensors[3]);
    int8_t *x = region_alloc(l->region, tensor_bytes(&l->tensors[0]));

    make_program(l, plan, &p);
    fast = engine_new(l->region, &p, KERNELS_FAST, 1);
    plain = engine_new(l->region, &p, KERNELS_PLAIN, 1);
    engine_count(fast);
    for (int i = 0; i < INPUTS; i++) {
        struct mac_counts counts = { 0, 0, 0, 0 }, expected;
        random_input(l, x);
        expected = count_one_by_one(&p.layers[0], x);
        run(fast, x, &counts);
        run(plain, x, NULL);
        assert_memory_equal(engine_tensor(fast, 0, 3), engine_tensor(plain, 0, 3), out);
        assert_memory_equal(&counts, &expected, sizeof counts);
        assert_true(counts.dense == p.layers[0].dense);
    }
}

static void dense_layers_agree(void **unused)
{
    (void)unused;
    for (int i = 0; i < 3 * ROUNDS; i++) {
        struct random_layer l;
        random_layer_make(&l, i % 3);
        compare(&l, NULL);
        random_layer_free(&l);
    }
}

static void pruned_layers_agree(void **unused)
{
    (void)unused;
    for (int i = 0; i < 3 * ROUNDS; i++)
        for (enum division d = DIVISION_EXACT; d <= DIVISION_MSB; d++) {
            struct random_layer l;
            random_layer_make(&l, i % 3);
            compare(&l, random_layer_plan(&l, METHOD_UNIT, d));
            random_layer_free(&l);
        }
}

static void fatrelu_and_zeroskip_agree(void **unused)
{
    (void)unused;
    for (int i = 0; i < 3 * ROUNDS; i++) {
        struct random_layer l;
        random_layer_make(&l, i % 3);
        compare(&l, random_layer_plan(&l, i & 1 ? METHOD_FATRELU : METHOD_ZEROSKIP, DIVISION_EXACT));
        random_layer_free(&l);
    }
}

static void cuts_by_connection_agree(void **unused)
{
    (void)unused;
    for (int i = 0; i < 9 * ROUNDS; i++) {
        struct random_layer l;
        random_layer_make(&l, i % 3);
        compare(&l, random_cut_plan(&l, i % 4 ? METHOD_UNIT : METHOD_STATIC));
        random_layer_free(&l);
    }
}

static void portable_code_agrees(void **unused)
{
    setenv("UNIT_NO_AVX2", "1", 1);
    dense_layers_agree(unused);
    pruned_layers_agree(unused);
    cuts_by_connection_agree(unused);
    unsetenv("UNIT_NO_AVX2");
}

/* With thresholds of 0 every division gives the dense bytes. */
static void no_threshold_is_dense(void **unused)
{
    (void)unused;
    for (int i = 0; i < ROUNDS; i++) {
        struct random_layer l;
        struct program dense, pruned;
        struct engine *a, *b;
        int8_t *x;
        random_layer_make(&l, i % 3);
        if (i % 5) {
            random_layer_plan(&l, METHOD_UNIT, (enum division)(i % 4));
            memset(l.thresholds, 0, sizeof l.thresholds);
        } else {
            random_cut_plan(&l, METHOD_UNIT);
            memset((uint8_t *)l.layer_plan.cuts, 0, l.layer_plan.connections);
            l.layer_plan.weights = NULL;
        }
        make_program(&l, NULL, &dense);
        make_program(&l, &l.plan, &pruned);
        a = engine_new(l.region, &dense, KERNELS_FAST, 1);
        b = engine_new(l.region, &pruned, KERNELS_PLAIN, 1);
        x = region_alloc(l.region, tensor_bytes(&l.tensors[0]));
        random_input(&l, x);
        run(a, x, NULL);
        run(b, x, NULL);
        assert_memory_equal(engine_tensor(a, 0, 3), engine_tensor(b, 0, 3), tensor_bytes(&l.tensors[3]));
        random_layer_free(&l);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dense_layers_agree),         cmocka_unit_test(pruned_layers_agree),
        cmocka_unit_test(fatrelu_and_zeroskip_agree), cmocka_unit_test(cuts_by_connection_agree),
        cmocka_unit_test(portable_code_agrees),       cmocka_unit_test(no_threshold_is_dense),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
