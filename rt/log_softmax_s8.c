/* log_softmax_s8.c - LOG_SOFTMAX of int8 rows in integers: the sum of exponentials as in SOFTMAX, then its logarithm.
 * Source: as rt_exp.h; the rational function about sqrt(1/2) and its constants were found bit-exact by experiment. */
#include "rt_softmax.h"

/* x * 2^n, saturated. */
static int32_t shift_left(int32_t x, int n)
{
    int32_t most = (int32_t)(INT32_MAX >> n);

    return x > most ? INT32_MAX : x < -most - 1 ? INT32_MIN : (int32_t)((uint32_t)x << n);
}

/* ln of r * 2^z: z in Q6.25, r in Q0.31 near sqrt(1/2); a quotient of polynomials in t = r - sqrt(1/2). Q5.26. */
static int32_t log_of_parts(int32_t r, int32_t z)
{
    const int32_t middle = INT32_C(1805811301), ln_2 = INT32_C(1488522236);
    int32_t p = (int32_t)(((uint32_t)r + (uint32_t)middle + 1) / 2), t = 2 * (r - middle), c = rt_multiply_high(t, t);
    int32_t above = rt_multiply_high(t, r) + rt_multiply_high(rt_multiply_high(t, c), INT32_C(117049297));
    int32_t inner = INT32_C(1057819769) + t + rt_multiply_high(INT32_C(127690142), c);
    int32_t below = rt_multiply_high(p, inner) + rt_multiply_high(INT32_C(638450708), t);
    int32_t fraction = rt_multiply_high(rt_rounding_shift(above, 6), rt_reciprocal_of_one_plus(below));

    return shift_left(rt_multiply_high(z, ln_2) + fraction, 1);
}

/* ln(v) of a sum v >= 1 in Q12.19, as Q5.26. Of two ways to split v into r * 2^z the one with r below 1 is taken. */
static int32_t log_of_sum(int32_t v)
{
    const int32_t root_half = INT32_C(1518500250), quarter = (int32_t)1 << 23;
    int above = rt_leading_zeros((uint32_t)v);
    int32_t scaled = rt_multiply_high(v, root_half);
    int below = rt_leading_zeros((uint32_t)scaled) - 1;
    int32_t r = shift_left(rt_multiply_high(shift_left(v, above - 1), root_half), 1), other = shift_left(v, below);
    int32_t z = (12 - above) * ((int32_t)1 << 25) + quarter, other_z = (12 - below) * ((int32_t)1 << 25) - quarter;

    return log_of_parts(r < other ? r : other, z > other_z ? z : other_z);
}

/* Differences at or below this come out as -128. */
static int32_t lowest_difference(const struct unit_log_softmax_s8 *p, int32_t log_sum)
{
    int32_t limit = rt_requant(log_sum + INT32_MIN, p->divisor_mult, p->divisor_shift);
    int32_t least = p->exp.diff_min - 1;

    return limit > least ? limit : least;
}

static void row(const struct unit_log_softmax_s8 *p, const int8_t *x, int8_t *y)
{
    int16_t most = rt_largest(x, p->exp.depth);
    int32_t log_sum = log_of_sum(rt_row_sum(&p->exp, x, most)), lowest = lowest_difference(p, log_sum);

    for (uint16_t i = 0; i < p->exp.depth; i++) {
        int16_t diff = (int16_t)(x[i] - most);
        y[i] = -128;
        if (diff > lowest)
            y[i] = rt_clamp_s8(rt_rounding_shift(rt_scaled_difference(&p->exp, diff) - log_sum, 22), 127, -128, 127);
    }
}

void unit_log_softmax_s8(const void *op, void *const t[])
{
    const struct unit_log_softmax_s8 *p = op;
    const int8_t *x = t[0];
    int8_t *y = t[1];

    for (uint32_t r = 0; r < p->exp.rows; r++, x += p->exp.depth, y += p->exp.depth)
        row(p, x, y);
}
