/* rt_prefix_port.h (RV32I) - prefix kernels without a multiplier. A product is a difference of quarter squares, exact
 * since x + w and x - w are both even or both odd:
 *
 *   x * w = floor((x + w)^2 / 4) - floor((x - w)^2 / 4)
 *
 * An element fixes a place in the table of squares, from which weights count up and down: a long entry costs 14
 * instructions. */
#ifndef RT_PREFIX_PORT_H
#define RT_PREFIX_PORT_H

enum { UNIT_SQUARE_0 = 383 };                                      /* |x| + |w| is at most 255 + 128 */
extern const uint16_t unit_quarter_squares[2 * UNIT_SQUARE_0 + 1]; /* [UNIT_SQUARE_0 + n] = floor(n^2 / 4) */

typedef const uint16_t *rt_factor;

static inline rt_factor rt_factor_of(int32_t x)
{
    return unit_quarter_squares + UNIT_SQUARE_0 + x;
}

static inline void rt_add_product(int32_t *sums, uint32_t bytes, rt_factor x, int32_t weight)
{
    int32_t *sum = (int32_t *)(void *)((uint8_t *)sums + bytes);

    *sum += x[weight] - x[-weight];
}

#include "rt_prefix_words.h"

#define RT_PREFIX_DIVIDES(form) 1
#include "rt_prefix_rows.h"

#endif
