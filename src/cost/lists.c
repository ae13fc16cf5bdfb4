/* lists.c - the walk of the prefix kernels (rt/prefix_s8.c, rt/prefix_depthwise_s8.c), which only counts. */
#include "cost/counting.h"

#include <stdlib.h>

#include "lower/scaling.h"
#include "port/lower_prefix.h"

/* The table that the kernel looks magnitudes up in, for this input; NULL: unit_prefix_table. */
static const uint8_t *table_of(const struct counted *s, const struct unit_scaling *c, const int8_t *in)
{
    return c && in ? c->table + 256 * (scaling_step(s->layer, in) - c->lifts[*c->level]) : NULL;
}

static int bits_of(const uint8_t *table, int magnitude)
{
    int bits = 0;

    if (table)
        return table[magnitude] - 1;
    while (bits < 8 && magnitude >> bits)
        bits++;
    return bits;
}

/* What a list costs that an activation of so many bits looks up. A channel has so many groups of lists. */
static void count_list(const struct counted *s, const uint8_t *index, size_t groups, size_t list, int bits, double *n)
{
    int length = index[prefix_length_at(s->port, groups, list, bits)] / s->port->length_scale;
    n[COST_VISITS]++;
    n[COST_LISTS] += length > 0;
    n[COST_LISTS_ODD] += length & 1;
    n[COST_ENTRIES] += length;
    n[COST_ROW_REST] += length % 8;
}

static int magnitude_of(const struct counted *s, const int8_t *in, size_t i)
{
    return in ? abs(in[i] - s->layer->shape.in_zp) : 255;
}

/* 1 if zeros cost next to nothing: images of one channel on the MSP430X. */
static int passes_over_zeros(const struct counted *s)
{
    const struct unit_prefix_s8 *p = s->op;

    return s->port->whole_rows && p->wide == UNIT_PREFIX_LONG && p->layer.in_c == 1;
}

/* What the elements of column x of row y run. */
static void count_column(const struct counted *s, const uint8_t *table, const int8_t *in, int y, int x, double *n)
{
    const struct unit_prefix_s8 *p = s->op;
    const struct unit_conv2d_s8 *g = &s->layer->shape;
    size_t i = ((size_t)y * g->in_w + (size_t)x) * g->in_c;
    int awake = 0;

    for (int c = 0; c < g->in_c; c++, i++) {
        size_t lists = (size_t)(p->columns[x].list / UNIT_PREFIX_INDEX_BYTES + c * p->groups);
        int magnitude = magnitude_of(s, in, i);
        awake += magnitude > 0;
        for (int group = 0; magnitude && group < p->groups; group++)
            if (row_met(s, y, prefix_kernel_row(&p->layer, group / p->parts)) >= 0)
                count_list(s, p->index, p->wide == UNIT_PREFIX_LONG ? p->groups : 1, lists + (size_t)group,
                           bits_of(table, magnitude), n);
    }
    n[COST_ELEMENTS] += passes_over_zeros(s) ? awake : g->in_c;
    n[COST_AWAKE] += awake;
    n[COST_COLUMNS] += !passes_over_zeros(s);
    n[COST_COLUMNS_AWAKE] += awake || g->in_c > 1;
}

void count_lists(const struct counted *s, const int8_t *in, double *n)
{
    const struct unit_prefix_s8 *p = s->op;
    const struct unit_conv2d_s8 *g = &s->layer->shape;
    const uint8_t *table = table_of(s, p->scaling, in);
    int first, last;

    quiet_find(s, in);
    for (int i = 0; i < s->quiet->count; i++)
        n[COST_POSITIONS] += !s->quiet->position[i];
    n[COST_SUMS] = (double)s->rows * p->row_elements;
    n[COST_ELEMENTS] = 0;
    n[COST_INPUT_ROWS] = g->in_h;
    for (int y = 0; y < g->in_h; y++) {
        if (!row_columns(s, in, y, &first, &last))
            continue;
        n[COST_ROW_LISTS] += p->groups;
        n[COST_INPUT_ROWS_AWAKE]++;
        for (int ky = 0; ky < g->kernel_h; ky++)
            n[COST_ROW_VISITS] += row_met(s, y, ky) >= 0;
        n[COST_STRIDED] += g->stride_h > 1 ? g->kernel_h : 0;
        for (int x = first; x < last; x++)
            count_column(s, table, in, y, x, n);
    }
    if (p->wide == UNIT_PREFIX_LONG)
        n[COST_AWAKE_LONG] = n[COST_AWAKE];
    n[COST_ENDS] = (double)s->in_elements - n[COST_ELEMENTS];
    if (p->wide == UNIT_PREFIX_SHORT) {
        n[COST_SHORT_LISTS] = n[COST_LISTS];
        n[COST_SHORT_ENTRIES] = n[COST_ENTRIES];
    } else if (p->wide == UNIT_PREFIX_ROW) {
        n[COST_ROW_RUNS] = n[COST_LISTS];
        n[COST_ROW_ENTRIES] = n[COST_ENTRIES];
        n[COST_LISTS] = n[COST_ENTRIES] = n[COST_LISTS_ODD] = 0;
    }
    if (p->wide != UNIT_PREFIX_ROW)
        n[COST_ROW_REST] = 0;
}

void count_channel_lists(const struct counted *s, const int8_t *in, double *n)
{
    const struct unit_prefix_depthwise_s8 *p = s->op;
    const struct unit_conv2d_s8 *g = &s->layer->shape;
    const uint8_t *table = table_of(s, p->scaling, in);
    int out_c = s->layer->out_c;

    n[COST_ELEMENTS] = (double)g->in_h * g->in_w * out_c;
    n[COST_ROWS] = (double)g->in_h * out_c;
    n[COST_SUMS] = (double)p->plane_h * p->plane_w * out_c;
    for (int y = 0; y < g->in_h; y++)
        for (int x = 0; x < g->in_w; x++)
            for (int o = 0; o < out_c; o++) {
                size_t at = ((size_t)y * g->in_w + (size_t)x) * g->in_c + (size_t)(o / s->layer->multiplier);
                int list = o * p->lists + (p->rows[y].list + p->columns[x].list) / UNIT_PREFIX_INDEX_BYTES;
                int magnitude = magnitude_of(s, in, at);
                n[COST_AWAKE] += magnitude > 0;
                if (magnitude)
                    count_list(s, p->index, 1, (size_t)list, bits_of(table, magnitude), n);
            }
}
