/* scale.c - see scale.h. */
#include "lower/scale.h"

#include <math.h>

void scale_quantise(double real, int32_t *mult, int8_t *shift)
{
    int exponent;
    int64_t fixed;

    *mult = 0;
    *shift = 0;
    if (real == 0 || !isfinite(real)) /* a hostile alpha may be anything */
        return;
    fixed = (int64_t)round(frexp(real, &exponent) * 2147483648.0);
    if (fixed == INT64_C(1) << 31) {
        fixed /= 2;
        exponent++;
    }
    if (exponent < -31)
        return;
    if (exponent > 30) {
        exponent = 30;
        fixed = INT32_MAX;
    }
    *mult = (int32_t)fixed;
    *shift = (int8_t)exponent;
}

/* The int8 value of a real bound; float arithmetic, as the reference has it. */
static int16_t bound(const struct quantisation *q, float real)
{
    float value = (float)q->zero_point[0] + roundf(real / q->scale[0]);

    return (int16_t)fminf(fmaxf(value, -128), 127);
}

void scale_activation(enum activation a, const struct quantisation *q, int16_t *min, int16_t *max)
{
    *min = -128;
    *max = 127;
    if (a == ACT_RELU || a == ACT_RELU6)
        *min = bound(q, 0);
    if (a == ACT_RELU6)
        *max = bound(q, 6);
    if (a == ACT_RELU_N1_TO_1) {
        *min = bound(q, -1);
        *max = bound(q, 1);
    }
}
