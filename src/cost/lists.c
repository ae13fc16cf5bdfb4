/* lists.c - the walk of the prefix kernels (rt/prefix_s8.c, rt/prefix_depthwise_s8.c), which only counts. */
#include "cost/counting.h"

#include <stdlib.h>

#include <rt_period.h>

#include "lower/fallback.h"
#include "lower/scaling.h"
#include "port/lower_prefix.h"

/* The table that the kernel looks magnitudes up in, for this input; NULL: unit_prefix_table. */
static const uint8_t *table_of(const struct counted *s, const int8_t *in)
{
    const struct unit_scaling *c = s->layer->scaling;

    if (in ? fallback_taken(s->layer, in) : s->fallen)
        return s->layer->fallback->table;
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

/* 1 if the kernel takes an element for a zero since nothing wakes by it: quiet_of in the ports' prefix_s8.c. */
static int sleeps(const struct counted *s, const uint8_t *table, int magnitude)
{
    const struct unit_prefix_s8 *p = s->op;
    int looks = p->wide == UNIT_PREFIX_LONG || (s->port->index_by_bits > 1 && p->groups > 1);

    return s->port->index_by_bits && looks && (p->layer.in_c > 1 || s->port->far_index) && p->layer.in_zp == INT8_MIN &&
           magnitude <= p->quiet && bits_of(table, magnitude) <= bits_of(NULL, p->quiet);
}

/* What element (y, x, c) runs. */
static void count_scattered(const struct counted *s, const uint8_t *table, int y, int x, int c, int magnitude,
                            double *n)
{
    const struct unit_prefix_s8 *p = s->op;
    size_t lists = (size_t)(p->columns[x].list / UNIT_PREFIX_INDEX_BYTES + c * p->groups);
    int runs = magnitude && !sleeps(s, table, magnitude);

    n[passes_over_zeros(s) && !runs ? COST_ENDS : COST_ELEMENTS]++;
    n[COST_AWAKE] += runs;
    for (int group = 0; runs && group < p->groups; group++)
        if (row_met(s, y, prefix_kernel_row(&p->layer, group / p->parts)) >= 0)
            count_list(s, p->index, prefix_groups(s->port, p), lists + (size_t)group, bits_of(table, magnitude), n);
}

/* What the elements of column x of row y run. */
static void count_column(const struct counted *s, const uint8_t *table, const int8_t *in, int y, int x, double *n)
{
    const struct unit_conv2d_s8 *g = &s->layer->shape;
    size_t i = ((size_t)y * g->in_w + (size_t)x) * g->in_c;
    int awake = 0;

    for (int c = 0; c < g->in_c; c++, i++) {
        int magnitude = magnitude_of(s, in, i);
        awake += magnitude && !sleeps(s, table, magnitude);
        count_scattered(s, table, y, x, c, magnitude, n);
    }
    n[COST_COLUMNS] += !passes_over_zeros(s);
    n[COST_COLUMNS_AWAKE] += awake || g->in_c > 1;
}

/* Kernel rows that come before the first one through which input row y meets outputs: at most a period of them. */
static int rows_passed(const struct counted *s, int y)
{
    const struct unit_prefix_s8 *p = s->op;
    const struct unit_conv2d_s8 *g = &s->layer->shape;
    int reach = (g->kernel_h - 1) * g->dilation_h, count = 0, period = rt_prefix_period(&p->layer);
    int past = (y + g->pad_top + reach * (g->stride_h - 1)) % g->stride_h; /* reach * stride keeps it positive */

    for (; past && count < g->kernel_h && count < period; count++)
        past = (past + g->dilation_h) % g->stride_h;
    return count;
}

/* What row y of the input runs. */
static void count_input_row(const struct counted *s, const uint8_t *table, const int8_t *in, int y, double *n)
{
    const struct unit_prefix_s8 *p = s->op;
    const struct unit_conv2d_s8 *g = &s->layer->shape;
    int first, last, met = 0;

    if (!row_columns(s, in, y, &first, &last)) {
        n[COST_ENDS] += (double)g->in_w * g->in_c;
        return;
    }
    for (int ky = 0; ky < g->kernel_h; ky++)
        met += row_met(s, y, ky) >= 0;
    n[COST_INPUT_ROWS_AWAKE]++;
    n[COST_INPUT_ROWS_MET] += met > 0;
    n[COST_STRIDED] += rows_passed(s, y);
    n[COST_ROW_VISITS] += met;
    n[COST_ROW_LISTS] += met * p->parts;
    n[COST_ENDS] += (double)(first + g->in_w - last) * g->in_c;
    for (int x = first; met && x < last; x++)
        count_column(s, table, in, y, x, n);
}

/* Rows of outputs, and what of them the kernel finds untouched. */
static void count_output_rows(const struct counted *s, double *n)
{
    int across = s->columns / (s->pooled / s->pool_h), written = s->rows / s->pool_h, quiet = 0;

    for (int i = 0; i < s->quiet->count; i++) {
        quiet = s->quiet->position[i] + (i % across ? quiet : 0);
        n[COST_POSITIONS] += !s->quiet->position[i];
        n[COST_POSITIONS_QUIET] += s->quiet->position[i];
        n[COST_ROWS_TOUCHED] += (i + 1) % across == 0 && quiet < across;
    }
    n[COST_ROWS_WRITTEN] = written;
    if (s->output_kind != COST_OUTPUTS && !s->layer->fully_connected) /* whose only one tells no more than CALLS */
        n[COST_POSITIONS_SECOND] = n[COST_POSITIONS];
}

/* Counts where entries have a form of their own. */
static void count_form(const struct counted *s, double *n)
{
    const struct unit_prefix_s8 *p = s->op;

    if (p->wide == UNIT_PREFIX_LONG)
        n[COST_AWAKE_LONG] = n[COST_AWAKE];
    if (p->wide == UNIT_PREFIX_SHORT) {
        n[COST_SHORT_LISTS] = n[COST_LISTS];
        n[COST_SHORT_ENTRIES] = n[COST_ENTRIES];
    } else if (p->wide == UNIT_PREFIX_CODE) {
        n[COST_CODE_LISTS] = n[COST_LISTS];
        n[COST_CODE_ENTRIES] = n[COST_ENTRIES];
        n[COST_LISTS] = n[COST_ENTRIES] = n[COST_LISTS_ODD] = 0;
    } else if (p->wide == UNIT_PREFIX_ROW) {
        n[COST_ROW_RUNS] = n[COST_LISTS];
        n[COST_ROW_ENTRIES] = n[COST_ENTRIES];
        n[COST_LISTS] = n[COST_ENTRIES] = n[COST_LISTS_ODD] = 0;
    }
    if (p->wide != UNIT_PREFIX_ROW)
        n[COST_ROW_REST] = 0;
}

static void count_watched(const struct counted *s, double *n)
{
    n[COST_WATCHED] = s->layer->fallback ? (double)s->in_elements : 0;
    n[COST_WATCHES] = s->layer->fallback != NULL;
}

void count_lists(const struct counted *s, const int8_t *in, double *n)
{
    const struct unit_prefix_s8 *p = s->op;
    const uint8_t *table = table_of(s, in);

    quiet_find(s, in);
    count_output_rows(s, n);
    n[COST_SUMS] = (double)s->rows * p->row_elements;
    n[COST_ELEMENTS] = 0;
    n[COST_INPUT_ROWS] = s->layer->shape.in_h;
    for (int y = 0; y < s->layer->shape.in_h; y++)
        count_input_row(s, table, in, y, n);
    count_form(s, n);
    count_watched(s, n);
}

/* What element (y, x, c) runs in the planes of its channel's outputs. */
static void count_planes_of(const struct counted *s, const uint8_t *table, int y, int x, int c, int magnitude,
                            double *n)
{
    const struct unit_prefix_depthwise_s8 *p = s->op;
    int place = (p->rows[y].list + p->columns[x].list) / UNIT_PREFIX_INDEX_BYTES, multiplier = s->layer->multiplier;

    for (int o = c * multiplier; magnitude && o < (c + 1) * multiplier; o++) {
        n[COST_AWAKE]++;
        count_list(s, p->index, 1, (size_t)(o * p->lists + place), bits_of(table, magnitude), n);
    }
}

void count_channel_lists(const struct counted *s, const int8_t *in, double *n)
{
    const struct unit_prefix_depthwise_s8 *p = s->op;
    const struct unit_conv2d_s8 *g = &s->layer->shape;
    const uint8_t *table = table_of(s, in);
    size_t at = 0;

    n[COST_ELEMENTS] = (double)g->in_h * g->in_w * s->layer->out_c;
    n[COST_ROWS] = (double)g->in_h * s->layer->out_c;
    n[COST_PLANES] = s->layer->out_c;
    n[COST_SUMS] = (double)p->plane_h * p->plane_w * s->layer->out_c;
    for (int y = 0; y < g->in_h; y++)
        for (int x = 0; x < g->in_w; x++)
            for (int c = 0; c < g->in_c; c++, at++)
                count_planes_of(s, table, y, x, c, magnitude_of(s, in, at), n);
    count_watched(s, n);
}

int counts_lists(const struct counted *s)
{
    return s->kernel == unit_prefix_s8 || s->kernel == unit_prefix_depthwise_s8;
}

const struct unit_prefix_column *lists_columns(const struct counted *s)
{
    return s->kernel == unit_prefix_depthwise_s8 ? ((const struct unit_prefix_depthwise_s8 *)s->op)->columns
                                                 : ((const struct unit_prefix_s8 *)s->op)->columns;
}

const struct unit_prefix_column *lists_rows(const struct counted *s)
{
    return s->kernel == unit_prefix_depthwise_s8 ? ((const struct unit_prefix_depthwise_s8 *)s->op)->rows : NULL;
}

void lists_count_element(const struct counted *s, const uint8_t *table, size_t element, int magnitude, double *n)
{
    const struct unit_conv2d_s8 *g = &s->layer->shape;
    int c = (int)(element % g->in_c), x = (int)(element / g->in_c % g->in_w), y = (int)(element / g->in_c / g->in_w);

    if (s->kernel == unit_prefix_depthwise_s8) {
        count_planes_of(s, table, y, x, c, magnitude, n);
    } else {
        count_scattered(s, table, y, x, c, magnitude, n);
        count_form(s, n);
    }
}
