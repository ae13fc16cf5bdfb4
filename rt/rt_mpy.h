/* rt_mpy.h - the definition in C of what kernels for the MPY32 compute (rt/unit.h: struct unit_mpy_s8): a window at a
 * time, as a 64-bit multiplier would. rt/port/msp430x has the kernels that chips run. */
#ifndef RT_MPY_H
#define RT_MPY_H

#include "rt_flash.h"
#include "unit.h"

/* The activation at (y, x, c) as the kernel multiplies it: centred, 0 at or below the cut, or as it lies in the input.
 */
static inline int16_t rt_mpy_x(const struct unit_mpy_s8 *p, int centred, const int8_t *in, int32_t y, int32_t x,
                               uint16_t c)
{
    int16_t v = p->in_zp;

    if (y >= 0 && y < p->in_h && x >= 0 && x < p->in_w)
        v = in[((uint32_t)y * p->in_w + (uint32_t)x) * p->in_c + c];
    if (!centred)
        return v;
    v = (int16_t)(v - p->in_zp);
    return v > (int32_t)p->x_cut || -v > (int32_t)p->x_cut ? v : 0;
}

/* The result of a pair over the window of output (oy, ox). */
static inline uint64_t rt_mpy_window(const struct unit_mpy_s8 *p, int centred, const int8_t *in, uint16_t oy,
                                     uint16_t ox, const uint8_t *w, const uint16_t *after)
{
    uint64_t result = after[0] | (uint64_t)after[1] << 16 | (uint64_t)after[2] << 32;

    for (uint16_t kx = 0; kx < p->kernel_w; kx++)
        for (uint16_t ky = 0; ky < p->kernel_h; ky++)
            for (uint16_t c = 0; c < p->in_c; c++, w += 4) {
                uint32_t pair = w[0] | (uint32_t)w[1] << 8 | (uint32_t)w[2] << 16 | (uint32_t)w[3] << 24;
                int16_t x = rt_mpy_x(p, centred, in, oy * (int32_t)p->stride_h - p->pad_top + ky,
                                     ox * (int32_t)p->stride_w - p->pad_left + kx, c);
                result += (uint64_t)((int64_t)x * (int32_t)pair);
            }
    return result;
}

/* An output from its sum, which is active if it is counted as 0 or more; scale: mult and add. */
static inline int8_t rt_mpy_output(const struct unit_mpy_s8 *p, uint32_t sum, int active, const uint16_t *scale)
{
    uint32_t mult = scale[0] | (uint32_t)scale[1] << 16, add = scale[2] | (uint32_t)scale[3] << 16;
    uint32_t y = ((uint32_t)((uint64_t)sum * mult >> 16) + add) >> 20, most = (uint32_t)(p->act_max - p->act_min);

    return (int8_t)(p->act_min + (active ? (int32_t)(y < most ? y : most) : 0));
}

/* Largest lanes of a pair over the windows that pool to output (oy, ox), to y[0] and y[1]. */
static inline void rt_mpy_pair(const struct unit_mpy_s8 *p, int centred, const int8_t *in, uint16_t oy, uint16_t ox,
                               const uint8_t *w, const uint16_t *after, int8_t *y)
{
    uint32_t most[2] = { 0, 0 };

    for (uint16_t i = 0; i < p->pool_h; i++)
        for (uint16_t j = 0; j < p->pool_w; j++) {
            uint64_t result =
                rt_mpy_window(p, centred, in, (uint16_t)(oy * p->pool_h + i), (uint16_t)(ox * p->pool_w + j), w, after);
            uint32_t lane[2] = { (uint32_t)result & 0xFFFFFF, (uint32_t)(result >> 24) & 0xFFFFFF };
            for (uint8_t k = 0; k < 2; k++)
                most[k] = lane[k] > most[k] ? lane[k] : most[k];
        }
    for (uint8_t k = 0; k < 2; k++)
        y[k] = rt_mpy_output(p, most[k], (int)(most[k] >> 23), after + 3 + 4 * k);
}

static inline void rt_mpy_layer(const struct unit_mpy_s8 *p, int centred, const int8_t *in, int8_t *out)
{
    for (uint16_t oy = 0; oy < p->out_h / p->pool_h; oy++)
        for (uint16_t ox = 0; ox < p->out_w / p->pool_w; ox++) {
            const uint8_t *w = (const uint8_t *)p->weights;
            const uint16_t *after = p->after;
            int8_t *y = out;
            for (uint16_t pairs = (uint16_t)((p->out_c + 1) / 2); pairs; pairs--) {
                rt_mpy_pair(p, centred, in, oy, ox, w, after, y);
                y += after[11];
                w += 4 * (uint32_t)p->taps;
                after += UNIT_MPY_AFTER;
            }
            out += p->out_c;
        }
}

/* What a sum of 32 bits begins with, and the output it gives. after: [UNIT_MPY_SINGLE_AFTER]. */
static inline uint32_t rt_mpy_begin(const uint16_t *after)
{
    return after[0] | (uint32_t)after[1] << 16;
}

static inline int8_t rt_mpy_end(const struct unit_mpy_s8 *p, uint32_t sum, const uint16_t *after)
{
    return rt_mpy_output(p, sum, !(sum >> 31), after + 2);
}

/* A product of a centred activation with a stored weight, if it is awake: w[0] weight, w[1] the |x| at which it wakes.
 */
static inline uint32_t rt_mpy_awake(int16_t x, const uint8_t *w)
{
    return (uint32_t)((x < 0 ? -x : x) >= w[1] ? (int32_t)x * (int8_t)w[0] : 0);
}

/* The sum of one channel of a depthwise layer over the window of output (oy, ox), by a stored cut if `cut`. */
static inline uint32_t rt_mpy_channel(const struct unit_mpy_s8 *p, int cut, const int8_t *in, uint16_t oy, uint16_t ox,
                                      uint16_t c, const uint8_t *w)
{
    uint32_t sum = 0;

    for (uint16_t kx = 0; kx < p->kernel_w; kx++)
        for (uint16_t ky = 0; ky < p->kernel_h; ky++, w += cut ? 2 : 1) {
            int16_t x = rt_mpy_x(p, cut, in, oy * (int32_t)p->stride_h - p->pad_top + ky,
                                 ox * (int32_t)p->stride_w - p->pad_left + kx, c);
            sum += cut ? rt_mpy_awake(x, w) : (uint32_t)((int32_t)x * (int8_t)*w);
        }
    return sum;
}

static inline void rt_mpy_depthwise(const struct unit_mpy_s8 *p, int cut, const int8_t *in, int8_t *out)
{
    for (uint16_t oy = 0; oy < p->out_h; oy++)
        for (uint16_t ox = 0; ox < p->out_w; ox++, out += p->out_c) {
            const uint8_t *w = (const uint8_t *)p->weights;
            const uint16_t *after = p->after;
            for (uint16_t m = 0; m < p->out_c / p->in_c; m++)
                for (uint16_t c = 0; c < p->in_c; c++, after += UNIT_MPY_SINGLE_AFTER) {
                    uint32_t sum = rt_mpy_begin(after) + rt_mpy_channel(p, cut, in, oy, ox, c, w);
                    out[c * (uint32_t)after[6] + m] = rt_mpy_end(p, sum, after);
                    w += p->taps * (cut ? 2u : 1u);
                }
        }
}

#endif
