/* support.c - a row an operator: how many inputs, and which types they and the output must have. */
#include "import/support.h"

#include <math.h>
#include <stddef.h>

/* What an operator works on. */
enum kind {
    KIND_NONE,
    KIND_INT8,        /* int8 in and out, with one scale each */
    KIND_MAC,         /* int8 activations, constant int8 weights, int32 bias */
    KIND_SOFTMAX,     /* int8, output scale 1/256 and zero point -128 */
    KIND_SAME_SCALE,  /* int8, input and output with the same scale and zero point */
    KIND_MOVE,        /* any bytes; input and output of one type */
    KIND_QUANTIZE,    /* float32 or 8 bits to 8 bits */
    KIND_DEQUANTIZE,  /* 8 bits to float32 */
    KIND_LOG_SOFTMAX, /* float32, or int8 with output scale 16/256 and zero point 127 */
    KIND_STATIC       /* whole numbers, for constant folding */
};

static const struct {
    enum kind kind;
    int least, most; /* inputs */
} rules[OP_COUNT] = {
    [OP_CONV_2D] = { KIND_MAC, 2, 3 },
    [OP_DEPTHWISE_CONV_2D] = { KIND_MAC, 2, 3 },
    [OP_FULLY_CONNECTED] = { KIND_MAC, 2, 3 },
    [OP_MAX_POOL_2D] = { KIND_SAME_SCALE, 1, 1 },
    [OP_AVERAGE_POOL_2D] = { KIND_SAME_SCALE, 1, 1 },
    [OP_ADD] = { KIND_INT8, 2, 2 },
    [OP_SUB] = { KIND_INT8, 2, 2 },
    [OP_MUL] = { KIND_INT8, 2, 2 },
    [OP_MEAN] = { KIND_INT8, 2, 2 },
    [OP_PAD] = { KIND_SAME_SCALE, 2, 2 },
    [OP_RESHAPE] = { KIND_MOVE, 1, 2 },
    [OP_SQUEEZE] = { KIND_MOVE, 1, 1 },
    [OP_EXPAND_DIMS] = { KIND_MOVE, 1, 2 },
    [OP_CONCATENATION] = { KIND_SAME_SCALE, 1, 1000 },
    [OP_SOFTMAX] = { KIND_SOFTMAX, 1, 1 },
    [OP_LOG_SOFTMAX] = { KIND_LOG_SOFTMAX, 1, 1 },
    [OP_RELU] = { KIND_INT8, 1, 1 },
    [OP_RELU6] = { KIND_INT8, 1, 1 },
    [OP_LEAKY_RELU] = { KIND_INT8, 1, 1 },
    [OP_LOGISTIC] = { KIND_INT8, 1, 1 },
    [OP_TANH] = { KIND_INT8, 1, 1 },
    [OP_QUANTIZE] = { KIND_QUANTIZE, 1, 1 },
    [OP_DEQUANTIZE] = { KIND_DEQUANTIZE, 1, 1 },
    [OP_TRANSPOSE] = { KIND_MOVE, 2, 2 },
    [OP_SHAPE] = { KIND_STATIC, 1, 1 },
    [OP_STRIDED_SLICE] = { KIND_STATIC, 4, 4 },
    [OP_PACK] = { KIND_STATIC, 1, 64 },
};

static const struct unsupported fine = { NULL, NULL };
static const struct unsupported not_int8 = { "it works on values that are not int8", "quantise the network to int8" };
static const struct unsupported is_float = { "it works on float32, which is not supported yet",
                                             "quantise the network to int8" };
static const struct unsupported is_int16 = { "it works on int16 activations, which are not supported yet",
                                             "quantise activations to int8" };

static const struct tensor *input(const struct graph *g, const struct node *n, int i)
{
    return i < n->input_count && n->inputs[i] >= 0 ? &g->tensors[n->inputs[i]] : NULL;
}

static const struct tensor *output(const struct graph *g, const struct node *n)
{
    return n->output_count > 0 && n->outputs[0] >= 0 ? &g->tensors[n->outputs[0]] : NULL;
}

static struct unsupported wrong_type(enum tensor_type type)
{
    return type == TYPE_FLOAT32 ? is_float : type == TYPE_INT16 ? is_int16 : not_int8;
}

/* Scales are positive and finite, zero points within the type. */
static int quantised(const struct tensor *t, int one_scale)
{
    int low = t->type == TYPE_UINT8 ? 0 : -128;

    if (t->quant.count < 1 || (one_scale && t->quant.count != 1))
        return 0;
    for (int i = 0; i < t->quant.count; i++)
        if (!isfinite(t->quant.scale[i]) || t->quant.scale[i] <= 0 || t->quant.zero_point[i] < low ||
            t->quant.zero_point[i] > low + 255)
            return 0;
    return 1;
}

static struct unsupported check_int8(const struct tensor *t)
{
    static const struct unsupported bad_scale = { "its quantisation is missing, per channel, or out of range",
                                                  "quantise the network again" };

    if (t->type != TYPE_INT8)
        return wrong_type(t->type);
    return quantised(t, 1) ? fine : bad_scale;
}

static struct unsupported check_8_bits(const struct tensor *t)
{
    struct tensor as_int8 = *t;

    if (t->type != TYPE_UINT8)
        return check_int8(t);
    return quantised(t, 1) ? fine : (as_int8.type = TYPE_INT8, as_int8.quant.count = 0, check_int8(&as_int8));
}

/* Data inputs of elementwise operators; parameters such as axes and paddings come behind them. */
static int data_inputs(const struct node *n)
{
    return n->op == OP_ADD || n->op == OP_SUB || n->op == OP_MUL ? 2 : n->op == OP_CONCATENATION ? n->input_count : 1;
}

static struct unsupported check_all_int8(const struct graph *g, const struct node *n)
{
    struct unsupported u = check_int8(output(g, n));

    for (int i = 0; i < data_inputs(n) && !u.reason; i++)
        u = input(g, n, i) ? check_int8(input(g, n, i)) : not_int8;
    return u;
}

static struct unsupported check_same_scale(const struct graph *g, const struct node *n)
{
    static const struct unsupported differs = { "its inputs and output differ in scale or zero point",
                                                "export it with one quantisation for all of them" };
    const struct quantisation *out = &output(g, n)->quant;
    struct unsupported u = check_all_int8(g, n);

    for (int i = 0; i < data_inputs(n) && !u.reason; i++) {
        const struct quantisation *in = &input(g, n, i)->quant;
        if (in->scale[0] != out->scale[0] || in->zero_point[0] != out->zero_point[0])
            u = differs;
    }
    return u;
}

/* The reference takes no other output quantisation, and a factor that is a number. */
static struct unsupported check_softmax(const struct graph *g, const struct node *n)
{
    static const struct unsupported other = {
        "its output scale is not 1/256 with zero point -128, or its beta is not positive", "quantise the network again"
    };
    const struct quantisation *out = &output(g, n)->quant;
    struct unsupported u = check_all_int8(g, n);

    if (u.reason)
        return u;
    return fabsf(out->scale[0] * 256 - 1) < 0.001f && out->zero_point[0] == -128 && isfinite(n->opt.beta) &&
                   n->opt.beta > 0
               ? fine
               : other;
}

static struct unsupported check_log_softmax(const struct graph *g, const struct node *n)
{
    static const struct unsupported other = { "its output scale is not 16/256 with zero point 127",
                                              "quantise the network again" };
    const struct tensor *in = input(g, n, 0), *out = output(g, n);
    struct unsupported u;

    if (in->type == TYPE_FLOAT32 && out->type == TYPE_FLOAT32)
        return fine;
    u = check_all_int8(g, n);
    if (u.reason)
        return u;
    return fabsf(out->quant.scale[0] * 16 - 1) < 0.001f && out->quant.zero_point[0] == 127 ? fine : other;
}

static struct unsupported check_mac(const struct graph *g, const struct node *n)
{
    static const struct unsupported weights = { "its weights are not constant int8 with scales and zero point 0",
                                                "quantise the weights to int8" };
    static const struct unsupported bias = { "its bias is not int32", "quantise the network to int8" };
    const struct tensor *w = input(g, n, 1), *b = input(g, n, 2);
    struct unsupported u = check_int8(output(g, n));

    if (!u.reason)
        u = check_int8(input(g, n, 0));
    if (u.reason)
        return u;
    if (!w || w->type != TYPE_INT8 || !w->data.data || !quantised(w, 0))
        return weights;
    for (int i = 0; i < w->quant.count; i++)
        if (w->quant.zero_point[i] != 0)
            return weights;
    return b && b->type != TYPE_INT32 ? bias : fine;
}

static struct unsupported check_move(const struct graph *g, const struct node *n)
{
    static const struct unsupported differs = { "its input and output differ in type", "export the model again" };
    static const struct unsupported strange = { "it moves values of a type that is not supported",
                                                "quantise the network to int8" };
    enum tensor_type type = input(g, n, 0)->type;

    if (type != output(g, n)->type)
        return differs;
    return type == TYPE_INT8 || type == TYPE_UINT8 || type == TYPE_FLOAT32 ? fine : strange;
}

static struct unsupported check_border(const struct graph *g, const struct node *n, enum kind kind)
{
    const struct tensor *in = input(g, n, 0), *out = output(g, n);
    struct unsupported u = kind == KIND_QUANTIZE && in->type == TYPE_FLOAT32 ? fine : check_8_bits(in);

    if (u.reason)
        return u;
    if (kind == KIND_DEQUANTIZE)
        return out->type == TYPE_FLOAT32 ? fine : not_int8;
    return check_8_bits(out);
}

static struct unsupported check_static(const struct graph *g, const struct node *n)
{
    static const struct unsupported runtime = { "its result is needed at run time",
                                                "export with static shapes, so that it can be folded away" };
    enum tensor_type type = output(g, n)->type;

    return (type == TYPE_INT32 || type == TYPE_INT64) && output(g, n)->rank <= 1 ? fine : runtime;
}

static struct unsupported check_kind(const struct graph *g, const struct node *n)
{
    switch (rules[n->op].kind) {
    case KIND_INT8:
        return check_all_int8(g, n);
    case KIND_MAC:
        return check_mac(g, n);
    case KIND_SOFTMAX:
        return check_softmax(g, n);
    case KIND_SAME_SCALE:
        return check_same_scale(g, n);
    case KIND_MOVE:
        return check_move(g, n);
    case KIND_QUANTIZE:
    case KIND_DEQUANTIZE:
        return check_border(g, n, rules[n->op].kind);
    case KIND_LOG_SOFTMAX:
        return check_log_softmax(g, n);
    default:
        return check_static(g, n);
    }
}

struct unsupported support_check(const struct graph *g, const struct node *n)
{
    static const struct unsupported inputs = { "it has too few or too many inputs, or no output",
                                               "export the model again" };

    if (n->input_count < rules[n->op].least || n->input_count > rules[n->op].most || !input(g, n, 0) || !output(g, n) ||
        n->output_count != 1)
        return inputs;
    return check_kind(g, n);
}
