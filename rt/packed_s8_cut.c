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

enum { TOGETHER = 8 };

static void window(const struct unit_packed_s8 *p, const struct rt_strip *s, uint16_t column, const struct rt_sink *to)
{
    const int16_t *x = (const int16_t *)s->behind + (uint32_t)column * s->column_bytes;
    rt_far w = rt_far_from(p->weights), cut = rt_far_from(p->cut);
    uint16_t taps = p->taps, out_c = p->out_c;
    int none_negative = p->in_zp == INT8_MIN;
    int32_t sums[TOGETHER];

    for (uint16_t o = 0; o < out_c; w += taps, cut += taps) {
        uint8_t at = (uint8_t)(o++ % TOGETHER);
        sums[at] = none_negative ? rt_dot_above(x, w, cut, taps) : rt_dot_cut(x, w, cut, taps);
        sums[at] += rt_rom_s32(p->bias + o - 1);
        if (at == TOGETHER - 1 || o == out_c)
            rt_put(p, to, (uint16_t)(o - 1 - at), sums, (uint8_t)(at + 1));
    }
}

void unit_packed_s8_cut(const void *op, void *const t[])
{
    static const struct rt_kernel kernel = { prepare, window };

    rt_layer(op, &kernel, t);
}
