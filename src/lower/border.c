/* border.c - QUANTIZE and DEQUANTIZE, where floats or uint8 meet the int8 network. */
#include "lower/lowering.h"

int lower_quantize(struct lowering *l, const struct node *n)
{
    const struct tensor *in = &l->graph->tensors[n->inputs[0]], *out = &l->graph->tensors[n->outputs[0]];
    struct unit_quantize_f32_s8 *op;

    if (in->type != TYPE_FLOAT32)
        return lower_table(l, n);
    op = region_alloc(l->region, sizeof *op);
    op->count = (uint32_t)tensor_elements(in);
    op->scale = out->quant.scale[0];
    op->zp = (int16_t)out->quant.zero_point[0];
    op->min = out->type == TYPE_UINT8 ? 0 : -128;
    op->max = (int16_t)(op->min + 255);
    lowering_unary(l, n, unit_quantize_f32_s8, op);
    return OK;
}

int lower_dequantize(struct lowering *l, const struct node *n)
{
    const struct tensor *in = &l->graph->tensors[n->inputs[0]];
    struct unit_dequantize_f32 *op = region_alloc(l->region, sizeof *op);

    op->count = (uint32_t)tensor_elements(in);
    op->scale = in->quant.scale[0];
    op->zp = (int16_t)in->quant.zero_point[0];
    op->is_unsigned = in->type == TYPE_UINT8;
    lowering_unary(l, n, unit_dequantize_f32, op);
    return OK;
}
