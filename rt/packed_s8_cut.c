/* packed_s8_cut.c - CONV_2D for small CPUs as UnIT prunes it: a stored cut for each connection, compared with |x| at
 * every position. */
#include "rt_packed.h"

/* Centred activations of the strip, behind it. */
static void prepare(const struct unit_packed_s8 *p, const struct rt_strip *s)
{
    int16_t *x = s->behind;
    const uint8_t *from = s->at;

    for (uint32_t n = (uint32_t)s->columns * s->column_bytes; n; n--)
        *x++ = rt_centred(p, *from++);
}

/* Of the outputs that requantisation takes together. */
enum { TOGETHER = 8 };

static void window(const struct unit_packed_s8 *p, const struct rt_strip *s, uint16_t column, const struct rt_sink *to)
{
    const int16_t *x = (const int16_t *)s->behind + (uint32_t)column * s->column_bytes;
    rt_far w = rt_far_from(p->weights), cut = rt_far_from(p->cut);
    uint8_t together = TOGETHER;
    int32_t sums[TOGETHER];

    for (uint16_t o = 0; o < p->out_c; o = (uint16_t)(o + together)) {
        uint32_t bytes = (uint32_t)p->taps * TOGETHER;
        if (p->out_c - o < TOGETHER)
            together = (uint8_t)(p->out_c - o);
        if (p->in_zp == INT8_MIN)
            rt_dot_above(x, w, cut, p->taps, sums, together);
        else
            for (uint8_t i = 0; i < together; i++)
                sums[i] = rt_dot_cut(x, w + (uint32_t)i * p->taps, cut + (uint32_t)i * p->taps, p->taps);
        for (uint8_t i = 0; i < together; i++)
            sums[i] += rt_rom_s32(p->bias + o + i);
        rt_put(p, to, o, sums, together);
        w += bytes;
        cut += bytes;
    }
}

void unit_packed_s8_cut(const void *op, void *const t[])
{
    static const struct rt_kernel kernel = { prepare, window };

    rt_layer(op, &kernel, t);
}
