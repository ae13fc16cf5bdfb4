/* mac_layer.c - CONV_2D, DEPTHWISE_CONV_2D and FULLY_CONNECTED: geometry, requantisation, cuts, and the kernel that a
 * plan chooses. */
#include <stdlib.h>
#include <string.h>

#include <rt_cut.h>

#include "lower/border_fit.h"
#include "lower/cuts.h"
#include "lower/lowering.h"
#include "lower/fallback.h"
#include "lower/scaling.h"
#include "lower/scale.h"

/* Output positions along one axis whose tap `offset` (in input steps, from the padded start) falls inside the input. */
static uint64_t positions_inside(int out, int stride, int offset, int in)
{
    uint64_t count = 0;

    for (int i = 0; i < out; i++) {
        int at = i * stride + offset;
        count += at >= 0 && at < in;
    }
    return count;
}

static uint64_t taps_inside(int out, int stride, int kernel, int dilation, int pad, int in)
{
    uint64_t count = 0;

    for (int k = 0; k < kernel; k++)
        count += positions_inside(out, stride, k * dilation - pad, in);
    return count;
}

static uint64_t dense_macs(const struct mac_layer *m)
{
    const struct unit_conv2d_s8 *s = &m->shape;
    uint64_t rows = taps_inside(s->out_h, s->stride_h, s->kernel_h, s->dilation_h, s->pad_top, s->in_h);
    uint64_t columns = taps_inside(s->out_w, s->stride_w, s->kernel_w, s->dilation_w, s->pad_left, s->in_w);

    return rows * columns * (m->depthwise ? s->out_c : (uint64_t)s->in_c * s->out_c);
}

/* Rows of padding before the input; SAME puts the odd one behind. */
static int16_t padding_before(const struct options *opt, int in, int out, int kernel, int stride, int dilation)
{
    int total = (out - 1) * stride + (kernel - 1) * dilation + 1 - in;

    return (int16_t)(opt->same_padding && total > 0 ? total / 2 : 0);
}

static void convolution_shape(struct mac_layer *m, const struct graph *g, const struct node *n)
{
    const struct tensor *in = &g->tensors[n->inputs[0]], *out = &g->tensors[n->outputs[0]];
    const struct tensor *w = &g->tensors[n->inputs[1]];
    const struct options *opt = &n->opt;
    struct unit_conv2d_s8 *s = &m->shape;

    s->in_h = (uint16_t)in->shape[1], s->in_w = (uint16_t)in->shape[2], s->in_c = (uint16_t)in->shape[3];
    s->out_h = (uint16_t)out->shape[1], s->out_w = (uint16_t)out->shape[2], s->out_c = (uint16_t)out->shape[3];
    s->kernel_h = (uint16_t)w->shape[1], s->kernel_w = (uint16_t)w->shape[2];
    s->stride_h = (uint16_t)opt->stride_h, s->stride_w = (uint16_t)opt->stride_w;
    s->dilation_h = (uint16_t)opt->dilation_h, s->dilation_w = (uint16_t)opt->dilation_w;
    s->pad_top = padding_before(opt, s->in_h, s->out_h, s->kernel_h, s->stride_h, s->dilation_h);
    s->pad_left = padding_before(opt, s->in_w, s->out_w, s->kernel_w, s->stride_w, s->dilation_w);
}

static void rows_shape(struct mac_layer *m, const struct graph *g, const struct node *n)
{
    const struct tensor *w = &g->tensors[n->inputs[1]];
    struct unit_conv2d_s8 *s = &m->shape;
    size_t rows = tensor_elements(&g->tensors[n->outputs[0]]) / (size_t)w->shape[0];

    s->in_h = s->out_h = (uint16_t)rows;
    s->in_w = s->out_w = 1;
    s->in_c = (uint16_t)w->shape[1];
    s->out_c = (uint16_t)w->shape[0];
    s->kernel_h = s->kernel_w = s->stride_h = s->stride_w = s->dilation_h = s->dilation_w = 1;
}

static void connections(struct mac_layer *m)
{
    const struct unit_conv2d_s8 *s = &m->shape;
    int window = s->kernel_h * s->kernel_w;

    m->out_c = s->out_c;
    m->multiplier = m->depthwise ? s->out_c / s->in_c : 1;
    m->taps = m->depthwise ? window : window * s->in_c;
    m->sources = window * s->in_c;
    m->o_stride = m->depthwise ? 1 : m->taps;
    m->k_stride = m->depthwise ? s->out_c : 1;
    m->positions = (size_t)s->out_h * s->out_w;
    m->dense = dense_macs(m);
}

/* Per-channel weights have one multiplier an output; others repeat one. */
static void requantisation(struct lowering *l, struct mac_layer *m, const struct node *n)
{
    const struct graph *g = l->graph;
    const struct quantisation *in = &g->tensors[n->inputs[0]].quant, *out = &g->tensors[n->outputs[0]].quant;
    const struct quantisation *w = &g->tensors[n->inputs[1]].quant;
    size_t count = (size_t)m->out_c;
    int32_t *mult = region_array(l->region, count, sizeof *mult);
    int8_t *shift = region_array(l->region, count, sizeof *shift);
    float *scale = region_array(l->region, count, sizeof *scale);

    for (int o = 0; o < m->out_c; o++) {
        scale[o] = w->scale[w->count == 1 ? 0 : o];
        scale_quantise((double)in->scale[0] * (double)scale[o] / (double)out->scale[0], &mult[o], &shift[o]);
    }
    m->in_scale = in->scale[0];
    m->weight_scale = scale;
    m->shape.mult = mult;
    m->shape.shift = shift;
    m->shape.in_zp = (int16_t)in->zero_point[0];
    m->shape.out_zp = (int16_t)out->zero_point[0];
    scale_activation(n->opt.activation, out, &m->shape.act_min, &m->shape.act_max);
    lowering_stores(l, (w->count == 1 && m->fully_connected ? 1 : count) * 5);
}

/* Weights and bias: the plan's where it has some, else the network's. */
static int constants(struct lowering *l, struct mac_layer *m, const struct node *n)
{
    const struct graph *g = l->graph;
    int given = n->input_count > 2 ? n->inputs[2] : -1;
    size_t count = (size_t)m->out_c;
    int32_t *network;

    m->shape.weights = (const int8_t *)g->tensors[n->inputs[1]].data.data;
    if (m->plan && m->plan->weights)
        m->shape.weights = m->plan->weights;
    network = region_array(l->region, count, sizeof *network);
    if (given >= 0)
        memcpy(network, g->tensors[given].data.data, count * sizeof *network);
    m->bias = m->plan && m->plan->bias ? region_copy(l->region, m->plan->bias, count * sizeof *m->bias) : network;
    m->shape.bias = m->bias;
    lowering_stores(l, g->tensors[n->inputs[1]].data.size + count * sizeof *m->bias);
    fallback_fill(l->region, m);
    if (!scaling_fill(l->region, l->program, m, network))
        return diag_fail(
            l->diag, BAD_INPUT, lowering_where(l, n),
            "a bias of the plan is too far from the network's to move; tune without --adaptive and --levels");
    return OK;
}

/* The largest sum that output o can reach, whatever the input. */
static int64_t largest_sum(const struct mac_layer *m, int o)
{
    int64_t sum = llabs((long long)m->bias[o]) + scaling_most(m, o);

    for (int k = 0; k < m->taps; k++)
        sum += 255 * llabs(m->shape.weights[mac_at(m, o, k)]);
    return sum;
}

/* Fully connected layers are requantised in double arithmetic by the reference: integers that step at the same sums.
 * Biases may move when thresholds are tuned, so twice the largest sum is proved. */
static void fit_borders(struct lowering *l, struct mac_layer *m, const struct node *n)
{
    double out_scale = (double)l->graph->tensors[n->outputs[0]].quant.scale[0];
    int per_channel = l->graph->tensors[n->inputs[1]].quant.count > 1, exact = 1;
    int64_t largest = 0;

    m->delta = region_array(l->region, (size_t)m->out_c, sizeof *m->delta);
    for (int o = 0; o < m->out_c; o++)
        largest = largest_sum(m, o) > largest ? largest_sum(m, o) : largest;
    for (int o = 0; o < m->out_c; o++) {
        int32_t *mult = (int32_t *)&m->shape.mult[o];
        int8_t *shift = (int8_t *)&m->shape.shift[o];
        double real = (double)m->in_scale * (double)m->weight_scale[o] / out_scale;
        if (o == 0 || per_channel)
            exact &= border_fit(real, 2 * (per_channel ? largest_sum(m, o) : largest), mult, shift, &m->delta[o]);
        else
            *mult = m->shape.mult[0], *shift = m->shape.shift[0], m->delta[o] = m->delta[0];
    }
    if (!exact)
        diag_warn(lowering_where(l, n),
                  "its scales cannot be met exactly; some outputs may be one step off the reference");
    lowering_stores(l, (per_channel ? (size_t)m->out_c : 1) * sizeof *m->delta);
}

/* No sum of products may leave 32 bits, whatever the input. */
static int prove_accumulators(struct lowering *l, const struct mac_layer *m, const struct node *n)
{
    for (int o = 0; o < m->out_c; o++)
        if (largest_sum(m, o) > INT32_MAX)
            return diag_fail(l->diag, BAD_INPUT, lowering_where(l, n),
                             "the sum of output channel %d may leave 32 bits; check its bias and its weights", o);
    return OK;
}

/* What decides which connections execute; the columns of kernel_of. */
enum decides { NOTHING, ACTIVATION, THRESHOLD, STORED_CUT };

/* The plan's, but for layers whose kernel skips zeros only. */
static enum method method_of(const struct lowering *l, const struct mac_layer *m)
{
    return m->plan->kernel == KERNEL_ZEROSKIP ? METHOD_ZEROSKIP : l->plan->method;
}

static enum decides what_decides(const struct lowering *l, const struct mac_layer *m)
{
    if (!m->plan)
        return NOTHING;
    if (m->plan->cuts)
        return STORED_CUT;
    return method_of(l, m) == METHOD_UNIT ? THRESHOLD : ACTIVATION;
}

static void choose_cuts(struct lowering *l, struct mac_layer *m)
{
    size_t count = (size_t)m->out_c * (size_t)m->taps;
    enum decides decides = what_decides(l, m);

    if (!m->plan)
        return;
    m->cut = region_alloc(l->region, count);
    cuts_fill(m, method_of(l, m), l->plan->division, m->plan, m->cut);
    m->shape.cut = m->cut;
    if (l->plan->method == METHOD_FATRELU)
        m->shape.x_cut = cuts_activation(m, m->plan);
    if (decides == STORED_CUT || (decides == THRESHOLD && !m->fully_connected))
        lowering_stores(l, count);
}

/* Neighbouring outputs of one integer threshold share a quotient. */
static void threshold_runs(struct lowering *l, const struct mac_layer *m, struct unit_fully_connected_s8 *op)
{
    struct unit_cut_run *runs = region_array(l->region, (size_t)m->out_c, sizeof *runs);
    int count = 0;

    for (int o = 0; o < m->out_c; o++) {
        uint16_t t = cuts_threshold(m, m->plan, o);
        uint8_t *tree;
        if (count && runs[count - 1].threshold == t) {
            runs[count - 1].outputs++;
            continue;
        }
        tree = region_alloc(l->region, UNIT_TREE_LEAVES);
        rt_cut_tree_fill(t, tree);
        runs[count++] = (struct unit_cut_run){ .outputs = 1, .threshold = t, .tree = tree };
    }
    op->division = (uint8_t)l->plan->division;
    op->runs = runs;
    lowering_stores(l, (size_t)count * (l->plan->division == DIVISION_TREE ? 4 + UNIT_TREE_LEAVES : 4));
}

static const void *fully_connected_op(struct lowering *l, const struct mac_layer *m)
{
    const struct unit_conv2d_s8 *s = &m->shape;
    struct unit_fully_connected_s8 *op = region_alloc(l->region, sizeof *op);

    *op = (struct unit_fully_connected_s8){
        .rows = s->in_h,
        .in = s->in_c,
        .out = s->out_c,
        .in_zp = s->in_zp,
        .out_zp = s->out_zp,
        .act_min = s->act_min,
        .act_max = s->act_max,
        .weights = s->weights,
        .bias = s->bias,
        .mult = s->mult,
        .shift = s->shift,
        .delta = m->delta,
        .per_channel = l->graph->tensors[l->graph->nodes[m->node].inputs[1]].quant.count > 1,
        .x_cut = s->x_cut,
        .cut = what_decides(l, m) == STORED_CUT ? s->cut : NULL,
    };
    if (what_decides(l, m) == THRESHOLD)
        threshold_runs(l, m, op);
    return op;
}

/* A threshold is worked into a stored cut where the weight is reused, and divided at run time where the activation is.
 */
static unit_kernel *kernel_of(const struct lowering *l, const struct mac_layer *m)
{
    static unit_kernel *const kernels[3][4] = {
        { unit_conv2d_s8, unit_conv2d_s8_xcut, unit_conv2d_s8_cut, unit_conv2d_s8_cut },
        { unit_depthwise_conv2d_s8, unit_depthwise_conv2d_s8_xcut, unit_depthwise_conv2d_s8_cut,
          unit_depthwise_conv2d_s8_cut },
        { unit_fully_connected_s8, unit_fully_connected_s8_xcut, unit_fully_connected_s8_cut,
          unit_fully_connected_s8_stored },
    };

    return kernels[m->fully_connected ? 2 : m->depthwise][what_decides(l, m)];
}

/* NULL: the layer runs dense. */
static const struct layer_plan *plan_of(const struct lowering *l, const struct node *n)
{
    for (int i = 0; l->plan && i < l->plan->layer_count; i++)
        if (l->plan->layers[i].index == n->index)
            return l->plan->layers[i].kernel == KERNEL_DENSE ? NULL : &l->plan->layers[i];
    return NULL;
}

int lower_mac(struct lowering *l, const struct node *n)
{
    struct program *p = l->program;
    struct mac_layer *m = &p->layers[p->layer_count];
    struct step *s;
    const void *op;

    m->node = (int)(n - l->graph->nodes);
    m->fully_connected = n->op == OP_FULLY_CONNECTED;
    m->depthwise = n->op == OP_DEPTHWISE_CONV_2D;
    m->plan = plan_of(l, n);
    if (m->fully_connected)
        rows_shape(m, l->graph, n);
    else
        convolution_shape(m, l->graph, n);
    connections(m);
    requantisation(l, m, n);
    TRY(constants(l, m, n));
    TRY(prove_accumulators(l, m, n));
    if (m->fully_connected)
        fit_borders(l, m, n);
    choose_cuts(l, m);
    op = m->fully_connected ? fully_connected_op(l, m) : &m->shape;
    s = lowering_unary(l, n, kernel_of(l, m), op);
    s->mac = p->layer_count++;
    if (m->fully_connected && (what_decides(l, m) == ACTIVATION || what_decides(l, m) == THRESHOLD))
        s->scratch_bytes = 4 * (uint32_t)m->out_c;
    return OK;
}
