/* prefix_depthwise_s8.c - DEPTHWISE_CONV_2D by sorted prefixes (see struct unit_prefix_depthwise_s8): one output
 * channel after another in a plane of sums. */
#include "rt_prefix.h"
#include "rt_prefix_scale.h"

/* Every element of one input channel into the plane. */
static void scatter_channel(const struct unit_prefix_depthwise_s8 *p, const uint8_t *lists, const int8_t *in,
                            const uint8_t *table, int32_t *plane)
{
    rt_far entries = rt_far_from(p->entries);

    for (uint16_t y = 0; y < p->layer.in_h; y++) {
        const uint8_t *row = lists + rt_rom_u16(&p->rows[y].list);
        int32_t *sums = plane + rt_rom_u16(&p->rows[y].at);
        for (uint16_t x = 0; x < p->layer.in_w; x++, in += p->layer.in_c) {
            int16_t value = (int16_t)(*in - p->layer.in_zp);
            const uint8_t *list = row + rt_rom_u16(&p->columns[x].list);
            uint8_t length;
            if (!value)
                continue;
            length = rt_rom_u8(list + rt_rom_u8(table + rt_magnitude(value)));
            if (length)
                rt_scatter_long(sums + rt_rom_u16(&p->columns[x].at),
                                entries + (uint32_t)rt_prefix_start(list) * UNIT_PREFIX_LONG_BYTES, length, value);
        }
    }
}

static void write_channel(const struct unit_prefix_depthwise_s8 *p, uint16_t o, int32_t *plane, int8_t *out)
{
    struct rt_outputs to = { &p->layer, p->after, p->after_form, 1, plane + p->origin, NULL, 0, 0 };

    for (uint16_t y = p->layer.out_h; y; y--, to.sums += p->plane_w, out += (uint16_t)(p->layer.out_w * p->layer.out_c))
        rt_prefix_channel(&to, o, out);
}

void unit_prefix_depthwise_s8(const void *op, void *const t[])
{
    const struct unit_prefix_depthwise_s8 *p = op;
    const int8_t *in = t[0];
    int8_t *out = t[1];
    int32_t *plane = t[2];
    const uint8_t *lists = p->index;
    struct rt_prefix_state state = rt_prefix_state(p->scaling, p->fallback, &p->layer, in);
    uint16_t multiplier = (uint16_t)(p->layer.out_c / p->layer.in_c), left = multiplier;

    for (uint16_t o = 0; o < p->layer.out_c; o++, lists += (uint16_t)(p->lists * UNIT_PREFIX_INDEX_BYTES)) {
        if (state.moved)
            rt_prefix_seed_plane(&state, o, plane, (uint16_t)(p->plane_h * p->plane_w));
        else
            memset(plane, 0, (size_t)p->plane_h * p->plane_w * sizeof *plane);
        scatter_channel(p, lists, in, state.table, plane);
        write_channel(p, o, plane, out + o);
        if (--left == 0)
            left = multiplier, in++;
    }
}
