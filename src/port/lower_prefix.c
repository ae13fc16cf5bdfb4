/* lower_prefix.c - the connections of a layer sorted by the magnitude at which they wake. */
#include "port/lower_prefix.h"

#include <stdlib.h>
#include <string.h>

enum { NEVER = 255, PART = UNIT_PREFIX_PART, ENTRIES_MAX = 65535, PLANE_BYTES_MAX = 16384 };

/* A connection as a list holds it. */
struct entry {
    uint16_t offset;
    int8_t weight;
    uint8_t bits; /* of the least magnitude that wakes it */
};

/* Lists under construction. */
struct lists {
    uint8_t *entries, *index;
    size_t entry_count, list_count;
    int entry_bytes;
};

/* Bits of the least magnitude beyond a cut; 0: there is none, or the cut is no power of two less one. */
static uint8_t waking_bits(uint8_t cut)
{
    uint8_t bits = 1;

    if (cut == NEVER)
        return 0;
    for (int c = cut; c; c >>= 1)
        bits++;
    return (cut & (cut + 1)) == 0 ? bits : 0;
}

static int by_waking(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;

    if (x->bits != y->bits)
        return x->bits < y->bits ? -1 : 1;
    if (x->weight != y->weight)
        return x->weight < y->weight ? -1 : 1;
    return x->offset < y->offset ? -1 : x->offset > y->offset;
}

static void put_16(uint8_t *to, unsigned value)
{
    to[0] = (uint8_t)value;
    to[1] = (uint8_t)(value >> 8);
}

static void put_entry(struct lists *l, const struct entry *e)
{
    uint8_t *to = l->entries + l->entry_count++ * (size_t)l->entry_bytes;

    if (l->entry_bytes == UNIT_PREFIX_ENTRY_BYTES) {
        to[0] = (uint8_t)e->offset;
        to[1] = (uint8_t)e->weight;
    } else {
        put_16(to, e->offset);
        put_16(to + 2, (unsigned)(uint16_t)e->weight);
    }
}

/* Appends a list of `count` connections, at most 255. */
static void put_list(struct lists *l, struct entry *entries, int count)
{
    uint8_t *index = l->index + l->list_count++ * UNIT_PREFIX_INDEX_BYTES;

    qsort(entries, (size_t)count, sizeof *entries, by_waking);
    put_16(index, (unsigned)l->entry_count);
    for (int i = 0; i < count; i++) {
        put_entry(l, &entries[i]);
        for (int bits = entries[i].bits; bits <= 8; bits++)
            index[1 + bits]++;
    }
}

/* Adds the connection if it ever wakes. */
static void add(const struct mac_layer *m, int o, int k, int offset, struct entry *entries, int *count)
{
    size_t at = mac_at(m, o, k);
    uint8_t bits = waking_bits(m->cut[at]);

    if (bits && m->shape.weights[at])
        entries[(*count)++] = (struct entry){ (uint16_t)offset, m->shape.weights[at], bits };
}

/* The output position that input position i meets through kernel tap k, or -1. */
static int met(int i, int k, int pad, int stride, int dilation, int outputs)
{
    int at = i + pad - k * dilation;

    return at >= 0 && at % stride == 0 && at / stride < outputs ? at / stride : -1;
}

/* ---- CONV_2D and FULLY_CONNECTED -----------------------------------------------------------------------------------
 */

/* The first output column that input column x meets, or 0. */
static int first_met(const struct unit_packed_s8 *p, int x)
{
    for (int kx = p->kernel_w - 1; kx >= 0; kx--) {
        int ox = met(x, kx, p->pad_left, p->stride_w, p->dilation_w, p->out_w);
        if (ox >= 0)
            return ox;
    }
    return 0;
}

/* 1 if both columns meet the same kernel columns at the same distances. */
static int same_class(const struct unit_packed_s8 *p, int a, int b)
{
    int first_a = first_met(p, a), first_b = first_met(p, b);

    for (int kx = 0; kx < p->kernel_w; kx++) {
        int at_a = met(a, kx, p->pad_left, p->stride_w, p->dilation_w, p->out_w);
        int at_b = met(b, kx, p->pad_left, p->stride_w, p->dilation_w, p->out_w);
        if ((at_a < 0) != (at_b < 0) || (at_a >= 0 && at_a - first_a != at_b - first_b))
            return 0;
    }
    return 1;
}

/* The class of each column; returns how many there are. example[class] is one of its columns. */
static int find_classes(const struct unit_packed_s8 *p, int *class_of, int *example)
{
    int count = 0;

    for (int x = 0; x < p->in_w; x++) {
        int class = 0;
        while (class < count && !same_class(p, x, example[class]))
            class ++;
        if (class == count)
            example[count++] = x;
        class_of[x] = class;
    }
    return count;
}

/* Parts of a list whose offsets span kernel_w output columns. */
static int parts_of(const struct unit_packed_s8 *p)
{
    int columns = 0;

    for (int x = 0; x < p->in_w; x++) {
        int first = first_met(p, x);
        for (int kx = 0; kx < p->kernel_w; kx++) {
            int ox = met(x, kx, p->pad_left, p->stride_w, p->dilation_w, p->out_w);
            if (ox >= 0 && ox - first + 1 > columns)
                columns = ox - first + 1;
        }
    }
    return (columns * p->out_c + PART - 1) / PART;
}

/* The list of (column, channel, kernel row, part). */
static void put_part(const struct mac_layer *m, const struct unit_packed_s8 *p, int x, int c, int ky, int part,
                     struct lists *l)
{
    struct entry entries[PART];
    int count = 0, first = first_met(p, x);

    for (int kx = 0; kx < p->kernel_w; kx++) {
        int ox = met(x, kx, p->pad_left, p->stride_w, p->dilation_w, p->out_w);
        for (int o = 0; ox >= 0 && o < m->out_c; o++) {
            int at = (ox - first) * m->out_c + o - part * PART;
            if (at >= 0 && at < PART)
                add(m, o, (ky * p->kernel_w + kx) * p->in_c + c, at, entries, &count);
        }
    }
    put_list(l, entries, count);
}

/* Rows of the ring: most that are open at once, worked out by walking the input as the kernel does. */
static uint16_t ring_rows(const struct unit_packed_s8 *p)
{
    int together = p->pool_h ? p->pool_h : 1, rows = p->out_h - p->out_h % together, open = 0, most = 1;

    for (int y = 0; y < p->in_h; y++) {
        int fresh = (y + p->pad_top) / p->stride_h + 1;
        fresh = fresh < rows ? fresh : rows;
        most = fresh - open > most ? fresh - open : most;
        while (open < rows &&
               ((open + together - 1) * p->stride_h - p->pad_top + (p->kernel_h - 1) * p->dilation_h <= y))
            open += together;
    }
    return (uint16_t)most;
}

uint32_t prefix_scratch_bytes(const struct unit_prefix_s8 *op)
{
    return 4 * (uint32_t)op->rows * op->layer.out_w * op->layer.out_c;
}

void prefix_pooled(struct unit_prefix_s8 *op)
{
    op->rows = ring_rows(&op->layer);
}

static void put_lists(const struct mac_layer *m, struct unit_prefix_s8 *op, const int *example, int classes,
                      struct lists *l)
{
    for (int class = 0; class < classes; class ++)
        for (int c = 0; c < op->layer.in_c; c++)
            for (int group = 0; group < op->groups; group++)
                put_part(m, &op->layer, example[class], c, group / op->parts, group % op->parts, l);
}

static struct lists lists_new(struct region *r, size_t lists, size_t entries, int entry_bytes)
{
    return (struct lists){ .entries = region_array(r, entries + 1, (size_t)entry_bytes),
                           .index = region_array(r, lists, UNIT_PREFIX_INDEX_BYTES),
                           .entry_bytes = entry_bytes };
}

/* Connections that can wake, over all column classes. */
static int entries_of(struct region *r, const struct mac_layer *m, const struct unit_packed_s8 *p)
{
    int *class_of = region_array(r, p->in_w, sizeof *class_of), *example = region_array(r, p->in_w, sizeof *example);
    int classes = find_classes(p, class_of, example), count = 0;

    for (int class = 0; class < classes; class ++)
        for (int k = 0; k < m->taps; k++)
            if (met(example[class], k / p->in_c % p->kernel_w, p->pad_left, p->stride_w, p->dilation_w, p->out_w) >= 0)
                for (int o = 0; o < m->out_c; o++)
                    count += waking_bits(m->cut[mac_at(m, o, k)]) && m->shape.weights[mac_at(m, o, k)];
    return count;
}

static void lower_scatter(struct region *r, struct step *s, struct unit_step *k, const struct mac_layer *m,
                          const struct unit_packed_s8 *layer)
{
    struct unit_prefix_s8 *op = region_alloc(r, sizeof *op);
    struct unit_prefix_column *columns = region_array(r, layer->in_w, sizeof *columns);
    int *class_of = region_array(r, layer->in_w, sizeof *class_of),
        *example = region_array(r, layer->in_w, sizeof *example);
    int classes = find_classes(layer, class_of, example);
    struct lists l;

    op->layer = *layer;
    op->parts = (uint16_t)parts_of(layer);
    op->groups = (uint16_t)(layer->kernel_h * op->parts);
    op->rows = ring_rows(layer);
    l = lists_new(r, (size_t)classes * layer->in_c * op->groups, (size_t)entries_of(r, m, layer),
                  UNIT_PREFIX_ENTRY_BYTES);
    put_lists(m, op, example, classes, &l);
    for (int x = 0; x < layer->in_w; x++)
        columns[x] = (struct unit_prefix_column){ (uint16_t)(class_of[x] * layer->in_c * op->groups),
                                                  (uint16_t)(first_met(layer, x) * m->out_c) };
    op->entries = (unit_weights)(const void *)l.entries;
    op->index = l.index;
    op->columns = columns;
    op->lists = (uint16_t)l.list_count;
    op->entry_count = (uint16_t)l.entry_count;
    k->kernel = unit_prefix_s8;
    k->op = op;
    s->scratch_bytes = prefix_scratch_bytes(op);
}

/* ---- DEPTHWISE_CONV_2D ---------------------------------------------------------------------------------------------
 */

/* One axis of the plane. Input position i in phase (i + pad) mod stride meets taps k = phase, phase + stride, ... */
struct axis {
    int inputs, outputs, kernel, stride, dilation, pad;
};

/* The least output that input i meets if there were outputs everywhere, and whether tap k meets it. */
static int output_through(const struct axis *a, int i, int k, int *output)
{
    int at = i + a->pad - k * a->dilation + a->kernel * a->dilation * a->stride; /* kept positive */

    *output = at / a->stride - a->kernel * a->dilation;
    return at % a->stride == 0;
}

/* The least output that input i meets through any tap; 0 if there is none. */
static int least_output(const struct axis *a, int i)
{
    int output;

    for (int k = a->kernel - 1; k >= 0; k--)
        if (output_through(a, i, k, &output))
            return output;
    return 0;
}

/* Outputs of the plane: from *low on, the returned number. */
static int plane_size(const struct axis *a, int *low)
{
    int high = a->outputs - 1, output;

    *low = 0;
    for (int i = 0; i < a->inputs; i++)
        for (int k = 0; k < a->kernel; k++)
            if (output_through(a, i, k, &output)) {
                *low = output < *low ? output : *low;
                high = output > high ? output : high;
            }
    return high - *low + 1;
}

static struct axis axis_h(const struct unit_packed_s8 *p)
{
    return (struct axis){ p->in_h, p->out_h, p->kernel_h, p->stride_h, p->dilation_h, p->pad_top };
}

static struct axis axis_w(const struct unit_packed_s8 *p)
{
    return (struct axis){ p->in_w, p->out_w, p->kernel_w, p->stride_w, p->dilation_w, p->pad_left };
}

/* Where elements at each position of an axis find their lists and sums; unit is the step between sums. */
static const struct unit_prefix_column *places(struct region *r, const struct axis *a, int lists_step, int unit,
                                               int low)
{
    struct unit_prefix_column *places = region_array(r, (size_t)a->inputs, sizeof *places);

    for (int i = 0; i < a->inputs; i++)
        places[i] = (struct unit_prefix_column){ (uint16_t)((i + a->pad) % a->stride * lists_step),
                                                 (uint16_t)((least_output(a, i) - low) * unit) };
    return places;
}

/* The list of output channel o for elements at phase (row, column) of the strides. */
static void put_phase(const struct mac_layer *m, const struct axis *h, const struct axis *w, int plane_w, int o,
                      int row, int column, struct lists *l)
{
    struct entry entries[256];
    int count = 0, oy, ox, y = row + h->stride * h->pad - h->pad, x = column + w->stride * w->pad - w->pad;

    for (int ky = 0; ky < h->kernel; ky++)
        for (int kx = 0; kx < w->kernel; kx++)
            if (output_through(h, y, ky, &oy) && output_through(w, x, kx, &ox))
                add(m, o, ky * w->kernel + kx, (oy - least_output(h, y)) * plane_w + ox - least_output(w, x), entries,
                    &count);
    put_list(l, entries, count);
}

static void lower_planes(struct region *r, struct step *s, struct unit_step *k, const struct mac_layer *m,
                         const struct unit_packed_s8 *layer)
{
    struct unit_prefix_depthwise_s8 *op = region_alloc(r, sizeof *op);
    struct axis h = axis_h(layer), w = axis_w(layer);
    int top, left, plane_h = plane_size(&h, &top), plane_w = plane_size(&w, &left);
    struct lists l;

    op->layer = *layer;
    op->lists = (uint16_t)(h.stride * w.stride);
    op->plane_h = (uint16_t)plane_h;
    op->plane_w = (uint16_t)plane_w;
    op->origin = (uint16_t)(-top * plane_w - left);
    op->rows = places(r, &h, w.stride, plane_w, top);
    op->columns = places(r, &w, 1, 1, left);
    l = lists_new(r, (size_t)m->out_c * op->lists, (size_t)m->out_c * (size_t)m->taps, UNIT_PREFIX_LONG_BYTES);
    for (int o = 0; o < m->out_c; o++)
        for (int row = 0; row < h.stride; row++)
            for (int column = 0; column < w.stride; column++)
                put_phase(m, &h, &w, plane_w, o, row, column, &l);
    op->entries = (unit_weights)(const void *)l.entries;
    op->index = l.index;
    op->entry_count = (uint16_t)l.entry_count;
    k->kernel = unit_prefix_depthwise_s8;
    k->op = op;
    s->scratch_bytes = 4 * (uint32_t)plane_h * (uint32_t)plane_w;
}

/* ---- Which layers ---------------------------------------------------------------------------------------------------
 */

static int cuts_are_powers(const struct mac_layer *m)
{
    for (int o = 0; o < m->out_c; o++)
        for (int k = 0; k < m->taps; k++) {
            uint8_t cut = m->cut[mac_at(m, o, k)];
            if (cut != NEVER && !waking_bits(cut))
                return 0;
        }
    return 1;
}

int prefix_fits(struct region *r, const struct mac_layer *m, const struct unit_packed_s8 *layer)
{
    struct axis h = axis_h(layer), w = axis_w(layer);
    int low, kernel = layer->kernel_h * layer->kernel_w;

    if (!m->cut || !cuts_are_powers(m))
        return 0;
    if (m->depthwise)
        return kernel <= 255 && 4 * plane_size(&h, &low) * plane_size(&w, &low) <= PLANE_BYTES_MAX &&
               m->taps * m->out_c <= ENTRIES_MAX;
    return layer->kernel_h * parts_of(layer) <= UNIT_PREFIX_GROUPS_MAX && entries_of(r, m, layer) <= ENTRIES_MAX;
}

void prefix_lower(struct region *r, struct step *s, struct unit_step *k, const struct mac_layer *m,
                  const struct unit_packed_s8 *layer)
{
    if (m->depthwise)
        lower_planes(r, s, k, m, layer);
    else
        lower_scatter(r, s, k, m, layer);
}
