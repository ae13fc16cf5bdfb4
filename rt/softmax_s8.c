/* softmax_s8.c - SOFTMAX of int8 rows in integers: exponentials in Q0.31, their sum in Q12.19, one reciprocal a row. */
#include "rt_softmax.h"

static void row(const struct unit_softmax_s8 *p, const int8_t *x, int8_t *y)
{
    int16_t most = rt_largest(x, p->depth);
    int32_t sum = rt_row_sum(p, x, most);
    int free_bits = rt_leading_zeros((uint32_t)sum), shift = 35 - free_bits;
    int32_t scale = rt_reciprocal_of_one_plus((int32_t)(((uint32_t)sum << free_bits) - UINT32_C(0x80000000)));

    for (uint16_t i = 0; i < p->depth; i++) {
        int16_t diff = (int16_t)(x[i] - most);
        y[i] = -128;
        if (diff >= p->diff_min && shift <= 31)
            y[i] = rt_clamp_s8(rt_rounding_shift(rt_multiply_high(rt_exponential(p, diff), scale), shift), -128, -128,
                               127);
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
