/* softmax.c - SOFTMAX and LOG_SOFTMAX over the last axis. */
#include <math.h>

#include "lower/lowering.h"

static uint16_t last_axis(const struct tensor *t)
{
    return (uint16_t)(t->rank ? t->shape[t->rank - 1] : 1);
}

int lower_softmax(struct lowering *l, const struct node *n)
{
    const struct tensor *in = &l->graph->tensors[n->inputs[0]], *out = &l->graph->tensors[n->outputs[0]];
    struct unit_softmax_s8 *op = region_alloc(l->region, sizeof *op);
    float *table = region_array(l->region, 256, sizeof *table);
    float scale = -in->quant.scale[0] * n->opt.beta;

    for (int d = 0; d < 256; d++)
        table[255 - d] = expf(scale * (float)d);
    op->depth = last_axis(in);
    op->rows = (uint32_t)(tensor_elements(in) / op->depth);
    op->exp = table;
    op->out_scale = out->quant.scale[0];
    op->out_zp = (int16_t)out->quant.zero_point[0];
    lowering_stores(l, 256 * sizeof *table);
    lowering_unary(l, n, unit_softmax_s8, op)->in_place = 0;
    return OK;
}

int lower_log_softmax(struct lowering *l, const struct node *n)
{
    const struct tensor *in = &l->graph->tensors[n->inputs[0]];
    struct unit_log_softmax_f32 *op = region_alloc(l->region, sizeof *op);

    op->depth = last_axis(in);
    op->rows = (uint32_t)(tensor_elements(in) / op->depth);
    op->exp = expf; /* as the reference: the last bit is that of the machine's libm */
    op->log = logf;
    lowering_unary(l, n, unit_log_softmax_f32, op)->in_place = 0;
    return OK;
}
