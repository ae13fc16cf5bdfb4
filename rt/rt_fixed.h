/* rt_fixed.h - rounding, requantisation, saturation: one definition for every kernel.
 *
 * Source: TFLite 8-bit quantisation specification; Jacob et al., CVPR 2018, section 2.2. Two roundings are in use
 * there: twice (multiply high, then shift) for convolutions and elementwise operators, once in 64 bits for fully
 * connected layers with one scale. Right shifts of negative numbers are arithmetic on every compiler UnIT supports.
 */
#ifndef RT_FIXED_H
#define RT_FIXED_H

#include "rt_wide.h"

/* x * mult * 2^(shift - 31), rounded twice; mult Q0.31, shift positive to the left. A left shift wraps at 32 bits, as
 * the reference's does. */
static inline int32_t rt_requant(int32_t x, int32_t mult, int shift)
{
    int left = shift > 0 ? shift : 0, right = shift > 0 ? 0 : -shift;

    return rt_rounding_shift(rt_scale_high((int32_t)((uint32_t)x << left), mult), right);
}

static inline struct rt_wide rt_wide_add(struct rt_wide a, uint32_t high, uint32_t low)
{
    a.low += low;
    a.high += high + (a.low < low);
    return a;
}

/* a >> n for n of 1..62, at most INT32_MAX. */
static inline uint32_t rt_wide_shift(struct rt_wide a, int n)
{
    if (n >= 32)
        return a.high >> (n - 32);
    if (a.high >> (n - 1))
        return INT32_MAX;
    return (a.high << (32 - n)) | (a.low >> n);
}

/* |x| * mult * 2^(shift - 31) rounded to nearest with the sign of x; delta moves the rounding border by delta / 2^(31 -
 * shift). Fully connected layers are requantised in double arithmetic by the reference; lowering chooses mult and delta
 * so that this is the same for every sum that can occur (src/lower/border_fit.h). shift is -31..30. */
static inline int32_t rt_requant_away(int32_t x, int32_t mult, int shift, int32_t delta)
{
    int total = 31 - shift;
    struct rt_wide y = rt_multiply_wide(x < 0 ? 0 - (uint32_t)x : (uint32_t)x, (uint32_t)mult);

    y = rt_wide_add(y, total > 32 ? (uint32_t)1 << (total - 33) : 0, total > 32 ? 0 : (uint32_t)1 << (total - 1));
    y = rt_wide_add(y, delta < 0 ? UINT32_MAX : 0, (uint32_t)delta);
    return x < 0 ? -(int32_t)rt_wide_shift(y, total) : (int32_t)rt_wide_shift(y, total);
}

/* clamp(x + zp, lo, hi) as int8; compared before the sum, which might not fit 32 bits. */
static inline int8_t rt_clamp_s8(int32_t x, int16_t zp, int16_t lo, int16_t hi)
{
    if (x < (int32_t)lo - zp)
        return (int8_t)lo;
    if (x > (int32_t)hi - zp)
        return (int8_t)hi;
    return (int8_t)(x + zp);
}

#endif
