/* test_statistics.c - what statistics say of a layer, against the layer itself. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "lower/cuts.h"
#include "random_layer.h"
#include "run/engine.h"
#include "tune/statistics.h"

enum { ROUNDS = 60, SAMPLES = 5 };

struct setting {
    struct random_layer random;
    struct program program;
    struct engine *engine;
    struct statistics *statistics;
    struct mac_counts counts;
    int8_t *inputs;
    size_t input_bytes;
};

static void make(struct setting *s, int kind)
{
    struct diag d = { 0 };
    struct random_layer *l = &s->random;

    memset(s, 0, sizeof *s);
    random_layer_make(l, kind);
    assert_int_equal(
        lower(l->region, &l->graph, random_layer_plan(l, METHOD_UNIT, DIVISION_EXACT), "t", &s->program, &d), OK);
    assert_int_equal(layout_arena(l->region, &s->program, "t", &d), OK);
    s->engine = engine_new(l->region, &s->program, KERNELS_FAST, 1);
    engine_count(s->engine);
    s->statistics = statistics_new(l->region, &s->program.layers[0]);
    s->input_bytes = tensor_bytes(&l->tensors[0]);
    s->inputs = region_array(l->region, SAMPLES, s->input_bytes);
    for (int i = 0; i < SAMPLES; i++) {
        int8_t *x = s->inputs + (size_t)i * s->input_bytes;
        random_input(l, x);
        statistics_add(s->statistics, x);
        engine_feed(s->engine, 0, 0, x);
        engine_run(s->engine, 0, 0, s->program.step_count, &s->counts);
    }
    statistics_finish(s->statistics);
}

static void executed_is_what_the_engine_counts(void **unused)
{
    (void)unused;
    for (int i = 0; i < ROUNDS; i++) {
        struct setting s;
        make(&s, i % 3);
        assert_true(statistics_executed(s.statistics, s.program.layers[0].cut) == s.counts.executed);
        assert_int_equal(s.statistics->samples, SAMPLES);
        random_layer_free(&s.random);
    }
}

/* Shares of products left out by the threshold, zeros included, as the engine counts them. */
static void a_threshold_leaves_out_its_share(void **unused)
{
    (void)unused;
    for (int i = 0; i < ROUNDS; i++) {
        struct setting s;
        struct mac_layer *l;
        double wanted = draw(1000) / 1000.0, smaller;
        uint64_t dense, left;
        make(&s, i % 3);
        l = &s.program.layers[0];
        dense = l->dense * SAMPLES;
        s.random.layer_plan.groups = 1;
        s.random.thresholds[0] = statistics_product_threshold(s.statistics, 0, l->out_c, wanted);
        cuts_fill(l, METHOD_UNIT, DIVISION_EXACT, &s.random.layer_plan, l->cut);
        left = dense - statistics_executed(s.statistics, l->cut);
        assert_true((double)left >= wanted * (double)dense);
        smaller = s.random.thresholds[0] * (1 - 1e-6);
        if (s.random.thresholds[0] > 0) {
            s.random.thresholds[0] = smaller;
            cuts_fill(l, METHOD_UNIT, DIVISION_EXACT, &s.random.layer_plan, l->cut);
            left = dense - statistics_executed(s.statistics, l->cut);
            assert_true((double)left < wanted * (double)dense);
        }
        random_layer_free(&s.random);
    }
}

/* The mean sum of an output, against sums taken one by one. */
static void means_are_means(void **unused)
{
    (void)unused;
    for (int i = 0; i < ROUNDS; i++) {
        struct setting s;
        const struct mac_layer *l;
        const struct unit_conv2d_s8 *c;
        double sum = 0;
        int o;
        make(&s, i % 3);
        l = &s.program.layers[0];
        c = &l->shape;
        o = (int)draw((uint32_t)l->out_c);
        for (int n = 0; n < SAMPLES; n++)
            for (int p = 0; p < c->out_h * c->out_w; p++)
                for (int k = 0; k < l->taps; k++) {
                    int source = mac_source(l, o, k), tap = source / c->in_c;
                    int y = p / c->out_w * c->stride_h + tap / c->kernel_w * c->dilation_h - c->pad_top;
                    int x = p % c->out_w * c->stride_w + tap % c->kernel_w * c->dilation_w - c->pad_left, value;
                    if (y < 0 || y >= c->in_h || x < 0 || x >= c->in_w)
                        continue;
                    value =
                        s.inputs[(size_t)n * s.input_bytes + (size_t)((y * c->in_w + x) * c->in_c + source % c->in_c)] -
                        c->in_zp;
                    if (abs(value) > l->cut[mac_at(l, o, k)])
                        sum += value * c->weights[mac_at(l, o, k)];
                }
        assert_true(fabs(sum / (SAMPLES * (double)l->positions) - statistics_mean(s.statistics, o, l->cut)) < 1e-6);
        random_layer_free(&s.random);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(executed_is_what_the_engine_counts),
        cmocka_unit_test(a_threshold_leaves_out_its_share),
        cmocka_unit_test(means_are_means),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
