/* squares_s8.c (RV32I) - CONV_2D and FULLY_CONNECTED without multiplications: tiles of four windows (rt_tile.h), those
 * left over one at a time. */
#include <stddef.h>

#include "rt_port.h"
#include "rt_steps.h"
#include "rt_tile.h"

/* square[MIDDLE + n] = n^2 for |n| <= 255 */
#define MIDDLE 255
#define N1(n) (uint16_t)(((n)-MIDDLE) * ((n)-MIDDLE))
#define N8(n) N1(n), N1((n) + 1), N1((n) + 2), N1((n) + 3), N1((n) + 4), N1((n) + 5), N1((n) + 6), N1((n) + 7)
#define N64(n) N8(n), N8((n) + 8), N8((n) + 16), N8((n) + 24), N8((n) + 32), N8((n) + 40), N8((n) + 48), N8((n) + 56)

static const uint16_t square[2 * MIDDLE + 2] = { N64(0),   N64(64),  N64(128), N64(192),
                                                 N64(256), N64(320), N64(384), N64(448) };

/* A layer at work. */
struct layer {
    const struct unit_squares_s8 *op;
    const int8_t *in;
    struct rt_shape shape;
    uint32_t *band;   /* [columns][band_h][in_c]: addresses of squares, from which weights count up */
    int32_t *columns; /* [rows][columns]: sums of squares, as the rows of outputs meet them */
    uint16_t column_words, row_words, row_bytes, window_step;
    uint16_t column_count; /* of the band, and its rows: products, so worked out once */
    uint16_t band_h;
};

/* Windows that wait until there are RT_SQUARES_TILE of them. */
struct tile {
    const uint32_t *x[RT_SQUARES_TILE];
    int32_t squares[RT_SQUARES_TILE]; /* sum over the window */
    int8_t *y[RT_SQUARES_TILE];
    uint8_t count;
};

/* Products of what little a layer needs. */
static uint32_t times(uint32_t a, uint16_t b)
{
    uint32_t product = 0;

    for (; b; b >>= 1, a <<= 1)
        if (b & 1)
            product += a;
    return product;
}

/* One place of the band: in_c values at x, or the zero point. Returns the sum of their squares. */
static inline int32_t put_place(const struct unit_packed_s8 *p, const int8_t *x, uint32_t *to)
{
    int32_t sum = 0, zero = p->in_zp;

    for (uint16_t c = p->in_c; c; c--) {
        const uint16_t *at = square + MIDDLE - (x ? *x++ : zero);
        *to++ = (uint32_t)(uintptr_t)at;
        sum += *at;
    }
    return sum;
}

/* A column of the band. x: the input at its first row; y: that row. */
static void put_column(const struct layer *l, const int8_t *x, int32_t y, int inside, uint16_t column, uint32_t *to)
{
    const struct unit_packed_s8 *p = &l->op->layer;
    uint16_t band_h = l->band_h, kernel_h = p->kernel_h, second = (uint16_t)(band_h - kernel_h);
    int32_t first_sum = 0, second_sum = 0;

    for (uint16_t row = 0; row < band_h; row++, y++, x += l->row_bytes, to += p->in_c) {
        int32_t sum = put_place(p, inside && y >= 0 && y < p->in_h ? x : NULL, to);
        if (row < kernel_h)
            first_sum += sum;
        if (row >= second)
            second_sum += sum;
    }
    l->columns[column] = first_sum;
    if (rt_squares_rows(p) > 1)
        l->columns[l->column_count + column] = second_sum;
}

/* The band of output row y and the next one. */
static void put_band(const struct layer *l, int32_t y)
{
    const struct unit_packed_s8 *p = &l->op->layer;
    const int8_t *x = l->in + y * (int32_t)l->row_bytes - times(p->in_c, (uint16_t)p->pad_left);
    uint32_t *to = l->band;
    int32_t at = -p->pad_left;

    for (uint16_t column = 0; column < l->column_count; column++, at++, x += p->in_c, to += l->column_words)
        put_column(l, x, y, at >= 0 && at < p->in_w, column, to);
}

/* The sums of an output become elements. */
static inline int8_t output(const struct layer *l, uint16_t o, int32_t sum)
{
    const struct unit_squares_s8 *op = l->op;
    uint16_t scale = op->layer.scale_step ? o : 0;
    const int32_t *step = op->steps + scale + scale + scale;

    return rt_step_divided(step, op->bends ? op->bends + scale + scale : NULL, (sum + op->layer.bias[o]) >> 1,
                           op->layer.act_min, op->layer.act_max);
}

static inline int32_t larger(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

/* All outputs of a tile. */
static void run_tile(const struct layer *l, struct tile *t)
{
    const struct unit_packed_s8 *p = &l->op->layer;
    const int8_t *w = (const int8_t *)p->weights;
    int32_t sums[RT_SQUARES_BLOCK * RT_SQUARES_TILE], *q = t->squares;

    for (uint16_t o = 0, end; o < p->out_c; w += l->shape.weights) {
        const int32_t *s = sums;
        end = (uint16_t)(p->out_c - o > RT_SQUARES_BLOCK ? o + RT_SQUARES_BLOCK : p->out_c);
        if (end - o <= 2)
            rt_tile_2(&l->shape, t->x, w, sums);
        else
            rt_tile_4(&l->shape, t->x, w, sums);
        for (; o < end; o++, s += RT_SQUARES_TILE) {
            if (p->pool_h)
                t->y[0][o] = output(l, o, larger(larger(q[0] - s[0], q[1] - s[1]), larger(q[2] - s[2], q[3] - s[3])));
            else
                for (uint8_t i = 0; i < RT_SQUARES_TILE; i++)
                    t->y[i][o] = output(l, o, q[i] - s[i]);
        }
    }
    t->count = 0;
}

/* Fewer windows, one by one. */
static void run_rest(const struct layer *l, struct tile *t)
{
    const struct unit_packed_s8 *p = &l->op->layer;

    for (uint8_t i = 0; i < t->count; i++) {
        const int8_t *w = (const int8_t *)p->weights;
        for (uint16_t o = 0; o < p->out_c; o = (uint16_t)(o + RT_SQUARES_BLOCK)) {
            int32_t sums[RT_SQUARES_BLOCK] = { 0 };
            const uint32_t *x = t->x[i];
            for (uint16_t k = p->kernel_w; k; k--, x += l->column_words)
                w = rt_add_stretch(x, l->shape.stretch, w, sums);
            for (uint16_t b = 0; b < RT_SQUARES_BLOCK && o + b < p->out_c; b++)
                t->y[i][o + b] = output(l, (uint16_t)(o + b), t->squares[i] - sums[b]);
        }
    }
    t->count = 0;
}

/* Adds the window of a row of the band that begins at a column. */
static inline void add(const struct layer *l, struct tile *t, const uint32_t *x, const int32_t *columns, int8_t *y)
{
    int32_t sum = 0;

    for (uint16_t k = l->op->layer.kernel_w; k; k--)
        sum += *columns++;
    t->x[t->count] = x;
    t->squares[t->count] = sum;
    t->y[t->count++] = y;
}

/* Rows of outputs whose band is laid out; returns where the next ones go. */
static int8_t *run_rows(const struct layer *l, struct tile *t, uint16_t rows, int8_t *y)
{
    const struct unit_packed_s8 *p = &l->op->layer;

    for (uint16_t row = 0; row < rows; row++) {
        const uint32_t *x = l->band + (row ? l->row_words : 0);
        const int32_t *columns = l->columns + (row ? l->column_count : 0);
        for (uint16_t ox = p->out_w; ox; ox--, x += l->window_step, columns += p->stride_w, y += p->out_c) {
            add(l, t, x, columns, y);
            if (t->count == RT_SQUARES_TILE)
                run_tile(l, t);
        }
    }
    run_rest(l, t);
    return y;
}

/* A row of outputs pooled two by two. */
static int8_t *run_pools(const struct layer *l, struct tile *t, int8_t *y)
{
    const struct unit_packed_s8 *p = &l->op->layer;
    const uint32_t *x = l->band;
    const int32_t *columns = l->columns;

    for (uint16_t ox = p->out_w >> 1; ox; ox--, y += p->out_c) {
        for (uint8_t i = 0; i < 2; i++, x += l->window_step, columns += p->stride_w) {
            add(l, t, x, columns, y);
            add(l, t, x + l->row_words, columns + l->column_count, y);
        }
        run_tile(l, t);
    }
    return y;
}

static struct layer layer_of(const struct unit_squares_s8 *op, void *const t[])
{
    const struct unit_packed_s8 *p = &op->layer;
    struct layer l = { .op = op, .in = t[0], .columns = t[2] };
    uint16_t column;

    l.column_count = rt_squares_columns(p);
    l.band_h = rt_squares_band_h(p);
    l.column_words = column = (uint16_t)times(p->in_c, l.band_h);
    l.band = (uint32_t *)l.columns + l.column_count;
    if (rt_squares_rows(p) > 1)
        l.band += l.column_count;
    l.row_words = (uint16_t)times(p->in_c, p->stride_h);
    l.row_bytes = (uint16_t)times(p->in_c, p->in_w);
    l.window_step = (uint16_t)times(column, p->stride_w);
    l.shape = rt_shape(p->kernel_w, (uint16_t)times(p->in_c, p->kernel_h), column);
    return l;
}

void unit_squares_s8(const void *op, void *const t[])
{
    struct layer l = layer_of(op, t);
    const struct unit_packed_s8 *p = &l.op->layer;
    uint16_t rows = rt_squares_rows(p);
    struct tile tile = { .count = 0 };
    int32_t row = -p->pad_top;
    int8_t *y = t[1];

    for (uint16_t oy = 0; oy < p->out_h; oy = (uint16_t)(oy + rows)) {
        put_band(&l, row);
        if (p->pool_h && oy + 1 < p->out_h)
            y = run_pools(&l, &tile, y);
        else if (!p->pool_h)
            y = run_rows(&l, &tile, oy + rows > p->out_h ? 1 : rows, y);
        row += rows > 1 ? 2 * p->stride_h : p->stride_h;
    }
}
