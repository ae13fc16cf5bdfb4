/* softmax_s8_table.c - SOFTMAX of int8 rows with a table of exponentials. */
#include "rt_port.h"
#include "rt_softmax.h"

/* The exponential of an element so many steps below the largest, Q0.31; 0 if that does not count. */
static int32_t exponential(const struct unit_softmax_table_s8 *p, int16_t steps)
{
    return steps < (int16_t)p->count ? rt_rom_s32(p->exponentials + steps) : 0;
}

/* Q12.19 */
static uint32_t row_sum(const struct unit_softmax_table_s8 *p, const int8_t *x, int16_t most)
{
    uint32_t sum = 0;

    for (uint16_t i = p->depth; i && sum <= INT32_MAX; i--)
        sum += (uint32_t)rt_rounding_shift(exponential(p, (int16_t)(most - *x++)), 12);
    return sum <= INT32_MAX ? sum : INT32_MAX;
}

static void row(const struct unit_softmax_table_s8 *p, const int8_t *x, int8_t *y)
{
    int16_t most = rt_largest(x, p->depth);
    uint32_t sum = row_sum(p, x, most);
    int free_bits = rt_leading_zeros(sum), shift = 35 - free_bits;
    int32_t scale = rt_reciprocal_of_one_plus((int32_t)((sum << free_bits) - UINT32_C(0x80000000)));

    for (uint16_t i = p->depth; i; i--) {
        int32_t e = exponential(p, (int16_t)(most - *x++)), value = -128;
        if (e && shift <= 31)
            value += rt_rounding_shift(rt_multiply_high(e, scale), shift);
        *y++ = (int8_t)(value < 127 ? value : 127);
    }
}

void unit_softmax_s8_table(const void *op, void *const t[])
{
    const struct unit_softmax_table_s8 *p = op;
    const int8_t *x = t[0];
    int8_t *y = t[1];

    for (uint32_t r = 0; r < p->rows; r++, x += p->depth, y += p->depth)
        row(p, x, y);
}
