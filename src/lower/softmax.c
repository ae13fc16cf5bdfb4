/* softmax.c - SOFTMAX and LOG_SOFTMAX over the last axis. */
#include <math.h>

#include "lower/lowering.h"
#include "lower/scale.h"

static uint16_t last_axis(const struct tensor *t)
{
    return (uint16_t)(t->rank ? t->shape[t->rank - 1] : 1);
}

/* beta * scale in Q5.26, capped at what fits; elements so far below the largest that Q5.26 cannot tell count as 0. */
static void fill_exponentials(const struct tensor *in, float beta, struct unit_softmax_s8 *op)
{
    double factor = (double)beta * (double)in->quant.scale[0] * (1 << 26);

    op->depth = last_axis(in);
    op->rows = (uint32_t)(tensor_elements(in) / op->depth);
    scale_quantise(fmin(factor, INT32_MAX), &op->mult, &op->shift);
    op->shift = op->shift < 0 ? 0 : op->shift;
    op->diff_min = (int16_t)fmax(-floor(ldexp(31, 26 - op->shift)), -256);
}

int lower_softmax(struct lowering *l, const struct node *n)
{
    struct unit_softmax_s8 *op = region_alloc(l->region, sizeof *op);

    fill_exponentials(&l->graph->tensors[n->inputs[0]], n->opt.beta, op);
    lowering_unary(l, n, unit_softmax_s8, op)->in_place = 0;
    return OK;
}

static void lower_log_softmax_s8(struct lowering *l, const struct node *n)
{
    struct unit_log_softmax_s8 *op = region_alloc(l->region, sizeof *op);

    fill_exponentials(&l->graph->tensors[n->inputs[0]], 1, &op->exp);
    if (op->exp.mult)
        scale_quantise(ldexp(1, 31 - op->exp.shift) / op->exp.mult, &op->divisor_mult, &op->divisor_shift);
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
