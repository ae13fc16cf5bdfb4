/* transpose.c - TRANSPOSE: walks the output and fetches each element. */
#include "rt_memory.h"
#include "unit.h"

void unit_transpose(const void *op, void *const t[])
{
    const struct unit_transpose *p = op;
    const uint8_t *x = t[0];
    uint8_t *y = t[1];
    uint16_t index[UNIT_RANK_MAX] = { 0 };
    uint32_t count = 1;

    for (uint8_t i = 0; i < p->rank; i++)
        count *= p->shape[i];
    for (uint32_t i = 0; i < count; i++, y += p->element_bytes) {
        memcpy(y, x, p->element_bytes);
        for (uint8_t axis = p->rank; axis-- > 0;) {
            x += p->from_stride[axis];
            if (++index[axis] < p->shape[axis])
                break;
            x -= p->from_stride[axis] * p->shape[axis];
            index[axis] = 0;
        }
    }
}
