/* engine.c - see engine.h. */
#include "run/engine.h"

#include <string.h>

struct context {
    uint8_t *arena;
    int16_t *buffer; /* scratch of the fast kernels */
};

struct engine {
    struct region *region;
    struct program *program;
    struct host_layer **fast;  /* [layers], or NULL: plain kernels */
    struct counter **counters; /* [layers], or NULL: not counting */
    struct context *contexts;  /* [threads] */
    int threads;
};

/* Packs every layer; returns the largest buffer one of them needs. */
static size_t pack_layers(struct engine *e)
{
    size_t largest = 0;

    e->fast = region_array(e->region, (size_t)e->program->layer_count, sizeof *e->fast);
    for (int i = 0; i < e->program->layer_count; i++) {
        e->fast[i] = host_layer_new(e->region, &e->program->layers[i]);
        if (e->fast[i]->buffer_bytes > largest)
            largest = e->fast[i]->buffer_bytes;
    }
    return largest;
}

struct engine *engine_new(struct region *r, struct program *p, enum kernels kernels, int threads)
{
    struct engine *e = region_alloc(r, sizeof *e);
    size_t buffer = 0;

    e->region = r;
    e->program = p;
    e->threads = threads;
    if (kernels == KERNELS_FAST)
        buffer = pack_layers(e);
    e->contexts = region_array(r, (size_t)threads, sizeof *e->contexts);
    for (int i = 0; i < threads; i++) {
        e->contexts[i].arena = region_alloc(r, p->network.arena_bytes);
        e->contexts[i].buffer = region_alloc(r, buffer);
    }
    return e;
}

int engine_threads(const struct engine *e)
{
    return e->threads;
}

struct program *engine_program(const struct engine *e)
{
    return e->program;
}

uint8_t *engine_arena(const struct engine *e, int thread)
{
    return e->contexts[thread].arena;
}

void *engine_tensor(const struct engine *e, int thread, int tensor)
{
    uint32_t at = e->program->at[tensor];

    return at == UINT32_MAX ? NULL : e->contexts[thread].arena + at;
}

void engine_feed(const struct engine *e, int thread, int i, const void *sample)
{
    const struct unit_port *port = &e->program->network.inputs[i];

    memcpy(e->contexts[thread].arena + port->at, sample, port->bytes);
}

void engine_run(const struct engine *e, int thread, int first, int last, struct mac_counts *counts)
{
    const struct context *c = &e->contexts[thread];

    for (int s = first; s < last; s++) {
        const struct unit_step *kernel = &e->program->kernels[s];
        int mac = e->program->steps[s].mac;
        void *t[UNIT_STEP_TENSORS];

        for (int i = 0; i < UNIT_STEP_TENSORS; i++)
            t[i] = c->arena + kernel->at[i];
        if (mac >= 0 && counts)
            counter_add(e->counters[mac], t[0], &counts[mac]);
        if (mac >= 0 && e->fast)
            host_layer_run(e->fast[mac], t[0], t[1], c->buffer);
        else
            kernel->kernel(kernel->op, t);
    }
}

void engine_update(struct engine *e, int layer)
{
    host_layer_update(e->region, e->fast[layer]);
    if (e->counters)
        counter_update(e->counters[layer]);
}

void engine_count(struct engine *e)
{
    if (e->counters)
        return;
    e->counters = region_array(e->region, (size_t)e->program->layer_count, sizeof *e->counters);
    for (int i = 0; i < e->program->layer_count; i++)
        e->counters[i] = counter_new(e->region, &e->program->layers[i]);
}
