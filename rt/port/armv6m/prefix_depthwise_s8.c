/* prefix_depthwise_s8.c (ARMv6-M) - DEPTHWISE_CONV_2D by sorted prefixes: the walk over channels. */
#include "rt_prefix.h"
#include "rt_prefix_planes.h"
#include "rt_prefix_scale.h"

/* The same with a bend, or by the layer's own requantisation. */
static void write_rows(const struct unit_prefix_depthwise_s8 *p, uint16_t o, int32_t *sums, int8_t *out)
{
    struct rt_outputs to = { &p->layer, p->after, p->after_form, 1, sums, NULL, 0, 0 };

    for (uint16_t y = p->layer.out_h; y; y--, to.sums += p->plane_w) {
        rt_prefix_settle(to.sums, p->layer.out_w, 1);
        rt_prefix_channel(&to, o, out);
        out += (uint16_t)(p->layer.out_w * p->layer.out_c);
    }
}

static void write_channel(const struct unit_prefix_depthwise_s8 *p, uint16_t o, int32_t *plane, int8_t *out)
{
    const struct unit_packed_s8 *l = &p->layer;
    struct rt_plane_outputs to = { out,       l->out_c, 4u * l->out_w, 4u * (uint32_t)(p->plane_w - l->out_w),
                                   l->out_h,  p->after, plane,         l->act_min,
                                   l->act_max };

    to.sums += p->origin;
    to.after += 8u * o;
    if (p->after_form == UNIT_AFTER_STEPS)
        unit_prefix_plane_outputs(&to);
    else
        write_rows(p, o, plane + p->origin, out);
}

void unit_prefix_depthwise_s8(const void *op, void *const t[])
{
    const struct unit_prefix_depthwise_s8 *p = op;
    uint16_t multiplier = (uint16_t)(p->layer.out_c / p->layer.in_c), left = multiplier;
    struct rt_prefix_state state = rt_prefix_state(p->scaling, p->fallback, &p->layer, t[0]);
    int8_t *out = t[1];
    struct rt_plane_scatter s = { .in = t[0],
                                  .step = p->layer.in_c,
                                  .zp = p->layer.in_zp,
                                  .columns = p->columns,
                                  .columns_end = p->columns + p->layer.in_w,
                                  .rows = p->rows,
                                  .rows_end = p->rows + p->layer.in_h,
                                  .lists = p->index,
                                  .entries = (const int8_t *)rt_far_from(p->entries),
                                  .table = state.table,
                                  .plane = t[2] };

    for (uint16_t o = 0; o < p->layer.out_c; o++, s.lists += (uint16_t)(p->lists * UNIT_PREFIX_INDEX_BYTES)) {
        if (state.moved)
            rt_prefix_seed_plane(&state, o, s.plane, (uint16_t)(p->plane_h * p->plane_w));
        else
            rt_prefix_clear(s.plane, (uint16_t)(p->plane_h * p->plane_w));
        unit_prefix_plane(&s);
        write_channel(p, o, s.plane, out + o);
        if (--left == 0)
            left = multiplier, s.in++;
    }
}
