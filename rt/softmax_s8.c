/* softmax_s8.c - SOFTMAX of int8 rows through a table of exponentials, in single precision: the sum runs from the first
 * element to the last, so that the result is the same on every machine. */
#include "rt_fixed.h"
#include "unit.h"

static int8_t largest(const int8_t *x, uint16_t depth)
{
    int8_t most = x[0];

    for (uint16_t i = 1; i < depth; i++)
        most = x[i] > most ? x[i] : most;
    return most;
}

static void row(const struct unit_softmax_s8 *p, const int8_t *x, int8_t *y)
{
    int16_t top = (int16_t)(255 - largest(x, p->depth));
    float sum = 0, factor;

    for (uint16_t i = 0; i < p->depth; i++)
        sum += p->exp[top + x[i]];
    factor = 1.0f / (sum * p->out_scale);
    for (uint16_t i = 0; i < p->depth; i++)
        y[i] = rt_clamp_s8((int32_t)(p->exp[top + x[i]] * factor + 0.5f), p->out_zp, -128, 127);
}

void unit_softmax_s8(const void *op, void *const t[])
{
    const struct unit_softmax_s8 *p = op;
    const int8_t *x = t[0];
    int8_t *y = t[1];

    for (uint32_t r = 0; r < p->rows; r++, x += p->depth, y += p->depth)
        row(p, x, y);
}
