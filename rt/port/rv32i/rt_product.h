/* rt_product.h (RV32I) - a product is a difference of quarter squares, exact since x + w and x - w are both even or
 * both odd: x * w = floor((x + w)^2 / 4) - floor((x - w)^2 / 4). Six instructions. */
#ifndef RT_PRODUCT_H
#define RT_PRODUCT_H

#include <stdint.h>

enum { RT_QUARTER_0 = 384 };

#define RT_QUARTER(n) (uint16_t)(((n)-RT_QUARTER_0) * ((n)-RT_QUARTER_0) / 4)
#define RT_QUARTER_4(n) RT_QUARTER(n), RT_QUARTER((n) + 1), RT_QUARTER((n) + 2), RT_QUARTER((n) + 3)
#define RT_QUARTER_16(n) RT_QUARTER_4(n), RT_QUARTER_4((n) + 4), RT_QUARTER_4((n) + 8), RT_QUARTER_4((n) + 12)
#define RT_QUARTER_64(n) RT_QUARTER_16(n), RT_QUARTER_16((n) + 16), RT_QUARTER_16((n) + 32), RT_QUARTER_16((n) + 48)

/* rt_quarter[RT_QUARTER_0 + n] = floor(n^2 / 4) */
static const uint16_t rt_quarter[2 * RT_QUARTER_0] = {
    RT_QUARTER_64(0),   RT_QUARTER_64(64),  RT_QUARTER_64(128), RT_QUARTER_64(192),
    RT_QUARTER_64(256), RT_QUARTER_64(320), RT_QUARTER_64(384), RT_QUARTER_64(448),
    RT_QUARTER_64(512), RT_QUARTER_64(576), RT_QUARTER_64(640), RT_QUARTER_64(704),
};

/* |x| is at most 255, |w| at most 128. */
static inline int32_t rt_product(int32_t x, int32_t w)
{
    const uint16_t *at = rt_quarter + RT_QUARTER_0 + x;

    return (int32_t)at[w] - (int32_t)at[-w];
}

#define RT_PRODUCT(x, w) rt_product(x, w)

#endif
