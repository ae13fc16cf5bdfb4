/* test_plan.c - a plan written is the plan read; fingerprints tell networks apart and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "random_layer.h"

static void what_is_written_is_read(void **unused)
{
    char path[] = "/tmp/unit-plan-XXXXXX";
    int fd = mkstemp(path);

    (void)unused;
    close(fd);
    for (int i = 0; i < 40; i++) {
        struct random_layer l;
        struct diag d = { 0 };
        struct plan back;
        int32_t bias[128];
        random_layer_make(&l, i % 3);
        if (i % 5 == 4)
            random_cut_plan(&l, i % 2 ? METHOD_UNIT : METHOD_STATIC);
        else
            random_layer_plan(&l, (enum method)(i % 3), (enum division)(i % 4));
        plan_fingerprint(&l.graph, l.plan.fingerprint);
        l.layer_plan.bias_count = (int)tensor_elements(&l.tensors[2]);
        for (int k = 0; k < l.layer_plan.bias_count; k++)
            bias[k] = (int32_t)(draw(UINT32_MAX) - (UINT32_MAX >> 1));
        l.layer_plan.bias = draw(2) ? bias : NULL;
        assert_int_equal(plan_write(&l.plan, "model.tflite", path, &d), OK);
        assert_int_equal(plan_read(l.region, path, &l.graph, &back, &d), OK);
        assert_int_equal(back.method, l.plan.method);
        assert_int_equal(back.division, l.plan.division);
        assert_int_equal(back.layers[0].groups, l.layer_plan.groups);
        if (l.layer_plan.groups)
            assert_memory_equal(back.layers[0].thresholds, l.thresholds, (size_t)l.layer_plan.groups * sizeof(double));
        assert_int_equal(back.layers[0].cuts != NULL, l.layer_plan.cuts != NULL);
        assert_int_equal(back.layers[0].weights != NULL, l.layer_plan.weights != NULL);
        if (l.layer_plan.cuts) {
            assert_memory_equal(back.layers[0].cuts, l.layer_plan.cuts, l.layer_plan.connections);
            assert_memory_equal(back.layers[0].weights, l.layer_plan.weights, l.layer_plan.connections);
        }
        assert_int_equal(back.layers[0].bias != NULL, l.layer_plan.bias != NULL);
        if (back.layers[0].bias)
            assert_memory_equal(back.layers[0].bias, bias, (size_t)l.layer_plan.bias_count * 4);
        random_layer_free(&l);
    }
    unlink(path);
}

static void kernels_are_kept(void **unused)
{
    static const enum layer_kernel kernels[] = { KERNEL_OPEN, KERNEL_DENSE, KERNEL_ZEROSKIP, KERNEL_PREFIX };
    char path[] = "/tmp/unit-plan-XXXXXX";
    int fd = mkstemp(path);

    (void)unused;
    close(fd);
    for (size_t i = 0; i < sizeof kernels / sizeof *kernels; i++) {
        struct random_layer l;
        struct diag d = { 0 };
        struct plan back;
        random_layer_make(&l, (int)i % 3);
        random_cut_plan(&l, METHOD_UNIT);
        plan_fingerprint(&l.graph, l.plan.fingerprint);
        l.plan.target = i ? "cortex-m0plus" : NULL;
        l.layer_plan.kernel = kernels[i];
        if (kernels[i] == KERNEL_DENSE || kernels[i] == KERNEL_ZEROSKIP) {
            l.layer_plan.cuts = NULL;
            l.layer_plan.weights = NULL;
        }
        assert_int_equal(plan_write(&l.plan, "model.tflite", path, &d), OK);
        assert_int_equal(plan_read(l.region, path, &l.graph, &back, &d), OK);
        assert_int_equal(back.layers[0].kernel, kernels[i]);
        assert_int_equal(back.layers[0].cuts != NULL, l.layer_plan.cuts != NULL);
        assert_int_equal(back.target != NULL, i > 0);
        if (i)
            assert_string_equal(back.target, "cortex-m0plus");
        random_layer_free(&l);
    }
    unlink(path);
}

static void fingerprints_see_what_matters(void **unused)
{
    struct random_layer l;
    char before[65], after[65];

    (void)unused;
    random_layer_make(&l, 0);
    plan_fingerprint(&l.graph, before);
    l.tensors[0].name = "another name";
    plan_fingerprint(&l.graph, after);
    assert_string_equal(before, after);
    ((int8_t *)l.tensors[1].data.data)[0] ^= 1;
    plan_fingerprint(&l.graph, after);
    assert_string_not_equal(before, after);
    ((int8_t *)l.tensors[1].data.data)[0] ^= 1;
    l.node.opt.stride_w++;
    plan_fingerprint(&l.graph, after);
    assert_string_not_equal(before, after);
    l.node.opt.stride_w--;
    ((float *)l.tensors[3].quant.scale)[0] *= 1.0001f;
    plan_fingerprint(&l.graph, after);
    assert_string_not_equal(before, after);
    random_layer_free(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(kernels_are_kept),
        cmocka_unit_test(fingerprints_see_what_matters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
