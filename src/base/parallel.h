/* parallel.h - a loop over samples on several threads.
 *
 * Results must not depend on the number of threads: a body writes only to places that belong to its index, and what is
 * summed over samples is summed afterwards in index order (or is an integer, where order does not matter).
 */
#ifndef BASE_PARALLEL_H
#define BASE_PARALLEL_H

#include <stddef.h>

/* body(context, index, thread): thread is 0..threads-1, for buffers that belong to a thread. */
typedef void parallel_body(void *context, size_t index, int thread);

/* Calls body for every index below count on up to `threads` threads (>= 1), in no particular order; returns when all
 * are done, or early when an interrupt was requested (interrupt.h): then some indices were not visited, and 1 is
 * returned. If a thread cannot be started the others do its work. */
int parallel_for(int threads, size_t count, parallel_body *body, void *context);

/* The number of processors this program may use, at least 1. */
int parallel_processors(void);

#endif
