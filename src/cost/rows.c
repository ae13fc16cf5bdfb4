/* rows.c - a row of the input as the prefix kernels meet it: see counting.h. */
#include "cost/counting.h"

int row_met(const struct counted *s, int y, int ky)
{
    const struct unit_conv2d_s8 *g = &s->layer->shape;
    int at = y + g->pad_top - ky * g->dilation_h;

    return at >= 0 && at % g->stride_h == 0 && at / g->stride_h < s->rows ? at / g->stride_h : -1;
}

static int is_zero_column(const struct counted *s, const int8_t *in, int y, int x)
{
    const struct unit_conv2d_s8 *g = &s->layer->shape;
    const int8_t *at = in + ((size_t)y * g->in_w + (size_t)x) * g->in_c;

    for (int c = 0; c < g->in_c; c++)
        if (at[c] != g->in_zp)
            return 0;
    return 1;
}

int row_columns(const struct counted *s, const int8_t *in, int y, int *first, int *last)
{
    *first = 0;
    *last = s->layer->shape.in_w;
    if (!in)
        return 1;
    while (*first < *last && is_zero_column(s, in, y, *first))
        ++*first;
    while (*last > *first && is_zero_column(s, in, y, *last - 1))
        --*last;
    if (*last == *first)
        return 0;
    if (s->port->whole_rows) {
        *first = 0;
        *last = s->layer->shape.in_w;
    }
    return 1;
}
