/* lower.c - graph to program, node by node. Views (RESHAPE and its like) become shared storage, constant arithmetic on
 * shapes is folded away, everything else becomes a step of one runtime kernel. */
#include <string.h>

#include "lower/lowering.h"
#include "lower/scaling.h"

typedef int lower_node(struct lowering *l, const struct node *n);

/* RESHAPE, SQUEEZE, EXPAND_DIMS: the same bytes under another shape. */
static int lower_view(struct lowering *l, const struct node *n)
{
    int input = lowering_input(l, n, n->inputs[0]);

    l->program->storage[n->outputs[0]] = l->program->storage[input];
    return OK;
}

static int lower_folded(struct lowering *l, const struct node *n)
{
    (void)l;
    (void)n;
    return OK;
}

static lower_node *const lower_op[OP_COUNT] = {
    [OP_CONV_2D] = lower_mac,
    [OP_DEPTHWISE_CONV_2D] = lower_mac,
    [OP_FULLY_CONNECTED] = lower_mac,
    [OP_MAX_POOL_2D] = lower_pool,
    [OP_AVERAGE_POOL_2D] = lower_pool,
    [OP_ADD] = lower_add,
    [OP_SUB] = lower_add,
    [OP_MUL] = lower_mul,
    [OP_MEAN] = lower_mean,
    [OP_PAD] = lower_pad,
    [OP_RESHAPE] = lower_view,
    [OP_SQUEEZE] = lower_view,
    [OP_EXPAND_DIMS] = lower_view,
    [OP_CONCATENATION] = lower_concatenation,
    [OP_SOFTMAX] = lower_softmax,
    [OP_LOG_SOFTMAX] = lower_log_softmax,
    [OP_RELU] = lower_table,
    [OP_RELU6] = lower_table,
    [OP_LEAKY_RELU] = lower_table,
    [OP_LOGISTIC] = lower_table,
    [OP_TANH] = lower_table,
    [OP_QUANTIZE] = lower_quantize,
    [OP_DEQUANTIZE] = lower_dequantize,
    [OP_TRANSPOSE] = lower_transpose,
    [OP_SHAPE] = lower_folded,
    [OP_STRIDED_SLICE] = lower_folded,
    [OP_PACK] = lower_folded,
};

/* A node makes at most one step for each of its inputs, one to bring each constant into the arena, and one more; an
 * output that is a constant needs a copy. */
static int steps_at_most(const struct graph *g)
{
    int count = g->output_count;

    for (int i = 0; i < g->node_count; i++)
        count += 2 * g->nodes[i].input_count + 1;
    return count;
}

static int lower_nodes(struct lowering *l)
{
    const struct graph *g = l->graph;

    for (int i = 0; i < g->node_count; i++)
        TRY(lower_op[g->nodes[i].op](l, &g->nodes[i]));
    for (int i = 0; i < g->output_count; i++)
        lowering_input(l, g->node_count ? &g->nodes[g->node_count - 1] : NULL, g->outputs[i]);
    return OK;
}

/* The graph with the values of folded nodes put in place; tensors are copied because the graph is not ours to change.
 */
static int folded_graph(struct lowering *l, const struct graph *g, struct graph *out)
{
    size_t count = (size_t)g->tensor_count;
    struct bytes *values = region_array(l->region, count, sizeof *values);

    TRY(fold_constants(l, values));
    *out = *g;
    out->tensors = region_copy(l->region, g->tensors, count * sizeof *g->tensors);
    for (size_t i = 0; i < count; i++)
        if (values[i].data)
            out->tensors[i].data = values[i];
    return OK;
}

int lower(struct region *r, const struct graph *g, const struct plan *plan, const char *path, struct program *out,
          struct diag *d)
{
    struct graph *folded = region_alloc(r, sizeof *folded);
    size_t steps = (size_t)steps_at_most(g), tensors = (size_t)g->tensor_count;
    struct lowering l = { .region = r, .graph = g, .plan = plan, .path = path, .program = out, .diag = d };

    TRY(folded_graph(&l, g, folded));
    l.graph = folded;
    l.in_arena = region_array(r, tensors, sizeof *l.in_arena);
    *out = (struct program){ .graph = folded };
    out->steps = region_array(r, steps, sizeof *out->steps);
    out->kernels = region_array(r, steps, sizeof *out->kernels);
    out->layers = region_array(r, (size_t)g->node_count, sizeof *out->layers);
    out->storage = region_array(r, tensors, sizeof *out->storage);
    out->at = region_array(r, tensors, sizeof *out->at);
    for (int i = 0; i < g->tensor_count; i++) {
        out->storage[i] = i;
        out->at[i] = UINT32_MAX;
    }
    out->plan = plan;
    out->level = (uint8_t)(plan ? plan->level : 0);
    out->scale_tables = scaling_tables(r, plan, &out->first_scale, &out->scale_count);
    TRY(lower_nodes(&l));
    if (out->step_count > UINT16_MAX)
        return diag_fail(d, BAD_INPUT, path, "%d steps are more than the runtime's 65535; split the network",
                         out->step_count);
    return OK;
}

uint64_t program_macs(const struct program *p)
{
    uint64_t macs = 0;

    for (int i = 0; i < p->layer_count; i++)
        macs += p->layers[i].dense;
    return macs;
}
