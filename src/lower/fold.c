/* fold.c - values of SHAPE, STRIDED_SLICE and PACK, which exporters put before a RESHAPE although every shape is known.
 * Works on lists of whole numbers (rank 0 or 1), which is all that shape arithmetic needs. */
#include <string.h>

#include "lower/lowering.h"

enum { LIST_MAX = 64 };

struct list {
    int count;
    int64_t value[LIST_MAX];
};

static int refuse(struct lowering *l, const struct node *n, const char *why)
{
    return diag_fail(l->diag, BAD_INPUT, lowering_where(l, n), "%s is not constant: %s; export with static shapes",
                     op_name(n->op), why);
}

/* The value of an integer constant, or of a folded node. 0 if there is none. */
static int list_of(const struct lowering *l, const struct bytes *values, int tensor, struct list *out)
{
    const struct tensor *t = &l->graph->tensors[tensor];
    struct bytes b = values[tensor].data ? values[tensor] : t->data;
    size_t size = type_bytes(t->type), count = tensor_elements(t);

    if (!b.data || (t->type != TYPE_INT32 && t->type != TYPE_INT64) || count > LIST_MAX || b.size < count * size)
        return 0;
    out->count = (int)count;
    for (size_t i = 0; i < count; i++) {
        int32_t narrow;
        if (size == 4)
            memcpy(&narrow, b.data + 4 * i, 4), out->value[i] = narrow;
        else
            memcpy(&out->value[i], b.data + 8 * i, 8);
    }
    return 1;
}

static void store(struct lowering *l, const struct list *from, int tensor, struct bytes *values)
{
    size_t size = type_bytes(l->graph->tensors[tensor].type);
    uint8_t *data = region_array(l->region, (size_t)from->count, size);

    for (int i = 0; i < from->count; i++) {
        int32_t narrow = (int32_t)from->value[i];
        if (size == 4)
            memcpy(data + 4 * i, &narrow, 4);
        else
            memcpy(data + 8 * i, &from->value[i], 8);
    }
    values[tensor] = (struct bytes){ data, (size_t)from->count * size };
}

static void fold_shape(struct lowering *l, const struct node *n, struct list *out)
{
    const struct tensor *t = &l->graph->tensors[n->inputs[0]];

    out->count = t->rank;
    for (int i = 0; i < t->rank; i++)
        out->value[i] = t->shape[i];
}

/* Bound of a slice in a list of n: absent by mask, negative from the end, clamped. */
static int64_t slice_bound(int64_t value, int masked, int64_t if_masked, int64_t n, int64_t low, int64_t high)
{
    if (masked)
        return if_masked;
    if (value < 0)
        value += n;
    return value < low ? low : value > high ? high : value;
}

static int fold_slice(struct lowering *l, const struct node *n, const struct bytes *values, struct list *out)
{
    struct list in, begin, end, stride;
    int64_t first, last, step;

    if (n->input_count < 4 || !list_of(l, values, n->inputs[0], &in) || !list_of(l, values, n->inputs[1], &begin) ||
        !list_of(l, values, n->inputs[2], &end) || !list_of(l, values, n->inputs[3], &stride))
        return refuse(l, n, "it reads a tensor that is only known at run time");
    if (begin.count != 1 || end.count != 1 || stride.count != 1 || stride.value[0] == 0 || n->opt.ellipsis_mask ||
        n->opt.new_axis_mask)
        return refuse(l, n, "only slices of lists are folded");
    step = stride.value[0];
    step = step > LIST_MAX ? LIST_MAX : step < -LIST_MAX ? -LIST_MAX : step; /* farther is out of any list */
    first = slice_bound(begin.value[0], n->opt.begin_mask & 1, step > 0 ? 0 : in.count - 1, in.count, step > 0 ? 0 : -1,
                        step > 0 ? in.count : in.count - 1);
    last = slice_bound(end.value[0], n->opt.end_mask & 1, step > 0 ? in.count : -1, in.count, step > 0 ? 0 : -1,
                       step > 0 ? in.count : in.count - 1);
    if (n->opt.shrink_axis_mask & 1)
        last = first + (step > 0 ? 1 : -1);
    out->count = 0;
    for (int64_t i = first; step > 0 ? i < last : i > last; i += step)
        if (i >= 0 && i < in.count)
            out->value[out->count++] = in.value[i];
    return OK;
}

static int fold_pack(struct lowering *l, const struct node *n, const struct bytes *values, struct list *out)
{
    struct list one;

    out->count = 0;
    for (int i = 0; i < n->input_count; i++) {
        if (!list_of(l, values, n->inputs[i], &one) || one.count != 1 || out->count == LIST_MAX)
            return refuse(l, n, "it reads a tensor that is only known at run time");
        out->value[out->count++] = one.value[0];
    }
    return OK;
}

int fold_constants(struct lowering *l, struct bytes *values)
{
    const struct graph *g = l->graph;

    for (int i = 0; i < g->node_count; i++) {
        const struct node *n = &g->nodes[i];
        struct list result = { .count = 0 };

        if (n->op == OP_SHAPE)
            fold_shape(l, n, &result);
        else if (n->op == OP_STRIDED_SLICE)
            TRY(fold_slice(l, n, values, &result));
        else if (n->op == OP_PACK)
            TRY(fold_pack(l, n, values, &result));
        else
            continue;
        if ((size_t)result.count != tensor_elements(&g->tensors[n->outputs[0]]))
            return refuse(l, n, "its value does not fit the shape the file gives its output");
        store(l, &result, n->outputs[0], values);
    }
    return OK;
}
