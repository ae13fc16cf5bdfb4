/* rt_prefix_walk.h (ARMv6-M) - CONV_2D and FULLY_CONNECTED by sorted prefixes on the loops of prefix_scatter.S and
 * prefix_rows.S: every input element scatters the connections it wakes into a ring of output rows. Sums that nothing
 * was added to become copies of one position's outputs. */
#ifndef RT_PREFIX_WALK_H
#define RT_PREFIX_WALK_H

#include "rt_prefix.h"
#include "rt_prefix_scale.h"
#include "rt_walk.h"

typedef int_fast16_t row_number;

/* Output rows open .. fresh - 1 lie in the ring, from `first` on, ready for others behind them. A numerator is y +
 * pad_top - ky * dilation: stride times the output row met. */
struct ring {
    int32_t *first, *sums;
    const struct rt_prefix_state *seeds; /* what rows begin with; NULL: zeros */
    struct rt_prefix_constants constants;
    row_number open, fresh;
    row_number rows, together; /* that are worked out; that pooling takes together */
    row_number left;           /* rows that have no place in the ring yet */
    row_number kernel, stride;
    row_number period,
        apart; /* kernel rows between those that one input row needs; output rows between those it meets */
    row_number opening,
        closing;          /* numerators in kernel row 0: first to meet row `fresh`, last before `open` is written */
    row_number met, past; /* of the last kernel row's numerator: the quotient by the stride, and the rest */
    uint32_t step;        /* bytes of sums from position to position of outputs */
    struct rt_prefix_run run;
};

static int32_t *row_behind(const struct unit_prefix_s8 *p, const struct rt_walk *w, int32_t *row)
{
    row += p->row_elements;
    return row == w->ring_end ? row - w->ring_bytes / sizeof *row : row;
}

/* Sums that a column meets at most; 0: columns do not meet them in their order. */
static uint32_t reach_of(const struct unit_packed_s8 *p)
{
    uint32_t outputs = p->kernel_w - 1u;

    if (p->dilation_w != 1)
        return 0;
    if (p->stride_w != 1)
        outputs /= p->stride_w;
    return (outputs + 1) * p->out_c;
}

/* The largest magnitude that is taken for zero since nothing wakes by it; thresholds that moved may have it smaller. */
static uint8_t quiet_of(const struct unit_prefix_s8 *p, const uint8_t *table)
{
    uint8_t quiet = p->layer.in_zp == INT8_MIN && p->layer.in_c > 1 ? p->quiet : 0;

    if (table != unit_prefix_table)
        while (table[quiet] > unit_prefix_table[p->quiet])
            quiet--;
    return quiet;
}

/* Field by field: initialisers of large structures are calls of memset and memcpy. */
static void begin_walk(const struct unit_prefix_s8 *p, const struct ring *ring, const uint8_t *table, struct rt_walk *w)
{
    const struct unit_packed_s8 *l = &p->layer;
    uint32_t row_bytes = 4u * p->row_elements;

    w->entries = rt_far_from(p->entries);
    w->index = p->index;
    w->table = table;
    w->zp = l->in_zp;
    w->zeros = (uint8_t)l->in_zp * 0x01010101u;
    w->channels = l->in_c;
    w->bytes = (uint32_t)l->in_w * l->in_c;
    w->groups = p->groups;
    w->step = w->groups * UNIT_PREFIX_INDEX_BYTES;
    w->columns = p->columns;
    w->columns_end = p->columns + l->in_w;
    w->reach = reach_of(l);
    w->span_at = row_bytes - 4;
    w->parts = p->parts;
    w->apart = row_bytes * (uint32_t)ring->apart;
    w->ring_bytes = row_bytes * p->rows;
    w->ring_end = ring->sums + w->ring_bytes / 4;
    w->quiet = quiet_of(p, table);
}

static void begin_run(const struct unit_prefix_s8 *p, struct ring *ring)
{
    const struct unit_packed_s8 *l = &p->layer;
    struct rt_prefix_run *run = &ring->run;

    run->count = l->out_c;
    run->least = l->act_min;
    run->most = l->act_max;
    run->shift = p->wide ? 32 - RT_PREFIX_LONG_BITS : 0;
    run->skip = 0;
    run->after = ring->constants.after;
    run->positions = l->out_w;
    run->quiet = NULL;
    run->below = NULL;
    if (l->pool_h) {
        run->skip = 4u * l->out_c * (l->pool_w - 1u);
        run->positions = (unsigned)l->out_w / l->pool_w;
    }
    ring->step = run->skip + 4u * l->out_c;
}

static void begin_ring(const struct unit_prefix_s8 *p, int32_t *sums, struct ring *ring)
{
    const struct unit_packed_s8 *l = &p->layer;
    row_number reach = (row_number)((l->kernel_h - 1) * l->dilation_h);

    ring->first = ring->sums = sums;
    ring->seeds = NULL;
    ring->constants.layer = l;
    ring->constants.after = p->after;
    ring->open = ring->fresh = ring->opening = ring->met = 0;
    ring->kernel = (row_number)l->kernel_h;
    ring->stride = (row_number)l->stride_h;
    ring->period = (row_number)rt_prefix_period(l);
    ring->apart =
        (row_number)(l->stride_h == 1 ? l->dilation_h : (unsigned)rt_prefix_period(l) * l->dilation_h / l->stride_h);
    ring->rows = (row_number)l->out_h;
    ring->together = 1;
    if (l->pool_h) {
        ring->rows = (row_number)(l->out_h - (unsigned)l->out_h % l->pool_h);
        ring->together = (row_number)l->pool_h;
    }
    ring->left = (row_number)(ring->rows - (row_number)p->rows);
    ring->closing = (row_number)((ring->together - 1) * ring->stride + reach);
    ring->past = (row_number)(l->pad_top - reach);
    for (; ring->past < 0; ring->past = (row_number)(ring->past + ring->stride))
        ring->met--;
    for (; ring->past >= ring->stride; ring->past = (row_number)(ring->past - ring->stride))
        ring->met++;
}

/* Where thresholds moved: sums begin elsewhere, or the constants behind the ring make up for it. */
RT_APART static void move(const struct unit_prefix_s8 *p, const struct rt_prefix_state *state, struct ring *ring)
{
    if (rt_prefix_is_seeded(p))
        ring->seeds = state;
    else
        ring->constants = rt_prefix_move_constants(state, p, ring->sums + (size_t)p->rows * p->row_elements);
}

/* A row of sums before anything is added to it. */
static inline void begin_row(const struct unit_prefix_s8 *p, const struct ring *ring, int32_t *row)
{
    if (ring->seeds)
        rt_prefix_seed_row(ring->seeds, p, row);
    else
        rt_prefix_clear(row, p->row_elements);
}

static void begin_rows(const struct unit_prefix_s8 *p, const struct ring *ring)
{
    int32_t *row = ring->sums;

    for (uint16_t n = p->rows; n; n--, row += p->row_elements)
        begin_row(p, ring, row);
}

/* Counts the rows that numerator `at` is the first to meet. */
static inline void open_rows(struct ring *ring, row_number at)
{
    for (; ring->opening <= at && ring->fresh < ring->rows; ring->fresh++)
        ring->opening = (row_number)(ring->opening + ring->stride);
}

/* The rows of sums that the input row at hand meets, and its lists. Kernel rows a period apart, from one of the last
 * downwards, meet open rows `apart` from each other; all others meet none. */
RT_APART static void find_rows_apart(const struct unit_prefix_s8 *p, const struct ring *ring, struct rt_walk *w)
{
    row_number row = ring->met, past = ring->past, reached = ring->open, ky = (row_number)(ring->kernel - 1);
    uint32_t passed = 0, rows = 0;
    int32_t *sums = ring->first;

    for (; past && ky >= 0 && ky >= ring->kernel - ring->period; ky--) {
        passed += (unsigned)ky / (unsigned)ring->period + 1;
        for (past = (row_number)(past + (row_number)p->layer.dilation_h); past >= ring->stride; row++)
            past = (row_number)(past - ring->stride);
    }
    for (; row < ring->open; row = (row_number)(row + ring->apart))
        passed++;
    for (; reached < row; reached++)
        sums = row_behind(p, w, sums);
    for (; !past && ky >= 0 && row < ring->fresh; row = (row_number)(row + ring->apart))
        rows++;
    w->sums = sums;
    w->rows = rows;
    w->passed = passed * w->parts;
}

/* The same, where that are all kernel rows and neighbouring rows of sums. */
static inline void find_rows(const struct unit_prefix_s8 *p, const struct ring *ring, struct rt_walk *w)
{
    row_number ahead = (row_number)(ring->met - ring->open), rows = (row_number)(ring->fresh - ring->met);
    int32_t *sums = ring->first;

    if (ring->stride != 1 || ring->apart != 1) {
        find_rows_apart(p, ring, w);
        return;
    }
    w->passed = 0;
    if (ahead < 0) {
        w->passed = (uint32_t)-ahead * w->parts;
        rows = (row_number)(rows + ahead);
    }
    for (; ahead > 0; ahead--)
        sums = row_behind(p, w, sums);
    w->sums = sums;
    w->rows = rows > 0 ? (uint32_t)rows : 0;
}

/* On to the next input row. */
static void pass_row(struct ring *ring)
{
    if (++ring->past == ring->stride) {
        ring->past = 0;
        ring->met++;
    }
}

/* The maxima of pooling windows, each in the sums of its first position. */
RT_APART static void take_maxima(const struct unit_prefix_s8 *p, const struct rt_walk *w, const struct ring *ring)
{
    uint16_t out_c = p->layer.out_c, step = (uint16_t)(p->layer.pool_w * out_c), n = (uint16_t)(p->layer.out_w * out_c);
    int32_t *row = ring->first, *best = ring->first + p->origin;

    rt_prefix_settle(best, n, p->wide);
    for (uint16_t r = 1; r < p->layer.pool_h; r++) {
        row = row_behind(p, w, row);
        rt_prefix_settle(row + p->origin, n, p->wide);
        rt_prefix_larger(best, row + p->origin, n);
    }
    for (uint32_t x = ring->run.positions; x; x--, best += step)
        for (uint16_t other = out_c; other < step; other = (uint16_t)(other + out_c))
            rt_prefix_larger(best, best + other, out_c);
}

/* Which sums of the rows that become the next outputs something may have been added to: as in struct rt_walk. */
static inline uint32_t touched(const struct unit_prefix_s8 *p, const struct rt_walk *w, const struct ring *ring)
{
    int32_t *row = ring->first;
    uint32_t low = 0, high = 0;

    for (row_number r = ring->together; r; r--, row = row_behind(p, w, row)) {
        uint32_t span = (uint32_t)row[p->row_elements - 1];
        low = low > (uint16_t)span ? low : (uint16_t)span;
        high = high > span >> 16 ? high : span >> 16;
    }
    return high << 16 | low;
}

/* As rt_prefix_row, for outputs that are not by RT_PREFIX_LINE. */
RT_APART static int8_t *write_otherwise(const struct unit_prefix_s8 *p, struct ring *ring, int32_t *sums, int8_t *y)
{
    struct rt_prefix_run *run = &ring->run;
    struct rt_outputs to = {
        ring->constants.layer, ring->constants.after, p->after_form, p->wide, sums, run->below, 1, 0
    };
    size_t step = ring->step / sizeof *sums;

    for (uint32_t left = run->positions; left; left--, y += run->count) {
        int quiet = (uintptr_t)to.sums < run->low || (uintptr_t)to.sums >= run->high;
        if (quiet && run->quiet)
            memcpy(y, run->quiet, run->count);
        else
            rt_prefix_outputs(&to, y);
        if (quiet)
            run->quiet = y;
        to.sums += step;
        to.below = to.below ? to.below + step : NULL;
    }
    return y;
}

/* Writes the outputs of row `open`, or of the pooled rows from there on. Windows of 2 by 2 are compared on the way. */
RT_APART static int8_t *write_rows(const struct unit_prefix_s8 *p, const struct rt_walk *w, struct ring *ring,
                                   int8_t *y)
{
    uint32_t span = touched(p, w, ring);
    int32_t *sums = ring->first + p->origin;

    if (p->layer.pool_h == 2 && p->layer.pool_w == 2)
        ring->run.below = row_behind(p, w, ring->first) + p->origin;
    else if (p->layer.pool_h)
        take_maxima(p, w, ring);
    ring->run.low = (uintptr_t)ring->first + 4u * (uint16_t)~span + 4 - ring->step;
    ring->run.high = (uintptr_t)ring->first + 4u * (span >> 16);
    if (p->after_form != RT_PREFIX_LINE)
        return write_otherwise(p, ring, sums, y);
    return (ring->run.below ? rt_prefix_pooled : rt_prefix_plain)(sums, y, &ring->run);
}

/* Writes the rows that no numerator beyond `at` meets; others take their places. */
static inline int8_t *close_rows(const struct unit_prefix_s8 *p, const struct rt_walk *w, struct ring *ring,
                                 row_number at, int8_t *out)
{
    while (ring->closing <= at && ring->open < ring->rows) {
        out = write_rows(p, w, ring, out);
        for (row_number r = ring->together; r; r--) {
            if (--ring->left >= 0)
                begin_row(p, ring, ring->first);
            ring->first = row_behind(p, w, ring->first);
        }
        ring->open = (row_number)(ring->open + ring->together);
        ring->closing = (row_number)(ring->closing + ring->together * ring->stride);
    }
    return out;
}

#if !defined RT_PREFIX_KERNEL /* see prefix_s8_compared.c */
#define RT_PREFIX_KERNEL unit_prefix_s8
static rt_walk_row *walk_for(const struct unit_prefix_s8 *p)
{
#if defined RT_PREFIX_WEIGHTS
    if (p->wide == UNIT_PREFIX_ROW)
        return unit_walk_weights;
#endif
    if (p->wide)
        return unit_walk_long;
    return p->groups == 1 ? unit_walk_single : unit_walk_short;
}
#else
static rt_walk_row *walk_for(const struct unit_prefix_s8 *p)
{
    (void)p;
    return unit_walk_compared;
}
#endif

void RT_PREFIX_KERNEL(const void *op, void *const t[])
{
    const struct unit_prefix_s8 *p = op;
    const int8_t *in = t[0];
    int8_t *out = t[1];
    struct rt_prefix_state state = rt_prefix_state(p->scaling, p->fallback, &p->layer, in);
    struct ring ring;
    struct rt_walk walk;
    rt_walk_row *walk_row = walk_for(p);
    row_number at = p->layer.pad_top; /* numerator of the row in kernel row 0 */

    begin_ring(p, t[2], &ring);
    begin_walk(p, &ring, state.table, &walk);
    if (state.moved)
        move(p, &state, &ring);
    begin_run(p, &ring);
    begin_rows(p, &ring);
    for (uint16_t y = p->layer.in_h; y; y--, at++, in += walk.bytes) {
        open_rows(&ring, at);
        find_rows(p, &ring, &walk);
        if (walk.rows) /* strides leave out rows that no output meets */
            walk_row(&walk, in);
        out = close_rows(p, &walk, &ring, y == 1 ? INT16_MAX : at, out);
        pass_row(&ring);
    }
}

#endif
