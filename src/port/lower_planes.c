/* lower_planes.c - see lower_planes.h. */
#include "port/lower_planes.h"

#include "port/prefix_axis.h"
#include "port/prefix_lists.h"

enum { PLANE_BYTES_MAX = 16384 };

/* Where elements at each position of an axis find their lists and sums; unit is the step between sums. */
static const struct unit_prefix_column *places(struct region *r, const struct axis *a, int list_bytes, int unit,
                                               int low)
{
    struct unit_prefix_column *places = region_array(r, (size_t)a->inputs, sizeof *places);

    for (int i = 0; i < a->inputs; i++)
        places[i] = (struct unit_prefix_column){ (uint16_t)((i + a->pad) % a->stride * list_bytes),
                                                 (uint16_t)((axis_least_met(a, i) - low) * unit) };
    return places;
}

/* The list of output channel o for elements at phase (row, column) of the strides. */
static void put_phase(const struct mac_layer *m, const struct axis *h, const struct axis *w, int plane_w, int o,
                      int row, int column, struct prefix_lists *l)
{
    struct prefix_entry entries[UNIT_PREFIX_PART];
    int count = 0, oy, ox, y = row + h->stride * h->pad - h->pad, x = column + w->stride * w->pad - w->pad;

    for (int ky = 0; ky < h->kernel; ky++)
        for (int kx = 0; kx < w->kernel; kx++)
            if (axis_meets(h, y, ky, &oy) && axis_meets(w, x, kx, &ox))
                prefix_add(m, o, ky * w->kernel + kx, (oy - axis_least_met(h, y)) * plane_w + ox - axis_least_met(w, x),
                           entries, &count);
    prefix_put_list(l, entries, count);
}

void planes_lower(struct region *r, struct step *s, struct unit_step *k, const struct mac_layer *m,
                  const struct unit_packed_s8 *layer, const struct port *port)
{
    struct unit_prefix_depthwise_s8 *op = region_alloc(r, sizeof *op);
    struct axis h = axis_h(layer, 1), w = axis_w(layer, 1);
    int top, left, plane_h = axis_size(&h, &top), plane_w = axis_size(&w, &left);
    struct prefix_lists l;

    op->layer = *layer;
    op->scaling = m->scaling;
    op->fallback = m->fallback;
    op->lists = (uint16_t)(h.stride * w.stride);
    op->plane_h = (uint16_t)plane_h;
    op->plane_w = (uint16_t)plane_w;
    op->origin = (uint16_t)(-top * plane_w - left);
    op->rows = places(r, &h, w.stride * UNIT_PREFIX_INDEX_BYTES, plane_w, top);
    op->columns = places(r, &w, UNIT_PREFIX_INDEX_BYTES, 1, left);
    l = prefix_lists_new(r, port, (size_t)m->out_c * op->lists, (size_t)m->out_c * (size_t)m->taps, 1);
    l.groups = 1;
    for (int o = 0; o < m->out_c; o++)
        for (int row = 0; row < h.stride; row++)
            for (int column = 0; column < w.stride; column++)
                put_phase(m, &h, &w, plane_w, o, row, column, &l);
    op->entries = (unit_weights)(const void *)l.entries;
    op->index = l.index;
    op->entry_count = (uint16_t)(l.entry_count ? l.entry_count : 1); /* C has no empty arrays */
    k->kernel = unit_prefix_depthwise_s8;
    k->op = op;
    s->scratch_bytes = 4 * (uint32_t)plane_h * (uint32_t)plane_w;
}

int planes_fit(const struct mac_layer *m, const struct unit_packed_s8 *layer, const struct port *port)
{
    struct axis h = axis_h(layer, 1), w = axis_w(layer, 1);
    int low, plane_w = axis_size(&w, &low), furthest = (axis_reach(&h) - 1) * plane_w + axis_reach(&w) - 1;

    return m->taps <= UNIT_PREFIX_PART &&
           (size_t)(m->taps * m->out_c) * prefix_start_scale(port, UNIT_PREFIX_LONG) <= PREFIX_ENTRIES_MAX &&
           prefix_sums_fit(m, port, port->long_sum_bits) && (!port->plane_reach || furthest <= port->plane_reach) &&
           4 * axis_size(&h, &low) * plane_w <= PLANE_BYTES_MAX;
}
