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

static void window(const struct unit_packed_s8 *p, const struct rt_strip *s, uint16_t column, const struct rt_sink *to)
{
    const int16_t *x = (const int16_t *)s->behind + (uint32_t)column * s->column_bytes;
    rt_far w = rt_far_from(p->weights), cut = rt_far_from(p->cut);

    for (uint16_t o = 0; o < p->out_c; o++, w += p->taps, cut += p->taps) {
        int32_t sum = rt_rom_s32(p->bias + o) + rt_dot_cut(x, w, cut, p->taps);
        rt_put(p, to, o, &sum, 1);
    }
}

void unit_packed_s8_cut(const void *op, void *const t[])
{
    static const struct rt_kernel kernel = { prepare, window };

    rt_layer(op, &kernel, t);
}
