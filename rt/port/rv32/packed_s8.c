/* packed_s8.c (RV32) - CONV_2D and FULLY_CONNECTED, every product. Windows are read where they lie in the input, four
 * at a time (rt_tile.h); those that hang over its edge, or are dilated, are gathered first.
 *
 * Scratch: RT_TILE gathered windows, each rounded up to 4 bytes, if there are any, then the maxima of pools of more
 * than RT_TILE positions, [out_c]; src/port/lower_packed.c reserves as much. */
#include "rt_packed.h"
#include "rt_tile.h"

/* Windows that wait until there are RT_TILE of them, and where their outputs go. */
struct tile {
    const int8_t *x[RT_TILE];
    int8_t *y[RT_TILE];
    const struct rt_shape *shape;
    uint8_t count;
    uint8_t first, last; /* tile of a pool */
};

/* What stays the same for a whole layer. */
struct layer {
    const struct unit_packed_s8 *p;
    const int8_t *in;
    struct rt_shape inside, gathered;
    int8_t *patches;
    int32_t *maxima;
    uint8_t gathers; /* there are windows that do not lie inside */
    uint8_t slowly;  /* scales are long, or a pool is no tile */
};

static int is_inside(const struct unit_packed_s8 *p, int32_t y, int32_t x)
{
    return p->dilation_h == 1 && p->dilation_w == 1 && y >= 0 && x >= 0 && y + p->kernel_h <= p->in_h &&
           x + p->kernel_w <= p->in_w;
}

static void gather(const struct unit_packed_s8 *p, const int8_t *in, int32_t y, int32_t x0, int8_t *to)
{
    for (uint16_t ky = 0; ky < p->kernel_h; ky++, y += p->dilation_h)
        for (uint16_t kx = 0; kx < p->kernel_w; kx++, to += p->in_c) {
            int32_t x = x0 + kx * (int32_t)p->dilation_w;
            if (y >= 0 && y < p->in_h && x >= 0 && x < p->in_w)
                memcpy(to, in + ((uint32_t)y * p->in_w + (uint32_t)x) * p->in_c, p->in_c);
            else
                memset(to, p->in_zp, p->in_c);
        }
}

/* The sums of outputs o.. at the four windows become an element each. */
static inline void put_each(const struct unit_packed_s8 *p, uint16_t o, uint8_t count, const int32_t *sums,
                            const struct tile *t)
{
    struct rt_scale s = rt_scale(p, o);
    int8_t *y0 = t->y[0] + o, *y1 = t->y[1] + o, *y2 = t->y[2] + o, *y3 = t->y[3] + o;

    for (; count; count--, rt_scale_next(&s), sums += RT_TILE) {
        *y0++ = (int8_t)rt_scaled(&s, sums[0]);
        *y1++ = (int8_t)rt_scaled(&s, sums[1]);
        *y2++ = (int8_t)rt_scaled(&s, sums[2]);
        *y3++ = (int8_t)rt_scaled(&s, sums[3]);
    }
}

static inline int32_t larger(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

/* Their maxima become one. */
static inline void put_maximum(const struct unit_packed_s8 *p, uint16_t o, uint8_t count, const int32_t *sums,
                               int8_t *y)
{
    struct rt_scale s = rt_scale(p, o);

    for (; count; count--, rt_scale_next(&s), sums += RT_TILE)
        *y++ = (int8_t)rt_scaled(&s, larger(larger(sums[0], sums[1]), larger(sums[2], sums[3])));
}

/* Any scale, and pools of several tiles. */
static void put_slowly(const struct layer *l, uint16_t o, uint8_t count, const int32_t *sums, const struct tile *t)
{
    for (; count; count--, o++, sums += RT_TILE) {
        int32_t most = larger(larger(sums[0], sums[1]), larger(sums[2], sums[3]));
        if (!l->p->pool_h) {
            for (uint8_t i = 0; i < RT_TILE; i++)
                rt_requantise(l->p, o, sums + i, 1, t->y[i] + o);
            continue;
        }
        if (!t->first)
            most = larger(most, l->maxima[o]);
        if (t->last)
            rt_requantise(l->p, o, &most, 1, t->y[0] + o);
        else
            l->maxima[o] = most;
    }
}

/* All outputs of RT_TILE windows. */
static void run_tile(const struct layer *l, struct tile *t)
{
    const struct unit_packed_s8 *p = l->p;
    const struct rt_shape *shape = t->shape;
    rt_far w = rt_far_from(p->weights);
    int32_t sums[RT_BLOCK * RT_TILE];

    for (uint16_t o = 0; o < p->out_c; w += shape->weights, o = (uint16_t)(o + RT_BLOCK)) {
        uint8_t count = rt_block_outputs(p, o);
        if (count <= 2)
            rt_tile_2(shape, t->x, w, p->bias + o, sums);
        else
            rt_tile_4(shape, t->x, w, p->bias + o, sums);
        if (l->slowly)
            put_slowly(l, o, count, sums, t);
        else if (p->pool_h)
            put_maximum(p, o, count, sums, t->y[0] + o);
        else
            put_each(p, o, count, sums, t);
    }
    t->count = 0;
}

/* Fewer windows: one by one. */
static void run_rest(const struct layer *l, const struct tile *t)
{
    const struct unit_packed_s8 *p = l->p;
    int32_t acc[RT_BLOCK];

    for (uint8_t i = 0; i < t->count; i++) {
        rt_far w = rt_far_from(p->weights);
        for (uint16_t o = 0; o < p->out_c; o = (uint16_t)(o + RT_BLOCK)) {
            rt_far end = w + t->shape->weights;
            for (uint8_t b = 0; b < RT_BLOCK; b++)
                acc[b] = p->bias[o + b];
            for (const int8_t *row = t->x[i]; w != end; row += t->shape->row_step)
                w = rt_dot((const uint8_t *)row, w, (uint16_t)t->shape->stretch, acc);
            rt_requantise(p, o, acc, rt_block_outputs(p, o), t->y[i] + o);
        }
    }
}

/* Adds a window, x being where it begins if it lies inside. */
static inline void add_inside(struct tile *t, const int8_t *x, int8_t *y)
{
    t->x[t->count] = x;
    t->y[t->count++] = y;
}

static void add_gathered(const struct layer *l, struct tile *t, int32_t row, int32_t column, int8_t *y)
{
    int8_t *patch = l->patches + t->count * ((l->p->taps + 3u) & ~3u);

    gather(l->p, l->in, row, column, patch);
    add_inside(t, patch, y);
}

static void run_positions(const struct layer *l, int8_t *y)
{
    const struct unit_packed_s8 *p = l->p;
    struct tile inside = { .shape = &l->inside }, gathered = { .shape = &l->gathered };
    int32_t row = -p->pad_top, step = p->stride_w * p->in_c, row_step = p->stride_h * (int32_t)l->inside.row_step;
    const int8_t *line = l->in + row * (int32_t)l->inside.row_step - p->pad_left * p->in_c;

    for (uint16_t oy = p->out_h; oy; oy--, row += p->stride_h, line += row_step) {
        const int8_t *x = line;
        int32_t column = -p->pad_left;
        for (uint16_t ox = p->out_w; ox; ox--, column += p->stride_w, x += step, y += p->out_c) {
            if (!l->gathers || is_inside(p, row, column))
                add_inside(&inside, x, y);
            else
                add_gathered(l, &gathered, row, column, y);
            if (inside.count == RT_TILE)
                run_tile(l, &inside);
            if (gathered.count == RT_TILE)
                run_tile(l, &gathered);
        }
    }
    run_rest(l, &inside);
    run_rest(l, &gathered);
}

/* One output element a pool, whose first position is (oy, ox): in tiles, the last one filled up by repeating a
 * position. */
static void run_pool(const struct layer *l, uint16_t oy, uint16_t ox, int8_t *y)
{
    const struct unit_packed_s8 *p = l->p;
    int32_t row = oy * (int32_t)p->stride_h - p->pad_top, column = ox * (int32_t)p->stride_w - p->pad_left;
    struct tile t = { .shape = l->gathers ? &l->gathered : &l->inside, .first = 1 };
    const int8_t *line = l->in + row * (int32_t)l->inside.row_step + column * p->in_c;
    uint16_t left = (uint16_t)(p->pool_h * p->pool_w);

    for (uint16_t ky = 0; ky < p->pool_h; ky++, line += p->stride_h * l->inside.row_step) {
        const int8_t *x = line;
        for (uint16_t kx = 0; kx < p->pool_w; kx++, x += p->stride_w * p->in_c) {
            t.last = --left == 0;
            do {
                if (l->gathers)
                    add_gathered(l, &t, row + ky * p->stride_h, column + kx * p->stride_w, y);
                else
                    add_inside(&t, x, y);
            } while (t.last && t.count < RT_TILE);
            if (t.count == RT_TILE) {
                run_tile(l, &t);
                t.first = 0;
            }
        }
    }
}

static void run_pools(const struct layer *l, int8_t *y)
{
    const struct unit_packed_s8 *p = l->p;

    for (uint16_t oy = 0; oy + p->pool_h <= p->out_h; oy = (uint16_t)(oy + p->pool_h))
        for (uint16_t ox = 0; ox + p->pool_w <= p->out_w; ox = (uint16_t)(ox + p->pool_w), y += p->out_c)
            run_pool(l, oy, ox, y);
}

/* Pools of two by two whose windows all lie inside. */
static void run_squares(const struct layer *l, int8_t *y)
{
    const struct unit_packed_s8 *p = l->p;
    uint32_t step = (uint32_t)p->stride_w * p->in_c, row_step = p->stride_h * l->inside.row_step;
    const int8_t *line = l->in;
    struct tile t = { .shape = &l->inside };

    for (uint16_t oy = p->out_h / 2; oy; oy--, line += 2 * row_step) {
        t.x[0] = line, t.x[1] = line + step, t.x[2] = line + row_step, t.x[3] = line + row_step + step;
        for (uint16_t ox = p->out_w / 2; ox; ox--, y += p->out_c) {
            t.y[0] = y;
            run_tile(l, &t);
            for (uint8_t i = 0; i < RT_TILE; i++)
                t.x[i] += 2 * step;
        }
    }
}

static struct layer layer_of(const struct unit_packed_s8 *p, void *const t[])
{
    uint32_t stretch = (uint32_t)p->kernel_w * p->in_c;
    struct layer l = { .p = p,
                       .in = t[0],
                       .inside = rt_shape(p->kernel_h, stretch, (uint32_t)p->in_w * p->in_c),
                       .gathered = rt_shape(p->kernel_h, stretch, stretch),
                       .patches = t[2],
                       .maxima = t[2] };

    l.gathers = !is_inside(p, -p->pad_top, -p->pad_left) ||
                !is_inside(p, (p->out_h - 1) * p->stride_h - p->pad_top, (p->out_w - 1) * p->stride_w - p->pad_left);
    l.slowly = p->requant == UNIT_REQUANT_LONG || (p->pool_h && p->pool_h * p->pool_w != RT_TILE);
    if (l.gathers)
        l.maxima += RT_TILE * ((p->taps + 3u) / 4);
    return l;
}

void unit_packed_s8(const void *op, void *const t[])
{
    const struct unit_packed_s8 *p = op;
    struct layer l = layer_of(p, t);

    if (!p->pool_h)
        run_positions(&l, t[1]);
    else if (l.slowly || l.gathers || p->pool_h != 2)
        run_pools(&l, t[1]);
    else
        run_squares(&l, t[1]);
}
