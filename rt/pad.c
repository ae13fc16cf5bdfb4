/* pad.c - PAD: fills the output, then copies the input's rows to their places. */
#include "rt_memory.h"
#include "unit.h"

/* Bytes of output for a step along each axis; returns the output's size. */
static uint32_t output_strides(const struct unit_pad *p, uint32_t stride[UNIT_RANK_MAX])
{
    uint32_t step = p->element_bytes;

    for (uint8_t i = p->rank; i-- > 0;) {
        stride[i] = step;
        step *= (uint32_t)p->before[i] + p->shape[i] + p->after[i];
    }
    return step;
}

void unit_pad(const void *op, void *const t[])
{
    const struct unit_pad *p = op;
    const uint8_t *x = t[0];
    uint8_t *y = t[1];
    uint32_t stride[UNIT_RANK_MAX] = { 0 }, rows = 1, at = 0;
    uint16_t index[UNIT_RANK_MAX] = { 0 };
    uint32_t row_bytes = (uint32_t)p->shape[p->rank - 1] * p->element_bytes;

    memset(y, p->value, (size_t)output_strides(p, stride));
    for (uint8_t i = 0; i < p->rank; i++)
        at += stride[i] * p->before[i];
    for (uint8_t i = 0; i + 1 < p->rank; i++)
        rows *= p->shape[i];
    for (uint32_t row = 0; row < rows; row++, x += row_bytes) {
        memcpy(y + at, x, (size_t)row_bytes);
        for (uint8_t axis = (uint8_t)(p->rank - 1); axis-- > 0;) {
            at += stride[axis];
            if (++index[axis] < p->shape[axis])
                break;
            at -= stride[axis] * p->shape[axis];
            index[axis] = 0;
        }
    }
}
