/* rt_strip.h - the strips of rows of outputs, as rt/rt_packed.h has them, for the kernels of struct unit_mpy_s8:
 * columns of kernel_h * in_c values each, borders filled with the zero point. */
#ifndef RT_STRIP_H
#define RT_STRIP_H

#define STRIP_ROW 0
#define STRIP_Y 2
#define STRIP_ROWS 4
#define STRIP_ROW_BYTES 6
#define STRIP_IN_H 8
#define STRIP_RUN 10
#define STRIP_COLUMN_BYTES 12
#define STRIP_LEFT 14
#define STRIP_INSIDE 16
#define STRIP_RIGHT 18
#define STRIP_ZP 20
#define STRIP_ROW_STEP 22
#define STRIP_Y_STEP 24

#ifndef __ASSEMBLER__

#include <stddef.h>

#include "unit.h"

struct rt_strip {
    const int8_t *row;              /* the input row that the next strip begins with, if it is one: */
    int16_t y;                      /* its number */
    uint16_t rows, row_bytes, in_h; /* rows of the kernel; of the input: */
    uint16_t run, column_bytes;     /* values of a column and row of the kernel, and of a column */
    uint16_t left, inside, right;   /* columns: before the input, in it, behind it */
    int16_t zp;                     /* in both bytes */
    uint16_t row_step, y_step;      /* to the next strip */
};

typedef char rt_strip_is_as_assembly_has_it[offsetof(struct rt_strip, y_step) == STRIP_Y_STEP ? 1 : -1];

static inline uint16_t rt_strip_columns(const struct unit_mpy_s8 *p)
{
    return (uint16_t)((p->out_w - 1) * p->stride_w + p->kernel_w);
}

static inline uint16_t rt_column_bytes(const struct unit_mpy_s8 *p)
{
    return (uint16_t)(p->kernel_h * p->in_c);
}

/* Of a strip; rounded up to even. */
static inline uint16_t rt_strip_bytes(const struct unit_mpy_s8 *p)
{
    uint16_t bytes = (uint16_t)(rt_strip_columns(p) * rt_column_bytes(p));

    return (uint16_t)(bytes + (bytes & 1));
}

/* 1 if rows of the input are strips already: 1x1 kernels and fully connected layers. */
static inline int rt_is_strip(const struct unit_mpy_s8 *p)
{
    return p->kernel_h == 1 && p->kernel_w == 1 && !p->pad_top && !p->pad_left;
}

/* Before the first strip. */
static inline struct rt_strip rt_strip_begin(const struct unit_mpy_s8 *p, const int8_t *in)
{
    uint16_t columns = rt_strip_columns(p), row_bytes = (uint16_t)(p->in_w * p->in_c);
    struct rt_strip s = {
        .row = in - p->pad_top * (int16_t)row_bytes,
        .y = (int16_t)-p->pad_top,
        .rows = p->kernel_h,
        .row_bytes = row_bytes,
        .in_h = p->in_h,
        .run = p->in_c,
        .column_bytes = rt_column_bytes(p),
        .left = (uint16_t)p->pad_left,
        .inside = p->in_w,
        .zp = (int16_t)((p->in_zp & 0xff) | (uint16_t)p->in_zp << 8),
        .row_step = (uint16_t)(p->stride_h * row_bytes),
        .y_step = p->stride_h,
    };

    if (s.left > columns)
        s.left = columns;
    if (s.inside > columns - s.left)
        s.inside = (uint16_t)(columns - s.left);
    s.right = (uint16_t)(columns - s.left - s.inside);
    return s;
}

/* rt_strip.S: lays out the next strip. */
void rt_strip_next(struct rt_strip *s, int8_t *strip);

#endif
#endif
