/* rt_prefix_squares.h (RV32I) - prefix kernels without a multiplier. A product is a difference of quarter squares,
 * exact since x + w and x - w are both even or both odd:
 *
 *   x * w = floor((x + w)^2 / 4) - floor((x - w)^2 / 4)
 *
 * An element fixes a place in the table of squares, from which weights count up and down: a long entry costs 12
 * instructions, a short one 13.5, one that is instructions 6. */
#ifndef RT_PREFIX_SQUARES_H
#define RT_PREFIX_SQUARES_H

enum { UNIT_SQUARE_0 = 383 };                                      /* |x| + |w| is at most 255 + 128 */
extern const uint16_t unit_quarter_squares[2 * UNIT_SQUARE_0 + 1]; /* [UNIT_SQUARE_0 + n] = floor(n^2 / 4) */

typedef const uint16_t *rt_factor;

static inline rt_factor rt_factor_of(int32_t x)
{
    return unit_quarter_squares + UNIT_SQUARE_0 + x;
}

/* Bytes of the table. */
#define RT_PREFIX_WEIGHT 2

static inline int32_t rt_square_at(rt_factor x, int32_t bytes)
{
    return *(const uint16_t *)(const void *)((const uint8_t *)x + bytes);
}

static inline void rt_add_product(int32_t *sums, uint32_t bytes, rt_factor x, int32_t twice)
{
    int32_t *sum = (int32_t *)(void *)((uint8_t *)sums + bytes);

    *sum += rt_square_at(x, twice) - rt_square_at(x, -twice);
}

#include "rt_prefix_words.h"

#endif
