/* quantize_f32_s8.c - QUANTIZE float to 8 bits. */
#include "unit.h"

/* x rounded half away from zero; |x| is below 2^23, above that a float is whole. */
static int32_t rounded(float x)
{
    int32_t whole = (int32_t)x;
    float rest = x - (float)whole;

    return whole + (rest >= 0.5f) - (rest <= -0.5f);
}

static int16_t quantised(const struct unit_quantize_f32_s8 *p, float x)
{
    float scaled = x / p->scale;
    int32_t q;

    if (scaled != scaled)
        return p->zp;
    if (scaled > 1024.0f || scaled < -1024.0f)
        return scaled > 0 ? p->max : p->min;
    q = rounded(scaled) + p->zp;
    return (int16_t)(q < p->min ? p->min : q > p->max ? p->max : q);
}

void unit_quantize_f32_s8(const void *op, void *const t[])
{
    const struct unit_quantize_f32_s8 *p = op;
    const float *x = t[0];
    uint8_t *y = t[1];

    for (uint32_t i = 0; i < p->count; i++)
        y[i] = (uint8_t)quantised(p, x[i]);
}
