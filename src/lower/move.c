/* move.c - operators that only move bytes: CONCATENATION, PAD, TRANSPOSE. */
#include "lower/lowering.h"

/* One strided copy an input: rows of its own inner extent into rows of the output's. */
int lower_concatenation(struct lowering *l, const struct node *n)
{
    const struct tensor *out = &l->graph->tensors[n->outputs[0]];
    int axis = n->opt.axis < 0 ? n->opt.axis + out->rank : n->opt.axis;
    uint32_t inner = (uint32_t)type_bytes(out->type), start = 0, rows = 1;

    for (int i = axis + 1; i < out->rank; i++)
        inner *= (uint32_t)out->shape[i];
    for (int i = 0; i < axis; i++)
        rows *= (uint32_t)out->shape[i];
    for (int i = 0; i < n->input_count; i++) {
        const struct tensor *in = &l->graph->tensors[n->inputs[i]];
        struct unit_copy *op = region_alloc(l->region, sizeof *op);
        struct step *s = lowering_step(l, n, unit_copy, op);
        op->rows = rows;
        op->bytes = op->from_step = inner * (uint32_t)in->shape[axis];
        op->to_step = inner * (uint32_t)out->shape[axis];
        op->to_start = start;
        op->from = in->data.data;
        start += op->bytes;
        if (in->data.data)
            lowering_stores(l, in->data.size);
        else
            lowering_takes(s, n->inputs[i]);
        lowering_takes(s, n->outputs[0]);
    }
    return OK;
}

static int64_t integer_at(const struct tensor *t, size_t i)
{
    if (t->type == TYPE_INT64)
        return ((const int64_t *)(const void *)t->data.data)[i];
    return ((const int32_t *)(const void *)t->data.data)[i];
}

int lower_pad(struct lowering *l, const struct node *n)
{
    const struct tensor *in = &l->graph->tensors[n->inputs[0]], *pads = &l->graph->tensors[n->inputs[1]];
    struct unit_pad *op = region_alloc(l->region, sizeof *op);

    op->rank = (uint8_t)in->rank;
    op->element_bytes = (uint8_t)type_bytes(in->type);
    op->value = in->quant.count ? (uint8_t)in->quant.zero_point[0] : 0;
    for (int i = 0; i < in->rank; i++) {
        op->shape[i] = (uint16_t)in->shape[i];
        op->before[i] = (uint16_t)integer_at(pads, 2 * (size_t)i);
        op->after[i] = (uint16_t)integer_at(pads, 2 * (size_t)i + 1);
    }
    lowering_unary(l, n, unit_pad, op);
    return OK;
}

int lower_transpose(struct lowering *l, const struct node *n)
{
    const struct tensor *in = &l->graph->tensors[n->inputs[0]], *perm = &l->graph->tensors[n->inputs[1]];
    struct unit_transpose *op = region_alloc(l->region, sizeof *op);
    uint32_t stride[RANK_MAX] = { 0 }, step = (uint32_t)type_bytes(in->type);

    for (int i = in->rank - 1; i >= 0; i--) {
        stride[i] = step;
        step *= (uint32_t)in->shape[i];
    }
    op->rank = (uint8_t)in->rank;
    op->element_bytes = (uint8_t)type_bytes(in->type);
    for (int i = 0; i < in->rank; i++) {
        int64_t from = integer_at(perm, (size_t)i);
        from += from < 0 ? in->rank : 0;
        op->shape[i] = (uint16_t)in->shape[from];
        op->from_stride[i] = stride[from];
    }
    lowering_unary(l, n, unit_transpose, op);
    return OK;
}
