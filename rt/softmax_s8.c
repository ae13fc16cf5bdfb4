/* softmax_s8.c - SOFTMAX of int8 rows in integers: exponentials in Q0.31, their sum in Q12.19, one reciprocal a row. */
#include "rt_exp.h"
#include "unit.h"

static int16_t largest(const int8_t *x, uint16_t depth)
{
    int8_t most = x[0];

    for (uint16_t i = 1; i < depth; i++)
        most = x[i] > most ? x[i] : most;
    return most;
}

/* exp of an element that lies diff <= 0 steps below the largest, Q0.31. */
static int32_t exponential(const struct unit_softmax_s8 *p, int16_t diff)
{
    return rt_exp_negative(rt_multiply_high((int32_t)((uint32_t)(int32_t)diff << p->shift), p->mult));
}

static int32_t row_sum(const struct unit_softmax_s8 *p, const int8_t *x, int16_t most)
{
    int32_t sum = 0;

    for (uint16_t i = 0; i < p->depth; i++)
        if (x[i] - most >= p->diff_min)
            sum += rt_rounding_shift(exponential(p, (int16_t)(x[i] - most)), 12);
    return sum;
}

static int leading_zeros(uint32_t v)
{
    int count = 0;

    for (; !(v & UINT32_C(0x80000000)); v <<= 1)
        count++;
    return count;
}

static void row(const struct unit_softmax_s8 *p, const int8_t *x, int8_t *y)
{
    int16_t most = largest(x, p->depth);
    int32_t sum = row_sum(p, x, most);
    int free_bits = leading_zeros((uint32_t)sum), shift = 35 - free_bits;
    int32_t scale = rt_reciprocal_of_one_plus((int32_t)(((uint32_t)sum << free_bits) - UINT32_C(0x80000000)));

    for (uint16_t i = 0; i < p->depth; i++) {
        int16_t diff = (int16_t)(x[i] - most);
        y[i] = -128;
        if (diff >= p->diff_min && shift <= 31)
            y[i] =
                rt_clamp_s8(rt_rounding_shift(rt_multiply_high(exponential(p, diff), scale), shift), -128, -128, 127);
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
