/* lanes_s8.c (ARMv6-M) - CONV_2D and FULLY_CONNECTED with two products in one multiplication: the walk. A few rows of
 * outputs at a time get their strips; then the weights of two outputs after the other are unpacked and swept over all
 * windows of those rows, and the sums become outputs. */
#include "rt_lanes.h"
#include "rt_lanes_loops.h"
#include "rt_outputs.h"
#include "rt_steps.h"

/* unit_pool_sums reads these. */
typedef char pool_h_is_at_36[offsetof(struct unit_packed_s8, pool_h) == 36 ? 1 : -1];
typedef char pool_w_is_at_38[offsetof(struct unit_packed_s8, pool_w) == 38 ? 1 : -1];

struct walk {
    const struct unit_lanes_s8 *p;
    struct rt_lanes l;
    uint32_t *strips, *lanes;
    int32_t *sums;
    uint32_t strip_words; /* of a row: both strips */
};

/* ---- Strips ---- */

/* 1 if a run of elements is whole words, which are filled as pairs at once: an upper half borrows from a lower one
 * below 0. Others are filled as halves, and paired when the strip is full. */
static int is_paired(const struct unit_packed_s8 *l)
{
    return !(l->in_c & 1);
}

/* `columns` columns of the zero point, n halves each; to counts halves. */
static void fill_outside(const struct walk *w, int16_t *to, uint32_t columns)
{
    const int16_t value = w->p->layer.in_zp;
    const int16_t upper = (int16_t)(is_paired(&w->p->layer) && value < 0 ? value - 1 : value);

    for (; columns; columns--, to += w->l.column)
        for (uint16_t k = 0; k < w->p->layer.in_c; k++)
            to[k] = k & 1 ? upper : value;
}

/* The same from the input, in which they follow each other. */
static void fill_inside(const struct walk *w, const int8_t *from, int16_t *to, uint32_t columns)
{
    uint32_t n = w->p->layer.in_c, column = w->l.column;

    if (rt_lanes_fours(&w->p->layer)) {
        if (n == column)
            n *= columns, columns = 1;
        for (; columns; columns--, from += n, to += column)
            unit_lanes_spread(from, (uint32_t *)(void *)to, n >> 2, LANES_SIGNED);
    } else if (is_paired(&w->p->layer)) {
        unit_lanes_pairs(from, (uint32_t *)(void *)to, columns, n >> 1, column << 1);
    } else if (n == 1) {
        unit_lanes_scatter(from, to, columns, column << 1);
    } else {
        for (; columns; columns--, to += column) {
            int16_t *t = to;
            for (uint32_t k = n; k; k--)
                *t++ = *from++;
        }
    }
}

static int32_t limit(int32_t v, int32_t most)
{
    return v < 0 ? 0 : v > most ? most : v;
}

/* Kernel row ky of the columns from x on; row is NULL outside the input. */
static void fill_columns(const struct walk *w, const int8_t *row, int32_t x, int16_t *to)
{
    const struct unit_packed_s8 *l = &w->p->layer;
    int32_t columns = w->l.columns, left = limit(-x, columns), right = limit(l->in_w - x, columns);

    if (!row || right < left)
        left = right = columns;
    if (left)
        fill_outside(w, to, (uint32_t)left);
    if (right > left)
        fill_inside(w, row + (x + left) * (int32_t)l->in_c, to + left * w->l.column, (uint32_t)(right - left));
    if (columns > right)
        fill_outside(w, to + right * w->l.column, (uint32_t)(columns - right));
}

/* The same for columns that are apart: one at a time. */
static void fill_apart(const struct walk *w, const int8_t *row, int32_t x, int16_t *to)
{
    const struct unit_packed_s8 *l = &w->p->layer;

    for (uint16_t c = 0; c < w->l.columns; c++, x += l->dilation_w, to += w->l.column)
        if (row && x >= 0 && x < l->in_w)
            fill_inside(w, row + x * (int32_t)l->in_c, to, 1);
        else
            fill_outside(w, to, 1);
}

static void fill_row(const struct walk *w, const int8_t *row, int16_t *to)
{
    const struct unit_packed_s8 *l = &w->p->layer;
    int32_t x = -l->pad_left;
    uint16_t windows = w->l.shared ? 1 : l->out_w;

    for (; windows; windows--, x += l->stride_w, to += w->l.step)
        if (l->dilation_w == 1)
            fill_columns(w, row, x, to);
        else
            fill_apart(w, row, x, to);
}

static void fill(const struct walk *w, const int8_t *in, uint16_t oy, uint32_t *strip)
{
    const struct unit_packed_s8 *l = &w->p->layer;
    int16_t *to = (int16_t *)(void *)strip;
    int32_t y = (int32_t)oy * l->stride_h - l->pad_top;

    for (uint16_t ky = 0; ky < l->kernel_h; ky++, y += l->dilation_h, to += l->in_c)
        fill_row(w, y < 0 || y >= l->in_h ? NULL : in + (uint32_t)y * l->in_w * l->in_c, to);
    if (!is_paired(l))
        unit_lanes_pair_up(strip, w->l.strip_words, w->l.odd ? strip + w->l.strip_words : NULL);
}

/* ---- Sums and outputs ---- */

/* All windows of `rows` strips, for two outputs. Odd windows, if they read another strip, have a turn of their own. */
static void sweep(const struct walk *w, const int32_t *bias, uint32_t rows)
{
    uint32_t count = w->p->layer.out_w, step = (uint32_t)w->l.step << 1, strip_bytes = w->strip_words << 2;
    struct lanes_sweep s = {
        w->strips, step, w->lanes, w->p->pairs, bias, w->sums, 8, 8 * count, strip_bytes - step * count, 0, rows
    };

    if (w->l.odd) {
        uint32_t even = (count + 1) >> 1, odd = count >> 1;
        s.x_step = 2 * step;
        s.sums_step = 16;
        s.row_bytes = 16 * even;
        s.sums_row_step = 8 * count - 16 * even;
        s.x_row_step = strip_bytes - 2 * step * even;
        unit_lanes_sweep(&s);
        s.x = w->strips + w->l.strip_words + ((w->l.step - 1) >> 1);
        s.sums += 2;
        s.row_bytes = 16 * odd;
        s.sums_row_step = 8 * count - 16 * odd;
        s.x_row_step = strip_bytes - 2 * step * odd;
        if (!odd)
            return;
    }
    unit_lanes_sweep(&s);
}

static void outputs(const struct unit_lanes_s8 *p, struct rt_outputs *o, uint16_t at, uint32_t count)
{
    o->step = p->steps + RT_STEP_WORDS * at;
    o->bend = p->bends ? p->bends + RT_BEND_WORDS * at : NULL;
    unit_outputs(o, count);
}

/* ---- A layer ---- */

/* The sums of two outputs for y_rows rows, pooled, to outputs o and o + 1. */
static void put_rows(const struct walk *w, uint16_t o, uint16_t y_rows, int8_t *y)
{
    const struct unit_lanes_s8 *p = w->p;
    const struct unit_packed_s8 *l = &p->layer;
    uint32_t pool_h = l->pool_h ? l->pool_h : 1, row_sums = 2u * l->out_w, count = p->y_w;
    int32_t *sums = w->sums;
    struct rt_outputs out = { NULL, NULL, NULL, 8, NULL, l->out_c, l->act_min, l->act_max };

    if (!l->pool_h)
        count *= y_rows, y_rows = 1; /* rows follow each other */
    for (; y_rows; y_rows--, y += count * l->out_c, sums += row_sums * pool_h) {
        if (l->pool_h)
            unit_pool_sums(sums, count, l, row_sums * 4);
        for (uint16_t i = 0; i < 2 && o + i < l->out_c; i++) {
            out.sums = sums + i;
            out.y = y + o + i;
            outputs(p, &out, l->scale_step ? (uint16_t)(o + i) : 0, count);
        }
    }
}

/* `rows` rows of sums behind strips that are filled. Returns where the outputs go on. */
static int8_t *run_rows(const struct walk *w, uint16_t rows, int8_t *y)
{
    const struct unit_lanes_s8 *p = w->p;
    const struct unit_packed_s8 *l = &p->layer;
    const uint32_t *weights = l->weights;
    uint16_t y_rows = rows;

    if (l->pool_h)
        for (y_rows = 0; rows >= (y_rows + 1) * l->pool_h;)
            y_rows++;
    for (uint16_t o = 0; o < l->out_c; o = (uint16_t)(o + 2), weights += p->pairs) {
        unit_lanes_spread(weights, w->lanes, p->pairs, 0);
        sweep(w, l->bias + o, rows);
        put_rows(w, o, y_rows, y);
    }
    return y + (uint32_t)y_rows * p->y_w * l->out_c;
}

/* Too few positions to unpack weights for: the window that begins at x. */
static void run_window(const struct walk *w, const uint32_t *x, int8_t *y)
{
    const struct unit_lanes_s8 *p = w->p;
    const struct unit_packed_s8 *l = &p->layer;
    struct rt_outputs out = { NULL, NULL, w->sums, 4, y, 1, l->act_min, l->act_max };
    uint16_t count = l->scale_step ? 1 : l->out_c;

    unit_lanes_window(x, l->weights, p->pairs, l->bias, w->sums, (uint32_t)(l->out_c + 1) >> 1);
    for (uint16_t o = 0; o < l->out_c; o = (uint16_t)(o + count), out.sums++, out.y++)
        outputs(p, &out, o, count);
}

/* A row of them; returns where the outputs go on. */
static int8_t *run_row(const struct walk *w, int8_t *y)
{
    uint16_t at = 0; /* of a window, in halves */

    for (uint16_t i = w->p->layer.out_w; i; i--, at = (uint16_t)(at + w->l.step), y += w->p->layer.out_c)
        run_window(w, w->strips + (at & 1 ? w->l.strip_words : 0) + (at >> 1), y);
    return y;
}

void unit_lanes_s8(const void *op, void *const t[])
{
    const struct unit_lanes_s8 *p = op;
    struct walk w = { .p = p, .l = rt_lanes(&p->layer), .strips = t[2] };
    uint16_t rows = (uint16_t)(p->layer.pool_h ? p->y_h * p->layer.pool_h : p->y_h), n = p->rows ? p->rows : 1;
    int8_t *y = t[1];

    w.strip_words = (uint32_t)w.l.strip_words << w.l.odd;
    w.lanes = w.strips + w.strip_words * n;
    w.sums = (int32_t *)(w.lanes + (p->rows ? 2 * p->pairs : 0));
    for (uint16_t oy = 0; oy < rows; oy = (uint16_t)(oy + n)) {
        n = n < rows - oy ? n : (uint16_t)(rows - oy);
        for (uint16_t r = 0; r < n; r++)
            fill(&w, t[0], (uint16_t)(oy + r), w.strips + r * w.strip_words);
        y = p->rows ? run_rows(&w, n, y) : run_row(&w, y);
    }
}
