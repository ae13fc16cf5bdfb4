/* rt_scale.h - thresholds that follow the input: how large a layer's input is, and what its thresholds and its
 * compensation are multiplied with. One definition for chip and host; docs/method.md derives it. */
#ifndef RT_SCALE_H
#define RT_SCALE_H

#include <stddef.h>

#include "unit.h"

/* The largest |x - zp| of `count` elements, `every` apart. */
static inline uint8_t rt_scale_size(const int8_t *x, uint16_t every, uint16_t count, int16_t zp)
{
    const int8_t *end = x + (size_t)every * count;
    int8_t most = *x, least = *x;

    for (; x != end; x += every) {
        if (*x > most)
            most = *x;
        else if (*x < least)
            least = *x;
    }
    return (uint8_t)(most - zp > zp - least ? most - zp : zp - least);
}

/* How many steps the input is below its calibrated size. */
static inline uint8_t rt_scale_step(const struct unit_scaling *s, const int8_t *x, int16_t zp)
{
    uint8_t step = 0, size;

    if (!s->count)
        return 0;
    size = rt_scale_size(x, s->every, s->count, zp);
    while (step < UNIT_SCALE_STEPS && size < s->limits[step])
        step++;
    return step;
}

/* 2^(-step / 2) in 256ths; step may be below 0 down to -2 * UNIT_SCALE_STEPS. */
static inline uint16_t rt_scale_factor(int8_t step)
{
    if (step < 0)
        return (uint16_t)((step & 1 ? 362 : 256) << (-step >> 1));
    return (uint16_t)((step & 1 ? 181 : 256) >> (step >> 1));
}

/* compensation * factor / 256, rounded down: a factor of at most 256, |compensation| < 2^22. */
static inline int32_t rt_scale_bias(int32_t compensation, uint16_t factor)
{
    return compensation * (int32_t)factor >> 8;
}

#endif
