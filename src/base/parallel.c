/* parallel.c - POSIX threads that draw indices from one atomic counter, in small batches. */
#define _GNU_SOURCE /* sched_getaffinity */
#include "base/parallel.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "base/interrupt.h"

enum { THREADS_MAX = 256, BATCH = 4, BATCHES = 16 /* a thread, at least; of 1 if there are fewer */ };

struct loop {
    parallel_body *body;
    void *context;
    size_t count, batch;
    atomic_size_t next;
};

struct worker {
    struct loop *loop;
    int thread;
};

static void *work(void *argument)
{
    const struct worker *w = argument;
    struct loop *l = w->loop;

    while (!interrupt_requested()) {
        size_t first = atomic_fetch_add(&l->next, l->batch);
        if (first >= l->count)
            break;
        for (size_t i = first; i < first + l->batch && i < l->count; i++)
            l->body(l->context, i, w->thread);
    }
    return NULL;
}

int parallel_for(int threads, size_t count, parallel_body *body, void *context)
{
    struct loop l = { .body = body, .context = context, .count = count, .batch = BATCH };
    struct worker workers[THREADS_MAX] = { { 0 } };
    pthread_t ids[THREADS_MAX];
    int started[THREADS_MAX];

    threads = threads < 1 ? 1 : threads > THREADS_MAX ? THREADS_MAX : threads;
    if (count < (size_t)threads * BATCHES * BATCH)
        l.batch = 1;
    atomic_init(&l.next, 0);
    for (int t = 0; t < threads; t++)
        workers[t] = (struct worker){ .loop = &l, .thread = t };
    for (int t = 1; t < threads; t++)
        started[t] = pthread_create(&ids[t], NULL, work, &workers[t]) == 0;
    work(&workers[0]);
    for (int t = 1; t < threads; t++)
        if (started[t])
            pthread_join(ids[t], NULL);
    return interrupt_requested();
}

int parallel_processors(void)
{
    cpu_set_t set;

    if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0)
        return CPU_COUNT(&set);
    return 1;
}
