/* check.c - what every later stage relies on: indices, order, one writer a tensor. Shapes are shape.c's. */
#include "graph/graph.h"
#include "graph/shape.h"

struct checker {
    struct region *region;
    const struct graph *graph;
    const char *path;
    struct diag *diag;
    char *written; /* [tensors]: a constant, a network input, or an earlier node's output */
};

static int refuse(struct checker *c, const struct node *n, const char *what)
{
    return diag_fail(c->diag, BAD_INPUT, c->path, "%s: %s; export the model again", node_where(c->region, c->graph, n),
                     what);
}

static int in_range(const struct graph *g, int tensor)
{
    return tensor >= 0 && tensor < g->tensor_count;
}

static int check_ports(struct checker *c, const int *tensors, int count, const char *what)
{
    for (int i = 0; i < count; i++)
        if (!in_range(c->graph, tensors[i]))
            return diag_fail(c->diag, BAD_INPUT, c->path, "%s %d names tensor %d of %d; export the model again", what,
                             i, tensors[i], c->graph->tensor_count);
    if (count == 0)
        return diag_fail(c->diag, BAD_INPUT, c->path, "the network has no %s; export the model again", what);
    return OK;
}

static int check_inputs(struct checker *c, const struct node *n)
{
    for (int i = 0; i < n->input_count; i++) {
        int t = n->inputs[i];
        if (t == -1)
            continue;
        if (!in_range(c->graph, t))
            return refuse(c, n, "an input names a tensor that does not exist");
        if (!c->written[t])
            return refuse(c, n, "an input is written by no earlier layer (the graph is cyclic or out of order)");
    }
    return OK;
}

static int check_outputs(struct checker *c, const struct node *n)
{
    if (n->output_count < 1)
        return refuse(c, n, "it has no output");
    for (int i = 0; i < n->output_count; i++) {
        int t = n->outputs[i];
        if (!in_range(c->graph, t))
            return refuse(c, n, "an output names a tensor that does not exist");
        if (c->written[t])
            return refuse(c, n, "its output is a constant, a network input or another layer's output");
        c->written[t] = 1;
    }
    return OK;
}

static int check_order(struct checker *c)
{
    const struct graph *g = c->graph;

    for (int i = 0; i < g->tensor_count; i++)
        c->written[i] = g->tensors[i].data.data != NULL;
    for (int i = 0; i < g->input_count; i++) {
        if (c->written[g->inputs[i]])
            return diag_fail(c->diag, BAD_INPUT, c->path,
                             "input %d is a constant or named twice; export the model again", i);
        c->written[g->inputs[i]] = 1;
    }
    for (int i = 0; i < g->node_count; i++) {
        TRY(check_inputs(c, &g->nodes[i]));
        TRY(check_outputs(c, &g->nodes[i]));
    }
    for (int i = 0; i < g->output_count; i++)
        if (!c->written[g->outputs[i]])
            return diag_fail(c->diag, BAD_INPUT, c->path, "output %d is written by no layer; export the model again",
                             i);
    return OK;
}

int graph_check(struct region *r, const struct graph *g, const char *path, struct diag *d)
{
    struct checker c = { r, g, path, d, region_alloc(r, (size_t)g->tensor_count) };

    TRY(check_ports(&c, g->inputs, g->input_count, "input"));
    TRY(check_ports(&c, g->outputs, g->output_count, "output"));
    TRY(check_order(&c));
    for (int i = 0; i < g->node_count; i++)
        TRY(shape_check(r, g, &g->nodes[i], path, d));
    return OK;
}
