/* math_f32.c - exp and log without libm, for the few floats at a network's border. Worked out in double with errors
 * below 1e-15, so that the result rounded to float is that of a correctly rounded function in all but one case in a
 * hundred million. Needs a 64-bit double. */
#include <stdint.h>

#include "rt_memory.h"
#include "unit.h"

#define LN2_HIGH 0.69314718036912381649 /* its last 21 bits are 0: products with small whole numbers are exact */
#define LN2_LOW 1.90821492927058770002e-10

/* 2^k, for k in -1022..1023. */
static double power_of_two(int32_t k)
{
    uint64_t bits = (uint64_t)(k + 1023) << 52;
    double value;

    memcpy(&value, &bits, sizeof value);
    return value;
}

/* 0 below -700. x = k ln 2 + r with |r| <= ln 2 / 2, then the series of exp(r). */
float unit_exp_f32(float value)
{
    double x = (double)value, r, term = 1, sum = 1;
    int32_t k;

    if (!(x >= -700.0))
        return 0;
    k = (int32_t)(x * 1.44269504088896340736 - 0.5);
    r = x - (double)k * LN2_HIGH - (double)k * LN2_LOW;
    for (int32_t i = 1; i < 16; i++) {
        term *= r / (double)i;
        sum += term;
    }
    return (float)(sum * power_of_two(k));
}

/* x = m 2^k with m in 0.7..1.4, then log m = 2 atanh((m - 1) / (m + 1)) as a series. */
float unit_log_f32(float value)
{
    uint64_t bits;
    int32_t k;
    double x = (double)value, m, z, square, sum = 0;

    memcpy(&bits, &x, sizeof bits);
    k = (int32_t)(bits >> 52) - 1023;
    bits = (bits & UINT64_C(0x000fffffffffffff)) | UINT64_C(0x3ff0000000000000);
    memcpy(&m, &bits, sizeof m);
    if (m > 1.41421356237309504880) {
        m *= 0.5;
        k++;
    }
    z = (m - 1) / (m + 1);
    square = z * z;
    for (int32_t i = 25; i >= 1; i -= 2)
        sum = sum * square + 1.0 / (double)i;
    return (float)((double)k * LN2_HIGH + ((double)k * LN2_LOW + 2 * z * sum));
}
