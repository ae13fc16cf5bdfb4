/* parts.c - counts that follow from a layer's shape. */
#include "cost/counting.h"

#include <math.h>

static double quotient_up(double a, double b)
{
    return floor((a + b - 1) / b);
}

static double positions_of(const struct counted *s)
{
    return (double)s->rows * s->columns;
}

/* Columns of the strip of a row of positions. */
static double strip_columns(const struct counted *s)
{
    const struct unit_conv2d_s8 *g = &s->layer->shape;

    if (g->dilation_w != 1 || (s->kernel == unit_lanes_s8 && g->stride_w >= g->kernel_w))
        return (double)g->out_w * g->kernel_w;
    return (g->out_w - 1.0) * g->stride_w + g->kernel_w;
}

static enum cost_feature laid_kind(int channels)
{
    return channels == 1  ? COST_LAID_ONES
           : channels % 2 ? COST_LAID_OUT
           : channels % 4 ? COST_LAID_TWOS
                          : COST_LAID_FOURS;
}

/* Elements of all strips. */
static double laid_out(const double *n)
{
    return n[COST_LAID_ONES] + n[COST_LAID_OUT] + n[COST_LAID_TWOS] + n[COST_LAID_FOURS];
}

/* Of strips, what lies outside the input. */
static void count_outside(const struct counted *s, double *n)
{
    const struct unit_conv2d_s8 *g = &s->layer->shape;
    double columns = strip_columns(s), beside = g->pad_left > 0 ? g->pad_left : 0, rows = 0;

    if (columns - beside > g->in_w)
        beside = columns - g->in_w;
    for (int y = 0; y < s->rows * g->kernel_h; y++) {
        int in_y = y / g->kernel_h * g->stride_h - g->pad_top + y % g->kernel_h * g->dilation_h;
        rows += in_y < 0 || in_y >= g->in_h;
    }
    if (g->dilation_w != 1 || g->stride_w > g->kernel_w) {
        n[COST_WINDOWS_APART] = positions_of(s);
        beside = 0;
    }
    n[COST_STRIPS_OUTSIDE] = rows;
    n[COST_STRIPS_BEYOND] = beside > 0 ? n[COST_STRIP_ROWS] - rows : 0;
    n[COST_LAID_OUTSIDE] = (rows * columns + (n[COST_STRIP_ROWS] - rows) * beside) * g->in_c;
}

void count_strips(const struct counted *s, const int8_t *in, double *n)
{
    const struct unit_conv2d_s8 *g = &s->layer->shape;

    (void)in;
    n[COST_STRIP_ROWS] = (double)s->rows * g->kernel_h;
    n[COST_STRETCHES] = n[COST_STRIP_ROWS] * strip_columns(s);
    n[laid_kind(g->in_c)] = n[COST_STRETCHES] * g->in_c;
    if (g->kernel_h == 1 && g->stride_w <= g->kernel_w) /* what follows in the input follows in the strip */
        n[COST_STRETCHES] = n[COST_STRIP_ROWS];
    if (g->in_c % 4 == 0 && !s->layer->fully_connected) /* whose only one tells no more than CALLS */
        n[COST_STRETCHES_FOURS] = n[COST_STRETCHES];
    count_outside(s, n);
}

void count_blocks(const struct counted *s, const int8_t *in, double *n)
{
    (void)in;
    n[COST_POSITIONS] = positions_of(s);
    n[COST_POSITION_COLUMNS] = s->port->w_offset ? n[COST_POSITIONS] * s->layer->shape.kernel_w : 0;
    n[COST_BLOCKS] = n[COST_POSITIONS] * quotient_up(s->layer->out_c, s->block);
    n[COST_MACS] = n[COST_BLOCKS] * s->block * s->layer->taps;
}

static int window_inside(const struct unit_conv2d_s8 *g, int y, int x)
{
    return y >= 0 && x >= 0 && y + (g->kernel_h - 1) * g->dilation_h < g->in_h &&
           x + (g->kernel_w - 1) * g->dilation_w < g->in_w;
}

static int output_inside(const struct unit_conv2d_s8 *g, int y, int x)
{
    return window_inside(g, y * g->stride_h - g->pad_top, x * g->stride_w - g->pad_left);
}

/* Pools are gathered all or none: whether the layer's first window or its last one, though pooling may leave that out,
 * hangs over the edge. */
static int gathered_windows(const struct counted *s)
{
    const struct unit_conv2d_s8 *g = &s->layer->shape;
    int edges = 0;

    if (s->pooled > 1)
        return output_inside(g, 0, 0) && output_inside(g, g->out_h - 1, g->out_w - 1) ? 0 : s->rows * s->columns;
    for (int y = 0; y < s->rows; y++)
        for (int x = 0; x < s->columns; x++)
            edges += !output_inside(g, y, x);
    return edges;
}

void count_gathers(const struct counted *s, const int8_t *in, double *n)
{
    const struct unit_conv2d_s8 *g = &s->layer->shape;

    (void)in;
    n[COST_POSITIONS] = positions_of(s);
    n[COST_EDGES] = gathered_windows(s);
    n[COST_GATHERED_TAPS] = n[COST_EDGES] * g->kernel_h * g->kernel_w;
    n[COST_GATHERED] = n[COST_GATHERED_TAPS] * g->in_c;
}

/* Outputs that a tile works out: the last block of four may be one of two. */
static int tile_outputs(int out_c)
{
    return out_c % 4 == 1 || out_c % 4 == 2 ? out_c / 4 * 4 + 2 : (out_c + 3) / 4 * 4;
}

/* Positions in fours: those whose windows lie inside the input, and the others; pools are a tile each. */
void count_tiles(const struct counted *s, const int8_t *in, double *n)
{
    int positions = s->rows * s->columns, edges, tiles;
    double blocks = quotient_up(s->layer->out_c, s->block), taps = s->layer->taps;

    count_gathers(s, in, n);
    edges = (int)n[COST_EDGES];
    tiles = s->pooled > 1 ? positions / 4 : (positions - edges) / 4 + edges / 4;
    n[COST_TILES] = tiles * blocks;
    n[COST_TILE_ROWS] = n[COST_TILES] * s->layer->shape.kernel_h;
    n[COST_TILE_MACS] = 4.0 * tiles * tile_outputs(s->layer->out_c) * taps;
    n[COST_LEFT] = (positions - 4 * tiles) * blocks;
    n[COST_LEFT_MACS] = n[COST_LEFT] * s->block * taps;
}

/* A band of the input for one or two rows of positions, which go in tiles; the others one by one. */
void count_bands(const struct counted *s, const int8_t *in, double *n)
{
    const struct unit_conv2d_s8 *g = &s->layer->shape;
    int together = s->pooled > 1 || (g->out_w % 4 && g->out_h > 1) ? 2 : 1, tiles = 0, positions = s->rows * s->columns;
    double blocks = quotient_up(s->layer->out_c, s->block), taps = s->layer->taps;

    (void)in;
    for (int y = 0; y < s->rows; y += together)
        tiles += (s->rows - y < together ? s->rows - y : together) * s->columns / 4;
    n[COST_POSITIONS] = positions;
    n[COST_POSITION_COLUMNS] = (double)positions * g->kernel_w;
    n[COST_STRETCHES] = quotient_up(s->rows, together) * strip_columns(s);
    n[COST_PLANE] = n[COST_STRETCHES] * ((together - 1) * g->stride_h + g->kernel_h) * g->in_c;
    n[COST_TILES] = tiles * blocks;
    n[COST_TILE_ROWS] = n[COST_TILES] * g->kernel_w;
    n[COST_TILE_MACS] = 4.0 * tiles * tile_outputs(s->layer->out_c) * taps;
    n[COST_LEFT] = (positions - 4 * tiles) * blocks;
    n[COST_LEFT_MACS] = n[COST_LEFT] * s->block * taps;
}

/* Two positions together: neighbours, or the last ones of two rows. */
void count_pairs(const struct counted *s, const int8_t *in, double *n)
{
    int odd = s->columns % 2, alone = s->rows * s->columns == 1, in_rows = s->rows * (s->columns / 2);
    double pairs = in_rows + (odd ? quotient_up(s->rows, 2) : 0);
    double outputs = 2 * quotient_up(s->layer->out_c, 2);

    (void)in;
    n[COST_POSITIONS] = positions_of(s);
    n[COST_POSITION_COLUMNS] = n[COST_POSITIONS] * s->layer->shape.kernel_w;
    n[COST_SWEEPS] = pairs;
    n[COST_BLOCKS] = pairs * quotient_up(s->layer->out_c, alone ? 6 : 3);
    n[COST_MACS] = pairs * (alone ? 1 : 2) * outputs * s->layer->taps;
    n[COST_UNPACKED] = outputs * s->layer->taps <= 512 && positions_of(s) >= 16 ? outputs * s->layer->taps : 0;
}

/* Rows of positions, block after block, and of outputs, one after another. */
void count_sweeps(const struct counted *s, const int8_t *in, double *n)
{
    (void)in;
    n[COST_SWEEPS] = s->rows * quotient_up(s->layer->out_c, s->block);
    n[COST_OUTPUT_ROWS] = (double)s->rows / s->pool_h * s->layer->out_c;
}

/* Weights are unpacked for some rows at a time. Windows that overlap and begin at odd elements
 * have a strip of their own. */
void count_lanes(const struct counted *s, const int8_t *in, double *n)
{
    const struct unit_lanes_s8 *p = s->op;
    const struct unit_conv2d_s8 *g = &s->layer->shape;
    int overlap = g->dilation_w == 1 && g->stride_w < g->kernel_w, step = g->stride_w * g->kernel_h * g->in_c;
    double blocks = quotient_up(s->layer->out_c, s->block);

    (void)in;
    n[COST_LAID_TWICE] = overlap && step & 1 ? laid_out(n) : 0;
    n[COST_MACS] = 4.0 * n[COST_BLOCKS] * p->pairs;
    if (p->rows) {
        double passes = quotient_up(s->rows, p->rows);
        n[COST_SWEEPS] = passes * blocks * (n[COST_LAID_TWICE] > 0 ? 2 : 1);
        n[COST_OUTPUT_ROWS] = (s->pooled > 1 ? (double)s->rows / s->pool_h : passes) * s->layer->out_c;
        n[COST_UNPACKED] = passes * blocks * p->pairs;
    }
}

/* A plane holds what some rows of one channel's windows meet; two rows of positions go together. */
void count_planes(const struct counted *s, const int8_t *in, double *n)
{
    const struct unit_lanes_depthwise_s8 *p = s->op;
    const struct unit_conv2d_s8 *g = &s->layer->shape;
    double groups = quotient_up(s->rows, p->rows);

    (void)in;
    n[COST_PLANES] = groups * s->layer->out_c;
    n[COST_PLANE] = groups * g->in_c * ((p->rows - 2.0) * g->stride_h + (g->kernel_h - 1.0) * g->dilation_h + 1) *
                    ((s->columns - 1.0) * g->stride_w + g->kernel_w);
    n[COST_BLOCKS] = quotient_up(s->rows, 2) * s->columns * s->layer->out_c;
    n[COST_MACS] = 2 * n[COST_BLOCKS] * s->layer->taps;
}

void count_taps(const struct counted *s, const int8_t *in, double *n)
{
    (void)in;
    n[COST_POSITIONS] = positions_of(s);
    n[COST_MACS] = n[COST_POSITIONS] * s->layer->out_c * s->layer->taps;
    n[COST_TAP_ROWS] = n[COST_POSITIONS] * s->layer->out_c * s->layer->shape.kernel_h;
}

/* Where elements between the bounds are counted. */
static enum cost_feature inside_kind(enum cost_feature outputs)
{
    return outputs == COST_OUTPUTS_SECOND  ? COST_INSIDE_SECOND
           : outputs == COST_OUTPUTS_THIRD ? COST_INSIDE_THIRD
                                           : COST_OUTPUTS_INSIDE;
}

/* By output channel the element that a kernel has ready where nothing is executed; NULL: none has. */
static const uint16_t *idle_outputs(const struct counted *s)
{
    const struct unit_prefix_s8 *p = s->op;

    return s->kernel == unit_prefix_s8 && p->after_form == UNIT_AFTER_BYTES ? p->after : NULL;
}

static int is_idle(const struct counted *s, const uint16_t *after, size_t i, int8_t out)
{
    const size_t words = 9, at = 8; /* UNIT_AFTER_BYTES */

    return after && (int8_t)(after[i % (size_t)s->layer->out_c * words + at] & 0xff) == out;
}

/* Nothing was added to element i's position, and it is not the first of those, which the kernel works out. */
static int is_copied(const struct counted *s, size_t i, size_t *first)
{
    size_t position = i / (size_t)s->layer->out_c;

    if (!s->quiet || !s->quiet->position[position])
        return 0;
    if (*first == SIZE_MAX)
        *first = position;
    return position != *first;
}

void count_outputs(const struct counted *s, const int8_t *out, double *n)
{
    const uint16_t *after = idle_outputs(s);
    size_t first = SIZE_MAX;
    double above = 0, inside = 0;

    n[COST_SHIFTS] = s->shifts;
    n[COST_POOLS] = s->pooled == 1 ? 0 : s->quiet ? n[COST_POSITIONS] : positions_of(s) / s->pooled;
    n[COST_POOLED] = n[COST_POOLS] * s->pooled * s->layer->out_c;
    n[COST_POOLED_OTHER] = s->pooled != 4 || s->pool_h != 2 ? n[COST_POOLED] : 0;
    if (!out)
        above = inside = (double)s->out_elements;
    for (size_t i = 0; out && i < s->out_elements; i++) {
        if (is_copied(s, i, &first)) {
            n[COST_OUTPUTS_QUIET]++;
            continue;
        }
        above += out[i] > s->y_min;
        inside += out[i] > s->y_min && out[i] < s->y_max && !is_idle(s, after, i, out[i]);
    }
    n[COST_OUTPUTS] = 0;
    n[s->output_kind] = (double)s->out_elements - n[COST_OUTPUTS_QUIET];
    n[COST_OUTPUTS_ABOVE] = s->output_kind == COST_OUTPUTS ? above : 0;
    n[inside_kind(s->output_kind)] = inside;
}
