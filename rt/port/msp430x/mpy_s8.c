/* mpy_s8.c - CONV_2D and FULLY_CONNECTED on the MSP430X, every product: rows of positions for mpy_s8.S. */
#include "rt_row.h"
#include "rt_strip.h"

/* All positions are one row where the input is one strip. */
static void one_strip(const struct unit_mpy_s8 *p, struct rt_row *row, const int8_t *in)
{
    uint16_t rows = p->out_h;

    row->x_step = (uint16_t)(p->stride_w * p->in_c);
    row->positions = p->out_w;
    if (p->out_w == p->in_w && p->stride_h == 1) {
        row->positions = (uint16_t)(p->out_w * rows);
        rows = 1;
    }
    for (uint16_t positions = row->positions; rows; rows--, in += p->stride_h * p->in_w * p->in_c) {
        row->positions = positions;
        row->window[0] = (const uint8_t *)in;
        rt_dense_row(row);
    }
}

static void strips(const struct unit_mpy_s8 *p, struct rt_row *row, const int8_t *in, int8_t *strip)
{
    struct rt_strip s = rt_strip_begin(p, in);

    row->x_step = (uint16_t)(p->stride_w * rt_column_bytes(p));
    for (uint16_t rows = p->out_h; rows; rows--) {
        rt_strip_next(&s, strip);
        row->positions = p->out_w;
        row->window[0] = (const uint8_t *)strip;
        rt_dense_row(row);
    }
}

void unit_mpy_s8(const void *op, void *const t[])
{
    const struct unit_mpy_s8 *p = op;
    struct rt_row row;

    rt_row_begin(&row, p, rt_dense_steps_end);
    row.y = t[1];
    if (rt_is_strip(p))
        one_strip(p, &row, t[0]);
    else
        strips(p, &row, t[0], t[2]);
}
