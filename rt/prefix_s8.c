/* prefix_s8.c - CONV_2D and FULLY_CONNECTED by sorted prefixes (see struct unit_prefix_s8): every input element
 * scatters the connections it wakes into a ring of output rows. */
#include "rt_prefix.h"

/* Output rows open .. fresh - 1 lie in the ring, from `first` on; `next` is where row `fresh` goes. */
struct ring {
    int32_t *first, *next;
    int32_t *sums, *end;
    uint16_t open, fresh;
};

static int32_t *row_behind(const struct unit_prefix_s8 *p, const struct ring *ring, int32_t *row)
{
    row += p->row_elements;
    return row == ring->end ? ring->sums : row;
}

/* Output rows that are computed: pooling may leave some out. */
static uint16_t output_rows(const struct unit_packed_s8 *p)
{
    return (uint16_t)(p->pool_h ? p->out_h - p->out_h % p->pool_h : p->out_h);
}

/* The output row that meets numerator `at` = y + pad - ky * dilation; -1: none does. */
static int32_t row_met(const struct unit_packed_s8 *p, int32_t at)
{
    if (p->stride_h == 1 || at < 0)
        return at;
    return (uint16_t)at % p->stride_h ? (int32_t)-1 : (int32_t)((uint16_t)at / p->stride_h);
}

/* Zeroes the rows that input row y is the first to meet. */
static void open_rows(const struct unit_prefix_s8 *p, struct ring *ring, uint16_t y)
{
    uint16_t rows = output_rows(&p->layer), last = (uint16_t)(y + (uint16_t)p->layer.pad_top);

    if (p->layer.stride_h != 1)
        last = (uint16_t)(last / p->layer.stride_h);
    for (; ring->fresh <= last && ring->fresh < rows; ring->fresh++) {
        rt_prefix_clear(ring->next, p->row_elements);
        ring->next = row_behind(p, ring, ring->next);
    }
}

/* The lists that input row y runs. The lower the kernel row, the higher the output row. */
static void find_visits(const struct unit_prefix_s8 *p, const struct ring *ring, uint16_t y, struct rt_scatter *s)
{
    struct rt_visit *v = s->visit;
    int32_t at = (int32_t)y + p->layer.pad_top - (p->layer.kernel_h - 1) * (int32_t)p->layer.dilation_h;
    int32_t *sums = ring->first;
    uint16_t group = (uint16_t)(p->groups * UNIT_PREFIX_INDEX_BYTES), reached = ring->open;

    for (uint16_t ky = p->layer.kernel_h; ky; ky--, at += p->layer.dilation_h) {
        int32_t row = row_met(&p->layer, at), *to;
        group = (uint16_t)(group - p->parts * UNIT_PREFIX_INDEX_BYTES);
        if (row < ring->open || row >= ring->fresh)
            continue;
        for (; reached < row; reached++)
            sums = row_behind(p, ring, sums);
        to = sums;
        for (uint16_t part = 0; part < p->parts; part++, to += UNIT_PREFIX_PART) {
            v->group = (uint16_t)(group + part * UNIT_PREFIX_INDEX_BYTES);
            v->sums = to;
            v++;
        }
    }
    s->end = v;
}

/* The maxima of pooling windows, each in the sums of its first position. */
static void take_maxima(const struct unit_prefix_s8 *p, const struct ring *ring)
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
static int8_t *write_rows(const struct unit_prefix_s8 *p, const struct ring *ring, int8_t *y)
{
    struct rt_outputs to = { &p->layer, p->after, p->after_form, ring->first + p->origin, NULL };
    uint16_t positions = p->layer.out_w, step = p->layer.out_c;

    if (p->layer.pool_h == 2 && p->layer.pool_w == 2)
        to.below = row_behind(p, ring, ring->first) + p->origin;
    else if (p->layer.pool_h)
        take_maxima(p, ring);
    if (p->layer.pool_h) {
        positions = (uint16_t)(positions / p->layer.pool_w);
        step = (uint16_t)(step * p->layer.pool_w);
    }
    for (; positions; positions--, y += p->layer.out_c) {
        rt_prefix_outputs(&to, y);
        to.sums += step;
        if (to.below)
            to.below += step;
    }
    return y;
}

/* Writes the rows that no input row behind y meets. */
static int8_t *close_rows(const struct unit_prefix_s8 *p, struct ring *ring, uint16_t y, int8_t *out)
{
    const struct unit_packed_s8 *l = &p->layer;
    uint16_t together = l->pool_h ? l->pool_h : 1, rows = output_rows(l);

    while (ring->open < rows) {
        int32_t last = (int32_t)(ring->open + together - 1) * l->stride_h - l->pad_top +
                       (l->kernel_h - 1) * (int32_t)l->dilation_h;
        if (last > y && y + 1 < l->in_h)
            break;
        out = write_rows(p, ring, out);
        for (uint16_t r = together; r; r--)
            ring->first = row_behind(p, ring, ring->first);
        ring->open = (uint16_t)(ring->open + together);
    }
    return out;
}

void unit_prefix_s8(const void *op, void *const t[])
{
    const struct unit_prefix_s8 *p = op;
    const int8_t *in = t[0];
    int8_t *out = t[1];
    int32_t *sums = t[2];
    struct ring ring = { sums, sums, sums, sums + (size_t)p->rows * p->row_elements, 0, 0 };
    struct rt_scatter scatter;

    scatter.entries = rt_far_from(p->entries);
    scatter.channels = p->layer.in_c;
    scatter.step = (uint16_t)(p->groups * UNIT_PREFIX_INDEX_BYTES);
    scatter.zp = p->layer.in_zp;
    scatter.wide = p->wide;
    scatter.index = p->index;
    scatter.columns = p->columns;
    scatter.columns_end = p->columns + p->layer.in_w;
    scatter.table = unit_prefix_table;
    for (uint16_t y = 0; y < p->layer.in_h; y++, in += (uint16_t)(p->layer.in_w * p->layer.in_c)) {
        open_rows(p, &ring, y);
        find_visits(p, &ring, y, &scatter);
        if (scatter.end != scatter.visit) /* strides leave out rows that no output meets */
            rt_scatter_row(&scatter, in);
        out = close_rows(p, &ring, y, out);
    }
}
