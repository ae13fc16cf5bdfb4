/* lowering.c - how steps join the program under construction; see lowering.h. */
#include "lower/lowering.h"

struct step *lowering_step(struct lowering *l, const struct node *n, unit_kernel *kernel, const void *op)
{
    struct program *p = l->program;
    struct step *s = &p->steps[p->step_count];

    p->kernels[p->step_count] = (struct unit_step){ .kernel = kernel, .op = op };
    *s = (struct step){ .node = n, .in_place = -1, .mac = -1 };
    for (int i = 0; i < UNIT_STEP_TENSORS; i++)
        s->tensor[i] = -1;
    p->step_count++;
    return s;
}

void lowering_takes(struct step *s, int tensor)
{
    s->tensor[s->tensor_count++] = tensor;
}

int lowering_input(struct lowering *l, const struct node *n, int tensor)
{
    const struct tensor *t = &l->graph->tensors[tensor];
    struct unit_copy *op;

    if (!t->data.data || l->in_arena[tensor])
        return tensor;
    op = region_alloc(l->region, sizeof *op);
    *op = (struct unit_copy){ .rows = 1, .bytes = (uint32_t)t->data.size, .from = t->data.data };
    lowering_takes(lowering_step(l, n, unit_copy, op), tensor);
    lowering_stores(l, t->data.size);
    l->in_arena[tensor] = 1;
    return tensor;
}

struct step *lowering_unary(struct lowering *l, const struct node *n, unit_kernel *kernel, const void *op)
{
    int input = lowering_input(l, n, n->inputs[0]);
    struct step *s = lowering_step(l, n, kernel, op);

    lowering_takes(s, input);
    lowering_takes(s, n->outputs[0]);
    return s;
}

void lowering_stores(struct lowering *l, size_t bytes)
{
    l->program->flash_bytes += bytes;
}

const char *lowering_where(struct lowering *l, const struct node *n)
{
    return region_text(l->region, "%s: %s", l->path, node_where(l->region, l->graph, n));
}
