/* reduce.c - MAX_POOL_2D, AVERAGE_POOL_2D and MEAN. */
#include "lower/lowering.h"
#include "lower/scale.h"

static int16_t padding_before(int same, int in, int out, int filter, int stride)
{
    int total = (out - 1) * stride + filter - in;

    return (int16_t)(same && total > 0 ? total / 2 : 0);
}

int lower_pool(struct lowering *l, const struct node *n)
{
    const struct tensor *in = &l->graph->tensors[n->inputs[0]], *out = &l->graph->tensors[n->outputs[0]];
    const struct options *opt = &n->opt;
    struct unit_pool_s8 *op = region_alloc(l->region, sizeof *op);

    *op = (struct unit_pool_s8){
        .in_h = (uint16_t)in->shape[1],
        .in_w = (uint16_t)in->shape[2],
        .channels = (uint16_t)in->shape[3],
        .out_h = (uint16_t)out->shape[1],
        .out_w = (uint16_t)out->shape[2],
        .filter_h = (uint16_t)opt->filter_h,
        .filter_w = (uint16_t)opt->filter_w,
        .stride_h = (uint16_t)opt->stride_h,
        .stride_w = (uint16_t)opt->stride_w,
    };
    op->pad_top = padding_before(opt->same_padding, op->in_h, op->out_h, op->filter_h, op->stride_h);
    op->pad_left = padding_before(opt->same_padding, op->in_w, op->out_w, op->filter_w, op->stride_w);
    scale_activation(opt->activation, &out->quant, &op->act_min, &op->act_max);
    lowering_unary(l, n, n->op == OP_MAX_POOL_2D ? unit_max_pool_s8 : unit_average_pool_s8, op);
    return OK;
}

/* Axes are a constant list; negative ones count from the end. An empty list averages nothing. */
static void mark_axes(const struct tensor *axes, int rank, uint8_t *reduced)
{
    const int32_t *axis = (const int32_t *)(const void *)axes->data.data;

    for (size_t i = 0; i < tensor_elements(axes); i++)
        reduced[axis[i] < 0 ? axis[i] + rank : axis[i]] = 1;
}

/* The element count is folded into the multiplier: shifted up as far as it stays within 32 bits, then divided. */
static void fold_count(struct unit_mean_s8 *op)
{
    int shift = 63 - __builtin_clzll((uint64_t)op->count);

    shift = shift > 32 ? 32 : shift;
    shift = shift > 31 + op->shift ? 31 + op->shift : shift;
    op->mult = (int32_t)(((int64_t)op->mult << shift) / op->count);
    op->shift = (int8_t)(op->shift - shift);
}

int lower_mean(struct lowering *l, const struct node *n)
{
    const struct tensor *in = &l->graph->tensors[n->inputs[0]], *out = &l->graph->tensors[n->outputs[0]];
    struct unit_mean_s8 *op = region_alloc(l->region, sizeof *op);
    struct step *s;

    op->rank = (uint8_t)in->rank;
    op->count = 1;
    mark_axes(&l->graph->tensors[n->inputs[1]], in->rank, op->reduced);
    for (int i = 0; i < in->rank; i++) {
        op->shape[i] = (uint16_t)in->shape[i];
        op->count *= op->reduced[i] ? op->shape[i] : 1;
    }
    op->in_zp = (int16_t)in->quant.zero_point[0];
    op->out_zp = (int16_t)out->quant.zero_point[0];
    scale_quantise((double)in->quant.scale[0] / (double)out->quant.scale[0], &op->mult, &op->shift);
    fold_count(op);
    s = lowering_unary(l, n, unit_mean_s8, op);
    s->scratch_bytes = 4 * (uint32_t)tensor_elements(out);
    return OK;
}
