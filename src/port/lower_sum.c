/* lower_sum.c - see lower_sum.h. The reference scales both operands, adds, and scales the sum, rounding three times.
 * Its output still steps, nearly always, where a linear function of both operands does; each pair of operands bounds
 * what may be added to that, from one side or both. */
#include "port/lower_sum.h"

#include <math.h>
#include <stdlib.h>

#include <rt_fixed.h>

enum { SHIFT_MAX = 22, SHIFT_MIN = 16, NEAR = 2, OPERANDS = 256 };

static int32_t scaled(int32_t q, const struct unit_add_s8 *p, int32_t mult, int8_t shift)
{
    return rt_requant(q * ((int32_t)1 << p->left_shift), mult, shift);
}

/* [a + 128][b + 128]: what unit_add_s8 computes. */
static int8_t *outputs_of(struct region *r, const struct unit_add_s8 *p)
{
    int8_t *y = region_alloc(r, OPERANDS * OPERANDS);

    for (int a = 0; a < OPERANDS; a++)
        for (int b = 0; b < OPERANDS; b++) {
            int32_t left = scaled(a - 128 - p->a_zp, p, p->a_mult, p->a_shift);
            int32_t right = scaled(b - 128 - p->b_zp, p, p->b_mult, p->b_shift);
            int32_t sum = rt_requant(p->subtract ? left - right : left + right, p->out_mult, p->out_shift);
            y[a * OPERANDS + b] = rt_clamp_s8(sum, p->out_zp, p->act_min, p->act_max);
        }
    return y;
}

/* The middle of what may be added; 0 if there is nothing. */
static int fit_add(const struct unit_sum_s8 *q, const int8_t *y, int64_t *add)
{
    int64_t least = INT64_MIN / 2, most = INT64_MAX / 2, one = (int64_t)1 << q->shift;

    for (int a = -128; a < 128 && least <= most; a++)
        for (int b = -128; b < 128; b++, y++) {
            int64_t v = (int64_t)a * q->a_mult + (int64_t)b * q->b_mult, from = *y * one - v;
            if (*y > q->act_min && from > least)
                least = from;
            if (*y < q->act_max && from + one - 1 < most)
                most = from + one - 1;
        }
    if (least == INT64_MIN / 2)
        least = most;
    *add = least + (most < INT64_MAX / 2 ? (most - least) / 2 : 0);
    return least <= most;
}

/* No intermediate value exceeds 32 bits. */
static int fits(const struct unit_sum_s8 *q, int64_t add)
{
    int64_t largest = 128 * (llabs((long long)q->a_mult) + llabs((long long)q->b_mult));

    return largest + llabs((long long)add) < INT32_MAX;
}

static int fit(struct unit_sum_s8 *q, const int8_t *y, double a, double b)
{
    int64_t add;

    for (int da = -NEAR; da <= NEAR; da++)
        for (int db = -NEAR; db <= NEAR; db++) {
            q->a_mult = (int32_t)lround(ldexp(a, q->shift)) + da;
            q->b_mult = (int32_t)lround(ldexp(b, q->shift)) + db;
            if (fabs(a) + fabs(b) > ldexp(1, 23 - q->shift) || !fit_add(q, y, &add) || !fits(q, add))
                continue;
            q->add = (int32_t)add;
            return 1;
        }
    return 0;
}

/* Two tensors of one shape. */
static int is_plain(const struct unit_add_s8 *p)
{
    return !p->a && !p->b && p->over.rank == 1 && p->over.a_stride[0] == 1 && p->over.b_stride[0] == 1;
}

void sum_lower(struct region *r, struct unit_step *k)
{
    const struct unit_add_s8 *p = k->op;
    struct unit_sum_s8 *q;
    double out, a, b;
    int8_t *y;
    int found;

    if (k->kernel != unit_add_s8 || !is_plain(p))
        return;
    out = ldexp(p->out_mult, p->out_shift - 31 + p->left_shift);
    a = out * ldexp(p->a_mult, p->a_shift - 31);
    b = out * ldexp(p->b_mult, p->b_shift - 31) * (p->subtract ? -1 : 1);
    q = region_alloc(r, sizeof *q);
    *q = (struct unit_sum_s8){ .count = p->over.shape[0], .act_min = p->act_min, .act_max = p->act_max };
    y = outputs_of(r, p);
    q->shift = SHIFT_MAX;
    while (!(found = fit(q, y, a, b)) && q->shift > SHIFT_MIN)
        q->shift--;
    if (!found)
        return;
    k->kernel = unit_sum_s8;
    k->op = q;
}
