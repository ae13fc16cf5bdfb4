/* graph.c - sizes and names; graph.h has the meaning. */
#include "graph/graph.h"

size_t tensor_elements(const struct tensor *t)
{
    size_t count = 1;

    for (int i = 0; i < t->rank; i++)
        count *= (size_t)t->shape[i];
    return count;
}

size_t type_bytes(enum tensor_type type)
{
    static const size_t bytes[] = {
        [TYPE_FLOAT32] = 4, [TYPE_INT8] = 1,  [TYPE_UINT8] = 1, [TYPE_INT16] = 2,
        [TYPE_INT32] = 4,   [TYPE_INT64] = 8, [TYPE_BOOL] = 1,  [TYPE_OTHER] = 0,
    };

    return bytes[type];
}

size_t tensor_bytes(const struct tensor *t)
{
    return tensor_elements(t) * type_bytes(t->type);
}

const char *type_name(enum tensor_type type)
{
    static const char *const names[] = {
        [TYPE_FLOAT32] = "float32", [TYPE_INT8] = "int8",   [TYPE_UINT8] = "uint8", [TYPE_INT16] = "int16",
        [TYPE_INT32] = "int32",     [TYPE_INT64] = "int64", [TYPE_BOOL] = "bool",   [TYPE_OTHER] = "another type",
    };

    return names[type];
}

#define X(name) [OP_##name] = #name,
static const char *const op_names[] = { GRAPH_OPS(X) };
#undef X

const char *op_name(enum op op)
{
    return op_names[op];
}

const char *shape_text(struct region *r, const struct tensor *t)
{
    const char *text = t->rank ? "" : "scalar";

    for (int i = 0; i < t->rank; i++)
        text = region_text(r, "%s%s%d", text, i ? "x" : "", t->shape[i]);
    return text;
}

const char *node_where(struct region *r, const struct graph *g, const struct node *n)
{
    const char *name = n->output_count > 0 && n->outputs[0] >= 0 ? g->tensors[n->outputs[0]].name : "";

    return region_text(r, "layer %d (%.60s)", n->index, name);
}
