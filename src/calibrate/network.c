/* network.c - see network.h. */
#include "calibrate/network.h"

#include <math.h>
#include <string.h>

/* ---- Random numbers ------------------------------------------------------------------------------------------------
 */

/* xorshift64* (Vigna 2016). */
static uint32_t draw(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return (uint32_t)(*state * UINT64_C(2685821657736338717) >> 32);
}

static double uniform(uint64_t *state)
{
    return (draw(state) + 0.5) / 4294967296.0;
}

static int between(uint64_t *state, int low, int high)
{
    return low + (int)(draw(state) % (uint32_t)(high - low + 1));
}

static int one_of(uint64_t *state, const int *list, int count)
{
    return list[draw(state) % (uint32_t)count];
}

#define ONE_OF(state, ...)                                                                                             \
    one_of(state, (const int[]){ __VA_ARGS__ }, (int)(sizeof((const int[]){ __VA_ARGS__ }) / sizeof(int)))

/* About normal: the sum of four uniform numbers. */
static double normal(uint64_t *state)
{
    return (uniform(state) + uniform(state) + uniform(state) + uniform(state) - 2) * 1.732;
}

/* ---- Tensors -------------------------------------------------------------------------------------------------------
 */

enum { X, WEIGHTS, BIAS, Y, POOLED, TENSORS };

struct building {
    struct region *region;
    const struct recipe *recipe;
    uint64_t state;
    struct tensor *tensors; /* of this layer, the first of which is number: */
    int first;
    struct node *nodes; /* of all layers */
    int node_count;
};

static void quantise(struct building *b, struct tensor *t, double scale, int zero_point)
{
    float *s = region_alloc(b->region, sizeof *s);
    int32_t *z = region_alloc(b->region, sizeof *z);

    *s = (float)scale;
    *z = zero_point;
    t->quant = (struct quantisation){ 1, 0, s, z };
}

static void shape(struct building *b, int tensor, enum tensor_type type, int rank, int d0, int d1, int d2, int d3)
{
    b->tensors[tensor] = (struct tensor){ .name = "t", .type = type, .rank = rank, .shape = { d0, d1, d2, d3 } };
}

/* Bell-shaped, as trained weights are. -128 does not occur, as no converter makes it. */
static void fill_weights(struct building *b)
{
    size_t count = tensor_elements(&b->tensors[WEIGHTS]);
    int8_t *w = region_alloc(b->region, count);

    for (size_t i = 0; i < count; i++) {
        double v = 40 * normal(&b->state);
        w[i] = (int8_t)(v < -127 ? -127 : v > 127 ? 127 : lround(v));
    }
    b->tensors[WEIGHTS].data = (struct bytes){ (const uint8_t *)w, count };
}

static void fill_bias(struct building *b, int outputs, double spread)
{
    int32_t *bias = region_array(b->region, (size_t)outputs, sizeof *bias);

    for (int i = 0; i < outputs; i++)
        bias[i] = (int32_t)lround(spread * normal(&b->state));
    shape(b, BIAS, TYPE_INT32, 1, outputs, 0, 0, 0);
    b->tensors[BIAS].data = (struct bytes){ (const uint8_t *)bias, 4 * (size_t)outputs };
}

static const int *list(struct building *b, int count, const int *values)
{
    int *copy = region_array(b->region, (size_t)count, sizeof *copy);

    for (int i = 0; i < count; i++)
        copy[i] = b->first + values[i];
    return copy;
}

static void add_node(struct building *b, enum op op, int inputs, const int *tensors, int output,
                     const struct options *options)
{
    b->nodes[b->node_count] = (struct node){ .op = op,
                                             .index = b->node_count,
                                             .input_count = inputs,
                                             .output_count = 1,
                                             .inputs = list(b, inputs, tensors),
                                             .outputs = list(b, 1, &output),
                                             .opt = *options };
    b->node_count++;
}

/* ---- Layers with MACs ----------------------------------------------------------------------------------------------
 */

static int out_size(int in, int kernel, int stride, int same)
{
    return same ? (in + stride - 1) / stride : (in - kernel) / stride + 1;
}

/* Scales such that outputs fill int8: sums have a spread of about 40 * 50 * sqrt(taps). */
static void fill_scales(struct building *b, double taps)
{
    int zero_point = between(&b->state, 0, 3) ? -128 : between(&b->state, -60, 60), relu = between(&b->state, 0, 3);
    double spread = 40 * 50 * sqrt(taps);

    quantise(b, &b->tensors[X], 0.05, zero_point);
    quantise(b, &b->tensors[WEIGHTS], 0.01, 0);
    quantise(b, &b->tensors[Y], 0.05 * 0.01 * spread / 50, relu ? -128 : 0);
    fill_bias(b, (int)tensor_elements(&b->tensors[BIAS]), spread / 4);
    b->nodes[b->node_count - 1].opt.activation = relu ? ACT_RELU : ACT_NONE;
}

/* Geometry of a convolution. */
struct window {
    int in_h, in_w, in_c, out_h, out_w, out_c, kernel_h, kernel_w, stride, same;
};

/* What the smallest chip holds: input, output and the sums of the rows that a prefix kernel keeps open. */
static int is_too_large(const struct window *w)
{
    int in = w->in_h * w->in_w * w->in_c, out = w->out_h * w->out_w * w->out_c;

    return in > 2600 || out > 2600 || 4 * (w->kernel_h + 1) * (w->out_w + w->kernel_w) * w->out_c > 9000 ||
           w->kernel_h * w->kernel_w * w->in_c * w->out_c > 16000;
}

/* Too little work to tell anything of networks. */
static int is_too_small(const struct window *w)
{
    return w->out_h < 2 || w->out_w < 2 || w->in_h * w->in_w * w->in_c < 144 || w->out_h * w->out_w * w->out_c < 64;
}

/* Draws until it fits. */
static struct window draw_window(uint64_t *s)
{
    struct window w;

    do {
        w = (struct window){ .in_h = between(s, 5, 28),
                             .in_w = between(s, 5, 28),
                             .in_c = ONE_OF(s, 1, 1, 1, 2, 3, 4, 6, 8, 16, 32, 64),
                             .out_c = ONE_OF(s, 4, 4, 6, 8, 12, 15, 16, 24, 32, 64),
                             .kernel_h = ONE_OF(s, 1, 1, 3, 3, 3, 5, 5, 8),
                             .stride = ONE_OF(s, 1, 1, 2),
                             .same = between(s, 0, 1) };
        w.kernel_w = w.kernel_h < 8 ? w.kernel_h : 4;
        w.out_h = out_size(w.in_h, w.kernel_h, w.stride, w.same);
        w.out_w = out_size(w.in_w, w.kernel_w, w.stride, w.same);
    } while (is_too_large(&w) || is_too_small(&w));
    return w;
}

static struct options window_options(const struct window *w)
{
    return (struct options){ .same_padding = w->same,
                             .stride_h = w->stride,
                             .stride_w = w->stride,
                             .dilation_h = 1,
                             .dilation_w = 1,
                             .depth_multiplier = 1 };
}

static void make_convolution(struct building *b)
{
    struct window w = draw_window(&b->state);
    struct options o = window_options(&w);

    shape(b, X, TYPE_INT8, 4, 1, w.in_h, w.in_w, w.in_c);
    shape(b, WEIGHTS, TYPE_INT8, 4, w.out_c, w.kernel_h, w.kernel_w, w.in_c);
    shape(b, BIAS, TYPE_INT32, 1, w.out_c, 0, 0, 0);
    shape(b, Y, TYPE_INT8, 4, 1, w.out_h, w.out_w, w.out_c);
    add_node(b, OP_CONV_2D, 3, (const int[]){ X, WEIGHTS, BIAS }, Y, &o);
    fill_scales(b, (double)w.kernel_h * w.kernel_w * w.in_c);
}

static void make_depthwise(struct building *b)
{
    struct window w = draw_window(&b->state);
    struct options o;

    while (w.kernel_h == 1 || w.kernel_h == 8)
        w = draw_window(&b->state);
    w.out_c = w.in_c;
    o = window_options(&w);
    shape(b, X, TYPE_INT8, 4, 1, w.in_h, w.in_w, w.in_c);
    shape(b, WEIGHTS, TYPE_INT8, 4, 1, w.kernel_h, w.kernel_w, w.in_c);
    shape(b, BIAS, TYPE_INT32, 1, w.in_c, 0, 0, 0);
    shape(b, Y, TYPE_INT8, 4, 1, w.out_h, w.out_w, w.in_c);
    add_node(b, OP_DEPTHWISE_CONV_2D, 3, (const int[]){ X, WEIGHTS, BIAS }, Y, &o);
    fill_scales(b, (double)w.kernel_h * w.kernel_w);
}

static void make_full(struct building *b)
{
    uint64_t *s = &b->state;
    int in = ONE_OF(s, 24, 48, 64, 84, 120, 200, 256, 512), out = ONE_OF(s, 4, 10, 12, 24, 50, 84, 120);
    struct options none = { 0 };

    if (in * out > 24000)
        in /= 4;
    shape(b, X, TYPE_INT8, 2, 1, in, 0, 0);
    shape(b, WEIGHTS, TYPE_INT8, 2, out, in, 0, 0);
    shape(b, BIAS, TYPE_INT32, 1, out, 0, 0, 0);
    shape(b, Y, TYPE_INT8, 2, 1, out, 0, 0);
    add_node(b, OP_FULLY_CONNECTED, 3, (const int[]){ X, WEIGHTS, BIAS }, Y, &none);
    fill_scales(b, in);
}

static void add_pool(struct building *b)
{
    const struct tensor *y = &b->tensors[Y];
    struct options o = { .stride_h = 2, .stride_w = 2, .filter_h = 2, .filter_w = 2 };

    shape(b, POOLED, TYPE_INT8, 4, 1, y->shape[1] / 2, y->shape[2] / 2, y->shape[3]);
    b->tensors[POOLED].quant = y->quant;
    add_node(b, OP_MAX_POOL_2D, 1, (const int[]){ Y }, POOLED, &o);
}

/* ---- Layers without ------------------------------------------------------------------------------------------------
 */

static void make_pool(struct building *b)
{
    uint64_t *s = &b->state;
    int in_h = between(s, 4, 24), in_w = between(s, 4, 20), channels = ONE_OF(s, 1, 4, 6, 16, 32, 64),
        whole = in_h * in_w < 140 && between(s, 0, 1), filter = between(s, 2, 3);
    struct options o = { .stride_h = whole ? in_h : filter, .stride_w = whole ? in_w : filter };

    o.filter_h = o.stride_h;
    o.filter_w = o.stride_w;
    channels = in_h * in_w * channels > 2600 ? 4 : channels;
    shape(b, X, TYPE_INT8, 4, 1, in_h, in_w, channels);
    shape(b, Y, TYPE_INT8, 4, 1, in_h / o.stride_h, in_w / o.stride_w, channels);
    quantise(b, &b->tensors[X], 0.05, -128);
    b->tensors[Y].quant = b->tensors[X].quant;
    add_node(b, b->recipe->op, 1, (const int[]){ X }, Y, &o);
}

/* RELU, and QUANTIZE and DEQUANTIZE of floats: an output element for each input element. */
static void make_elementwise(struct building *b)
{
    enum op op = b->recipe->op;
    int count = between(&b->state, 8, op == OP_RELU ? 1500 : 400);
    const struct options none = { 0 };

    shape(b, X, op == OP_QUANTIZE ? TYPE_FLOAT32 : TYPE_INT8, 2, 1, count, 0, 0);
    shape(b, Y, op == OP_DEQUANTIZE ? TYPE_FLOAT32 : TYPE_INT8, 2, 1, count, 0, 0);
    if (op != OP_QUANTIZE)
        quantise(b, &b->tensors[X], 0.1, -20);
    if (op != OP_DEQUANTIZE)
        quantise(b, &b->tensors[Y], 0.15, -128);
    add_node(b, op, 1, (const int[]){ X }, Y, &none);
}

/* SOFTMAX, and LOG_SOFTMAX of int8 or, where the recipe says so, of floats. */
static void make_softmax(struct building *b)
{
    int is_log = b->recipe->op == OP_LOG_SOFTMAX, depth = between(&b->state, 2, 40);
    int rows = between(&b->state, 1, 3);
    enum tensor_type type = b->recipe->floats ? TYPE_FLOAT32 : TYPE_INT8;
    struct options o = { .beta = 1 };

    shape(b, X, type, 2, rows, depth, 0, 0);
    shape(b, Y, type, 2, rows, depth, 0, 0);
    if (type == TYPE_INT8) {
        quantise(b, &b->tensors[X], 0.04 * pow(10, uniform(&b->state)), between(&b->state, -128, 60));
        quantise(b, &b->tensors[Y], is_log ? 16.0 / 256 : 1.0 / 256, is_log ? 127 : -128);
    }
    add_node(b, b->recipe->op, 1, (const int[]){ X }, Y, &o);
}

/* A constant int32 tensor in the place of the biases. */
static void constant(struct building *b, int rank, int d0, int d1, const int32_t *values)
{
    size_t count = (size_t)(rank > 1 ? d0 * d1 : d0);

    shape(b, BIAS, TYPE_INT32, rank, d0, d1, 0, 0);
    b->tensors[BIAS].data = (struct bytes){ region_copy(b->region, values, 4 * count), 4 * count };
}

/* ADD, MUL: of the input with itself or, every other time, with a constant for each channel. */
static void make_sum(struct building *b)
{
    uint64_t *s = &b->state;
    int by_channel = (int)(b->recipe->seed & 1), h = between(s, 2, 12), w = between(s, 2, 12),
        channels = ONE_OF(s, 3, 8, 16);
    const struct options none = { 0 };

    shape(b, X, TYPE_INT8, 4, 1, h, w, channels);
    shape(b, Y, TYPE_INT8, 4, 1, h, w, channels);
    quantise(b, &b->tensors[X], 0.1, -20);
    quantise(b, &b->tensors[Y], 0.15, -128);
    if (by_channel) {
        shape(b, WEIGHTS, TYPE_INT8, 1, channels, 0, 0, 0);
        quantise(b, &b->tensors[WEIGHTS], 0.07, 3);
        fill_weights(b);
    }
    add_node(b, b->recipe->op, 2, (const int[]){ X, by_channel ? WEIGHTS : X }, Y, &none);
}

/* MEAN over height and width, and PAD by one on either side of them. */
static void make_planes(struct building *b)
{
    uint64_t *s = &b->state;
    int in = between(s, 4, 12), channels = ONE_OF(s, 3, 8, 16), mean = b->recipe->op == OP_MEAN,
        out = mean ? 1 : in + 2;
    struct options o = { .keep_dims = 1 };

    shape(b, X, TYPE_INT8, 4, 1, in, in, channels);
    shape(b, Y, TYPE_INT8, 4, 1, out, out, channels);
    quantise(b, &b->tensors[X], 0.1, -10);
    quantise(b, &b->tensors[Y], 0.1, -10);
    if (mean)
        constant(b, 1, 2, 0, (const int32_t[]){ 1, 2 });
    else
        constant(b, 2, 4, 2, (const int32_t[]){ 0, 0, 1, 1, 1, 1, 0, 0 });
    add_node(b, b->recipe->op, 2, (const int[]){ X, BIAS }, Y, &o);
}

/* Channels first to channels last or back, bytes or, where the recipe says so, floats. */
static void make_transpose(struct building *b)
{
    uint64_t *s = &b->state;
    int h = between(s, 3, 12), w = between(s, 3, 12), channels = ONE_OF(s, 1, 3, 8), back = between(s, 0, 1);
    enum tensor_type type = b->recipe->floats ? TYPE_FLOAT32 : TYPE_INT8;
    const struct options none = { 0 };

    if (back) {
        shape(b, X, type, 4, 1, h, w, channels);
        shape(b, Y, type, 4, 1, channels, h, w);
    } else {
        shape(b, X, type, 4, 1, channels, h, w);
        shape(b, Y, type, 4, 1, h, w, channels);
    }
    quantise(b, &b->tensors[X], 0.1, -10);
    quantise(b, &b->tensors[Y], 0.1, -10);
    constant(b, 1, 4, 0, back ? (const int32_t[]){ 0, 3, 1, 2 } : (const int32_t[]){ 0, 2, 3, 1 });
    add_node(b, OP_TRANSPOSE, 2, (const int[]){ X, BIAS }, Y, &none);
}

/* The input twice. */
static void make_concatenation(struct building *b)
{
    int channels = between(&b->state, 4, 40), count = between(&b->state, 4, 30);
    struct options o = { .axis = 2 };

    shape(b, X, TYPE_INT8, 3, 1, count, channels, 0);
    shape(b, Y, TYPE_INT8, 3, 1, count, 2 * channels, 0);
    quantise(b, &b->tensors[X], 0.1, -10);
    quantise(b, &b->tensors[Y], 0.1, -10);
    add_node(b, OP_CONCATENATION, 2, (const int[]){ X, X }, Y, &o);
}

typedef void maker(struct building *b);

static maker *maker_of(enum op op)
{
    switch (op) {
    case OP_CONV_2D:
        return make_convolution;
    case OP_DEPTHWISE_CONV_2D:
        return make_depthwise;
    case OP_FULLY_CONNECTED:
        return make_full;
    case OP_MAX_POOL_2D:
    case OP_AVERAGE_POOL_2D:
        return make_pool;
    case OP_MEAN:
    case OP_PAD:
        return make_planes;
    case OP_CONCATENATION:
        return make_concatenation;
    case OP_TRANSPOSE:
        return make_transpose;
    case OP_SOFTMAX:
    case OP_LOG_SOFTMAX:
        return make_softmax;
    case OP_ADD:
    case OP_MUL:
        return make_sum;
    default:
        return make_elementwise;
    }
}

/* ---- Plans ---------------------------------------------------------------------------------------------------------
 */

/* A share of the connections stays, most of them awake for any activation but 0. */
static const uint8_t *make_cuts(struct building *b, size_t connections)
{
    uint8_t *cuts = region_alloc(b->region, connections);
    double kept = 0.04 + 0.6 * uniform(&b->state) * uniform(&b->state), always = uniform(&b->state);

    for (size_t i = 0; i < connections; i++) {
        int bits = uniform(&b->state) < always ? 0 : between(&b->state, 1, 6);
        cuts[i] = (uint8_t)(uniform(&b->state) < kept ? (1 << bits) - 1 : PLAN_CUT_NEVER);
    }
    return cuts;
}

static const double *make_threshold(struct building *b)
{
    double *threshold = region_alloc(b->region, sizeof *threshold);

    *threshold = 0.05 * 0.01 * 2000 * uniform(&b->state);
    return threshold;
}

/* The plan of the layer whose node is the last one. */
static void make_plan(struct building *b, struct plan *plan)
{
    struct layer_plan *l = &plan->layers[plan->layer_count++];

    l->index = b->node_count - 1;
    l->connections = tensor_elements(&b->tensors[WEIGHTS]);
    if (b->recipe->way == WAY_PREFIX)
        l->cuts = make_cuts(b, l->connections);
    if (b->recipe->way == WAY_PREFIX && b->recipe->seed % 4 == 0) /* looks at its input, which never falls back */
        l->fallback = (struct layer_fallback){ UINT16_MAX, 0, PLAN_FALLBACK_LIFT_MAX };
    if (b->recipe->way == WAY_PUBLISHED) {
        l->groups = 1;
        l->thresholds = make_threshold(b);
    }
}

static void make_layer(struct building *b, struct plan *plan)
{
    for (int i = 0; i < TENSORS; i++)
        b->tensors[i].name = "t";
    maker_of(b->recipe->op)(b);
    if (plan_prunes(b->recipe->op)) {
        fill_weights(b);
        make_plan(b, plan);
    }
    if (b->recipe->pooled)
        add_pool(b);
}

/* Room for `count` layers and their plans. */
static void make_room(struct region *r, int count, struct recipe_network *out)
{
    size_t n = (size_t)count;

    *out = (struct recipe_network){ .graph = { .tensors = region_array(r, n * TENSORS, sizeof(struct tensor)),
                                               .nodes = region_array(r, 2 * n, sizeof(struct node)),
                                               .tensor_count = count * TENSORS,
                                               .input_count = count,
                                               .output_count = count } };
    out->plan.layers = region_array(r, n, sizeof *out->plan.layers);
}

void network_make(struct region *r, const struct recipe *recipes, int count, struct recipe_network *out)
{
    static const enum method methods[] = { [WAY_DENSE] = METHOD_UNIT,
                                           [WAY_ZEROSKIP] = METHOD_ZEROSKIP,
                                           [WAY_PUBLISHED] = METHOD_UNIT,
                                           [WAY_PREFIX] = METHOD_UNIT };
    struct building b = { .region = r };
    int *inputs = region_array(r, (size_t)count, sizeof *inputs),
        *outputs = region_array(r, (size_t)count, sizeof *outputs);

    make_room(r, count, out);
    b.nodes = out->graph.nodes;
    for (int i = 0; i < count; i++) {
        b.recipe = &recipes[i];
        b.first = i * TENSORS;
        b.tensors = out->graph.tensors + b.first;
        b.state = recipes[i].seed * UINT64_C(0x9E3779B97F4A7C15) + 1;
        make_layer(&b, &out->plan);
        inputs[i] = b.first + X;
        outputs[i] = b.first + (recipes[i].pooled ? POOLED : Y);
    }
    out->graph.node_count = b.node_count;
    out->graph.inputs = inputs;
    out->graph.outputs = outputs;
    out->plan.method = methods[recipes->way];
    out->has_plan = recipes->way != WAY_DENSE;
}

/* 1 outside the middle of an image: every other sample is zero there, as around an object on a plain ground. */
static int is_margin(const struct tensor *x, size_t i)
{
    size_t h = (size_t)x->shape[1], w = (size_t)x->shape[2], column, row;

    if (x->rank != 4)
        return 0;
    column = i / (size_t)x->shape[3] % w;
    row = i / (size_t)x->shape[3] / w;
    return row < h / 5 || row >= h - h / 6 || column < w / 4 || column >= w - w / 5;
}

static int8_t *fill_input(const struct tensor *x, int number, int8_t *to)
{
    static const double shares[NETWORK_INPUTS] = { 0.06, 0.15, 0.3, 0.5, 0.7, 0.95, 1, 1 };
    int has_margin = number < NETWORK_INPUTS - 2 && number % 2;
    int zp = x->quant.zero_point[0], far = zp < 0 ? 127 : -128, other = zp < 0 ? -128 : 127;
    uint64_t state = 77 + (uint64_t)number;

    for (size_t k = 0; k < tensor_elements(x); k++) {
        double distance = 1 - 35 * log(uniform(&state)), v;
        int minus = zp > -128 && (draw(&state) & 1);
        v = uniform(&state) >= shares[number] || (has_margin && is_margin(x, k)) ? zp
            : minus                                                              ? zp - distance
                                                                                 : zp + distance;
        if (number == NETWORK_INPUTS - 2)
            v = far;
        if (number == NETWORK_INPUTS - 1)
            v = minus ? other : far;
        *to++ = (int8_t)(v < -128 ? -128 : v > 127 ? 127 : v);
    }
    return to;
}

/* Floats of either sign, most of them within what int8 can tell. */
static int8_t *fill_floats(const struct tensor *x, int number, int8_t *to)
{
    uint64_t state = 99 + (uint64_t)number;

    for (size_t k = 0; k < tensor_elements(x); k++, to += sizeof(float)) {
        float v = (float)(8 * normal(&state));
        memcpy(to, &v, sizeof v);
    }
    return to;
}

void network_input(const struct recipe_network *n, int number, int8_t *to)
{
    for (int i = 0; i < n->graph.input_count; i++) {
        const struct tensor *x = &n->graph.tensors[n->graph.inputs[i]];
        to = x->type == TYPE_FLOAT32 ? fill_floats(x, number, to) : fill_input(x, number, to);
    }
}
