/* test_scaling.c - thresholds that move: tables against cuts over the whole range, and the layer that prefix kernels,
 * plain kernels and the fast ones make of a rule against one whose cuts and bias were worked out here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "lower/scaling.h"
#include "port/port.h"
#include "random_layer.h"
#include "run/engine.h"

enum { LAYERS = 600, LEVELS = 3, STEPS = 9 };

/* 2^(-step / 2) in 256ths, as docs/method.md lists them. */
static const int factors[] = { 4096, 2896, 2048, 1448, 1024, 724, 512, 362, 256, 181, 128, 90, 64,
                               45,   32,   22,   16,   11,   8,   5,   4,   2,   2,   1,   1 };

static int factor_of(int step)
{
    return factors[step + 8];
}

/* A connection that wakes at m executes where |x| >= m * factor; one that wakes at 1 wherever x is not 0. */
static int wakes(int cut, int step, int x)
{
    return cut == 0 ? x > 0 : cut != PLAN_CUT_NEVER && x * 256 >= (cut + 1) * factor_of(step);
}

static void cuts_and_tables_say_the_same(void **unused)
{
    (void)unused;
    for (int step = -8; step <= 16; step++) {
        uint8_t table[256];
        scaling_table(step, table);
        for (int x = 1; x < 256; x++) {
            int bits = 0;
            for (int b = 1; b <= 8; b++) {
                uint8_t cut = (uint8_t)((1 << (b - 1)) - 1);
                assert_int_equal(x > scaling_cut(cut, step), wakes(cut, step, x));
                bits = wakes(cut, step, x) ? b : bits;
            }
            assert_int_equal(table[x], 1 + bits);
        }
        assert_int_equal(scaling_cut(PLAN_CUT_NEVER, step), PLAN_CUT_NEVER);
    }
}

static void step_0_is_the_fixed_table(void **unused)
{
    uint8_t table[256];

    (void)unused;
    scaling_table(0, table);
    for (int cut = 0; cut < 256; cut++)
        assert_int_equal(scaling_cut((uint8_t)cut, 0), cut);
    for (int x = 1, bits = 1; x < 256; x++) {
        bits += x >> bits;
        assert_int_equal(table[x], 1 + bits);
    }
}

static int32_t *random_bias(struct random_layer *l, const int32_t *network, int count)
{
    int32_t *bias = region_array(l->region, (size_t)count, sizeof *bias);

    for (int o = 0; o < count; o++)
        bias[o] = network[o] + between(-100000, 100000) / (1 << draw(8));
    return bias;
}

/* A plan of random cuts that follows its input and has levels. */
static void random_moving_plan(struct random_layer *l)
{
    const int32_t *network = (const int32_t *)(const void *)l->tensors[2].data.data;
    int channels = (int)(l->tensors[2].data.size / sizeof *network), elements = (int)tensor_elements(&l->tensors[0]);
    struct layer_level *levels = region_array(l->region, LEVELS - 1, sizeof *levels);

    random_cut_plan(l, METHOD_UNIT);
    l->layer_plan.bias = random_bias(l, network, channels);
    l->layer_plan.bias_count = channels;
    if (draw(4)) {
        l->layer_plan.every = elements / PLAN_FOLLOWS_MAX + 1 + (int)draw(5);
        l->layer_plan.size = between(0, 65280);
        l->layer_plan.bias_follows = draw(3) ? between(0, PLAN_BIAS_ALL) : PLAN_BIAS_ALL;
    }
    for (int i = 0; i < LEVELS - 1; i++)
        levels[i] = (struct layer_level){ between(-8, 8), random_bias(l, network, channels) };
    l->layer_plan.levels = levels;
    l->plan.levels = region_array(l->region, LEVELS, sizeof *l->plan.levels);
    l->plan.level_count = LEVELS;
    l->plan.level = (int)draw(LEVELS);
}

/* The step that the rule of docs/method.md gives. */
static int step_of(const struct random_layer *l, const int8_t *x)
{
    static const uint32_t below[] = { 60097, 42495, 30048, 21247, 15024, 10624, 7512, 5312 };
    int largest = 0, step = 0;

    for (size_t i = 0; l->layer_plan.every && i < tensor_elements(&l->tensors[0]); i += (size_t)l->layer_plan.every) {
        int m = abs(x[i] - (int)l->tensors[0].quant.zero_point[0]);
        largest = m > largest ? m : largest;
    }
    while (l->layer_plan.every && step < 8 &&
           (uint32_t)largest * 256 < ((uint32_t)l->layer_plan.size * below[step] >> 16))
        step++;
    return step;
}

static int32_t floor_of(int64_t n, int64_t d)
{
    return (int32_t)(n / d - (n % d < 0));
}

/* The plan as it is for this input at the level that is set, without rules. */
static const struct plan *settled(struct random_layer *l, const int8_t *x)
{
    struct layer_plan *fixed = region_copy(l->region, &l->layer_plan, sizeof *fixed);
    struct plan *plan = region_copy(l->region, &l->plan, sizeof *plan);
    const int32_t *network = (const int32_t *)(const void *)l->tensors[2].data.data;
    int channels = l->layer_plan.bias_count, step = step_of(l, x);
    const struct layer_level *level = plan->level ? &fixed->levels[plan->level - 1] : NULL;
    int32_t *bias = region_array(l->region, (size_t)channels, sizeof *bias);
    uint8_t *cuts = region_copy(l->region, fixed->cuts, fixed->connections);

    for (int o = 0; o < channels; o++) {
        int64_t stays = network[o] - floor_of((int64_t)network[o] * fixed->bias_follows, 256);
        int64_t moved = (level ? level->bias : fixed->bias)[o] - stays;
        bias[o] = (int32_t)stays + floor_of(moved * factor_of(step), 256);
    }
    for (size_t i = 0; i < fixed->connections; i++)
        for (cuts[i] = 0; cuts[i] < 255 && !wakes(fixed->cuts[i], step - (level ? level->lift : 0), cuts[i] + 1);)
            cuts[i]++;
    fixed->bias = bias, fixed->cuts = cuts, fixed->every = 0, fixed->levels = NULL;
    plan->layers = fixed, plan->level = plan->level_count = 0;
    return plan;
}

static struct engine *prepare(struct random_layer *l, const struct plan *plan, const char *port, enum kernels kernels)
{
    struct program *p = region_alloc(l->region, sizeof *p);
    struct diag d = { 0 };
    struct engine *e;

    if (lower(l->region, &l->graph, plan, "random", p, &d) != OK)
        fail_msg("%s", d.message);
    if (port) {
        port_lower(l->region, p, port_named(port));
        assert_null(port_unmoved(p));
    }
    assert_int_equal(layout_arena(l->region, p, "random", &d), OK);
    e = engine_new(l->region, p, kernels, 1);
    engine_count(e);
    return e;
}

static void compare(struct random_layer *l, const struct engine *expected, const struct engine *e, const int8_t *x)
{
    const struct unit_port *out = &engine_program(e)->network.outputs[0];
    struct mac_counts own = { 0 }, other = { 0 };
    const uint8_t *y = engine_arena(expected, 0) + engine_program(expected)->network.outputs[0].at;

    engine_feed(e, 0, 0, x);
    engine_run(e, 0, 0, engine_program(e)->step_count, &own);
    engine_feed(expected, 0, 0, x);
    engine_run(expected, 0, 0, engine_program(expected)->step_count, &other);
    assert_memory_equal(y, engine_arena(e, 0) + out->at, tensor_bytes(&l->tensors[3]));
    assert_int_equal(own.executed, other.executed);
    assert_int_equal(own.skipped, other.skipped);
}

static void kernels_move_thresholds_alike(void **unused)
{
    (void)unused;
    for (int i = 0; i < LAYERS; i++) {
        struct random_layer l;
        struct engine *expected;
        int8_t *x;
        random_layer_make(&l, i % 3);
        random_moving_plan(&l);
        x = region_alloc(l.region, tensor_bytes(&l.tensors[0]));
        random_input(&l, x);
        for (size_t k = 0; k < tensor_elements(&l.tensors[0]); k++) /* faint, by chance */
            x[k] =
                (int8_t)(l.tensors[0].quant.zero_point[0] + (x[k] - l.tensors[0].quant.zero_point[0]) / (1 << i % 5));
        expected = prepare(&l, settled(&l, x), NULL, KERNELS_PLAIN);
        compare(&l, expected, prepare(&l, &l.plan, NULL, KERNELS_PLAIN), x);
        compare(&l, expected, prepare(&l, &l.plan, NULL, KERNELS_FAST), x);
        compare(&l, expected, prepare(&l, &l.plan, "c", KERNELS_PLAIN), x);
        random_layer_free(&l);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(cuts_and_tables_say_the_same),
                                        cmocka_unit_test(step_0_is_the_fixed_table),
                                        cmocka_unit_test(kernels_move_thresholds_alike) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
