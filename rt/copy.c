/* copy.c - runs of bytes from one tensor into another: slices of CONCATENATION, constants into the arena. */
#include "rt_memory.h"
#include "unit.h"

void unit_copy(const void *op, void *const t[])
{
    const struct unit_copy *p = op;
    const uint8_t *from = p->from ? p->from : t[0];
    uint8_t *to = (uint8_t *)(p->from ? t[0] : t[1]) + p->to_start;

    for (uint32_t row = 0; row < p->rows; row++, from += p->from_step, to += p->to_step)
        memcpy(to, from, (size_t)p->bytes);
}
