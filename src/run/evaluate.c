/* evaluate.c - see evaluate.h. */
#include "run/evaluate.h"

#include <string.h>
#include <time.h>

#include "base/parallel.h"
#include "base/progress.h"

struct job {
    struct engine *engine;
    const struct inputs *in;
    int32_t *predicted;
    struct mac_counts *counts; /* [threads][layers], or NULL */
};

size_t evaluate_classes(const struct program *p)
{
    return tensor_elements(&p->graph->tensors[p->graph->outputs[0]]);
}

static float score(const struct tensor *t, const void *data, size_t i)
{
    if (t->type == TYPE_INT8)
        return ((const int8_t *)data)[i];
    if (t->type == TYPE_UINT8)
        return ((const uint8_t *)data)[i];
    return ((const float *)data)[i];
}

int32_t evaluate_class(const struct engine *e, int thread)
{
    const struct graph *g = engine_program(e)->graph;
    const struct tensor *t = &g->tensors[g->outputs[0]];
    const void *data = engine_tensor(e, thread, g->outputs[0]);
    size_t best = 0, count = tensor_elements(t);

    for (size_t i = 1; i < count; i++)
        if (score(t, data, i) > score(t, data, best))
            best = i;
    return (int32_t)best;
}

static void one_sample(void *context, size_t i, int thread)
{
    struct job *job = context;
    const struct program *p = engine_program(job->engine);

    engine_feed(job->engine, thread, 0, job->in->data + i * job->in->sample_bytes);
    engine_run(job->engine, thread, 0, p->step_count, job->counts ? job->counts + thread * p->layer_count : NULL);
    job->predicted[i] = evaluate_class(job->engine, thread);
    progress_tick();
}

static double seconds_since(const struct timespec *start)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - start->tv_sec) + (double)(now.tv_nsec - start->tv_nsec) * 1e-9;
}

static void add_counts(struct mac_counts *to, const struct mac_counts *from)
{
    to->dense += from->dense;
    to->zero += from->zero;
    to->skipped += from->skipped;
    to->executed += from->executed;
}

int evaluate(struct region *r, struct engine *e, const struct inputs *in, int count, struct evaluation *out)
{
    const struct program *p = engine_program(e);
    int threads = engine_threads(e), stopped;
    size_t layers = (size_t)p->layer_count;
    struct job job = { .engine = e, .in = in };
    struct timespec start;

    *out = (struct evaluation){ .samples = in->count };
    out->counts = region_array(r, layers, sizeof *out->counts);
    out->predicted = job.predicted = region_array(r, in->count, sizeof *out->predicted);
    if (count) {
        engine_count(e);
        job.counts = region_array(r, layers * (size_t)threads, sizeof *job.counts);
    }
    clock_gettime(CLOCK_MONOTONIC, &start);
    stopped = parallel_for(threads, in->count, one_sample, &job);
    out->seconds = seconds_since(&start);
    for (size_t i = 0; count && i < layers * (size_t)threads; i++)
        add_counts(&out->counts[i % layers], &job.counts[i]);
    for (size_t i = 0; in->labels && i < in->count; i++)
        out->correct += out->predicted[i] == in->labels[i];
    return stopped ? INTERRUPTED : OK;
}

struct mac_counts mac_total(const struct mac_counts *counts, int layers)
{
    struct mac_counts total = { 0, 0, 0, 0 };

    for (int i = 0; i < layers; i++)
        add_counts(&total, &counts[i]);
    return total;
}
