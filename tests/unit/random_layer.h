/* random_layer.h - networks of one random layer with MACs, made in memory, for tests of lower/, run/ and tune/. */
#ifndef TESTS_RANDOM_LAYER_H
#define TESTS_RANDOM_LAYER_H

#include <string.h>

#include "layout/layout.h"
#include "lower/program.h"

static uint64_t random_state = 88172645463325252;

static inline uint32_t draw(uint32_t below)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)(random_state >> 20) % below;
}

static inline int between(int low, int high)
{
    return low + (int)draw((uint32_t)(high - low + 1));
}

struct random_layer {
    struct region *region;
    struct graph graph;
    struct tensor tensors[4]; /* input, weights, bias, output */
    struct node node;
    int inputs[3], output, network_input;
    struct plan plan;
    struct layer_plan layer_plan;
    double thresholds[8];
};

static inline struct quantisation random_quantisation(struct region *r, int count, int axis, double low, double high,
                                                      int zp)
{
    float *scale = region_array(r, (size_t)count, sizeof *scale);
    int32_t *zero = region_array(r, (size_t)count, sizeof *zero);

    for (int i = 0; i < count; i++) {
        scale[i] = (float)(low + (high - low) * draw(1000) / 1000);
        zero[i] = zp;
    }
    return (struct quantisation){ count, axis, scale, zero };
}

static inline void set_tensor(struct tensor *t, const char *name, enum tensor_type type, int rank, int a, int b, int c,
                              int d)
{
    *t = (struct tensor){ .name = name, .type = type, .rank = rank, .shape = { a, b, c, d } };
}

static inline int out_size(int in, int kernel, int stride, int dilation, int same)
{
    int span = (kernel - 1) * dilation + 1;

    return same ? (in + stride - 1) / stride : (in - span) / stride + 1;
}

static inline void random_constants(struct random_layer *l)
{
    size_t weights = tensor_elements(&l->tensors[1]), outputs = tensor_elements(&l->tensors[2]);
    int8_t *w = region_alloc(l->region, weights);
    int32_t *b = region_array(l->region, outputs, sizeof *b);

    for (size_t i = 0; i < weights; i++)
        w[i] = draw(6) ? (int8_t)between(-127, 127) : 0;
    for (size_t i = 0; i < outputs; i++)
        b[i] = between(-3000, 3000);
    l->tensors[1].data = (struct bytes){ (const uint8_t *)w, weights };
    l->tensors[2].data = (struct bytes){ (const uint8_t *)b, outputs * 4 };
}

/* kind: 0 convolution, 1 depthwise, 2 fully connected. Shapes are small and awkward on purpose. */
static inline void random_layer_make(struct random_layer *l, int kind)
{
    int in_c = between(1, kind == 1 ? 19 : 9), out_c = kind == 1 ? in_c * between(1, 2)
                                                       : draw(8) ? between(1, 21)
                                                                 : between(60, 90);
    int in_h = between(5, 11), in_w = between(5, 11), same = (int)draw(2);
    struct options o = { .same_padding = same,
                         .stride_h = between(1, 2),
                         .stride_w = between(1, 3),
                         .dilation_h = between(1, 2),
                         .dilation_w = between(1, 2),
                         .depth_multiplier = out_c / in_c,
                         .activation = (enum activation)draw(4) };
    int kh = between(1, 3), kw = between(1, 3), rows = between(1, 5), features = between(1, 40);

    memset(l, 0, sizeof *l);
    l->region = region_new();
    if (kind == 2) {
        set_tensor(&l->tensors[0], "x", TYPE_INT8, 2, rows, features, 0, 0);
        set_tensor(&l->tensors[1], "w", TYPE_INT8, 2, out_c, features, 0, 0);
        set_tensor(&l->tensors[3], "y", TYPE_INT8, 2, rows, out_c, 0, 0);
    } else {
        set_tensor(&l->tensors[0], "x", TYPE_INT8, 4, 1, in_h, in_w, in_c);
        set_tensor(&l->tensors[1], "w", TYPE_INT8, 4, kind ? 1 : out_c, kh, kw, kind ? out_c : in_c);
        set_tensor(&l->tensors[3], "y", TYPE_INT8, 4, 1, out_size(in_h, kh, o.stride_h, o.dilation_h, same),
                   out_size(in_w, kw, o.stride_w, o.dilation_w, same), out_c);
    }
    set_tensor(&l->tensors[2], "b", TYPE_INT32, 1, out_c, 0, 0, 0);
    l->tensors[0].quant = random_quantisation(l->region, 1, 0, 0.01, 0.1, draw(2) ? -128 : between(-128, 127));
    l->tensors[1].quant = random_quantisation(l->region, draw(2) ? out_c : 1, kind == 1 ? 3 : 0, 0.001, 0.01, 0);
    l->tensors[3].quant = random_quantisation(l->region, 1, 0, 0.02, 0.3, between(-128, 127));
    random_constants(l);
    l->inputs[0] = 0, l->inputs[1] = 1, l->inputs[2] = 2, l->output = 3, l->network_input = 0;
    l->node = (struct node){ .op = kind == 0   ? OP_CONV_2D
                                   : kind == 1 ? OP_DEPTHWISE_CONV_2D
                                               : OP_FULLY_CONNECTED,
                             .input_count = 3,
                             .output_count = 1,
                             .inputs = l->inputs,
                             .outputs = &l->output,
                             .opt = o };
    l->graph = (struct graph){ .tensors = l->tensors,
                               .nodes = &l->node,
                               .tensor_count = 4,
                               .node_count = 1,
                               .inputs = &l->network_input,
                               .outputs = &l->output,
                               .input_count = 1,
                               .output_count = 1 };
}

/* A plan for it: method, division and up to 3 groups of thresholds of typical size (largest about that of a product).
 */
static inline const struct plan *random_layer_plan(struct random_layer *l, enum method method, enum division division)
{
    double largest = 255 * 127 * (double)l->tensors[0].quant.scale[0] * 0.01;
    int channels = (int)tensor_elements(&l->tensors[2]);

    l->layer_plan = (struct layer_plan){ .thresholds = l->thresholds };
    l->layer_plan.groups = method == METHOD_ZEROSKIP  ? 0
                           : method == METHOD_FATRELU ? 1
                                                      : between(1, channels < 3 ? channels : 3);
    for (int i = 0; i < l->layer_plan.groups; i++)
        l->thresholds[i] = draw(8) ? (method == METHOD_FATRELU ? 12 : largest) * draw(1000) / 4000 : 0;
    l->plan = (struct plan){ .method = method, .division = division, .layers = &l->layer_plan, .layer_count = 1 };
    return &l->plan;
}

/* A plan with a cut for each connection, and other weights. */
static inline const struct plan *random_cut_plan(struct random_layer *l, enum method method)
{
    size_t connections = tensor_elements(&l->tensors[1]);
    uint8_t *cuts = region_alloc(l->region, connections);
    int8_t *weights = region_alloc(l->region, connections);

    for (size_t i = 0; i < connections; i++) {
        cuts[i] = (uint8_t)((1 << (method == METHOD_STATIC ? 8 * draw(2) : draw(9))) - 1);
        weights[i] = draw(5) ? (int8_t)between(-128, 127) : 0;
    }
    l->layer_plan = (struct layer_plan){ .cuts = cuts, .weights = weights, .connections = connections };
    l->plan = (struct plan){ .method = method, .layers = &l->layer_plan, .layer_count = 1 };
    return &l->plan;
}

/* Gives the plan a fallback that about half of the inputs take. */
static inline void random_fallback(struct random_layer *l)
{
    l->layer_plan.fallback = (struct layer_fallback){ (int)draw((uint32_t)tensor_elements(&l->tensors[0])),
                                                      (1 << draw(7)) - 1, 2 * between(1, PLAN_FALLBACK_LIFT_MAX / 2) };
}

static inline void random_input(struct random_layer *l, int8_t *x)
{
    for (size_t i = 0; i < tensor_elements(&l->tensors[0]); i++)
        x[i] = (int8_t)(draw(3) ? between(-128, 127) : l->tensors[0].quant.zero_point[0]);
}

static inline void random_layer_free(struct random_layer *l)
{
    region_free(l->region);
}

#endif
