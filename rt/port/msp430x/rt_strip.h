/* rt_strip.h - the strip of a row of outputs, as rt/rt_packed.h has it, for the kernels of struct unit_mpy_s8: columns
 * of kernel_h * in_c values each, borders filled with the zero point. */
#ifndef RT_STRIP_H
#define RT_STRIP_H

#include "rt_memory.h"
#include "unit.h"

/* rt_strip.S: copies `columns` stretches of n bytes that follow each other to places column_bytes apart. */
void rt_spread(int8_t *to, const int8_t *from, uint16_t columns, uint16_t n, uint16_t column_bytes);

static inline uint16_t rt_strip_columns(const struct unit_mpy_s8 *p)
{
    return (uint16_t)((p->out_w - 1) * p->stride_w + p->kernel_w);
}

static inline uint16_t rt_column_bytes(const struct unit_mpy_s8 *p)
{
    return (uint16_t)(p->kernel_h * p->in_c);
}

/* 1 if rows of the input are strips already: 1x1 kernels and fully connected layers. */
static inline int rt_is_strip(const struct unit_mpy_s8 *p)
{
    return p->kernel_h == 1 && p->kernel_w == 1 && !p->pad_top && !p->pad_left;
}

static inline void rt_spread_zero(int8_t *to, const struct unit_mpy_s8 *p, uint16_t columns)
{
    for (uint16_t bytes = rt_column_bytes(p); columns; columns--, to += bytes)
        memset(to, p->in_zp, p->in_c);
}

/* Columns of the strip that lie inside the input: first, and how many. */
struct rt_inside {
    uint16_t first, count;
};

static inline struct rt_inside rt_strip_inside(const struct unit_mpy_s8 *p)
{
    uint16_t columns = rt_strip_columns(p);
    struct rt_inside inside = { (uint16_t)p->pad_left, p->in_w };

    if (inside.first > columns)
        inside.first = columns;
    if (inside.count > columns - inside.first)
        inside.count = (uint16_t)(columns - inside.first);
    return inside;
}

/* Lays out the strip of output row y. */
static inline void rt_strip_fill(const struct unit_mpy_s8 *p, const int8_t *in, uint16_t y, int8_t *strip)
{
    int16_t iy = (int16_t)((int16_t)(y * p->stride_h) - p->pad_top);
    uint16_t columns = rt_strip_columns(p), bytes = rt_column_bytes(p), row_bytes = (uint16_t)(p->in_w * p->in_c);
    struct rt_inside inside = rt_strip_inside(p);
    const int8_t *row = in + (uint16_t)iy * row_bytes;

    for (uint16_t ky = p->kernel_h; ky; ky--, iy++, row += row_bytes, strip += p->in_c) {
        int8_t *behind = strip + (uint16_t)(inside.first + inside.count) * bytes;
        if (iy < 0 || iy >= (int16_t)p->in_h) {
            rt_spread_zero(strip, p, columns);
            continue;
        }
        rt_spread_zero(strip, p, inside.first);
        rt_spread(strip + inside.first * bytes, row, inside.count, p->in_c, bytes);
        rt_spread_zero(behind, p, (uint16_t)(columns - inside.first - inside.count));
    }
}

#endif
