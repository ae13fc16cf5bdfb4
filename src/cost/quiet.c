/* quiet.c - what rt/prefix_s8.c leaves out at the edges: see counting.h. */
#include "cost/counting.h"

#include <string.h>

struct quiet *quiet_new(struct region *r, const struct counted *s)
{
    struct quiet *q = region_alloc(r, sizeof *q);

    q->count = s->rows * s->columns / s->pooled;
    q->low = region_array(r, (size_t)s->rows + 1, sizeof *q->low);
    q->high = region_array(r, (size_t)s->rows + 1, sizeof *q->high);
    q->position = region_array(r, (size_t)q->count + 1, sizeof *q->position);
    return q;
}

/* Input row y reaches the sums low .. high - 1 of the rows that meet it. */
static void mark_rows(const struct counted *s, int y, uint32_t low, uint32_t high)
{
    for (int ky = 0; ky < s->layer->shape.kernel_h; ky++) {
        int row = row_met(s, y, ky);
        if (row < 0)
            continue;
        if (!s->quiet->high[row] || low < s->quiet->low[row])
            s->quiet->low[row] = low;
        if (high > s->quiet->high[row])
            s->quiet->high[row] = high;
    }
}

/* Position `at` .. at + step - 1 of the rows from row on that go into one. */
static int is_quiet(const struct counted *s, int row, uint32_t at, uint32_t step)
{
    uint32_t low = UINT32_MAX, high = 0;

    for (int r = row; r < row + s->pool_h; r++) {
        if (s->quiet->high[r] && s->quiet->low[r] < low)
            low = s->quiet->low[r];
        high = s->quiet->high[r] > high ? s->quiet->high[r] : high;
    }
    return at + step <= low || at >= high;
}

void quiet_find(const struct counted *s, const int8_t *in)
{
    const struct unit_prefix_s8 *p = s->op;
    const struct unit_conv2d_s8 *g = &s->layer->shape;
    uint32_t reach = (uint32_t)(((g->kernel_w - 1) / g->stride_w + 1) * s->layer->out_c);
    uint32_t step = (uint32_t)(s->pooled / s->pool_h * s->layer->out_c);
    int first, last, across = s->columns / (s->pooled / s->pool_h);

    memset(s->quiet->high, 0, (size_t)s->rows * sizeof *s->quiet->high);
    for (int y = 0; y < g->in_h; y++)
        if (!s->port->whole_rows && !row_columns(s, in, y, &first, &last))
            continue;
        else if (!s->port->whole_rows && g->dilation_w == 1)
            mark_rows(s, y, p->columns[first].at, p->columns[last - 1].at + reach);
        else
            mark_rows(s, y, 0, p->row_elements);
    for (int i = 0; i < s->quiet->count; i++)
        s->quiet->position[i] =
            (uint8_t)is_quiet(s, i / across * s->pool_h, p->origin + (uint32_t)(i % across) * step, step);
}
