/* region.h - memory that is freed all at once.
 *
 * The tool's one memory rule: everything a stage makes lives in a region and dies with it; nothing is freed by itself.
 * Leaving a function early therefore leaks nothing. Not thread-safe: one region a thread.
 */
#ifndef BASE_REGION_H
#define BASE_REGION_H

#include <stddef.h>

struct region;

/* A new, empty region; region_free gives all its memory back. Running out of memory ends the program with status 1. */
struct region *region_new(void);
void region_free(struct region *r);

/* size bytes, zeroed, aligned to 64 (a cache line and any vector). size 0 gives a valid pointer. */
void *region_alloc(struct region *r, size_t size);

/* count elements of size bytes, zeroed; the product may not overflow (that ends the program as no memory does). */
void *region_array(struct region *r, size_t count, size_t size);

/* Copies, and text formatted as by printf. */
void *region_copy(struct region *r, const void *from, size_t size);
char *region_text(struct region *r, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Bytes handed out so far. */
size_t region_used(const struct region *r);

#endif
