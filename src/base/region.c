/* region.c - a list of malloc blocks, freed together. Small requests share a chunk, large ones get their own. */
#include "base/region.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 64, CHUNK = 1 << 16 };

struct chunk {
    struct chunk *next;
    unsigned char *bytes; /* aligned; size bytes follow */
    size_t size, used;
};

struct region {
    struct chunk *chunks; /* the first one takes the small requests */
    size_t used;
};

static void out_of_memory(void)
{
    fputs("unit: error: memory: there is not enough; use fewer samples (--limit) or a machine with more\n", stderr);
    exit(1);
}

struct region *region_new(void)
{
    struct region *r = calloc(1, sizeof *r);

    if (!r)
        out_of_memory();
    return r;
}

void region_free(struct region *r)
{
    if (!r)
        return;
    for (struct chunk *c = r->chunks, *next; c; c = next) {
        next = c->next;
        free(c->bytes);
        free(c);
    }
    free(r);
}

static struct chunk *chunk_new(struct region *r, size_t size)
{
    struct chunk *c = calloc(1, sizeof *c);

    if (!c)
        out_of_memory();
    c->size = size;
    c->bytes = aligned_alloc(ALIGNMENT, size);
    if (!c->bytes)
        out_of_memory();
    memset(c->bytes, 0, size);
    if (r->chunks && size > CHUNK) { /* keep the half-empty small chunk in front */
        c->next = r->chunks->next;
        r->chunks->next = c;
    } else {
        c->next = r->chunks;
        r->chunks = c;
    }
    return c;
}

void *region_alloc(struct region *r, size_t size)
{
    struct chunk *c = r->chunks;
    size_t rounded;

    if (size > SIZE_MAX - ALIGNMENT)
        out_of_memory();
    rounded = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (rounded == 0)
        rounded = ALIGNMENT;
    if (!c || c->size - c->used < rounded)
        c = chunk_new(r, rounded > CHUNK / 4 ? rounded : CHUNK);
    c->used += rounded;
    r->used += rounded;
    return c->bytes + c->used - rounded;
}

void *region_array(struct region *r, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        out_of_memory();
    return region_alloc(r, count * size);
}

void *region_copy(struct region *r, const void *from, size_t size)
{
    void *to = region_alloc(r, size);

    if (size)
        memcpy(to, from, size);
    return to;
}

char *region_text(struct region *r, const char *format, ...)
{
    va_list args, again;
    int length;
    char *text;

    va_start(args, format);
    va_copy(again, args);
    length = vsnprintf(NULL, 0, format, args);
    text = region_alloc(r, (size_t)length + 1);
    vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    va_end(args);
    return text;
}

size_t region_used(const struct region *r)
{
    return r->used;
}
