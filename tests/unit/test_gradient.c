/* test_gradient.c - gradients foretell what a bias does: the biases of one layer after the other are moved, and the
 * logits must follow as the gradients of all positions say. On the shipped LeNet, and on networks with residual
 * connections, depthwise layers, means and averages where UNIT_DATA has them. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "import/import.h"
#include "layout/layout.h"
#include "tune/gradient.h"

enum { SAMPLES = 24 };

static uint64_t state = 11;

static uint32_t draw(void)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(state >> 33);
}

struct network {
    struct region *region;
    struct graph graph;
    struct program program;
    struct engine *engine;
    struct gradient *gradient;
    int logits;
    int8_t *sample;
};

static void open_network(struct network *n, const char *path)
{
    struct diag d = { 0 };

    n->region = region_new();
    assert_int_equal(import_model(n->region, path, &n->graph, &d), OK);
    assert_int_equal(lower(n->region, &n->graph, NULL, path, &n->program, &d), OK);
    assert_int_equal(layout_arena(n->region, &n->program, path, &d), OK);
    n->engine = engine_new(n->region, &n->program, KERNELS_FAST, 1);
    n->logits = n->graph.nodes[n->graph.node_count - 1].inputs[0]; /* before the softmax */
    n->gradient = gradient_new(n->region, &n->program, n->logits);
    n->sample = region_alloc(n->region, n->program.network.inputs[0].bytes);
}

/* Noise that is averaged with its neighbours. */
static void draw_noise(struct network *n)
{
    int value = 0;

    for (uint32_t i = 0; i < n->program.network.inputs[0].bytes; i++) {
        value = (7 * value + (int)(draw() % 1024) - 512) / 8;
        n->sample[i] = (int8_t)(value > 127 ? 127 : value < -128 ? -128 : value);
    }
}

/* A thick line that wanders over a dark image: networks for digits are far from linear elsewhere. */
static void draw_line(struct network *n)
{
    const struct tensor *t = &n->graph.tensors[n->graph.inputs[0]];
    int width = t->shape[2], height = t->shape[1], x = width / 2, y = height / 4;

    memset(n->sample, -128, (size_t)width * (size_t)height);
    for (int step = 0, way = (int)(draw() % 8); step < 40; step++) {
        static const int dx[] = { 1, 1, 0, -1, -1, -1, 0, 1 }, dy[] = { 0, 1, 1, 1, 0, -1, -1, -1 };
        way = (way + (int)(draw() % 3) + 7) % 8;
        x += x + dx[way] > 4 && x + dx[way] < width - 5 ? dx[way] : 0;
        y += y + dy[way] > 4 && y + dy[way] < height - 5 ? dy[way] : 0;
        for (int i = 0; i < 9; i++)
            n->sample[(y + i / 3 - 1) * width + x + i % 3 - 1] = 120;
    }
}

/* The weighted sum of the real logits, after a run. */
static double weighted_logits(struct network *n, const float *weight)
{
    const struct tensor *t = &n->graph.tensors[n->logits];
    const int8_t *q;
    double sum = 0;
    int stop = 0;

    engine_feed(n->engine, 0, 0, n->sample);
    while (stop < n->program.step_count && n->program.steps[stop].tensor[0] != n->logits)
        stop++;
    engine_run(n->engine, 0, 0, stop, NULL);
    q = engine_tensor(n->engine, 0, n->logits);
    for (size_t i = 0; i < tensor_elements(t); i++)
        sum += (double)weight[i] * (double)t->quant.scale[0] * (q[i] - t->quant.zero_point[0]);
    return sum;
}

/* What the gradients say that moving the layer's biases does. */
static double foretold(struct network *n, int layer, const double *move)
{
    const struct mac_layer *l = &n->program.layers[layer];
    const float *sum = gradient_of_layer(n->gradient, layer);
    double change = 0;

    for (size_t i = 0; i < l->positions * (size_t)l->out_c; i++)
        change += move[i % (size_t)l->out_c] * (double)sum[i];
    return change;
}

static void move_biases(struct network *n, int layer, const double *move, int sign)
{
    const struct mac_layer *l = &n->program.layers[layer];

    for (int o = 0; o < l->out_c; o++)
        l->bias[o] += sign * (int32_t)move[o];
    engine_update(n->engine, layer);
}

/* Moves of about three output steps, up or down, the same sign for all outputs of a sample so that rounding averages
 * out. */
static void choose_moves(struct network *n, int layer, double *move)
{
    const struct mac_layer *l = &n->program.layers[layer];
    double out = (double)n->graph.tensors[n->graph.nodes[l->node].outputs[0]].quant.scale[0];

    for (int o = 0; o < l->out_c; o++)
        move[o] = round((draw() % 2 ? 3 : -3) * out / ((double)l->in_scale * (double)l->weight_scale[o]));
}

/* Correlation over samples between what is foretold and what happens when the biases are moved both ways. */
static double correlation(struct network *n, int layer)
{
    double move[1024], xy = 0, xx = 0, yy = 0;
    float weight[64];

    for (int s = 0; s < SAMPLES; s++) {
        double x, y;
        n->graph.tensors[n->graph.inputs[0]].shape[1] == 28 ? draw_line(n) : draw_noise(n);
        for (size_t i = 0; i < tensor_elements(&n->graph.tensors[n->logits]); i++)
            weight[i] = draw() % 2 ? 1 : -1;
        choose_moves(n, layer, move);
        gradient_forward(n->gradient, n->engine, 0, n->sample);
        gradient_backward(n->gradient, weight);
        x = 2 * foretold(n, layer, move);
        move_biases(n, layer, move, 1);
        y = weighted_logits(n, weight);
        move_biases(n, layer, move, -2);
        y -= weighted_logits(n, weight);
        move_biases(n, layer, move, 1);
        xy += x * y, xx += x * x, yy += y * y;
    }
    return xy / sqrt(xx * yy);
}

static void check(const char *path)
{
    struct network n;

    if (access(path, R_OK) != 0) {
        printf("skipped: %s is not there\n", path);
        return;
    }
    open_network(&n, path);
    for (int layer = 0; layer < n.program.layer_count; layer++) {
        double c = correlation(&n, layer);
        if (!(c > 0.85))
            fail_msg("%s: layer %d: correlation %.3f", path, layer, c);
    }
    region_free(n.region);
}

static void gradients_foretell_biases(void **unused)
{
    static const char *const shared[] = { "mlperf_kws_int8", "mlperf_resnet8_int8", "tinymaix_mnist_dw_int8",
                                          "tinymaix_mnist_rect_int8", "tinymaix_mnist_resnet_int8" };
    const char *data = getenv("UNIT_DATA");
    char path[4096];

    (void)unused;
    check(TEST_ROOT "/models/lenet-mnist.tflite");
    for (size_t i = 0; i < sizeof shared / sizeof *shared; i++) {
        snprintf(path, sizeof path, "%s/models/%s.tflite", data ? data : TEST_ROOT "/../shared", shared[i]);
        check(path);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(gradients_foretell_biases) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
