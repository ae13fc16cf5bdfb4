/* importance.c - see importance.h. */
#include "tune/importance.h"

#include <string.h>

#include "base/mix.h"
#include "base/parallel.h"
#include "base/progress.h"

struct pass {
    const struct engine *engine;
    const struct inputs *in;
    struct importance *out;
    struct gradient **gradients; /* [threads] */
    float **squares;             /* [threads] room for the layer with the most sums */
    float **weights;             /* [threads][classes] */
    size_t classes;
    int probes;
    uint64_t seed;
};

static size_t sums_of(const struct mac_layer *l)
{
    return l->positions * (size_t)l->out_c;
}

static size_t all_sums(const struct program *p)
{
    size_t sums = 0;

    for (int l = 0; l < p->layer_count; l++)
        sums += sums_of(&p->layers[l]);
    return sums;
}

size_t importance_bytes(const struct program *p)
{
    return all_sums(p) * sizeof(uint16_t);
}

/* Random signs, less their mean: adding the same to every logit changes no probability. */
static void draw_signs(const struct pass *p, size_t sample, int probe, float *weight)
{
    float mean = 0;

    for (size_t i = 0; i < p->classes; i++) {
        uint64_t bits = mix(mix(mix(p->seed + 1) + sample) + (uint64_t)probe) + i / 64;
        weight[i] = mix(bits) >> i % 64 & 1 ? 1.0f : -1.0f;
        mean += weight[i] / (float)p->classes;
    }
    for (size_t i = 0; p->classes > 1 && i < p->classes; i++)
        weight[i] -= mean;
}

static uint16_t stored(float value)
{
    uint32_t bits;

    memcpy(&bits, &value, sizeof bits);
    return (uint16_t)(bits >> 16);
}

static void add_squares(const struct pass *p, int thread, int first)
{
    const struct program *program = p->out->program;
    float *to = p->squares[thread];

    for (int l = 0; l < program->layer_count; l++) {
        const float *from = gradient_of_layer(p->gradients[thread], l);
        size_t sums = sums_of(&program->layers[l]);
        for (size_t i = 0; i < sums; i++)
            to[i] = (first ? 0 : to[i]) + from[i] * from[i];
        to += sums;
    }
}

static void one_sample(void *context, size_t sample, int thread)
{
    const struct pass *p = context;
    const struct program *program = p->out->program;
    const float *from = p->squares[thread];

    gradient_forward(p->gradients[thread], p->engine, thread, p->in->data + sample * p->in->sample_bytes);
    for (int probe = 0; probe < p->probes; probe++) {
        draw_signs(p, sample, probe, p->weights[thread]);
        gradient_backward(p->gradients[thread], p->weights[thread]);
        add_squares(p, thread, probe == 0);
    }
    for (int l = 0; l < program->layer_count; l++) {
        size_t sums = sums_of(&program->layers[l]);
        for (size_t i = 0; i < sums; i++)
            p->out->of[l][sample * sums + i] = stored(from[i] / (float)p->probes);
        from += sums;
    }
    progress_tick();
}

int importance_measure(struct region *r, const struct engine *e, const struct inputs *in, int logits, int probes,
                       uint64_t seed, struct importance *out)
{
    const struct program *p = engine_program((struct engine *)e);
    size_t threads = (size_t)engine_threads(e);
    struct region *room = region_new();
    struct pass pass = { .engine = e, .in = in, .out = out, .probes = probes, .seed = seed };
    int stopped;

    *out = (struct importance){ .program = p, .samples = in->count };
    out->of = region_array(r, (size_t)p->layer_count, sizeof *out->of);
    for (int l = 0; l < p->layer_count; l++)
        out->of[l] = region_array(r, in->count * sums_of(&p->layers[l]), sizeof **out->of);
    pass.classes = tensor_elements(&p->graph->tensors[logits]);
    pass.gradients = region_array(room, threads, sizeof *pass.gradients);
    pass.squares = region_array(room, threads, sizeof *pass.squares);
    pass.weights = region_array(room, threads, sizeof *pass.weights);
    for (size_t t = 0; t < threads; t++) {
        pass.gradients[t] = gradient_new(room, p, logits);
        pass.squares[t] = region_array(room, all_sums(p), sizeof(float));
        pass.weights[t] = region_array(room, pass.classes, sizeof(float));
    }
    stopped = parallel_for((int)threads, in->count, one_sample, &pass);
    region_free(room);
    return stopped ? INTERRUPTED : OK;
}
