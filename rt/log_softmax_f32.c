/* log_softmax_f32.c - LOG_SOFTMAX of float rows: x - max - log(sum of exp(x - max)), in single precision, the sum from
 * the first element to the last. */
#include "unit.h"

static void row(const struct unit_log_softmax_f32 *p, const float *x, float *y)
{
    float most = x[0], sum = 0, normaliser;

    for (uint16_t i = 1; i < p->depth; i++)
        most = x[i] > most ? x[i] : most;
    for (uint16_t i = 0; i < p->depth; i++)
        sum += p->exp(x[i] - most);
    normaliser = p->log(sum);
    for (uint16_t i = 0; i < p->depth; i++)
        y[i] = x[i] - most - normaliser;
}

void unit_log_softmax_f32(const void *op, void *const t[])
{
    const struct unit_log_softmax_f32 *p = op;
    const float *x = t[0];
    float *y = t[1];

    for (uint32_t r = 0; r < p->rows; r++, x += p->depth, y += p->depth)
        row(p, x, y);
}
