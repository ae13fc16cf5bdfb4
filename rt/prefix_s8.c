/* prefix_s8.c - CONV_2D and FULLY_CONNECTED by sorted prefixes (see struct unit_prefix_s8): every input element
 * scatters the connections it wakes into a ring of output rows. */
#include "rt_prefix.h"

/* Output rows open .. fresh - 1 lie in the ring; row `open` in slot `first`. */
struct ring {
    int32_t *sums;
    uint16_t first, open, fresh;
};

static int32_t *row_sums(const struct unit_prefix_s8 *p, const struct ring *ring, uint16_t row)
{
    uint16_t slot = (uint16_t)(ring->first + row - ring->open);

    return ring->sums + (size_t)(slot >= p->rows ? slot - p->rows : slot) * p->row_elements;
}

/* Output rows that are computed: pooling may leave some out. */
static uint16_t output_rows(const struct unit_packed_s8 *p)
{
    return (uint16_t)(p->pool_h ? p->out_h - p->out_h % p->pool_h : p->out_h);
}

/* The output row that meets input row y through kernel row ky, or -1. */
static int32_t row_met(const struct unit_packed_s8 *p, uint16_t y, uint16_t ky)
{
    int32_t at = (int32_t)y + p->pad_top - (int32_t)ky * p->dilation_h;

    if (at < 0)
        return -1;
    if (p->stride_h != 1) {
        if ((uint16_t)at % p->stride_h)
            return -1;
        at = (uint16_t)at / p->stride_h;
    }
    return at < output_rows(p) ? at : -1;
}

/* Zeroes the rows that input row y is the first to meet. */
static void open_rows(const struct unit_prefix_s8 *p, struct ring *ring, uint16_t y)
{
    uint16_t rows = output_rows(&p->layer), last = (uint16_t)(y + (uint16_t)p->layer.pad_top);

    if (p->layer.stride_h != 1)
        last = (uint16_t)(last / p->layer.stride_h);
    for (; ring->fresh <= last && ring->fresh < rows; ring->fresh++)
        rt_prefix_clear(row_sums(p, ring, ring->fresh), p->row_elements);
}

static void find_visits(const struct unit_prefix_s8 *p, const struct ring *ring, uint16_t y, struct rt_scatter *s)
{
    struct rt_visit *v = s->visit;
    uint16_t group = 0;

    for (uint16_t ky = 0; ky < p->layer.kernel_h; ky++) {
        int32_t row = row_met(&p->layer, y, ky);
        for (uint16_t part = 0; part < p->parts; part++, group = (uint16_t)(group + UNIT_PREFIX_INDEX_BYTES)) {
            if (row < 0)
                continue;
            v->group = group;
            v->sums = row_sums(p, ring, (uint16_t)row) + UNIT_PREFIX_PART * (size_t)part;
            v++;
        }
    }
    s->end = v;
}

static void scatter_row(const struct unit_prefix_s8 *p, const struct rt_scatter *s, const int8_t *in)
{
    const struct unit_prefix_column *column = p->columns;

    for (uint16_t x = p->layer.in_w; x; x--, column++, in += p->layer.in_c)
        rt_scatter_column(s, p->index + rt_rom_u16(&column->list), rt_rom_u16(&column->at), in);
}

/* The maxima of pooling windows, each in the sums of its first position. */
static void take_maxima(const struct unit_prefix_s8 *p, const struct ring *ring, int32_t *best)
{
    uint16_t out_c = p->layer.out_c, step = (uint16_t)(p->layer.pool_w * out_c);

    for (uint16_t r = 1; r < p->layer.pool_h; r++)
        rt_prefix_larger(best, row_sums(p, ring, (uint16_t)(ring->open + r)) + p->origin,
                         (uint16_t)(p->layer.out_w * out_c));
    for (uint16_t x = (uint16_t)(p->layer.out_w / p->layer.pool_w); x; x--, best += step)
        for (uint16_t other = out_c; other < step; other = (uint16_t)(other + out_c))
            rt_prefix_larger(best, best + other, out_c);
}

/* Writes the outputs of row `open`, or of the pooled rows from there on. */
static int8_t *write_rows(const struct unit_prefix_s8 *p, const struct ring *ring, int8_t *y)
{
    int32_t *sums = row_sums(p, ring, ring->open) + p->origin;
    uint16_t positions = p->layer.out_w, step = p->layer.out_c;
    struct rt_after after = { p->after, p->after_form };

    if (p->layer.pool_h) {
        take_maxima(p, ring, sums);
        positions = (uint16_t)(positions / p->layer.pool_w);
        step = (uint16_t)(step * p->layer.pool_w);
    }
    for (; positions; positions--, sums += step, y += p->layer.out_c)
        rt_prefix_outputs(&p->layer, &after, sums, y);
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
        ring->open = (uint16_t)(ring->open + together);
        ring->first = (uint16_t)(ring->first + together);
        if (ring->first >= p->rows)
            ring->first = (uint16_t)(ring->first - p->rows);
    }
    return out;
}

void unit_prefix_s8(const void *op, void *const t[])
{
    const struct unit_prefix_s8 *p = op;
    const int8_t *in = t[0];
    int8_t *out = t[1];
    struct ring ring = { t[2], 0, 0, 0 };
    struct rt_scatter scatter;

    scatter.entries = rt_far_from(p->entries);
    scatter.channels = p->layer.in_c;
    scatter.step = (uint16_t)(p->groups * UNIT_PREFIX_INDEX_BYTES);
    scatter.zp = p->layer.in_zp;
    scatter.wide = p->wide;
    for (uint16_t y = 0; y < p->layer.in_h; y++, in += (uint16_t)(p->layer.in_w * p->layer.in_c)) {
        open_rows(p, &ring, y);
        find_visits(p, &ring, y, &scatter);
        if (scatter.end != scatter.visit) /* strides leave out rows that no output meets */
            scatter_row(p, &scatter, in);
        out = close_rows(p, &ring, y, out);
    }
}
