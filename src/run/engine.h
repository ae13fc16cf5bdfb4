/* engine.h - executes a program on this machine: with the plain kernels that ship to the chip, or with faster ones that
 * are equal to them bit for bit; one context a thread, samples in parallel. */
#ifndef RUN_ENGINE_H
#define RUN_ENGINE_H

#include "lower/program.h"
#include "run/count.h"
#include "run/host_layer.h"

enum kernels { KERNELS_FAST, KERNELS_PLAIN };

struct engine;

/* An engine for `threads` threads. It borrows the program and lives in r. */
struct engine *engine_new(struct region *r, struct program *p, enum kernels kernels, int threads);

int engine_threads(const struct engine *e);
struct program *engine_program(const struct engine *e);

/* The arena of a thread, program->network.arena_bytes long. */
uint8_t *engine_arena(const struct engine *e, int thread);

/* Where a graph tensor lies in a thread's arena (NULL if it is not in the arena: a constant). */
void *engine_tensor(const struct engine *e, int thread, int tensor);

/* Copies input i of the network into a thread's arena; its size is network.inputs[i].bytes. */
void engine_feed(const struct engine *e, int thread, int i, const void *sample);

/* Runs steps first..last-1 in a thread's arena. counts: [layers], added to, or NULL: nothing is counted. */
void engine_run(const struct engine *e, int thread, int first, int last, struct mac_counts *counts);

/* Takes over the weights, cuts and bias of a layer after they changed (fast kernels only). Not while the engine runs.
 */
void engine_update(struct engine *e, int layer);

/* Prepares counting; before the first engine_run with counts. */
void engine_count(struct engine *e);

#endif
