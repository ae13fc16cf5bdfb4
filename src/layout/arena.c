/* arena.c - lifetimes of a program's tensors, in-place steps, and the offsets the runtime reads. */
#include "layout/layout.h"

struct lifetimes {
    int *first, *last; /* [tensors], of storage; first -1: never used */
};

enum { BEFORE_ALL = -1, UNUSED = -2 };

static int root(const struct program *p, int tensor)
{
    while (p->storage[tensor] != tensor)
        tensor = p->storage[tensor];
    return tensor;
}

static void use(const struct program *p, struct lifetimes *l, int tensor, int step)
{
    int t = root(p, tensor);

    if (l->first[t] == UNUSED || step < l->first[t])
        l->first[t] = step;
    if (step > l->last[t])
        l->last[t] = step;
}

static void find_lifetimes(const struct program *p, struct lifetimes *l)
{
    const struct graph *g = p->graph;

    for (int t = 0; t < g->tensor_count; t++)
        l->first[t] = UNUSED, l->last[t] = UNUSED;
    for (int i = 0; i < g->input_count; i++)
        use(p, l, g->inputs[i], BEFORE_ALL);
    for (int s = 0; s < p->step_count; s++)
        for (int i = 0; i < p->steps[s].tensor_count; i++)
            use(p, l, p->steps[s].tensor[i], s);
    for (int i = 0; i < g->output_count; i++)
        use(p, l, g->outputs[i], p->step_count);
}

/* Lets the output of step s lie on its input where the kernel allows it, nobody needs the input later, and the output
 * starts its life here. */
static void share_in_place(struct program *p, struct lifetimes *l, int s)
{
    const struct step *step = &p->steps[s];
    int in, out;

    if (step->in_place < 0)
        return;
    in = root(p, step->tensor[step->in_place]);
    out = root(p, step->tensor[step->tensor_count - 1]);
    if (in == out || l->last[in] != s || l->first[out] != s ||
        tensor_bytes(&p->graph->tensors[in]) != tensor_bytes(&p->graph->tensors[out]))
        return;
    p->storage[out] = in;
    l->last[in] = l->last[out];
    l->first[out] = l->last[out] = UNUSED;
}

static int make_blocks(const struct program *p, const struct lifetimes *l, struct block *blocks, int *block_of)
{
    int count = 0;

    for (int t = 0; t < p->graph->tensor_count; t++) {
        block_of[t] = -1;
        if (l->first[t] == UNUSED)
            continue;
        block_of[t] = count;
        blocks[count++] = (struct block){ (uint32_t)tensor_bytes(&p->graph->tensors[t]), l->first[t], l->last[t], 0 };
    }
    for (int s = 0; s < p->step_count; s++)
        if (p->steps[s].scratch_bytes)
            blocks[count++] = (struct block){ p->steps[s].scratch_bytes, s, s, 0 };
    return count;
}

/* Copies the blocks' offsets to tensors and to the steps the runtime reads; scratch blocks come last, in step order. */
static void set_offsets(struct program *p, const struct block *blocks, const int *block_of, int scratch)
{
    for (int t = 0; t < p->graph->tensor_count; t++)
        if (block_of[root(p, t)] >= 0)
            p->at[t] = blocks[block_of[root(p, t)]].at;
    for (int s = 0; s < p->step_count; s++) {
        const struct step *step = &p->steps[s];
        for (int i = 0; i < step->tensor_count; i++)
            p->kernels[s].at[i] = p->at[step->tensor[i]];
        if (step->scratch_bytes)
            p->kernels[s].at[step->tensor_count] = blocks[scratch++].at;
    }
}

static const struct unit_port *ports(struct region *r, const struct program *p, const int *tensors, int count)
{
    struct unit_port *port = region_array(r, (size_t)count, sizeof *port);

    for (int i = 0; i < count; i++) {
        port[i].at = p->at[tensors[i]];
        port[i].bytes = (uint32_t)tensor_bytes(&p->graph->tensors[tensors[i]]);
    }
    return port;
}

int layout_arena(struct region *r, struct program *p, const char *path, struct diag *d)
{
    const struct graph *g = p->graph;
    size_t tensors = (size_t)g->tensor_count;
    struct lifetimes l = { region_array(r, tensors, sizeof(int)), region_array(r, tensors, sizeof(int)) };
    struct block *blocks = region_array(r, tensors + (size_t)p->step_count, sizeof *blocks);
    int *block_of = region_array(r, tensors, sizeof *block_of);
    uint64_t arena;
    int count, scratch = 0;

    find_lifetimes(p, &l);
    for (int s = 0; s < p->step_count; s++)
        share_in_place(p, &l, s);
    count = make_blocks(p, &l, blocks, block_of);
    for (int t = 0; t < g->tensor_count; t++)
        scratch += block_of[t] >= 0;
    arena = layout_place(blocks, count);
    if (arena > INT32_MAX)
        return diag_fail(d, BAD_INPUT, path, "its activations need more than 2 GiB; use a smaller network");
    set_offsets(p, blocks, block_of, scratch);
    p->network = (struct unit_network){
        .steps = p->kernels,
        .inputs = ports(r, p, g->inputs, g->input_count),
        .outputs = ports(r, p, g->outputs, g->output_count),
        .step_count = (uint16_t)p->step_count,
        .input_count = (uint16_t)g->input_count,
        .output_count = (uint16_t)g->output_count,
        .arena_bytes = (uint32_t)arena,
    };
    return OK;
}
