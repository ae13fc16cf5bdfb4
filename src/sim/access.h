/* access.h - what a load or store of the 32-bit cores (ARMv6-M, RV32) meets: alignment, memory map, rights. Both are
 * little-endian, as is the host. For this folder only.
 */
#ifndef SIM_ACCESS_H
#define SIM_ACCESS_H

#include <inttypes.h>
#include <string.h>

#include "sim/core.h"

/* The span that holds the aligned `size` bytes (1, 2, 4) at `at` and allows the access; NULL with a fault. Spans are
 * tried from the last: RAM, which comes last in the chips' maps, is used most. */
static inline struct span *access_span(struct sim *s, sim_addr at, uint32_t size, enum sim_access access)
{
    if (at & (size - 1)) {
        core_fault(s, 0, "unaligned access to 0x%08" PRIx32, at);
        return NULL;
    }
    for (struct span *p = s->span + s->span_count; p-- > s->span;)
        if (at - p->base < p->size) {
            if (p->access & access)
                return p;
            core_fault(s, 0, "write to %s at 0x%08" PRIx32, p->map->name, at);
            return NULL;
        }
    core_fault(s, 0, "access to unmapped memory at 0x%08" PRIx32, at);
    return NULL;
}

static inline uint32_t access_get(const struct span *p, sim_addr at, uint32_t size)
{
    uint32_t value = 0;

    memcpy(&value, p->bytes + (at - p->base), size);
    return value;
}

static inline void access_put(const struct span *p, sim_addr at, uint32_t value, uint32_t size)
{
    memcpy(p->bytes + (at - p->base), &value, size);
}

#endif
