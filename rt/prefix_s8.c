/* prefix_s8.c - CONV_2D and FULLY_CONNECTED by sorted prefixes (see struct unit_prefix_s8): every input element
 * scatters the connections it wakes into a ring of output rows. */
#include "rt_prefix.h"

/* Rows count in the CPU's own width; lowering sees to it that they fit 16 bits with a sign. */
typedef int_fast16_t row_number;

/* Output rows open .. fresh - 1 lie in the ring, from `first` on; `next` is where row `fresh` goes. */
struct ring {
    int32_t *first, *next;
    int32_t *sums, *end;
    row_number open, fresh;
    row_number rows, together;  /* that are worked out; that pooling takes together */
    row_number last, last_step; /* the input row after which the next rows together close; and from there to the next */
};

static struct ring ring_of(const struct unit_prefix_s8 *p, int32_t *sums)
{
    const struct unit_packed_s8 *l = &p->layer;
    struct ring ring = { sums, sums, sums, sums + (size_t)p->rows * p->row_elements, 0, 0, l->out_h, 1, 0, 0 };

    if (l->pool_h) {
        ring.rows = (row_number)(l->out_h - l->out_h % l->pool_h);
        ring.together = l->pool_h;
    }
    ring.last_step = (row_number)(ring.together * l->stride_h);
    ring.last = (row_number)(ring.last_step - l->stride_h - l->pad_top + (l->kernel_h - 1) * l->dilation_h);
    return ring;
}

static int32_t *row_behind(const struct unit_prefix_s8 *p, const struct ring *ring, int32_t *row)
{
    row += p->row_elements;
    return row == ring->end ? ring->sums : row;
}

/* The output row that meets numerator `at` = y + pad - ky * dilation; -1: none does. */
static inline row_number row_met(const struct unit_packed_s8 *p, row_number at)
{
    if (p->stride_h == 1 || at < 0)
        return at;
    return (uint16_t)at % p->stride_h ? (row_number)-1 : (row_number)((uint16_t)at / p->stride_h);
}

/* Zeroes the rows that input row y is the first to meet. */
RT_APART static void open_rows(const struct unit_prefix_s8 *p, struct ring *ring, row_number y)
{
    row_number last = (row_number)(y + p->layer.pad_top);

    if (p->layer.stride_h != 1)
        last = (uint16_t)last / p->layer.stride_h;
    for (; ring->fresh <= last && ring->fresh < ring->rows; ring->fresh++) {
        rt_prefix_clear(ring->next, p->row_elements);
        ring->next = row_behind(p, ring, ring->next);
    }
}

/* The lists that input row y runs. The lower the kernel row, the higher the output row. */
RT_APART static void find_visits(const struct unit_prefix_s8 *p, const struct ring *ring, row_number y,
                                 struct rt_scatter *s)
{
    struct rt_visit *v = s->visit;
    row_number dilation = p->layer.dilation_h, reached = ring->open;
    row_number at = (row_number)(y + p->layer.pad_top - (p->layer.kernel_h - 1) * dilation);
    int32_t *sums = ring->first;
    unsigned group = (unsigned)p->groups * UNIT_PREFIX_INDEX_BYTES, step = (unsigned)p->parts * UNIT_PREFIX_INDEX_BYTES;

    for (uint16_t ky = p->layer.kernel_h; ky; ky--, at = (row_number)(at + dilation)) {
        row_number row = row_met(&p->layer, at);
        int32_t *to;
        group -= step;
        if (row < ring->open || row >= ring->fresh)
            continue;
        for (; reached < row; reached++)
            sums = row_behind(p, ring, sums);
        to = sums;
        for (unsigned of_part = group; of_part != group + step; of_part += UNIT_PREFIX_INDEX_BYTES, v++) {
            v->group = of_part;
            v->sums = to;
            to += UNIT_PREFIX_PART;
        }
    }
    s->end = v;
}

/* The maxima of pooling windows, each in the sums of its first position. */
RT_APART static void take_maxima(const struct unit_prefix_s8 *p, const struct ring *ring)
{
    uint16_t out_c = p->layer.out_c, step = (uint16_t)(p->layer.pool_w * out_c);
    int32_t *row = ring->first, *best = ring->first + p->origin;

    for (uint16_t r = 1; r < p->layer.pool_h; r++) {
        row = row_behind(p, ring, row);
        rt_prefix_larger(best, row + p->origin, (uint16_t)(p->layer.out_w * out_c));
    }
    for (uint16_t x = (uint16_t)(p->layer.out_w / p->layer.pool_w); x; x--, best += step)
        for (uint16_t other = out_c; other < step; other = (uint16_t)(other + out_c))
            rt_prefix_larger(best, best + other, out_c);
}

/* Writes the outputs of row `open`, or of the pooled rows from there on. Windows of 2 by 2 are compared on the way. */
RT_APART static int8_t *write_rows(const struct unit_prefix_s8 *p, const struct ring *ring, int8_t *y)
{
    struct rt_outputs to = { &p->layer, p->after,       p->after_form, ring->first + p->origin,
                             NULL,      p->layer.out_w, p->layer.out_c };

    if (p->layer.pool_h == 2 && p->layer.pool_w == 2)
        to.below = row_behind(p, ring, ring->first) + p->origin;
    else if (p->layer.pool_h)
        take_maxima(p, ring);
    if (p->layer.pool_h) {
        to.positions = (uint16_t)(p->layer.out_w / p->layer.pool_w);
        to.step = (uint16_t)(p->layer.out_c * p->layer.pool_w);
    }
    rt_prefix_row_outputs(&to, y);
    return y + (uint16_t)(to.positions * p->layer.out_c);
}

/* Writes the rows that no input row behind y meets. */
RT_APART static int8_t *close_rows(const struct unit_prefix_s8 *p, struct ring *ring, row_number y, int8_t *out)
{
    while (ring->open < ring->rows && (ring->last <= y || y + 1 >= p->layer.in_h)) {
        out = write_rows(p, ring, out);
        for (row_number r = ring->together; r; r--)
            ring->first = row_behind(p, ring, ring->first);
        ring->open = (row_number)(ring->open + ring->together);
        ring->last = (row_number)(ring->last + ring->last_step);
    }
    return out;
}

void unit_prefix_s8(const void *op, void *const t[])
{
    const struct unit_prefix_s8 *p = op;
    const int8_t *in = t[0];
    int8_t *out = t[1];
    struct ring ring = ring_of(p, t[2]);
    struct rt_scatter scatter;
    uint16_t row_bytes = (uint16_t)(p->layer.in_w * p->layer.in_c);

    scatter.entries = rt_far_from(p->entries);
    scatter.channels = p->layer.in_c;
    scatter.step = (uint16_t)(p->groups * UNIT_PREFIX_INDEX_BYTES);
    scatter.zp = p->layer.in_zp;
    scatter.wide = p->wide;
    scatter.index = p->index;
    scatter.columns = p->columns;
    scatter.columns_end = p->columns + p->layer.in_w;
    scatter.table = unit_prefix_table;
    for (row_number y = 0; y < p->layer.in_h; y++, in += row_bytes) {
        open_rows(p, &ring, y);
        find_visits(p, &ring, y, &scatter);
        if (scatter.end != scatter.visit) /* strides leave out rows that no output meets */
            rt_scatter_row(&scatter, in);
        out = close_rows(p, &ring, y, out);
    }
}
