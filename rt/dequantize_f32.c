/* dequantize_f32.c - DEQUANTIZE 8 bits to float: the product is exact in double and rounded once. */
#include "unit.h"

void unit_dequantize_f32(const void *op, void *const t[])
{
    const struct unit_dequantize_f32 *p = op;
    const int8_t *x = t[0];
    float *y = t[1];

    for (uint32_t i = 0; i < p->count; i++) {
        int16_t q = p->is_unsigned ? (uint8_t)x[i] : x[i];
        y[i] = (float)((double)p->scale * (q - p->zp));
    }
}
