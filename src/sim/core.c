/* core.c - what cores share of a machine: spans, faults, the console. See core.h. */
#include "sim/core.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct span *core_span(const struct sim *s, sim_addr at, size_t size)
{
    for (int i = 0; i < s->span_count; i++) {
        const struct span *p = &s->span[i];
        if (at >= p->base && at - p->base < p->size && size <= p->size - (at - p->base))
            return (struct span *)p;
    }
    return NULL;
}

enum core_end core_fault(struct sim *s, sim_addr pc, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(s->fault, sizeof s->fault, format, args);
    va_end(args);
    s->fault_at = pc;
    return CORE_FAULT;
}

void core_console(struct sim *s, char c)
{
    if (s->console_size < CONSOLE_BYTES - 1)
        s->console[s->console_size++] = c;
    s->console[s->console_size] = 0;
}

void *core_memory(size_t count, size_t size)
{
    void *p = calloc(count, size);

    if (!p) {
        fputs("unit: error: memory: no more of it\n", stderr);
        exit(JOB_FAILED);
    }
    return p;
}
