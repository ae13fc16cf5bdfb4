/* windows.c - activations that are listed or multiplied, counted strip by strip and window by window. */
#include "cost/counting.h"

/* Listed elements of the columns of a strip: at or above the zero point, and below it. */
struct strip {
    int columns;
    uint32_t *plus, *minus, *far; /* far: of both, those more than 128 away */
    uint8_t *some;                /* [columns of pools] whether the pool at hand has any */
};

/* Where column i of a strip lies in the input. With dilation every window has columns of its own. */
static int column_at(const struct counted *s, int i)
{
    const struct unit_conv2d_s8 *g = &s->layer->shape;

    if (g->dilation_w == 1)
        return i - g->pad_left;
    return i / g->kernel_w * g->stride_w - g->pad_left + i % g->kernel_w * g->dilation_w;
}

static void fill_column(const struct counted *s, const int8_t *in, int oy, int i, struct strip *strip)
{
    const struct unit_conv2d_s8 *g = &s->layer->shape;
    int x = column_at(s, i);

    strip->plus[i] = strip->minus[i] = strip->far[i] = 0;
    for (int ky = 0; ky < g->kernel_h; ky++) {
        int y = oy * g->stride_h - g->pad_top + ky * g->dilation_h;
        const int8_t *v = in ? in + ((ptrdiff_t)y * g->in_w + x) * g->in_c : NULL;
        if (y < 0 || y >= g->in_h || x < 0 || x >= g->in_w)
            continue;
        for (int c = 0; c < g->in_c; c++) {
            int distance = v ? v[c] - g->in_zp : 255;
            strip->plus[i] += distance > s->cut;
            strip->minus[i] += -distance > s->cut;
            strip->far[i] += distance > 128 || distance < -128;
        }
    }
}

/* Sums over the positions of a layer. */
struct found {
    double elements;             /* of strips */
    double strips, strips_minus; /* elements listed */
    double windows;              /* the same, of every window */
    double windows_far;          /* of every window, more than 128 away */
    double windows_plus;         /* windows with elements above the zero point */
    double windows_minus;        /* and below it */
    double pools;                /* pools, or positions where there are none, with listed elements */
};

static void add_window(const struct counted *s, struct strip *strip, int ox, struct found *f)
{
    const struct unit_conv2d_s8 *g = &s->layer->shape;
    int first = g->dilation_w == 1 ? ox * g->stride_w : ox * g->kernel_w;
    uint32_t plus = 0, minus = 0;

    for (int k = first; k < first + g->kernel_w; k++) {
        plus += strip->plus[k];
        minus += strip->minus[k];
        f->windows_far += strip->far[k];
    }
    f->windows += plus + minus;
    f->windows_plus += plus > 0;
    f->windows_minus += minus > 0;
    strip->some[ox / (s->pooled / s->pool_h)] |= plus + minus > 0;
}

static void add_strip(const struct counted *s, const int8_t *in, int oy, struct strip *strip, struct found *f)
{
    for (int i = 0; i < strip->columns; i++) {
        fill_column(s, in, oy, i, strip);
        f->strips += strip->plus[i] + strip->minus[i];
        f->strips_minus += strip->minus[i];
    }
    for (int ox = 0; ox < s->columns; ox++)
        add_window(s, strip, ox, f);
    for (int i = 0; i < s->columns && (oy + 1) % s->pool_h == 0; i++) {
        f->pools += strip->some[i];
        strip->some[i] = 0;
    }
}

static struct found find(const struct counted *s, const int8_t *in)
{
    const struct unit_conv2d_s8 *g = &s->layer->shape;
    struct region *room = region_new();
    struct found f = { 0 };
    struct strip strip;

    strip.columns = g->dilation_w == 1 ? (g->out_w - 1) * g->stride_w + g->kernel_w : g->out_w * g->kernel_w;
    strip.plus = region_array(room, (size_t)strip.columns, sizeof *strip.plus);
    strip.minus = region_array(room, (size_t)strip.columns, sizeof *strip.minus);
    strip.far = region_array(room, (size_t)strip.columns, sizeof *strip.far);
    strip.some = region_alloc(room, (size_t)s->columns);
    for (int oy = 0; oy < s->rows; oy++)
        add_strip(s, in, oy, &strip, &f);
    region_free(room);
    f.elements = (double)s->rows * strip.columns * g->kernel_h * g->in_c;
    if (!in && g->in_zp > -128) { /* any of them may lie on either side */
        f.strips_minus = f.strips;
        f.windows_minus = (double)s->rows * s->columns;
    }
    return f;
}

void count_listed(const struct counted *s, const int8_t *in, double *n)
{
    struct found f = find(s, in);
    int blocks = (s->layer->out_c + s->block - 1) / s->block;

    n[COST_LISTED] = f.strips;
    n[COST_LISTED_MINUS] = f.strips_minus;
    n[COST_POSITION_LISTED] = f.windows;
    n[COST_BLOCK_LISTED] = f.windows * blocks;
    n[COST_BLOCK_LISTED_FAR] = f.windows_far * blocks;
    n[COST_LISTED_SIGNED] = s->layer->shape.in_zp > -128 ? f.elements : 0;
    n[COST_BLOCKS_SOME] = f.pools * s->pooled * blocks;
    n[COST_OUTPUTS_SOME] = f.pools * s->layer->out_c;
    n[COST_BLOCKS_SIGNED] = s->layer->shape.in_zp > -128 ? (double)s->rows * s->columns * blocks : 0;
    n[COST_BLOCKS_PLUS] = f.windows_plus * blocks;
    n[COST_BLOCKS_MINUS] = f.windows_minus * blocks;
}

void count_executed(const struct counted *s, const int8_t *in, double *n)
{
    struct mac_counts executed = { 0 };

    if (in)
        counter_add(s->executed, in, &executed);
    n[COST_EXECUTED] = in ? (double)executed.executed : n[COST_ENTRIES];
}

void count_compared(const struct counted *s, const int8_t *in, double *n)
{
    struct found f = find(s, in);
    struct mac_counts executed = { 0 };

    n[COST_COMPARED] = f.windows * s->layer->out_c / (s->layer->depthwise ? s->layer->shape.in_c : 1);
    n[COST_MACS_SIGNED] = s->layer->shape.in_zp > INT8_MIN ? n[COST_MACS] : 0;
    n[COST_QUOTIENTS] = f.windows * s->thresholds;
    if (s->executed && in)
        counter_add(s->executed, in, &executed);
    n[COST_EXECUTED] = in ? (double)executed.executed : n[COST_COMPARED];
}
