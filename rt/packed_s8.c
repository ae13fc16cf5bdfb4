/* packed_s8.c - CONV_2D and FULLY_CONNECTED for small CPUs, every product. */
#include "rt_packed.h"

static void window(const struct unit_packed_s8 *p, const struct rt_strip *s, uint16_t column, const struct rt_sink *to)
{
    const uint8_t *x = s->at + (uint32_t)column * s->column_bytes;
    int32_t correction = RT_W_OFFSET * rt_window_sum(p, s, column), acc[RT_BLOCK];
    rt_far w = rt_far_from(p->weights);
    const int32_t *bias = p->bias;
    uint16_t taps = p->taps;

    for (uint16_t o = 0; o < p->out_c; o = (uint16_t)(o + RT_BLOCK)) {
        for (uint8_t b = 0; b < RT_BLOCK; b++)
            acc[b] = rt_rom_s32(bias++) - correction;
        for (uint16_t done = 0, k; done < taps; done = (uint16_t)(done + k)) {
            k = (uint16_t)(taps - done > RT_DOT_MAX ? RT_DOT_MAX : taps - done);
            w = rt_dot(x + done, w, k, acc);
        }
        rt_put(p, to, o, acc, rt_block_outputs(p, o));
    }
}

void unit_packed_s8(const void *op, void *const t[])
{
    static const struct rt_kernel kernel = { NULL, window };

    rt_layer(op, &kernel, t);
}
