/* rt_steps.h - sums to outputs by the steps of a line, in 32-bit arithmetic.
 *
 * u is a sum less the one at which the steps begin (lowering puts that into the bias). Three numbers describe an
 * output:
 *
 *   range   from here on the output is act_max; below 0 it is act_min
 *   mult    the slope, at 2^36 a step; if range is short, at 2^24 a step
 *   add     where the line begins, act_min included, at 2^24 a step
 *
 * The output is the top byte of mult * u / 2^12 + add. The two parts of mult, 20 and 12 bits, are multiplied apart, so
 * that nothing exceeds 32 bits; a short range needs no lower part. Where rounding is not the same on both sides of
 * zero, the line has a bend: two numbers more say up to which u another value is added.
 *
 * CPUs without a multiplier divide instead, in eight steps whatever the numbers are: the output is act_min +
 * floor((u * 2^n + add) / width), and mult holds width * 128 + n; width * 256 is below 2^32. */
#ifndef RT_STEPS_H
#define RT_STEPS_H

#include <stddef.h>
#include <stdint.h>

enum { RT_STEP_RANGE, RT_STEP_MULT, RT_STEP_ADD, RT_STEP_WORDS };
enum { RT_STEP_SHORT = 4096, RT_STEP_LOW_BITS = 12 };
enum { RT_STEP_SHIFT_MASK = 31, RT_STEP_WIDTH_BITS = 7 };
enum { RT_BEND_UPTO, RT_BEND_ADD, RT_BEND_WORDS };

/* bend may be NULL. */
static inline int8_t rt_step(const int32_t *step, const int32_t *bend, int32_t u, int16_t least, int16_t most)
{
    uint32_t v = (uint32_t)u, mult = (uint32_t)step[RT_STEP_MULT], t;

    if (u < 0)
        return (int8_t)least;
    if (u >= step[RT_STEP_RANGE])
        return (int8_t)most;
    if (step[RT_STEP_RANGE] < RT_STEP_SHORT)
        t = v * mult;
    else
        t = v * (mult >> RT_STEP_LOW_BITS) + ((v * (mult & ((1 << RT_STEP_LOW_BITS) - 1))) >> RT_STEP_LOW_BITS);
    t += (uint32_t)(bend && u < bend[RT_BEND_UPTO] ? bend[RT_BEND_ADD] : step[RT_STEP_ADD]);
    return (int8_t)(t >> 24);
}

/* The same by division. */
static inline int8_t rt_step_divided(const int32_t *step, const int32_t *bend, int32_t u, int16_t least, int16_t most)
{
    uint32_t v = (uint32_t)u, word = (uint32_t)step[RT_STEP_MULT], width;

    if (u < 0)
        return (int8_t)least;
    if (u >= step[RT_STEP_RANGE])
        return (int8_t)most;
    v <<= word & RT_STEP_SHIFT_MASK;
    v += (uint32_t)(bend && u < bend[RT_BEND_UPTO] ? bend[RT_BEND_ADD] : step[RT_STEP_ADD]);
    width = word & ~(uint32_t)((1 << RT_STEP_WIDTH_BITS) - 1);
#define RT_DIVIDE(bit)                                                                                                 \
    do {                                                                                                               \
        if (v >= width)                                                                                                \
            v -= width, least = (int16_t)(least + (bit));                                                              \
        width >>= 1;                                                                                                   \
    } while (0)
    RT_DIVIDE(128);
    RT_DIVIDE(64);
    RT_DIVIDE(32);
    RT_DIVIDE(16);
    RT_DIVIDE(8);
    RT_DIVIDE(4);
    RT_DIVIDE(2);
    RT_DIVIDE(1);
#undef RT_DIVIDE
    return (int8_t)least;
}

#endif
