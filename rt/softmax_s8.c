/* softmax_s8.c - SOFTMAX of int8 rows in integers: exponentials in Q0.31, their sum in Q12.19, one reciprocal a row. */
#include "rt_softmax.h"

/* Exponentials are worked out twice, for the sum and for the outputs, but for those of the first KEPT elements. */
enum { KEPT = 16 };

static int32_t exponential(const struct unit_softmax_s8 *p, const int8_t *x, int16_t most, const int32_t *kept,
                           uint16_t i)
{
    return i < KEPT ? kept[i] : rt_exponential(p, (int16_t)(x[i] - most));
}

static int32_t row_sum(const struct unit_softmax_s8 *p, const int8_t *x, int16_t most, int32_t kept[KEPT])
{
    int32_t sum = 0;

    for (uint16_t i = 0; i < p->depth; i++) {
        int32_t e;
        if (x[i] - most < p->diff_min)
            continue;
        e = rt_exponential(p, (int16_t)(x[i] - most));
        sum = rt_add_exponential(sum, e);
        if (i < KEPT)
            kept[i] = e;
    }
    return sum;
}

static void row(const struct unit_softmax_s8 *p, const int8_t *x, int8_t *y)
{
    int32_t kept[KEPT];
    int16_t most = rt_largest(x, p->depth);
    int32_t sum = row_sum(p, x, most, kept);
    int free_bits = rt_leading_zeros((uint32_t)sum), shift = 35 - free_bits;
    int32_t scale = rt_reciprocal_of_one_plus((int32_t)(((uint32_t)sum << free_bits) - UINT32_C(0x80000000)));

    for (uint16_t i = 0; i < p->depth; i++) {
        int8_t value = -128;
        if (x[i] - most >= p->diff_min && shift <= 31)
            value = rt_clamp_s8(rt_rounding_shift(rt_multiply_high(exponential(p, x, most, kept, i), scale), shift),
                                -128, -128, 127);
        y[i] = value;
    }
}

void unit_softmax_s8(const void *op, void *const t[])
{
    const struct unit_softmax_s8 *p = op;
    const int8_t *x = t[0];
    int8_t *y = t[1];

    for (uint32_t r = 0; r < p->rows; r++, x += p->depth, y += p->depth)
        row(p, x, y);
}
