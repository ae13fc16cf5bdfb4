/* rt_cut.h - the cut that a threshold puts on the other operand of a product: a quotient, exact or cheap.
 *
 * A product |x|*|w| is executed where it exceeds T. With one operand d known, the other is compared with cut(T, d).
 * Every cut is at least floor(T/d), so nothing at or below T is ever executed, falls as d grows, and is 0 for T = 0.
 * Bounds, with t = floor(T/d), proved by tests/unit/test_cut.c over the whole range (before saturation at 255):
 *
 *   exact  t
 *   shift  t .. 2t + 1       T / 2^floor(log2 d), and 2^floor(log2 d) > d / 2
 *   tree   t .. 3(t + 1) / 2  T / p with a pivot p <= d < 3p / 2 (or p = d)
 *   msb    t .. 4t - 1 (1 for t = 0)  executes where bits(x) + bits(w) > bits(T) + 1
 *   mask   within a factor of 2 of the real quotient, either side (floats)
 *
 * Source: arXiv:2507.07885 (compare instead of multiply); arXiv:2603.10100 (bit lengths only).
 */
#ifndef RT_CUT_H
#define RT_CUT_H

#include <stdint.h>

#include "rt_memory.h"
#include "unit.h"

enum { RT_CUT_NEVER = 255 };

static inline uint8_t rt_saturate_cut(uint16_t cut)
{
    return (uint8_t)(cut > RT_CUT_NEVER ? RT_CUT_NEVER : cut);
}

/* Bits needed to write v: 0 for 0, else floor(log2 v) + 1. */
static inline uint8_t rt_bits(uint16_t v)
{
    uint8_t bits = 0;

    for (; v; v = (uint16_t)(v >> 1))
        bits++;
    return bits;
}

/* d is 1..256 in all of them. */
static inline uint8_t rt_cut_exact(uint16_t t, uint16_t d)
{
    return rt_saturate_cut((uint16_t)(t / d)); // NOLINT(clang-analyzer-core.DivideZero): no kernel asks for d = 0
}

static inline uint8_t rt_cut_shift(uint16_t t, uint16_t d)
{
    return rt_saturate_cut((uint16_t)(t >> (rt_bits(d) - 1)));
}

static inline uint8_t rt_cut_msb(uint16_t t, uint16_t d)
{
    int8_t free_bits = (int8_t)(rt_bits(t) + 1 - rt_bits(d));

    if (free_bits <= 0)
        return 0;
    return rt_saturate_cut((uint16_t)(((uint32_t)1 << free_bits) - 1));
}

/* Pivot number i; their ratio is at most 3/2. */
static inline uint8_t rt_pivot(uint8_t i)
{
    static const uint8_t pivots[UNIT_TREE_LEAVES] = { 1, 2, 3, 4, 5, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192 };

    return pivots[i];
}

/* The largest pivot that is at most d: four compares. */
static inline uint8_t rt_leaf(uint16_t d)
{
    uint8_t leaf = 0;

    for (uint8_t half = UNIT_TREE_LEAVES / 2; half; half = (uint8_t)(half / 2))
        if (d >= rt_pivot((uint8_t)(leaf + half)))
            leaf = (uint8_t)(leaf + half);
    return leaf;
}

/* The quotients that UNIT_DIVISION_TREE stores for a threshold. */
static inline void rt_cut_tree_fill(uint16_t t, uint8_t tree[UNIT_TREE_LEAVES])
{
    for (uint8_t i = 0; i < UNIT_TREE_LEAVES; i++)
        tree[i] = rt_cut_exact(t, rt_pivot(i));
}

/* The cut of a run of outputs for divisor d, by the division at hand. */
static inline uint8_t rt_cut(enum unit_division division, const struct unit_cut_run *run, uint16_t d)
{
    switch (division) {
    case UNIT_DIVISION_EXACT:
        return rt_cut_exact(run->threshold, d);
    case UNIT_DIVISION_SHIFT:
        return rt_cut_shift(run->threshold, d);
    case UNIT_DIVISION_TREE:
        return run->tree[rt_leaf(d)];
    default:
        return rt_cut_msb(run->threshold, d);
    }
}

/* Quotient t / d of two floats by their exponents alone, for t >= 0, d >= 0: the exponent fields are subtracted,
 * mantissas masked off. 0 where t is 0 or subnormal or the quotient is too small; infinity where d is 0 or subnormal or
 * the quotient is too large. */
static inline float rt_cut_mask(float t, float d)
{
    const uint32_t exponent = UINT32_C(0x7f800000), one = UINT32_C(0x3f800000);
    uint32_t a, b;
    float quotient;

    memcpy(&a, &t, sizeof a);
    memcpy(&b, &d, sizeof b);
    a &= exponent;
    b &= exponent;
    if (a == 0 || (b != 0 && a + one <= b))
        a = 0;
    else if (b == 0 || a - b + one >= exponent)
        a = exponent;
    else
        a = a - b + one;
    memcpy(&quotient, &a, sizeof quotient);
    return quotient;
}

#endif
