/* rt_requantise.h (RV32) - requantisation by MULH: UNIT_REQUANT_HIGH, _TWICE or _LONG. */
#ifndef RT_REQUANTISE_H
#define RT_REQUANTISE_H

#include "rt_requantise_long.h"

/* The constants of an output and the next ones; low and high are the layer's. */
struct rt_scale {
    const int32_t *mult, *add;
    const int8_t *shift;
    int32_t low, high;
    uint8_t left, step, twice;
};

static inline struct rt_scale rt_scale(const struct unit_packed_s8 *p, uint16_t o)
{
    uint16_t at = p->scale_step ? o : 0;
    struct rt_scale s = { p->mult + at, p->add + at, p->shift + at, p->act_min, p->act_max, p->left, p->scale_step, 0 };

    if (p->requant == UNIT_REQUANT_TWICE)
        s.twice = 1, s.left = 2;

    return s;
}

static inline void rt_scale_next(struct rt_scale *s)
{
    s->mult += s->step;
    s->add += s->step;
    s->shift += s->step;
}

static inline int32_t rt_scaled(const struct rt_scale *s, int32_t sum)
{
    int32_t y = rt_scale_floor((int32_t)((uint32_t)sum << s->left), *s->mult);

    if (s->twice) { /* floor(4 * sum * mult / 2^32), so this is round(sum * mult / 2^31) */
        y = (y + 1) >> 1;
        y += y >> 31;
    }
    y = (y + *s->add) >> *s->shift;
    if (y < s->low)
        y = s->low;
    if (y > s->high)
        y = s->high;
    return y;
}

/* count output elements from their sums, o being the first. */
static inline void rt_requantise(const struct unit_packed_s8 *p, uint16_t o, const int32_t *sums, uint16_t count,
                                 int8_t *y)
{
    struct rt_scale s = rt_scale(p, o);

    if (p->requant == UNIT_REQUANT_LONG) {
        rt_requantise_long(p, o, sums, count, y);
        return;
    }
    for (; count; count--, rt_scale_next(&s))
        *y++ = (int8_t)rt_scaled(&s, *sums++);
}

#endif
