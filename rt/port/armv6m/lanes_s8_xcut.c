/* lanes_s8_xcut.c (ARMv6-M) - CONV_2D and FULLY_CONNECTED without the activations at or below a cut: the walk. The
 * activations beyond it that a row of outputs meets are listed column by column; a window is a stretch of that list.
 * Two entries share what follows a multiplication. */
#include "rt_lanes.h"
#include "rt_lists.h"
#include "rt_outputs.h"
#include "rt_steps.h"

struct walk {
    const struct unit_lanes_s8 *p;
    struct rt_lists l;
    struct rt_list_column *columns;
    uint32_t *entries;
    int32_t *sums; /* [rows of a pool][blocks][2][out_w][2] */
};

/* How many of `count` steps from `from` on stay below `least`, or below `end`. */
static uint32_t steps_below(int32_t from, uint32_t step, int32_t end, uint32_t count)
{
    uint32_t n = 0;

    for (; n < count && from < end; n++)
        from += (int32_t)step;
    return n;
}

/* Lists what the row of outputs `oy` meets from column x on. */
static void list(const struct walk *w, const int8_t *in, uint16_t oy, int32_t x, int32_t sign)
{
    const struct unit_packed_s8 *l = &w->p->layer;
    int32_t y = (int32_t)oy * l->stride_h - l->pad_top;
    uint32_t pitch = (uint32_t)l->in_w * l->in_c, first = steps_below(y, l->dilation_h, 0, l->kernel_h);
    uint32_t end = steps_below(y, l->dilation_h, l->in_h, l->kernel_h), rows = end > first ? end - first : 0;
    struct rt_listing s;

    s.entries = w->entries;
    s.columns = w->columns;
    s.before = steps_below(x, l->dilation_w, 0, w->l.columns);
    s.inside = steps_below(x, l->dilation_w, l->in_w, w->l.columns) - s.before;
    if (!rows)
        s.inside = 0;
    s.after = w->l.columns - s.before - s.inside;
    y += (int32_t)(first * l->dilation_h);
    x += (int32_t)(s.before * l->dilation_w);
    s.x = in + y * (int32_t)pitch + x * l->in_c;
    s.column_step = (uint32_t)l->dilation_w * l->in_c;
    s.rows = rows;
    s.row_step = pitch * l->dilation_h - l->in_c;
    s.count = l->in_c;
    s.step = 1;
    if (l->in_c == 1) { /* one run instead of many */
        s.count = rows;
        s.step = pitch * l->dilation_h;
        s.rows = 1;
    }
    s.at = 4 * RT_ENTRY_AT * (s.before * w->l.column + first * l->in_c);
    s.at_step = 4u * RT_ENTRY_AT * w->l.column;
    s.zp = l->in_zp;
    s.cut = l->x_cut;
    s.sign = sign;
    unit_list(&s);
}

/* `count` windows for all outputs, to sums that begin at `sums`. */
static void sweep(const struct walk *w, int32_t *sums, uint32_t count, int positive)
{
    const struct unit_packed_s8 *l = &w->p->layer;
    uint32_t block_bytes = 4u * l->taps, row = 8u * l->out_w;
    struct rt_list_sweep s = {
        w->columns,
        l->stride_w * sizeof *w->columns,
        l->kernel_w * sizeof *w->columns,
        l->weights,
        4u * l->stride_w * w->l.column,
        l->bias,
        sums,
        row,
        count,
    };

    for (uint16_t o = 0; o < l->out_c; o = (uint16_t)(o + 4)) {
        s.bias = positive ? l->bias + o : NULL;
        unit_list_sweep(&s);
        s.weights += block_bytes;
        s.sums += row >> 1;
    }
}

/* The windows from x0 on of a row of outputs, listed together. */
static void run_windows(const struct walk *w, const int8_t *in, uint16_t oy, uint16_t x0, uint32_t count, int32_t *sums)
{
    const struct unit_packed_s8 *l = &w->p->layer;
    int32_t x = (int32_t)x0 * l->stride_w - l->pad_left;

    list(w, in, oy, x, 1);
    sweep(w, sums + 2 * x0, count, 1);
    if (l->in_zp == -128)
        return;
    list(w, in, oy, x, -1);
    sweep(w, sums + 2 * x0, count, 0);
}

/* Sums, pooled, to a row of outputs. */
static void put_row(const struct walk *w, int8_t *y)
{
    const struct unit_lanes_s8 *p = w->p;
    const struct unit_packed_s8 *l = &p->layer;
    uint32_t row_words = (uint32_t)w->l.blocks * 4 * l->out_w;
    int32_t *sums = w->sums;
    struct rt_outputs out = { p->steps, p->bends, sums, 8, y, l->out_c, l->act_min, l->act_max };

    if (l->out_w == 1 && !l->scale_step) { /* all outputs by one line */
        out.sums_step = 4;
        out.y_step = 1;
        unit_outputs(&out, l->out_c);
        return;
    }
    for (uint16_t o = 0; o < l->out_c; o++) {
        if (!(o & 1)) {
            if (l->pool_h)
                unit_pool_sums(sums, p->y_w, l, 4 * row_words);
            out.sums = sums;
            sums += 2 * l->out_w;
        } else {
            out.sums++;
        }
        unit_outputs(&out, p->y_w);
        out.y++;
        out.step += l->scale_step ? RT_STEP_WORDS : 0;
        out.bend += l->scale_step && p->bends ? RT_BEND_WORDS : 0;
    }
}

void unit_lanes_s8_xcut(const void *op, void *const t[])
{
    const struct unit_lanes_s8 *p = op;
    const struct unit_packed_s8 *l = &p->layer;
    struct walk w = { p, rt_lists(l), t[2], NULL, NULL };
    uint16_t pool_h = l->pool_h ? l->pool_h : 1, oy = 0;
    uint32_t row_words;
    int8_t *y = t[1];

    w.sums = (int32_t *)(w.columns + w.l.columns + 1);
    row_words = (uint32_t)w.l.blocks * 4 * l->out_w;
    w.entries = (uint32_t *)(w.sums + pool_h * row_words);
    for (uint16_t y_row = 0; y_row < p->y_h; y_row++, y += (uint32_t)p->y_w * l->out_c) {
        for (uint16_t r = 0; r < pool_h; r++, oy++) {
            int32_t *sums = w.sums + r * row_words;
            for (uint16_t x = 0; x < l->out_w; x = (uint16_t)(x + w.l.windows))
                run_windows(&w, t[0], oy, x, w.l.windows, sums);
        }
        put_row(&w, y);
    }
}
