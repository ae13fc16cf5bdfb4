/* rt_fixed.h - rounding, requantisation, saturation: one definition for every kernel.
 *
 * Source: TFLite 8-bit quantisation specification; Jacob et al., CVPR 2018, section 2.2. Two roundings are in use
 * there: twice (multiply high, then shift) for convolutions and elementwise operators, once in 64 bits for fully
 * connected layers with one scale. Right shifts of negative numbers are arithmetic on every compiler UnIT supports.
 */
#ifndef RT_FIXED_H
#define RT_FIXED_H

#include <stdint.h>

/* round(a * b / 2^31), halves up; a and b are not both INT32_MIN (b is a multiplier, positive). */
static inline int32_t rt_multiply_high(int32_t a, int32_t b)
{
    return (int32_t)(((int64_t)a * b + ((int64_t)1 << 30)) >> 31);
}

/* x / 2^n rounded half away from zero; n is 0..31. */
static inline int32_t rt_rounding_shift(int32_t x, int n)
{
    int32_t mask = (int32_t)(((uint32_t)1 << n) - 1);
    int32_t rest = x & mask;
    int32_t limit = (int32_t)((uint32_t)mask >> 1) + (x < 0);

    return (n < 31 ? x >> n : -(x < 0)) + (rest > limit);
}

/* x * mult * 2^(shift - 31), rounded twice; mult Q0.31, shift positive to the left. A left shift wraps at 32 bits, as
 * the reference's does. */
static inline int32_t rt_requant(int32_t x, int32_t mult, int shift)
{
    int left = shift > 0 ? shift : 0, right = shift > 0 ? 0 : -shift;

    return rt_rounding_shift(rt_multiply_high((int32_t)((uint32_t)x << left), mult), right);
}

/* |x| * mult * 2^(shift - 31) rounded to nearest with the sign of x; delta moves the rounding border by delta / 2^(31 -
 * shift). Fully connected layers are requantised in double arithmetic by the reference; lowering chooses mult and delta
 * so that this is the same for every sum that can occur (src/lower/border_fit.h). shift is -31..30. */
static inline int32_t rt_requant_away(int32_t x, int32_t mult, int shift, int32_t delta)
{
    int total = 31 - shift;
    int64_t magnitude = x < 0 ? -(int64_t)x : x;
    int64_t y = (magnitude * mult + ((int64_t)1 << (total - 1)) + delta) >> total;

    if (y > INT32_MAX)
        y = INT32_MAX;
    return (int32_t)(x < 0 ? -y : y);
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
