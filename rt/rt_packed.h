/* rt_packed.h - what the packed kernels share: strips of the input, blocks of outputs, requantisation. rt_port.h is the
 * CPU family's.
 *
 * The windows of one row of outputs overlap. So a *strip* is laid out once a row: the columns of the input that the row
 * meets, each with its kernel_h * in_c values together. A window then is a stretch of the strip, and the next one
 * begins stride_w columns on. Weights are stored in the same order, [kernel_w][kernel_h][in_c].
 */
#ifndef RT_PACKED_H
#define RT_PACKED_H

#include <stddef.h>

#include "rt_memory.h"
#include "rt_port.h"
#include "rt_requantise.h"
#include "unit.h"

/* ---- Where sums go --------------------------------------------------------------------------------------------------
 */

/* To y, requantised, or where a maximum is taken, to `sums` first. */
struct rt_sink {
    int8_t *y;
    int32_t *sums; /* [out_c], or NULL */
    uint8_t first; /* nothing to compare with yet */
};

/* The sums of outputs o.. at a position. */
static inline void rt_put(const struct unit_packed_s8 *p, const struct rt_sink *to, uint16_t o, const int32_t *acc,
                          uint8_t count)
{
    int32_t *sums = to->sums;

    if (!sums) {
        rt_requantise(p, o, acc, count, to->y + o);
        return;
    }
    sums += o;
    if (to->first)
        for (; count; count--)
            *sums++ = *acc++;
    else
        for (; count; count--, sums++, acc++)
            if (*acc > *sums)
                *sums = *acc;
}

/* Outputs of the block that begins at o. */
static inline uint8_t rt_block_outputs(const struct unit_packed_s8 *p, uint16_t o)
{
    return (uint8_t)(p->out_c - o < RT_BLOCK ? p->out_c - o : RT_BLOCK);
}

/* ---- Strips ---------------------------------------------------------------------------------------------------------
 */

/* Scratch of a layer, in the order it lies there; src/port/lower_packed.c reserves as much. */
struct rt_strip {
    int32_t *maxima;      /* [out_w / pool_w][out_c], if pooled */
    uint32_t *column_sum; /* [columns] of what the strip holds, if weights are offset */
    uint8_t *at;          /* [columns][kernel_h][in_c] */
    void *behind;         /* scratch for the kernel */
    uint16_t columns, column_bytes;
    uint8_t dilated; /* windows are no stretches then: a strip is laid out for each */
};

static inline struct rt_strip rt_strip(const struct unit_packed_s8 *p, void *scratch)
{
    struct rt_strip s;
    int32_t *words = scratch;

    s.dilated = p->dilation_w != 1;
    s.columns = s.dilated ? p->kernel_w : (uint16_t)((p->out_w - 1) * p->stride_w + p->kernel_w);
    s.column_bytes = (uint16_t)(p->kernel_h * p->in_c);
    s.maxima = words;
    if (p->pool_h)
        words += (uint16_t)(p->out_w / p->pool_w) * p->out_c;
    s.column_sum = (uint32_t *)words;
    if (RT_W_OFFSET)
        words += s.columns;
    s.at = (uint8_t *)words;
    s.behind = s.at + (((uint32_t)s.columns * s.column_bytes + 3) & ~(uint32_t)3);
    return s;
}

/* A strip holds x + RT_X_OFFSET: an exclusive or with the offset is the sum, in 8 bits. Copies `columns` stretches of n
 * values that follow each other in the input, to places column_bytes apart. */
static inline void rt_spread(uint8_t *to, const int8_t *from, uint16_t columns, uint16_t n, uint16_t column_bytes)
{
    const uint8_t *x = (const uint8_t *)from;

    if (n == 1) {
        for (; columns; columns--, to += column_bytes)
            *to = (uint8_t)(*x++ ^ RT_X_OFFSET);
        return;
    }
    for (; columns; columns--, to += column_bytes) {
        uint8_t *t = to;
        for (uint16_t k = n; k; k--)
            *t++ = (uint8_t)(*x++ ^ RT_X_OFFSET);
    }
}

static inline void rt_spread_zero(uint8_t *to, int16_t zp, uint16_t columns, uint16_t n, uint16_t column_bytes)
{
    for (; columns; columns--, to += column_bytes)
        memset(to, (uint8_t)zp ^ RT_X_OFFSET, n);
}

static inline uint16_t rt_limit(int32_t v, uint16_t most)
{
    return (uint16_t)(v < 0 ? 0 : v > most ? most : v);
}

/* One row of the input into the strip; columns outside hold the zero point. */
static inline void rt_spread_row(const struct unit_packed_s8 *p, const struct rt_strip *s, const int8_t *row,
                                 int32_t x0, uint8_t *to)
{
    uint16_t left = rt_limit(-x0, s->columns), right = rt_limit(p->in_w - x0, s->columns), n = p->in_c,
             bytes = s->column_bytes;

    if (right < left)
        right = left;
    rt_spread_zero(to, p->in_zp, left, n, bytes);
    rt_spread(to + (uint32_t)left * bytes, row + (x0 + left) * (int32_t)n, (uint16_t)(right - left), n, bytes);
    rt_spread_zero(to + (uint32_t)right * bytes, p->in_zp, (uint16_t)(s->columns - right), n, bytes);
}

static inline void rt_spread_dilated_row(const struct unit_packed_s8 *p, const struct rt_strip *s, const int8_t *row,
                                         int32_t x, uint8_t *to)
{
    for (uint16_t c = 0; c < s->columns; c++, x += p->dilation_w, to += s->column_bytes) {
        if (x >= 0 && x < p->in_w)
            rt_spread(to, row + x * (int32_t)p->in_c, 1, p->in_c, 0);
        else
            rt_spread_zero(to, p->in_zp, 1, p->in_c, 0);
    }
}

static inline void rt_sum_columns(const struct rt_strip *s)
{
    const uint8_t *x = s->at;

    for (uint16_t c = 0; c < s->columns; c++) {
        uint32_t sum = 0;
        for (uint16_t n = s->column_bytes; n; n--)
            sum += *x++;
        s->column_sum[c] = sum;
    }
}

/* Lays out the strip for output row y, from input column x0 on. */
static inline void rt_fill(const struct unit_packed_s8 *p, const struct rt_strip *s, const int8_t *in, uint16_t y,
                           int32_t x0)
{
    int32_t y0 = (int32_t)y * p->stride_h - p->pad_top;
    uint32_t step = (uint32_t)p->in_w * p->in_c;
    uint8_t *to = s->at;

    for (uint16_t ky = 0; ky < p->kernel_h; ky++, to += p->in_c, y0 += p->dilation_h) {
        if (y0 < 0 || y0 >= p->in_h)
            rt_spread_zero(to, p->in_zp, s->columns, p->in_c, s->column_bytes);
        else if (s->dilated)
            rt_spread_dilated_row(p, s, in + (uint32_t)y0 * step, x0, to);
        else
            rt_spread_row(p, s, in + (uint32_t)y0 * step, x0, to);
    }
    if (RT_W_OFFSET)
        rt_sum_columns(s);
}

/* Sum of the window that begins at column c. */
static inline int32_t rt_window_sum(const struct unit_packed_s8 *p, const struct rt_strip *s, uint16_t c)
{
    uint32_t sum = 0;

    if (RT_W_OFFSET) {
        const uint32_t *column = s->column_sum + c;
        for (uint16_t k = p->kernel_w; k; k--)
            sum += *column++;
    }
    return (int32_t)sum;
}

/* What a strip holds, less the zero point. */
static inline int16_t rt_centred(const struct unit_packed_s8 *p, uint8_t held)
{
    return (int16_t)((RT_X_OFFSET ? (int16_t)held - RT_X_OFFSET : (int8_t)held) - p->in_zp);
}

/* 1 if a row of the input is the strip of a row of outputs: 1x1 kernels and fully connected layers. */
static inline int rt_is_strip(const struct unit_packed_s8 *p)
{
    return !RT_X_OFFSET && p->kernel_h == 1 && p->kernel_w == 1 && p->stride_h == 1 && !p->pad_top && !p->pad_left &&
           p->dilation_w == 1;
}

/* ---- A layer --------------------------------------------------------------------------------------------------- */

/* What a kernel does: prepares a strip that was laid out (may be NULL), and sums the window that begins at a column. */
struct rt_kernel {
    void (*prepare)(const struct unit_packed_s8 *p, const struct rt_strip *s);
    void (*window)(const struct unit_packed_s8 *p, const struct rt_strip *s, uint16_t column, const struct rt_sink *to);
};

static inline void rt_lay_out(const struct unit_packed_s8 *p, const struct rt_kernel *k, struct rt_strip *s,
                              const int8_t *in, uint16_t y, int32_t x0)
{
    if (rt_is_strip(p))
        s->at = (uint8_t *)(in + (uint32_t)y * p->in_w * p->in_c);
    else
        rt_fill(p, s, in, y, x0);
    if (k->prepare)
        k->prepare(p, s);
}

/* Row y of outputs; with pooling, maxima so far are in s->maxima. */
static inline void rt_row(const struct unit_packed_s8 *p, const struct rt_kernel *k, struct rt_strip *s,
                          const int8_t *in, uint16_t y, int8_t *out)
{
    struct rt_sink to = { out, p->pool_h ? s->maxima : NULL, 0 };
    uint16_t column = 0, pool_x = 0, first_row = (uint16_t)(p->pool_h && y % p->pool_h == 0);

    if (!s->dilated)
        rt_lay_out(p, k, s, in, y, -p->pad_left);
    for (uint16_t x = 0; x < p->out_w; x++) {
        if (s->dilated)
            rt_lay_out(p, k, s, in, y, (int32_t)x * p->stride_w - p->pad_left);
        to.first = (uint8_t)(first_row && pool_x == 0);
        k->window(p, s, column, &to);
        to.y += p->out_c;
        if (!s->dilated)
            column = (uint16_t)(column + p->stride_w);
        if (p->pool_h && ++pool_x == p->pool_w) {
            pool_x = 0;
            to.sums += p->out_c;
            if (x + p->pool_w >= p->out_w)
                return;
        }
    }
}

/* All rows of outputs. t: input, output, scratch. */
static inline void rt_layer(const struct unit_packed_s8 *p, const struct rt_kernel *k, void *const t[])
{
    struct rt_strip s = rt_strip(p, t[2]);
    int8_t *y = t[1];
    uint16_t pooled_w = (uint16_t)(p->pool_h ? p->out_w / p->pool_w : p->out_w);
    uint16_t rows = (uint16_t)(p->pool_h ? p->out_h - p->out_h % p->pool_h : p->out_h);

    for (uint16_t row = 0; row < rows; row++) {
        rt_row(p, k, &s, t[0], row, y);
        if (p->pool_h && (row + 1) % p->pool_h)
            continue;
        if (p->pool_h)
            for (uint16_t x = 0; x < pooled_w; x++)
                rt_requantise(p, 0, s.maxima + (uint32_t)x * p->out_c, p->out_c, y + (uint32_t)x * p->out_c);
        y += (uint32_t)pooled_w * p->out_c;
    }
}

#endif
