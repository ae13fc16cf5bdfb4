/* log_softmax_s8.c - LOG_SOFTMAX of int8 rows through a table of exponentials, in single precision. */
#include "rt_fixed.h"
#include "unit.h"

static int16_t largest(const int8_t *x, uint16_t depth)
{
    int8_t most = x[0];

    for (uint16_t i = 1; i < depth; i++)
        most = x[i] > most ? x[i] : most;
    return most;
}

/* v <= 0 rounded half away from zero; far below what int8 holds it is cut off. */
static int32_t rounded(float v)
{
    return v < -1000.0f ? -1000 : (int32_t)(v - 0.5f);
}

static void row(const struct unit_log_softmax_s8 *p, const int8_t *x, int8_t *y)
{
    int16_t most = largest(x, p->depth);
    float sum = 0, normaliser;

    for (uint16_t i = 0; i < p->depth; i++)
        sum += p->exp[most - x[i]];
    normaliser = p->log(sum);
    for (uint16_t i = 0; i < p->depth; i++)
        y[i] = rt_clamp_s8(rounded((p->in_scale * (float)(x[i] - most) - normaliser) * 16.0f), 127, -128, 127);
}

void unit_log_softmax_s8(const void *op, void *const t[])
{
    const struct unit_log_softmax_s8 *p = op;
    const int8_t *x = t[0];
    int8_t *y = t[1];

    for (uint32_t r = 0; r < p->rows; r++, x += p->depth, y += p->depth)
        row(p, x, y);
}
