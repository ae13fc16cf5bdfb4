/* lanes_depthwise_s8.c (ARMv6-M) - DEPTHWISE_CONV_2D with two products in one multiplication: the walk. A few rows of
 * outputs at a time, channel after channel: its inputs are gathered into a plane that holds the inputs of two rows of
 * outputs a word, then the windows of two rows are summed together. */
#include "rt_lanes.h"
#include "rt_outputs.h"
#include "rt_plane_loops.h"
#include "rt_steps.h"

struct walk {
    const struct unit_lanes_depthwise_s8 *p;
    struct rt_plane l;
    uint32_t *plane;
    struct rt_plane_tap *taps;
    int32_t *sums;
    int32_t y0; /* input row of the plane's first */
};

/* What every channel's plane holds outside the input; and where its connections lie. */
static void prepare(const struct walk *w)
{
    const struct unit_packed_s8 *l = &w->p->layer;
    uint32_t pair = (uint32_t)(int32_t)l->in_zp * 0x10001u, *to = w->plane;
    struct rt_plane_tap *tap = w->taps;

    for (uint32_t n = (uint32_t)w->l.rows * w->l.columns; n; n--)
        *to++ = pair;
    for (uint16_t ky = 0; ky < l->kernel_h; ky++)
        for (uint16_t kx = 0; kx < l->kernel_w; kx++)
            tap++->at = 4u * ((uint32_t)ky * l->dilation_h * w->l.columns + (uint32_t)kx * l->dilation_w);
}

static int is_inside(const struct walk *w, int32_t y)
{
    return y >= 0 && y < w->p->layer.in_h;
}

/* Row r of the plane and those behind it of which both inputs are inside as well. Returns how many. */
static uint16_t gather_rows(const struct walk *w, const int8_t *x, uint16_t r)
{
    const struct unit_packed_s8 *l = &w->p->layer;
    static const int8_t *const none = NULL;
    int8_t zp = (int8_t)l->in_zp;
    int32_t y = w->y0 + r, high = y + l->stride_h;
    uint32_t step = (uint32_t)l->in_w * l->in_c, columns = w->l.columns - (uint32_t)l->pad_left;
    struct rt_gather g = { none, none, 0, 0, w->plane + (uint32_t)r * w->l.columns + l->pad_left, columns, 1, 0, 0 };

    if (columns > l->in_w)
        g.columns = l->in_w;
    g.low = g.high = &zp;
    if (is_inside(w, y)) {
        g.low = x + (uint32_t)y * step;
        g.low_step = l->in_c;
    }
    if (is_inside(w, high)) {
        g.high = x + (uint32_t)high * step;
        g.high_step = l->in_c;
    }
    if (g.low_step && g.high_step) {
        while (r + g.rows < w->l.rows && high + (int32_t)g.rows < l->in_h)
            g.rows++;
        g.row_step = step - g.columns * l->in_c;
        g.to_step = 4 * (w->l.columns - g.columns);
    }
    unit_gather(&g);
    return (uint16_t)g.rows;
}

/* Channel c of the input into the plane. */
static void gather(const struct walk *w, const int8_t *x)
{
    for (uint16_t r = 0; r < w->l.rows;)
        r = (uint16_t)(r + gather_rows(w, x, r));
}

/* `rows` rows of channel o of the output. */
static void run_channel(const struct walk *w, uint16_t o, uint16_t rows, int8_t *y)
{
    const struct unit_packed_s8 *l = &w->p->layer;
    const int8_t *weights = (const int8_t *)(const void *)l->weights + (uint32_t)o * l->taps;
    uint32_t x_step = 4u * l->stride_w, row_bytes = 4u * l->out_w;
    struct rt_plane_sweep s = {
        w->plane, x_step,    8u * l->stride_h * w->l.columns - x_step * l->out_w,
        w->taps,  l->taps,   l->bias[o],
        w->sums,  row_bytes, (uint32_t)(rows + 1) >> 1,
    };
    struct rt_outputs out = { w->p->steps + RT_STEP_WORDS * o,
                              w->p->bends ? w->p->bends + RT_BEND_WORDS * o : NULL,
                              w->sums,
                              4,
                              y + o,
                              l->out_c,
                              l->act_min,
                              l->act_max };

    for (uint16_t k = 0; k < l->taps; k++)
        w->taps[k].weight = weights[k];
    unit_plane_sweep(&s);
    unit_outputs(&out, (uint32_t)rows * l->out_w);
}

void unit_lanes_depthwise_s8(const void *op, void *const t[])
{
    const struct unit_lanes_depthwise_s8 *p = op;
    const struct unit_packed_s8 *l = &p->layer;
    const int8_t *x = t[0];
    int8_t *y = t[1];
    struct walk w = { p, rt_plane(l, p->rows), t[2], NULL, NULL, 0 };
    uint16_t rows;

    w.taps = (struct rt_plane_tap *)(w.plane + (uint32_t)w.l.rows * w.l.columns);
    w.sums = (int32_t *)(w.taps + l->taps);
    for (uint16_t oy = 0; oy < l->out_h; oy = (uint16_t)(oy + rows)) {
        uint16_t o = 0;
        rows = (uint16_t)(l->out_h - oy < p->rows ? l->out_h - oy : p->rows);
        w.y0 = (int32_t)oy * l->stride_h - l->pad_top;
        prepare(&w);
        for (uint16_t c = 0; c < l->in_c; c++) {
            gather(&w, x + c);
            for (uint16_t end = (uint16_t)(o + l->out_c / l->in_c); o < end; o++)
                run_channel(&w, o, rows, y);
        }
        y += (uint32_t)rows * l->out_w * l->out_c;
    }
}
