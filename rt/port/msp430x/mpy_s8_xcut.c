/* mpy_s8_xcut.c - CONV_2D (with or without a MAX_POOL_2D) and FULLY_CONNECTED on the MSP430X, without the activations
 * at or below a cut: those beyond it are listed strip by strip, straight from the input. */
#include "rt_list.h"
#include "rt_strip.h"

/* The rows of the kernel at output row y that lie inside the input: from `first` up to `end`. */
struct rows {
    uint16_t first, end;
};

static struct rows rows_inside(const struct unit_mpy_s8 *p, int16_t iy)
{
    struct rows r = { 0, p->kernel_h };

    if (iy < 0)
        r.first = (uint16_t)-iy;
    if (iy + (int16_t)p->kernel_h > (int16_t)p->in_h)
        r.end = (uint16_t)((int16_t)p->in_h - iy);
    return r;
}

/* Lists the strip of output row y; start[columns + 1] tells where each column's entries begin. */
static struct rt_entry *list_strip(const struct unit_mpy_s8 *p, const int8_t *in, uint16_t y, struct rt_entry **start,
                                   struct rt_entry *out)
{
    int16_t iy = (int16_t)((int16_t)(y * p->stride_h) - p->pad_top);
    uint16_t columns = rt_strip_columns(p), row_bytes = (uint16_t)(p->in_w * p->in_c), done = 0;
    const struct rt_strip s = rt_strip_begin(p, in);
    struct rows rows = rows_inside(p, iy);
    uint16_t values = (uint16_t)(4 * p->in_c);
    struct rt_list list = {
        .x = in + (uint16_t)((uint16_t)iy + rows.first) * row_bytes,
        .row_step = (uint16_t)(row_bytes - p->in_c),
        .rows = (uint16_t)(rows.end - rows.first),
        .run = p->in_c,
        .columns = s.inside,
        .offset = (uint16_t)(values * (s.left * p->kernel_h + rows.first)),
        .column_skip = (uint16_t)(values * (p->kernel_h - (rows.end - rows.first))),
        .origin = (int16_t)(p->in_zp - (int16_t)p->x_cut),
        .cut = p->x_cut,
        .start = start + s.left,
        .out = out,
    };

    for (; done < s.left; done++)
        start[done] = out;
    if (rows.first < rows.end && s.inside) {
        rt_list_columns(&list);
        done = (uint16_t)(done + s.inside);
    }
    for (; done <= columns; done++)
        start[done] = list.out;
    return list.out;
}

static void begin(struct rt_sparse_row *row, const struct unit_mpy_s8 *p, uint16_t column_step, uint16_t largest_shift)
{
    row->base = *p->weights - largest_shift;
    row->after = p->after;
    row->pairs = (uint16_t)((p->out_c + 1) / 2);
    row->act_min = (uint16_t)p->act_min;
    row->most = (uint16_t)(((uint16_t)(p->act_max - p->act_min) << 4) | 15);
    row->pair_step = (uint16_t)(4 * p->taps);
    row->start_step = (uint16_t)(p->pool_w * p->stride_w * sizeof(struct rt_entry *));
    row->shift_step = (uint16_t)(p->pool_w * column_step);
    row->span = (uint16_t)(p->kernel_w * sizeof(struct rt_entry *));
    row->outputs = p->out_c;
    row->windows_end = row->window + p->pool_h * p->pool_w;
}

void unit_mpy_s8_xcut(const void *op, void *const t[])
{
    const struct unit_mpy_s8 *p = op;
    uint16_t columns = rt_strip_columns(p), column_step = (uint16_t)(4 * p->stride_w * rt_column_bytes(p));
    uint16_t largest_shift = (uint16_t)((p->out_w - 1) * column_step);
    struct rt_entry **start = t[2], *entries = (struct rt_entry *)(start + p->pool_h * (columns + 1));
    struct rt_sparse_row row;

    begin(&row, p, column_step, largest_shift);
    row.y = t[1];
    for (uint16_t y = 0; y + p->pool_h <= p->out_h; y = (uint16_t)(y + p->pool_h)) {
        struct rt_sparse_window *window = row.window;
        struct rt_entry *out = entries;
        for (uint16_t i = 0; i < p->pool_h; i++) {
            struct rt_entry **column = start + i * (columns + 1);
            uint16_t shift = largest_shift;
            out = list_strip(p, t[0], (uint16_t)(y + i), column, out);
            for (uint16_t j = p->pool_w; j; j--, window++, column += p->stride_w) {
                window->start = column;
                window->shift = shift;
                shift = (uint16_t)(shift - column_step);
            }
        }
        row.positions = (uint16_t)(p->out_w / p->pool_w);
        rt_sparse_positions(&row);
    }
}
