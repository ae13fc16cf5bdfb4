/* scans.c - strips of the input that are looked through for the activations to list (rt/port/armv6m/lanes_s8_xcut.c).
 */
#include "cost/counting.h"

#include <rt_lanes.h>

/* Steps from `at` that lie within 0 .. size - 1. */
static int inside(int at, int step, int count, int size)
{
    int n = 0;

    for (; count; count--, at += step)
        n += at >= 0 && at < size;
    return n;
}

/* The strip of the windows from position (oy, ox) on. */
static void count_scan(const struct counted *s, const struct rt_lists *l, int oy, int ox, double *n)
{
    const struct unit_conv2d_s8 *g = &s->layer->shape;
    int rows = inside(oy * g->stride_h - g->pad_top, g->dilation_h, g->kernel_h, g->in_h);
    int columns = rows ? inside(ox * g->stride_w - g->pad_left, g->dilation_w, l->columns, g->in_w) : 0;

    n[COST_SCANS]++;
    n[COST_SCAN_COLUMNS] += columns;
    n[COST_SCAN_OUTSIDE] += l->columns - columns;
    n[COST_SCAN_RUNS] += g->in_c > 1 ? columns * rows : columns;
    n[COST_SCANNED] += (double)columns * rows * g->in_c;
}

void count_scans(const struct counted *s, const int8_t *in, double *n)
{
    static const enum cost_feature counts[] = { COST_SCANS, COST_SCAN_COLUMNS, COST_SCAN_OUTSIDE, COST_SCAN_RUNS,
                                                COST_SCANNED };
    const struct unit_lanes_s8 *p = s->op;
    const struct rt_lists l = rt_lists(&p->layer);

    (void)in;
    for (int oy = 0; oy < s->rows; oy++)
        for (int ox = 0; ox < p->layer.out_w; ox += l.windows)
            count_scan(s, &l, oy, ox, n);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        n[counts[i]] *= s->layer->shape.in_zp > -128 ? 2 : 1;
    n[COST_SWEEPS] = n[COST_SCANS] * l.blocks;
    n[COST_OUTPUT_ROWS] = (double)s->rows / s->pool_h * s->layer->out_c;
}
