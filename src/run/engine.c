/* engine.c - see engine.h. */
#include "run/engine.h"

#include <string.h>

#include "lower/fallback.h"
#include "lower/scaling.h"

enum { STEPS = UNIT_SCALE_STEPS + 1, STATES = 2 * STEPS };

struct context {
    uint8_t *arena;
    int16_t *buffer; /* scratch of the fast kernels */
};

struct engine {
    struct region *region;
    struct program *program;
    struct state *states; /* [layers][STATES] */
    int counting;
    struct context *contexts; /* [threads] */
    int threads;
};

/* A layer at a step of its scale (lower/scaling.h), then, if it can fall back (lower/fallback.h), the same fallen;
 * layers that do not follow their input have step 0 only. */
struct state {
    const struct mac_layer *layer;
    struct mac_layer *scaled; /* the same, or NULL where neither step nor level moves the cuts */
    const void *op;           /* of plain kernels */
    struct host_layer *fast;  /* NULL: plain kernels */
    struct counter *counter;  /* NULL: not counting */
};

static struct state *states_of(const struct engine *e, int layer)
{
    return e->states + (size_t)layer * STATES;
}

static int steps_of(const struct engine *e, int layer)
{
    const struct unit_scaling *s = e->program->layers[layer].scaling;

    return s && s->count ? STEPS : 1;
}

static int states_count(const struct engine *e, int layer)
{
    return steps_of(e, layer) << (e->program->layers[layer].fallback != NULL);
}

/* The state that input x puts the layer into. */
static const struct state *state_for(const struct engine *e, int layer, const int8_t *x)
{
    const struct mac_layer *m = &e->program->layers[layer];
    int steps = steps_of(e, layer);

    return states_of(e, layer) + (steps > 1 ? scaling_step(m, x) : 0) + (fallback_taken(m, x) ? steps : 0);
}

/* A plain kernel's parameters with the cuts and the bias of a scaled layer. Prefix kernels scale by themselves. */
static const void *scaled_op(struct region *r, const struct unit_step *k, const struct mac_layer *scaled)
{
    struct unit_fully_connected_s8 *full;

    if (k->kernel == unit_conv2d_s8_cut || k->kernel == unit_depthwise_conv2d_s8_cut)
        return &scaled->shape;
    if (k->kernel != unit_fully_connected_s8_stored)
        return k->op;
    full = region_copy(r, k->op, sizeof *full);
    full->cut = scaled->cut;
    full->bias = scaled->bias;
    return full;
}

static void make_state(struct engine *e, const struct unit_step *k, int layer, int number, struct state *out)
{
    const struct mac_layer *l = &e->program->layers[layer];
    int step = number % steps_of(e, layer), fallen = number >= steps_of(e, layer);

    out->layer = l;
    out->op = k->op;
    if (!step && !fallen && (!l->scaling || *l->scaling->level == 0))
        return;
    out->layer = out->scaled = region_alloc(e->region, sizeof *out->scaled);
    scaling_at(e->region, l, step, fallen, out->scaled);
    out->op = scaled_op(e->region, k, out->scaled);
}

static void make_states(struct engine *e)
{
    const struct program *p = e->program;

    e->states = region_array(e->region, (size_t)p->layer_count * STATES, sizeof *e->states);
    for (int s = 0; s < p->step_count; s++)
        for (int i = 0, mac = p->steps[s].mac; mac >= 0 && i < states_count(e, mac); i++)
            make_state(e, &p->kernels[s], mac, i, states_of(e, mac) + i);
}

/* Packs every layer; returns the largest buffer one of them needs. */
static size_t pack_layers(struct engine *e)
{
    size_t largest = 0;

    for (int i = 0; i < e->program->layer_count; i++)
        for (int k = 0; k < states_count(e, i); k++) {
            struct state *s = states_of(e, i) + k;
            s->fast = host_layer_new(e->region, s->layer);
            if (s->fast->buffer_bytes > largest)
                largest = s->fast->buffer_bytes;
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
    make_states(e);
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

static void run_layer(const struct engine *e, const struct context *c, int s, void *const t[],
                      struct mac_counts *counts)
{
    const struct unit_step *kernel = &e->program->kernels[s];
    int mac = e->program->steps[s].mac;
    const struct state *state = state_for(e, mac, t[0]);

    if (counts)
        counter_add(state->counter, t[0], &counts[mac]);
    if (state->fast)
        host_layer_run(state->fast, t[0], t[1], c->buffer);
    else
        kernel->kernel(state->op, t);
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
        if (mac >= 0)
            run_layer(e, c, s, t, counts);
        else
            kernel->kernel(kernel->op, t);
    }
}

void engine_update(struct engine *e, int layer)
{
    struct state *s = states_of(e, layer);

    for (int i = 0, steps = steps_of(e, layer); i < states_count(e, layer); i++, s++) {
        if (s->scaled)
            scaling_again(&e->program->layers[layer], i % steps, i >= steps, s->scaled);
        host_layer_update(e->region, s->fast);
        if (s->counter)
            counter_update(s->counter);
    }
}

void engine_count(struct engine *e)
{
    for (int i = 0; i < e->program->layer_count && !e->counting; i++)
        for (int k = 0; k < states_count(e, i); k++) {
            struct state *s = states_of(e, i) + k;
            s->counter = counter_new(e->region, s->layer);
        }
    e->counting = 1;
}
