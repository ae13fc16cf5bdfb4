/* bytes_s8.c (AVR) - CONV_2D and FULLY_CONNECTED, two positions a weight: strips, pairs of windows, and which outputs
 * they become. The loops are in bytes_s8.S. */
#include "rt_bytes.h"
#include "rt_memory.h"
#include "rt_port.h"

/* Two windows, or one, and where their sums go. bytes_s8.S knows the offsets. */
struct run {
    const uint8_t *x[2];        /* 0, 2 */
    const uint16_t *columns[2]; /* 4, 6: sums of their columns */
    uint8_t *sums;              /* 8: of 24 bits: [output][position], or if they are pooled [output] */
    uint8_t kernel_w;           /* 10 */
    uint8_t rest, fours;        /* 11, 12: taps */
    uint8_t blocks, twos;       /* 13, 14: blocks of full size, of two outputs */
    uint8_t mode;               /* 15 */
    uint32_t weights;           /* 16: in flash, or in RAM */
    uint8_t start[6], left;     /* 20, 26: the loops' own */
    uint8_t *to;                /* 27: as well */
};

enum mode {
    EACH,   /* the sums of both positions */
    LARGER, /* the larger one */
    LARGEST /* the largest of both and what is there */
};

/* Sums to output elements. */
struct finish {
    const uint8_t *sums;  /* 0 */
    int8_t *y[2];         /* 2, 4 */
    const int32_t *steps; /* 6 */
    const int32_t *bends; /* 8: or NULL */
    const int32_t *bias;  /* 10 */
    uint8_t outputs;      /* 12 */
    uint8_t positions;    /* 13 */
    uint8_t step_bytes;   /* 14: from the steps of an output to the next one's, 0 if they are shared */
    int8_t least, most;   /* 15, 16 */
    uint8_t by_16;        /* 17: the loop's own */
};

void unit_bytes_pair(struct run *r);     /* weights in flash */
void unit_bytes_pair_ram(struct run *r); /* weights in RAM */
void unit_bytes_alone(struct run *r);
void unit_bytes_finish(struct finish *f);

/* columns stretches of n values that follow each other at x, 128 added, to places `step` apart. */
void unit_bytes_spread(uint8_t *to, const int8_t *x, uint16_t columns, uint8_t n, uint16_t step);
void unit_bytes_columns(uint16_t *sums, const uint8_t *strip, uint16_t columns, uint16_t column_bytes);

/* A layer at work. */
struct layer {
    const struct unit_bytes_s8 *op;
    const int8_t *in;
    uint8_t *strip[2];
    uint16_t *columns[2];
    struct run run;
    struct finish finish;
};

static void spread_zero(uint8_t *to, uint8_t value, uint16_t columns, uint8_t n, uint16_t step)
{
    for (; columns; columns--, to += step)
        memset(to, value, n);
}

/* One row of the input into a strip. */
static void spread_row(const struct unit_packed_s8 *p, const int8_t *row, uint8_t *to, uint16_t step)
{
    uint16_t columns = rt_bytes_columns(p), left = (uint16_t)p->pad_left, inside = p->in_w;
    uint8_t n = (uint8_t)p->in_c, zero = (uint8_t)(p->in_zp + 128);

    if (left > columns)
        left = columns;
    if (inside > columns - left)
        inside = columns - left;
    spread_zero(to, zero, left, n, step);
    unit_bytes_spread(to + left * step, row, inside, n, step);
    spread_zero(to + (left + inside) * step, zero, columns - left - inside, n, step);
}

/* The strip of output row y, and the sums of its columns. */
static void fill(struct layer *l, uint8_t which, uint16_t y)
{
    const struct unit_packed_s8 *p = &l->op->layer;
    uint16_t step = p->kernel_h * p->in_c, columns = rt_bytes_columns(p);
    int16_t row = (int16_t)(y * p->stride_h - (uint16_t)p->pad_top);
    uint8_t *to = l->strip[which];

    for (uint16_t ky = 0; ky < p->kernel_h; ky++, row++, to += p->in_c)
        if (row >= 0 && row < (int16_t)p->in_h)
            spread_row(p, l->in + (uint16_t)row * (p->in_w * p->in_c), to, step);
        else
            spread_zero(to, (uint8_t)(p->in_zp + 128), columns, (uint8_t)p->in_c, step);
    unit_bytes_columns(l->columns[which], l->strip[which], columns, step);
}

/* Window i begins at a column of a strip. */
static inline void place(struct layer *l, uint8_t i, uint8_t which, uint16_t column)
{
    l->run.x[i] = l->strip[which] + column * (l->op->layer.kernel_h * l->op->layer.in_c);
    l->run.columns[i] = l->columns[which] + column;
}

static void sum(struct layer *l, enum mode mode)
{
    l->run.mode = (uint8_t)mode;
    if (rt_bytes_alone(&l->op->layer))
        unit_bytes_alone(&l->run);
    else if (rt_bytes_copies(&l->op->layer))
        unit_bytes_pair_ram(&l->run);
    else
        unit_bytes_pair(&l->run);
}

static void finish(struct layer *l, int8_t *first, int8_t *second)
{
    struct finish *f = &l->finish;

    f->sums = l->run.sums;
    f->steps = l->op->steps;
    f->bends = l->op->bends;
    f->bias = l->op->layer.bias;
    f->y[0] = first;
    f->y[1] = second;
    f->positions = second ? 2 : 1;
    unit_bytes_finish(f);
}

/* Both positions of a pair. */
static void pair(struct layer *l, int8_t *first, int8_t *second)
{
    sum(l, EACH);
    finish(l, first, second);
}

/* The pairs of a row; of an odd number of positions the last is left. */
static void row_of_pairs(struct layer *l, uint8_t which, int8_t *y)
{
    const struct unit_packed_s8 *p = &l->op->layer;
    uint16_t column = 0;

    for (uint16_t pairs = p->out_w / 2; pairs; pairs--, y += 2 * p->out_c) {
        place(l, 0, which, column);
        place(l, 1, which, column + p->stride_w);
        pair(l, y, y + p->out_c);
        column += 2 * p->stride_w;
    }
}

static void run_rows(struct layer *l, int8_t *y)
{
    const struct unit_packed_s8 *p = &l->op->layer;
    uint16_t last = (p->out_w - 1) * p->stride_w, row_bytes = p->out_w * p->out_c;
    uint8_t two;

    for (uint16_t i = 0; i < p->out_h; i += two ? 2 : 1, y += two ? 2 * row_bytes : row_bytes) {
        two = p->out_w % 2 && i + 1 < p->out_h;
        fill(l, 0, i);
        row_of_pairs(l, 0, y);
        if (two) {
            fill(l, 1, i + 1);
            row_of_pairs(l, 1, y + row_bytes);
        }
        if (p->out_w % 2) {
            place(l, 0, 0, last);
            place(l, 1, two, last);
            pair(l, y + row_bytes - p->out_c, y + (two ? 2 * row_bytes : row_bytes) - p->out_c);
        }
    }
}

static void run_pools(struct layer *l, int8_t *y)
{
    const struct unit_packed_s8 *p = &l->op->layer;

    for (uint16_t i = 0; i + 1 < p->out_h; i += 2) {
        uint16_t column = 0;
        fill(l, 0, i);
        fill(l, 1, i + 1);
        for (uint16_t x = p->out_w / 2; x; x--, y += p->out_c) {
            for (uint8_t row = 0; row < 2; row++) {
                place(l, 0, row, column);
                place(l, 1, row, column + p->stride_w);
                sum(l, row ? LARGEST : LARGER);
            }
            finish(l, y, NULL);
            column += 2 * p->stride_w;
        }
    }
}

/* Weights that many positions share go to RAM. */
static void place_weights(struct layer *l, uint8_t *ram)
{
    const struct unit_packed_s8 *p = &l->op->layer;
    rt_far from = rt_far_from(p->weights);

    l->run.weights = from;
    if (!rt_bytes_copies(p))
        return;
    l->run.weights = (uint16_t)ram;
    for (uint16_t n = (uint16_t)rt_bytes_weights(p); n; n--)
        *ram++ = (uint8_t)rt_far_s8(from++);
}

static void lay_out(struct layer *l, uint8_t *scratch)
{
    const struct unit_packed_s8 *p = &l->op->layer;
    uint16_t columns = rt_bytes_columns(p), strip = columns * (p->kernel_h * p->in_c);

    for (uint8_t row = 0; row < rt_bytes_rows(p); row++) {
        l->columns[row] = (uint16_t *)scratch;
        l->strip[row] = scratch + 2 * columns;
        scratch += strip + 2 * columns;
    }
    l->run.sums = scratch;
    place_weights(l, scratch + 6 * (p->out_c + 1));
}

static void count_blocks(struct layer *l)
{
    const struct unit_packed_s8 *p = &l->op->layer;
    int alone = rt_bytes_alone(p);

    l->run.blocks = l->run.twos = 0;
    for (uint16_t left = p->out_c; left;) {
        uint8_t block = rt_bytes_block(alone, left);
        if (block == RT_BYTES_TWO)
            l->run.twos++;
        else
            l->run.blocks++;
        left = left < block ? 0 : left - block;
    }
    l->run.kernel_w = (uint8_t)p->kernel_w;
    l->run.rest = p->taps % 4;
    l->run.fours = (uint8_t)(p->taps / 4);
    l->finish.outputs = (uint8_t)p->out_c;
    l->finish.step_bytes = p->scale_step ? 4 * RT_STEP_WORDS : 0;
    l->finish.least = (int8_t)p->act_min;
    l->finish.most = (int8_t)p->act_max;
}

void unit_bytes_s8(const void *op, void *const t[])
{
    struct layer l = { .op = op, .in = t[0] };

    lay_out(&l, t[2]);
    count_blocks(&l);
    if (l.op->layer.pool_h) {
        run_pools(&l, t[1]);
    } else if (rt_bytes_alone(&l.op->layer)) {
        fill(&l, 0, 0);
        place(&l, 0, 0, 0);
        sum(&l, EACH);
        finish(&l, t[1], NULL);
    } else {
        run_rows(&l, t[1]);
    }
}
