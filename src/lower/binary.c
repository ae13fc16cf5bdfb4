/* binary.c - ADD, SUB and MUL of two tensors broadcast against each other, either of which may be constant. */
#include "lower/lowering.h"
#include "lower/scale.h"

/* Element strides of an operand along the axes of the output; 0 where it repeats. */
static void strides_over(const struct tensor *t, int rank, uint32_t stride[RANK_MAX])
{
    uint32_t step = 1;

    for (int i = rank - 1; i >= 0; i--) {
        int own = i - (rank - t->rank);
        int32_t size = own >= 0 ? t->shape[own] : 1;
        stride[i] = size == 1 ? 0 : step;
        step *= (uint32_t)size;
    }
}

/* Merges axis i into axis i - 1 where both operands walk through the two as through one. */
static int can_merge(const struct unit_broadcast *b, int i)
{
    return b->a_stride[i - 1] == b->a_stride[i] * b->shape[i] && b->b_stride[i - 1] == b->b_stride[i] * b->shape[i];
}

static void remove_axis(struct unit_broadcast *b, int i)
{
    b->rank--;
    for (; i < b->rank; i++) {
        b->shape[i] = b->shape[i + 1];
        b->a_stride[i] = b->a_stride[i + 1];
        b->b_stride[i] = b->b_stride[i + 1];
    }
}

static void broadcast(const struct tensor *a, const struct tensor *b, const struct tensor *out,
                      struct unit_broadcast *over)
{
    over->rank = (uint8_t)out->rank;
    for (int i = 0; i < out->rank; i++)
        over->shape[i] = (uint32_t)out->shape[i];
    strides_over(a, out->rank, over->a_stride);
    strides_over(b, out->rank, over->b_stride);
    for (int i = over->rank - 1; i >= 0; i--)
        if (over->shape[i] == 1)
            remove_axis(over, i);
    for (int i = over->rank - 1; i > 0; i--)
        if (can_merge(over, i)) {
            over->shape[i] *= over->shape[i - 1];
            remove_axis(over, i - 1);
        }
    if (over->rank == 0)
        *over = (struct unit_broadcast){ .rank = 1, .shape = { 1 }, .a_stride = { 1 }, .b_stride = { 1 } };
}

/* Constant operands go into the parameters, others become tensors of the step. */
static void operands(struct lowering *l, const struct node *n, unit_kernel *kernel, const void *op, const int8_t **a,
                     const int8_t **b)
{
    const struct graph *g = l->graph;
    const int8_t **constant[2] = { a, b };
    struct step *s = lowering_step(l, n, kernel, op);

    for (int i = 0; i < 2; i++) {
        const struct tensor *t = &g->tensors[n->inputs[i]];
        if (t->data.data) {
            *constant[i] = (const int8_t *)t->data.data;
            lowering_stores(l, t->data.size);
            continue;
        }
        if (tensor_elements(t) == tensor_elements(&g->tensors[n->outputs[0]]) && s->in_place < 0)
            s->in_place = s->tensor_count;
        lowering_takes(s, n->inputs[i]);
    }
    lowering_takes(s, n->outputs[0]);
}

int lower_add(struct lowering *l, const struct node *n)
{
    const struct tensor *t = l->graph->tensors;
    const struct quantisation *a = &t[n->inputs[0]].quant, *b = &t[n->inputs[1]].quant, *y = &t[n->outputs[0]].quant;
    struct unit_add_s8 *op = region_alloc(l->region, sizeof *op);
    double twice_largest = 2 * (double)(a->scale[0] > b->scale[0] ? a->scale[0] : b->scale[0]);

    broadcast(&t[n->inputs[0]], &t[n->inputs[1]], &t[n->outputs[0]], &op->over);
    op->subtract = n->op == OP_SUB;
    op->left_shift = 20;
    op->a_zp = (int16_t)a->zero_point[0];
    op->b_zp = (int16_t)b->zero_point[0];
    op->out_zp = (int16_t)y->zero_point[0];
    scale_quantise((double)a->scale[0] / twice_largest, &op->a_mult, &op->a_shift);
    scale_quantise((double)b->scale[0] / twice_largest, &op->b_mult, &op->b_shift);
    scale_quantise(twice_largest / ((double)(1 << op->left_shift) * (double)y->scale[0]), &op->out_mult,
                   &op->out_shift);
    scale_activation(n->opt.activation, y, &op->act_min, &op->act_max);
    operands(l, n, unit_add_s8, op, &op->a, &op->b);
    return OK;
}

int lower_mul(struct lowering *l, const struct node *n)
{
    const struct tensor *t = l->graph->tensors;
    const struct quantisation *a = &t[n->inputs[0]].quant, *b = &t[n->inputs[1]].quant, *y = &t[n->outputs[0]].quant;
    struct unit_mul_s8 *op = region_alloc(l->region, sizeof *op);

    broadcast(&t[n->inputs[0]], &t[n->inputs[1]], &t[n->outputs[0]], &op->over);
    op->a_zp = (int16_t)a->zero_point[0];
    op->b_zp = (int16_t)b->zero_point[0];
    op->out_zp = (int16_t)y->zero_point[0];
    scale_quantise((double)(a->scale[0] * b->scale[0] / y->scale[0]), &op->mult, &op->shift);
    scale_activation(n->opt.activation, y, &op->act_min, &op->act_max);
    operands(l, n, unit_mul_s8, op, &op->a, &op->b);
    return OK;
}
