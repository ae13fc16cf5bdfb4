/* shape.c - see shape.h. One function an operator works out the expected output and tells what does not fit. */
#include "graph/shape.h"

#include <string.h>

enum { SIZE_LIMIT = 65535 /* a spatial or channel size, as the runtime stores it */ };

struct shape {
    int rank;
    int64_t size[RANK_MAX];
};

struct shaping {
    const struct graph *graph;
    const struct node *node;
    const struct tensor *in, *out; /* first input and output */
    struct shape expected;
    const char *problem; /* what does not fit, before any comparison */
};

typedef void infer(struct shaping *s);

static const struct tensor *input(const struct shaping *s, int i)
{
    return i < s->node->input_count && s->node->inputs[i] >= 0 ? &s->graph->tensors[s->node->inputs[i]] : NULL;
}

static void like(struct shaping *s, const struct tensor *t)
{
    s->expected.rank = t->rank;
    for (int i = 0; i < t->rank; i++)
        s->expected.size[i] = t->shape[i];
}

static void set4(struct shaping *s, int64_t a, int64_t b, int64_t c, int64_t d)
{
    s->expected = (struct shape){ 4, { a, b, c, d } };
}

/* Output size of a window along one axis; 0 if it does not fit. */
static int64_t windows(const struct options *o, int64_t in, int64_t kernel, int64_t stride, int64_t dilation)
{
    int64_t span = (kernel - 1) * dilation + 1;

    if (o->same_padding)
        return (in + stride - 1) / stride;
    return in >= span ? (in - span) / stride + 1 : 0;
}

static int windows_are_sane(const struct options *o)
{
    return o->stride_h >= 1 && o->stride_w >= 1 && o->dilation_h >= 1 && o->dilation_w >= 1 &&
           o->stride_h <= SIZE_LIMIT && o->stride_w <= SIZE_LIMIT && o->dilation_h <= SIZE_LIMIT &&
           o->dilation_w <= SIZE_LIMIT;
}

static int bias_fits(const struct tensor *bias, int channels)
{
    return !bias || (bias->data.data && bias->type == TYPE_INT32 && tensor_elements(bias) == (size_t)channels);
}

static int scales_fit(const struct tensor *w, int axis, int channels)
{
    return w->quant.count == 1 || (w->quant.count == channels && w->quant.axis == axis);
}

static void infer_convolution(struct shaping *s)
{
    const struct tensor *w = input(s, 1);
    const struct options *o = &s->node->opt;
    int depthwise = s->node->op == OP_DEPTHWISE_CONV_2D, channels;

    if (!w || !w->data.data || s->in->rank != 4 || w->rank != 4 || s->in->shape[0] != 1)
        s->problem = "it needs an input of shape 1xHxWxC and constant weights of rank 4";
    else if (!windows_are_sane(o))
        s->problem = "a stride or dilation is below 1 or above 65535";
    else if (depthwise ? w->shape[0] != 1 || w->shape[3] % s->in->shape[3] : w->shape[3] != s->in->shape[3])
        s->problem = depthwise ? "its channels are no multiple of the input's" : "weights and input differ in channels";
    if (s->problem)
        return;
    channels = w->shape[depthwise ? 3 : 0];
    if (!bias_fits(input(s, 2), channels))
        s->problem = "its bias is not constant, not int32, or of another size";
    else if (!scales_fit(w, depthwise ? 3 : 0, channels))
        s->problem = "its weights have neither one scale nor one an output channel";
    set4(s, 1, windows(o, s->in->shape[1], w->shape[1], o->stride_h, o->dilation_h),
         windows(o, s->in->shape[2], w->shape[2], o->stride_w, o->dilation_w), channels);
}

static void infer_fully_connected(struct shaping *s)
{
    const struct tensor *w = input(s, 1);
    size_t elements = tensor_elements(s->in);

    if (!w || !w->data.data || w->rank != 2)
        s->problem = "it needs constant weights of rank 2";
    else if (elements % (size_t)w->shape[1])
        s->problem = "the input is no multiple of the weights' rows";
    else if (!bias_fits(input(s, 2), w->shape[0]))
        s->problem = "its bias is not constant, not int32, or of another size";
    else if (!scales_fit(w, 0, w->shape[0]))
        s->problem = "its weights have neither one scale nor one an output";
    else if (elements / (size_t)w->shape[1] > SIZE_LIMIT)
        s->problem = "it has more than 65535 rows";
    if (s->problem)
        return;
    s->expected = (struct shape){ 2, { (int64_t)(elements / (size_t)w->shape[1]), w->shape[0] } };
    if (s->out->rank == 2 && !s->node->opt.keep_dims)
        return;
    if (s->out->rank && tensor_elements(s->out) == (size_t)(s->expected.size[0] * s->expected.size[1]) &&
        s->out->shape[s->out->rank - 1] == w->shape[0])
        like(s, s->out);
}

static void infer_pool(struct shaping *s)
{
    const struct options *o = &s->node->opt;

    if (s->in->rank != 4 || s->in->shape[0] != 1)
        s->problem = "it needs an input of shape 1xHxWxC";
    else if (o->stride_h < 1 || o->stride_w < 1 || o->filter_h < 1 || o->filter_w < 1 || o->filter_h > SIZE_LIMIT ||
             o->filter_w > SIZE_LIMIT || o->stride_h > SIZE_LIMIT || o->stride_w > SIZE_LIMIT)
        s->problem = "a stride or filter size is below 1 or above 65535";
    else
        set4(s, 1, windows(o, s->in->shape[1], o->filter_h, o->stride_h, 1),
             windows(o, s->in->shape[2], o->filter_w, o->stride_w, 1), s->in->shape[3]);
}

static void infer_broadcast(struct shaping *s)
{
    const struct tensor *a = s->in, *b = input(s, 1);

    if (!b) {
        s->problem = "it needs two inputs";
        return;
    }
    s->expected.rank = a->rank > b->rank ? a->rank : b->rank;
    for (int i = 0; i < s->expected.rank; i++) {
        int ai = i - (s->expected.rank - a->rank), bi = i - (s->expected.rank - b->rank);
        int32_t m = ai >= 0 ? a->shape[ai] : 1, n = bi >= 0 ? b->shape[bi] : 1;
        if (m != n && m != 1 && n != 1)
            s->problem = "its inputs cannot be broadcast against each other";
        s->expected.size[i] = m == 1 ? n : m;
    }
}

static void infer_same(struct shaping *s)
{
    like(s, s->in);
}

/* A view keeps the number of elements; the file's own shape is the static one. */
static void infer_view(struct shaping *s)
{
    if (tensor_elements(s->in) != tensor_elements(s->out))
        s->problem = "it changes the number of elements";
    like(s, s->out);
}

static int64_t constant_at(const struct tensor *t, size_t i)
{
    int32_t narrow;
    int64_t wide;

    if (t->type == TYPE_INT64) {
        memcpy(&wide, t->data.data + 8 * i, 8);
        return wide;
    }
    memcpy(&narrow, t->data.data + 4 * i, 4);
    return narrow;
}

/* A constant list of whole numbers with so many elements. */
static int is_list(const struct tensor *t, size_t elements)
{
    return t && t->data.data && (t->type == TYPE_INT32 || t->type == TYPE_INT64) && tensor_elements(t) == elements;
}

static void infer_mean(struct shaping *s)
{
    const struct tensor *axes = input(s, 1);
    int reduced[RANK_MAX] = { 0 };
    size_t count;

    if (!axes || axes->type != TYPE_INT32 || !axes->data.data || tensor_elements(axes) > RANK_MAX) {
        s->problem = "its axes are no constant int32 list";
        return;
    }
    count = tensor_elements(axes);
    for (size_t i = 0; i < count; i++) {
        int64_t axis = constant_at(axes, i);
        axis += axis < 0 ? s->in->rank : 0;
        if (axis < 0 || axis >= s->in->rank)
            s->problem = "an axis is outside the input's rank";
        else
            reduced[axis] = 1;
    }
    for (int i = 0; i < s->in->rank; i++)
        if (!reduced[i] || s->node->opt.keep_dims)
            s->expected.size[s->expected.rank++] = reduced[i] ? 1 : s->in->shape[i];
}

static void infer_pad(struct shaping *s)
{
    const struct tensor *pads = input(s, 1);

    if (!is_list(pads, 2 * (size_t)s->in->rank) || s->in->rank < 1) {
        s->problem = "its paddings are no constant list of two an axis";
        return;
    }
    s->expected.rank = s->in->rank;
    for (int i = 0; i < s->in->rank; i++) {
        int64_t before = constant_at(pads, 2 * (size_t)i), after = constant_at(pads, 2 * (size_t)i + 1);
        if (before < 0 || after < 0 || before > SIZE_LIMIT || after > SIZE_LIMIT) {
            s->problem = "a padding is negative or above 65535";
            return;
        }
        s->expected.size[i] = before + s->in->shape[i] + after;
    }
}

static void infer_transpose(struct shaping *s)
{
    const struct tensor *perm = input(s, 1);
    int seen[RANK_MAX] = { 0 };

    if (!is_list(perm, (size_t)s->in->rank)) {
        s->problem = "its permutation is no constant list of one an axis";
        return;
    }
    s->expected.rank = s->in->rank;
    for (int i = 0; i < s->in->rank; i++) {
        int64_t from = constant_at(perm, (size_t)i);
        from += from < 0 ? s->in->rank : 0;
        if (from < 0 || from >= s->in->rank || seen[from]++) {
            s->problem = "its permutation does not name every axis once";
            return;
        }
        s->expected.size[i] = s->in->shape[from];
    }
}

static void infer_concatenation(struct shaping *s)
{
    int axis = s->node->opt.axis < 0 ? s->node->opt.axis + s->in->rank : s->node->opt.axis;

    like(s, s->in);
    if (axis < 0 || axis >= s->in->rank) {
        s->problem = "its axis is outside the input's rank";
        return;
    }
    for (int i = 1; i < s->node->input_count; i++) {
        const struct tensor *t = input(s, i);
        if (!t || t->rank != s->in->rank) {
            s->problem = "its inputs differ in rank";
            return;
        }
        for (int k = 0; k < t->rank; k++)
            if (k != axis && t->shape[k] != s->in->shape[k])
                s->problem = "its inputs differ beside the axis";
        s->expected.size[axis] += t->shape[axis];
    }
}

static infer *const infer_op[OP_COUNT] = {
    [OP_CONV_2D] = infer_convolution,
    [OP_DEPTHWISE_CONV_2D] = infer_convolution,
    [OP_FULLY_CONNECTED] = infer_fully_connected,
    [OP_MAX_POOL_2D] = infer_pool,
    [OP_AVERAGE_POOL_2D] = infer_pool,
    [OP_ADD] = infer_broadcast,
    [OP_SUB] = infer_broadcast,
    [OP_MUL] = infer_broadcast,
    [OP_MEAN] = infer_mean,
    [OP_PAD] = infer_pad,
    [OP_RESHAPE] = infer_view,
    [OP_SQUEEZE] = infer_view,
    [OP_EXPAND_DIMS] = infer_view,
    [OP_CONCATENATION] = infer_concatenation,
    [OP_SOFTMAX] = infer_same,
    [OP_LOG_SOFTMAX] = infer_same,
    [OP_RELU] = infer_same,
    [OP_RELU6] = infer_same,
    [OP_LEAKY_RELU] = infer_same,
    [OP_LOGISTIC] = infer_same,
    [OP_TANH] = infer_same,
    [OP_QUANTIZE] = infer_same,
    [OP_DEQUANTIZE] = infer_same,
    [OP_TRANSPOSE] = infer_transpose,
    [OP_SHAPE] = NULL, /* folded where the graph is lowered, which checks them */
    [OP_STRIDED_SLICE] = NULL,
    [OP_PACK] = NULL,
};

static int fits(const struct shaping *s)
{
    if (s->expected.rank != s->out->rank)
        return 0;
    for (int i = 0; i < s->out->rank; i++)
        if (s->expected.size[i] != s->out->shape[i])
            return 0;
    return 1;
}

static const char *expected_text(struct region *r, const struct shape *e)
{
    const char *text = e->rank ? "" : "scalar";

    for (int i = 0; i < e->rank; i++)
        text = region_text(r, "%s%s%lld", text, i ? "x" : "", (long long)e->size[i]);
    return text;
}

/* Views and functions of single values only count elements; all others keep sizes in 16 bits. */
static int any_size_goes(enum op op)
{
    return infer_op[op] == infer_view || (infer_op[op] == infer_same && op != OP_SOFTMAX && op != OP_LOG_SOFTMAX);
}

static int sizes_are_small(const struct tensor *t)
{
    for (int i = 0; i < t->rank; i++)
        if (t->shape[i] > SIZE_LIMIT)
            return 0;
    return 1;
}

int shape_check(struct region *r, const struct graph *g, const struct node *n, const char *path, struct diag *d)
{
    struct shaping s = { .graph = g, .node = n };

    if (!infer_op[n->op])
        return OK;
    s.in = input(&s, 0);
    s.out = &g->tensors[n->outputs[0]];
    if (!s.in)
        s.problem = "it has no input";
    else if (!any_size_goes(n->op) && !(sizes_are_small(s.in) && sizes_are_small(s.out)))
        s.problem = "an axis is longer than 65535";
    else
        infer_op[n->op](&s);
    if (s.problem)
        return diag_fail(d, BAD_INPUT, path, "%s: %s; export the model again", node_where(r, g, n), s.problem);
    if (!fits(&s))
        return diag_fail(d, BAD_INPUT, path, "%s: output shape %s does not fit, %s expected; export the model again",
                         node_where(r, g, n), shape_text(r, s.out), expected_text(r, &s.expected));
    return OK;
}
