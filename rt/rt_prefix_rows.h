/* rt_prefix_rows.h - what becomes of rows of sums, in C, for ports that have nothing better. One that has defines
 * RT_HAS_PREFIX_CLEAR, RT_HAS_PREFIX_NUMBER or RT_HAS_PREFIX_OUTPUTS. */
#ifndef RT_PREFIX_ROWS_H
#define RT_PREFIX_ROWS_H

#include "rt_steps.h"

#if !defined RT_HAS_PREFIX_CLEAR
/* A row that enters the ring. */
static inline void rt_prefix_clear(int32_t *sums, uint16_t n)
{
    for (; n >= 8; n = (uint16_t)(n - 8), sums += 8)
        sums[0] = sums[1] = sums[2] = sums[3] = sums[4] = sums[5] = sums[6] = sums[7] = 0;
    for (; n; n--)
        *sums++ = 0;
}
#endif

/* A sum as rt_scatter_column left it. */
static inline int32_t rt_prefix_sum(const int32_t *sum)
{
#if defined RT_PREFIX_SUM_BITS /* whose loops leave the bits above alone */
    int32_t above = (int32_t)((uint32_t)*sum << (32 - RT_PREFIX_SUM_BITS)) >> (32 - RT_PREFIX_SUM_BITS);

    return above - RT_PREFIX_SUM_ZERO;
#else
    return *sum;
#endif
}

/* best[i] = the larger of both, for n sums. */
static inline void rt_prefix_larger(int32_t *best, const int32_t *other, uint16_t n)
{
    for (; n; n--, best++, other++)
        if (rt_prefix_sum(other) > rt_prefix_sum(best))
            *best = *other;
}

#if !defined RT_HAS_PREFIX_NUMBER
static inline int32_t rt_prefix_number(const uint16_t *at)
{
    return (int32_t)(rt_rom_u16(at) | (uint32_t)rt_rom_u16(at + 1) << 16);
}
#endif

/* Which forms are divisions; a port that has no others, or none, says so at compile time. */
#if !defined RT_PREFIX_DIVIDES
#define RT_PREFIX_DIVIDES(form) 0
#endif

static inline uint8_t rt_prefix_is_bent(uint8_t form)
{
    return form == UNIT_AFTER_BENT || form == UNIT_AFTER_DIVIDED_BENT;
}

/* One output by UNIT_AFTER_STEPS, _DIVIDED or the same with a bend. */
static inline int8_t rt_prefix_step(const struct unit_packed_s8 *p, const uint16_t *after, uint8_t form, int32_t sum)
{
    int32_t u = sum + rt_prefix_number(after), step[RT_STEP_WORDS], bend[RT_BEND_WORDS], *bent = NULL;

    if (u < 0)
        return (int8_t)p->act_min;
    step[RT_STEP_RANGE] = rt_prefix_number(after + 2);
    if (u >= step[RT_STEP_RANGE])
        return (int8_t)p->act_max;
    step[RT_STEP_MULT] = rt_prefix_number(after + 4);
    step[RT_STEP_ADD] = rt_prefix_number(after + 6);
    if (rt_prefix_is_bent(form)) {
        bend[RT_BEND_UPTO] = rt_prefix_number(after + 8);
        bend[RT_BEND_ADD] = rt_prefix_number(after + 10);
        bent = bend;
    }
    if (RT_PREFIX_DIVIDES(form))
        return rt_step_divided(step, bent, u, p->act_min, p->act_max);
    return rt_step(step, bent, u, p->act_min, p->act_max);
}

static inline int32_t rt_prefix_max(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

/* The largest of the sums of an output. */
static inline int32_t rt_prefix_largest(const struct rt_outputs *to, uint16_t o)
{
    const int32_t *sum = to->sums + o, *below;
    uint16_t out_c = to->layer->out_c;

    if (!to->below)
        return rt_prefix_sum(sum);
    below = to->below + o;
    return rt_prefix_max(rt_prefix_max(rt_prefix_sum(sum), rt_prefix_sum(sum + out_c)),
                         rt_prefix_max(rt_prefix_sum(below), rt_prefix_sum(below + out_c)));
}

/* The outputs of a position, in any form. */
static inline void rt_prefix_position(const struct rt_outputs *to, int8_t *y)
{
    const struct unit_packed_s8 *p = to->layer;
    const uint16_t *after = to->after;
    uint8_t words = rt_prefix_is_bent(to->form) ? 12 : 8;

    for (uint16_t o = 0; o < p->out_c; o++, after += words) {
        int32_t sum = rt_prefix_largest(to, o);
        if (to->form == UNIT_AFTER_NONE)
            to->sums[o] = sum + rt_rom_s32(p->bias + o);
        else
            *y++ = rt_prefix_step(p, after, to->form, sum);
    }
    if (to->form == UNIT_AFTER_NONE)
        rt_requantise(p, 0, to->sums, p->out_c, y);
}

/* Not inlined: some ports need it rarely. */
RT_APART static void rt_prefix_outputs_any(const struct rt_outputs *to, int8_t *y)
{
    rt_prefix_position(to, y);
}

#if !defined RT_HAS_PREFIX_OUTPUTS
static inline void rt_prefix_outputs(const struct rt_outputs *to, int8_t *y)
{
    rt_prefix_outputs_any(to, y);
}
#endif

/* The outputs of channel o at out_w neighbouring positions. */
static inline void rt_prefix_channel(const struct rt_outputs *to, uint16_t o, int8_t *y)
{
    const struct unit_packed_s8 *p = to->layer;
    uint8_t words = rt_prefix_is_bent(to->form) ? 12 : 8;
    int32_t *sum = to->sums;

    for (uint16_t x = p->out_w; x; x--, sum++, y += p->out_c) {
        if (to->form != UNIT_AFTER_NONE) {
            *y = rt_prefix_step(p, to->after + o * words, to->form, *sum);
            continue;
        }
        *sum += rt_rom_s32(p->bias + o);
        rt_requantise(p, o, sum, 1, y);
    }
}

#endif
