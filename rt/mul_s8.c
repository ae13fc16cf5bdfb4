/* mul_s8.c - MUL. */
#include "rt_broadcast.h"
#include "rt_fixed.h"

void unit_mul_s8(const void *op, void *const t[])
{
    const struct unit_mul_s8 *p = op;
    struct rt_binary r = rt_binary(p->a, p->b, t);
    struct rt_walk w = { { 0 }, 0, 0 };

    for (uint32_t i = 0, count = rt_walk_count(&p->over); i < count; i++) {
        int32_t product = (int32_t)(r.a[w.a] - p->a_zp) * (r.b[w.b] - p->b_zp);
        r.y[i] = rt_clamp_s8(rt_requant(product, p->mult, p->shift), p->out_zp, p->act_min, p->act_max);
        rt_walk_next(&p->over, &w);
    }
}
