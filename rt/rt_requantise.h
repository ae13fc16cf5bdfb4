/* rt_requantise.h - requantisation of packed layers: UNIT_REQUANT_TWICE, _ONCE and _LONG. A port with a form of its own
 * has its own. */
#ifndef RT_REQUANTISE_H
#define RT_REQUANTISE_H

#include "rt_requantise_long.h"
#include "rt_steps.h"

#if defined RT_DIVIDES
/* UNIT_REQUANT_DIVIDED, for ports without a multiplier. */
static inline void rt_requantise_divided(const struct unit_packed_s8 *p, uint16_t o, const int32_t *sums,
                                         uint16_t count, int8_t *y)
{
    const int32_t *step = p->mult;
    int16_t low = p->act_min, high = p->act_max;
    uint8_t next = p->scale_step ? RT_STEP_WORDS + RT_BEND_WORDS : 0;

    if (next)
        step += ((uint32_t)o << 2) + o;
    for (; count; count--, step += next)
        *y++ = rt_step_divided(step, step + RT_STEP_WORDS, *sums++, low, high);
}
#endif

/* count output elements from their sums, o being the first. What the loop needs of *p is copied: a store to y may, for
 * all the compiler knows, change it. */
static inline void rt_requantise(const struct unit_packed_s8 *p, uint16_t o, const int32_t *sums, uint16_t count,
                                 int8_t *y)
{
    uint8_t step = p->scale_step, left = p->left;
    uint16_t at = step ? o : 0;
    const int32_t *mult = p->mult + at, *add = p->add + at;
    const int8_t *shift = p->shift + at;
    int32_t low = p->act_min, high = p->act_max, twice = p->requant == UNIT_REQUANT_TWICE;

#if defined RT_DIVIDES
    if (p->requant == UNIT_REQUANT_DIVIDED) {
        rt_requantise_divided(p, o, sums, count, y);
        return;
    }
#endif
    if (p->requant == UNIT_REQUANT_LONG) {
        rt_requantise_long(p, o, sums, count, y);
        return;
    }
    for (; count; count--, mult += step, shift += step, add += step) {
        int32_t t = rt_scale_high((int32_t)((uint32_t)*sums++ << left), rt_rom_s32(mult));
        if (twice)
            t -= t < 0;
        t = (t + rt_rom_s32(add)) >> rt_rom_s8(shift);
        *y++ = (int8_t)(t < low ? low : t > high ? high : t);
    }
}

#endif
