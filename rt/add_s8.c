/* add_s8.c - ADD and SUB: both operands are brought to twice the larger scale with left_shift bits to spare, added, and
 * brought to the output's scale. */
#include "rt_broadcast.h"
#include "rt_fixed.h"

static int32_t scaled(int32_t q, int16_t zp, int8_t left_shift, int32_t mult, int8_t shift)
{
    return rt_requant((q - zp) * ((int32_t)1 << left_shift), mult, shift);
}

void unit_add_s8(const void *op, void *const t[])
{
    const struct unit_add_s8 *p = op;
    struct rt_binary r = rt_binary(p->a, p->b, t);
    struct rt_walk w = { { 0 }, 0, 0 };

    for (uint32_t i = 0, count = rt_walk_count(&p->over); i < count; i++) {
        int32_t left = scaled(r.a[w.a], p->a_zp, p->left_shift, p->a_mult, p->a_shift);
        int32_t right = scaled(r.b[w.b], p->b_zp, p->left_shift, p->b_mult, p->b_shift);
        int32_t sum = p->subtract ? left - right : left + right;
        r.y[i] = rt_clamp_s8(rt_requant(sum, p->out_mult, p->out_shift), p->out_zp, p->act_min, p->act_max);
        rt_walk_next(&p->over, &w);
    }
}
