/* table.c - functions of one int8 value become a table of 256 bytes: RELU, RELU6, LEAKY_RELU, LOGISTIC, TANH, and
 * QUANTIZE between 8-bit types. The arithmetic that fills it is the reference's. */
#include "lower/lowering.h"

#include <math.h>

#include <rt_fixed.h>

#include "lower/scale.h"

struct function {
    enum op op;
    const struct quantisation *in, *out;
    int32_t mult, negative_mult; /* in / out, and alpha times it below zero */
    int8_t shift, negative_shift;
    int16_t min, max; /* of the output's values */
};

static int32_t clamp(int64_t q, int32_t min, int32_t max)
{
    return q < min ? min : q > max ? max : (int32_t)q;
}

static int64_t rescaled(const struct function *f, int32_t q)
{
    return (int64_t)f->out->zero_point[0] + rt_requant(q - f->in->zero_point[0], f->mult, f->shift);
}

static int64_t leaky(const struct function *f, int32_t q)
{
    int32_t x = q - f->in->zero_point[0];

    return (int64_t)f->out->zero_point[0] +
           (x >= 0 ? rt_requant(x, f->mult, f->shift) : rt_requant(x, f->negative_mult, f->negative_shift));
}

/* Real functions are evaluated in single precision and rounded half away from zero. */
static int64_t real_function(const struct function *f, int32_t q)
{
    float x = f->in->scale[0] * (float)(q - f->in->zero_point[0]);
    float y = f->op == OP_LOGISTIC ? 1.0f / (1.0f + expf(-x)) : tanhf(x);

    return llroundf(fmaxf(fminf(y * (1.0f / f->out->scale[0]), 1e6f), -1e6f)) + f->out->zero_point[0];
}

static int32_t value(const struct function *f, int32_t q)
{
    switch (f->op) {
    case OP_LEAKY_RELU:
        return clamp(leaky(f, q), -128, 127);
    case OP_LOGISTIC:
    case OP_TANH:
        return clamp(real_function(f, q), -128, 127);
    default:
        return clamp(rescaled(f, q), f->min, f->max);
    }
}

static void prepare(struct function *f, const struct node *n, const struct tensor *out)
{
    float ratio = f->in->scale[0] / f->out->scale[0];

    /* The reference takes the quotient in float, but for QUANTIZE. */
    scale_quantise(n->op == OP_QUANTIZE ? (double)f->in->scale[0] / (double)f->out->scale[0] : (double)ratio, &f->mult,
                   &f->shift);
    scale_quantise((double)(f->in->scale[0] * n->opt.alpha / f->out->scale[0]), &f->negative_mult, &f->negative_shift);
    f->min = out->type == TYPE_UINT8 ? 0 : -128;
    f->max = out->type == TYPE_UINT8 ? 255 : 127;
    if (n->op == OP_RELU || n->op == OP_RELU6)
        scale_activation(n->op == OP_RELU ? ACT_RELU : ACT_RELU6, f->out, &f->min, &f->max);
}

int lower_table(struct lowering *l, const struct node *n)
{
    const struct tensor *in = &l->graph->tensors[n->inputs[0]], *out = &l->graph->tensors[n->outputs[0]];
    struct function f = { .op = n->op, .in = &in->quant, .out = &out->quant };
    struct unit_lut_8 *op = region_alloc(l->region, sizeof *op);
    uint8_t *table = region_alloc(l->region, 256);

    prepare(&f, n, out);
    for (int byte = 0; byte < 256; byte++)
        table[byte] = (uint8_t)value(&f, in->type == TYPE_UINT8 ? byte : (int8_t)byte);
    op->count = (uint32_t)tensor_elements(in);
    op->table = table;
    lowering_stores(l, 256);
    lowering_unary(l, n, unit_lut_8, op)->in_place = 0;
    return OK;
}
