/* softmax.c - SOFTMAX and LOG_SOFTMAX over the last axis. */
#include <math.h>

#include "lower/lowering.h"
#include "lower/scale.h"

static uint16_t last_axis(const struct tensor *t)
{
    return (uint16_t)(t->rank ? t->shape[t->rank - 1] : 1);
}

/* beta * scale in Q5.26, capped at what fits; elements so far below the largest that Q5.26 cannot tell count as 0. */
int lower_softmax(struct lowering *l, const struct node *n)
{
    const struct tensor *in = &l->graph->tensors[n->inputs[0]];
    struct unit_softmax_s8 *op = region_alloc(l->region, sizeof *op);
    double factor = (double)n->opt.beta * (double)in->quant.scale[0] * (1 << 26);

    op->depth = last_axis(in);
    op->rows = (uint32_t)(tensor_elements(in) / op->depth);
    scale_quantise(fmin(factor, INT32_MAX), &op->mult, &op->shift);
    op->shift = op->shift < 0 ? 0 : op->shift;
    op->diff_min = (int16_t)fmax(-floor(ldexp(31, 26 - op->shift)), -256);
    lowering_unary(l, n, unit_softmax_s8, op)->in_place = 0;
    return OK;
}

static void lower_log_softmax_s8(struct lowering *l, const struct node *n)
{
    const struct tensor *in = &l->graph->tensors[n->inputs[0]];
    struct unit_log_softmax_s8 *op = region_alloc(l->region, sizeof *op);
    float *table = region_array(l->region, 256, sizeof *table);

    for (int d = 0; d < 256; d++)
        table[d] = expf(-(in->quant.scale[0] * (float)d));
    op->depth = last_axis(in);
    op->rows = (uint32_t)(tensor_elements(in) / op->depth);
    op->in_scale = in->quant.scale[0];
    op->exp = table;
    op->log = logf;
    lowering_stores(l, 256 * sizeof *table);
    lowering_unary(l, n, unit_log_softmax_s8, op)->in_place = 0;
}

int lower_log_softmax(struct lowering *l, const struct node *n)
{
    const struct tensor *in = &l->graph->tensors[n->inputs[0]];
    struct unit_log_softmax_f32 *op;

    if (in->type == TYPE_INT8) {
        lower_log_softmax_s8(l, n);
        return OK;
    }
    op = region_alloc(l->region, sizeof *op);
    op->depth = last_axis(in);
    op->rows = (uint32_t)(tensor_elements(in) / op->depth);
    op->exp = expf; /* as the reference: the last bit is that of the machine's libm */
    op->log = logf;
    lowering_unary(l, n, unit_log_softmax_f32, op)->in_place = 0;
    return OK;
}
