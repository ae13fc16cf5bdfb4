/* prefix_s8.c (MSP430X) - CONV_2D and FULLY_CONNECTED by sorted prefixes on the loops of prefix_scatter.S and
 * prefix_rows.S. Unlike rt/prefix_s8.c it does not look for zeros at the ends of rows and for positions that nothing
 * was added to: here that costs more than the loops take for them (docs/adr/0021). */
#include "rt_packed.h"
#include "rt_period.h"
#include "rt_prefix_scale.h"

enum { GROUP_BYTES = 2 }; /* from a long list's start in the index to the next; short lists have theirs 10 apart */

/* What the elements of an input row are scattered with. Assembly knows the order. A row visits lists of every channel
 * that follow each other in the index, from `group` on; `visits` up to `end` has where each one's sums are. */
struct scatter {
    rt_far entries, index;
    uint16_t channels, step; /* step: bytes of the index from channel to channel */
    int16_t zp;
    uint16_t groups; /* lists of a channel */
    const struct unit_prefix_column *columns, *columns_end;
    const uint8_t *table; /* by magnitude, as unit_prefix_table */
    int32_t *const *end;
    uint16_t group; /* GROUP_BYTES apart */
    int16_t quiet;  /* zp = -128: elements up to this one wake nothing; else zp */
    int32_t *const *visits;
    unit_loop *row;
    uint8_t wide;
};

/* A row of outputs. Assembly knows the order. */
struct run {
    uint16_t count;       /* outputs of a position */
    int16_t least;        /* act_min */
    uint16_t most;        /* act_max - act_min; UNIT_AFTER_FINE: << 4 */
    uint16_t gap;         /* bytes of sums left out behind a position */
    const int32_t *below; /* pooled 2 by 2: the row of sums below */
    uint16_t positions;
};

/* Loops of prefix_scatter.S: a row of the input into all sums that it visits, by long entries; into one row of sums, by
 * short entries. */
typedef void row_of_elements(const struct scatter *s, const int8_t *in);
typedef void row_of_lists(const struct scatter *s, const int8_t *in, uint16_t group, int32_t *sums);

/* prefix_rows.S */
void unit_prefix_fill(int32_t *sums, uint16_t n, const int32_t *value);   /* 20 bits of *value */
int unit_prefix_is_blank(const int8_t *in, uint16_t n, int16_t zp);       /* 1 if all elements equal zp; n > 0 */
void unit_prefix_larger(int32_t *best, const int32_t *other, uint16_t n); /* best[i] = the larger of both */

/* Loops of prefix_rows.S: the outputs of a row of positions, each output with its constants. Returns where y ends. */
typedef int8_t *outputs_of_row(const int32_t *sums, const uint16_t *after, int8_t *y, const struct run *run);

/* Rows count in the CPU's own width; lowering sees to it that they fit 16 bits with a sign. */
typedef int_fast16_t row_number;

/* Output rows open .. fresh - 1 lie in the ring, from `first` on; `next` is where row `fresh` goes. A numerator is
 * y + pad_top - ky * dilation: stride times the output row met. */
struct ring {
    int32_t *first, *next;
    int32_t *sums, *end;
    const struct rt_prefix_state *seeds; /* what rows begin with; NULL: zeros */
    struct rt_prefix_constants constants;
    row_number open, fresh;
    row_number rows, together; /* that are worked out; that pooling takes together */
    row_number kernel, stride;
    row_number period,
        apart; /* kernel rows between those that one input row needs; output rows between those it meets */
    row_number opening,
        closing;          /* numerators in kernel row 0: first to meet row `fresh`, last before `open` is written */
    row_number met, past; /* of the last kernel row's numerator: the quotient by the stride, and the rest */
    /* [2 * UNIT_PREFIX_VISITS_MAX] where the sums of each row's parts are, twice around the ring: what an input row
     * visits is a stretch of that, from row `open` at `visit` on. visits_end: behind the first time; NULL: what it
     * visits is collected there. */
    int32_t **visits, **visit, **visits_end;
    uint8_t is_plain; /* stride 1, and a row of sums is one part */
};

static int32_t *row_behind(const struct unit_prefix_s8 *p, const struct ring *ring, int32_t *row)
{
    row += p->row_elements;
    return row == ring->end ? ring->sums : row;
}

static int32_t *rows_behind(const struct unit_prefix_s8 *p, const struct ring *ring, int32_t *row, row_number n)
{
    for (; n; n--)
        row = row_behind(p, ring, row);
    return row;
}

/* Rows that an input row meets are neighbours. */
static void lay_out_visits(const struct unit_prefix_s8 *p, struct ring *ring)
{
    int32_t **v = ring->visits, *row = ring->sums;

    if (ring->apart != 1 || (unsigned)p->rows * p->parts > UNIT_PREFIX_VISITS_MAX)
        return;
    for (uint16_t n = (uint16_t)(2 * p->rows); n; n--) {
        if (n == p->rows)
            ring->visits_end = v;
        *v++ = row;
        for (uint16_t part = 1; part < p->parts; part++, v++)
            *v = v[-1] + UNIT_PREFIX_PART;
        row = row_behind(p, ring, row);
    }
}

static inline struct ring ring_of(const struct unit_prefix_s8 *p, int32_t *sums, int32_t **visits)
{
    const struct unit_packed_s8 *l = &p->layer;
    row_number reach = (row_number)((l->kernel_h - 1) * l->dilation_h);
    struct ring ring = { .first = sums,
                         .next = sums,
                         .sums = sums,
                         .end = sums + (size_t)p->rows * p->row_elements,
                         .visits = visits,
                         .visit = visits };

    ring.constants = (struct rt_prefix_constants){ l, p->after };
    ring.kernel = (row_number)l->kernel_h;
    ring.stride = (row_number)l->stride_h;
    ring.period = (row_number)rt_prefix_period(l);
    ring.apart = (row_number)(l->stride_h == 1 ? l->dilation_h : rt_prefix_period(l) * l->dilation_h / l->stride_h);
    ring.rows = (row_number)l->out_h;
    ring.together = 1;
    if (l->pool_h) {
        ring.rows = (row_number)(l->out_h - l->out_h % l->pool_h);
        ring.together = (row_number)l->pool_h;
    }
    ring.closing = (row_number)((ring.together - 1) * ring.stride + reach);
    ring.past = (row_number)(l->pad_top - reach);
    for (; ring.past < 0; ring.past = (row_number)(ring.past + ring.stride))
        ring.met--;
    for (; ring.past >= ring.stride; ring.past = (row_number)(ring.past - ring.stride))
        ring.met++;
    lay_out_visits(p, &ring);
    ring.is_plain = ring.visits_end && ring.stride == 1 && p->parts == 1;
    return ring;
}

/* Where thresholds moved: sums begin elsewhere, or the constants behind the ring make up for it. */
RT_CALLED void move(const struct unit_prefix_s8 *p, const struct rt_prefix_state *state, struct ring *ring)
{
    if (rt_prefix_is_seeded(p))
        ring->seeds = state;
    else
        ring->constants = rt_prefix_move_constants(state, p, ring->end);
}

/* Begins the rows that numerator `at` is the first to meet. */
static inline void open_rows(const struct unit_prefix_s8 *p, struct ring *ring, row_number at)
{
    for (; ring->opening <= at && ring->fresh < ring->rows; ring->fresh++) {
        if (ring->seeds)
            rt_prefix_seed_row(ring->seeds, p, ring->next);
        else
            unit_prefix_fill(ring->next, p->row_elements, &p->start);
        ring->next = row_behind(p, ring, ring->next);
        ring->opening = (row_number)(ring->opening + ring->stride);
    }
}

/* Sums of the lists of kernel rows that meet output rows from `row` on, where those do not lie next to each other. */
static int32_t **collect_visits(const struct unit_prefix_s8 *p, struct ring *ring, row_number row)
{
    int32_t **v = ring->visits, *sums = rows_behind(p, ring, ring->first, (row_number)(row - ring->open));

    for (; row < ring->fresh; row = (row_number)(row + ring->apart)) {
        *v++ = sums;
        for (uint16_t part = 1; part < p->parts; part++, v++)
            *v = v[-1] + UNIT_PREFIX_PART;
        sums = rows_behind(p, ring, sums, ring->apart);
    }
    return v;
}

/* The lists that the input row at hand runs. Kernel rows a period apart, from one of the last downwards, meet open rows
 * `apart` from each other; all others meet none. */
RT_CALLED void find_visits(const struct unit_prefix_s8 *p, struct ring *ring, struct scatter *s)
{
    row_number row = ring->met, past = ring->past, ky = (row_number)(ring->kernel - 1);
    uint16_t group = 0, part, bytes = (uint16_t)(p->parts * GROUP_BYTES);

    for (; past && ky >= 0 && ky >= ring->kernel - ring->period; ky--) {
        group = (uint16_t)(group + (uint16_t)(ky / ring->period + 1) * bytes);
        for (past = (row_number)(past + (row_number)p->layer.dilation_h); past >= ring->stride; row++)
            past = (row_number)(past - ring->stride);
    }
    for (; row < ring->open; row = (row_number)(row + ring->apart))
        group = (uint16_t)(group + bytes);
    s->group = group;
    s->visits = s->end = ring->visits;
    if (past || ky < 0 || row >= ring->fresh)
        return;
    if (!ring->visits_end) {
        s->end = collect_visits(p, ring, row);
        return;
    }
    s->visits = ring->visit;
    for (s->end = ring->visit, part = p->parts; part; part--) {
        s->visits += row - ring->open;
        s->end += ring->fresh - ring->open;
    }
}

/* The same where each output row has one list and meets `kernel` neighbouring input rows. */
static inline void find_plain_visits(const struct ring *ring, struct scatter *s)
{
    row_number closed = (row_number)(ring->open - ring->met);

    s->group = 0;
    s->visits = ring->visit;
    s->end = ring->visit + (ring->fresh - ring->open);
    if (closed > 0)
        s->group = (uint16_t)(closed * GROUP_BYTES);
    else
        s->visits -= closed;
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
RT_CALLED void take_maxima(const struct unit_prefix_s8 *p, const struct ring *ring)
{
    uint16_t out_c = p->layer.out_c, step = (uint16_t)(p->layer.pool_w * out_c);
    int32_t *row = ring->first, *best = ring->first + p->origin;

    for (uint16_t r = 1; r < p->layer.pool_h; r++) {
        row = row_behind(p, ring, row);
        unit_prefix_larger(best, row + p->origin, (uint16_t)(p->layer.out_w * out_c));
    }
    for (uint16_t x = (uint16_t)(p->layer.out_w / p->layer.pool_w); x; x--, best += step)
        for (uint16_t other = out_c; other < step; other = (uint16_t)(other + out_c))
            unit_prefix_larger(best, best + other, out_c);
}

/* The outputs of positions without constants: the bias added, and the layer's own rounding. */
static int8_t *write_plainly(const struct unit_packed_s8 *p, const struct run *run, int32_t *sums, int8_t *y)
{
    const int32_t *below = run->below;
    uint16_t step = (uint16_t)(p->out_c + (run->gap >> 2));

    for (uint16_t left = run->positions; left; left--, sums += step, y += p->out_c) {
        if (below) {
            unit_prefix_larger(sums, sums + p->out_c, p->out_c);
            unit_prefix_larger(sums, below, p->out_c);
            unit_prefix_larger(sums, below + p->out_c, p->out_c);
            below += step;
        }
        for (uint16_t o = 0; o < p->out_c; o++)
            sums[o] += p->bias[o];
        rt_requantise(p, 0, sums, p->out_c, y);
    }
    return y;
}

static struct run run_of(const struct unit_prefix_s8 *p)
{
    const struct unit_packed_s8 *l = &p->layer;
    struct run run;

    run.count = l->out_c;
    run.least = l->act_min;
    run.most = (uint16_t)((l->act_max - l->act_min) << (p->after_form == UNIT_AFTER_FINE ? 4 : 0));
    run.gap = 0;
    run.positions = l->out_w;
    run.below = NULL;
    if (l->pool_h) {
        run.gap = (uint16_t)(((l->pool_w - 1u) * l->out_c) << 2);
        run.positions = (uint16_t)(l->out_w / l->pool_w);
    }
    return run;
}

/* Writes the outputs of row `open`, or of the pooled rows from there on. Windows of 2 by 2 are compared on the way. */
RT_CALLED int8_t *write_rows(const struct unit_prefix_s8 *p, const struct ring *ring, struct run *run, int8_t *y)
{
    int32_t *sums = ring->first + p->origin;
    int compared = p->layer.pool_h == 2 && p->layer.pool_w == 2;

    if (compared)
        run->below = row_behind(p, ring, ring->first) + p->origin;
    else if (p->layer.pool_h)
        take_maxima(p, ring);
    if (p->after_form == UNIT_AFTER_NONE)
        return write_plainly(ring->constants.layer, run, sums, y);
    return ((outputs_of_row *)p->outputs)(sums, ring->constants.after, y, run);
}

/* Writes the rows that no numerator beyond `at` meets. */
static inline int8_t *close_rows(const struct unit_prefix_s8 *p, struct ring *ring, struct run *run, row_number at,
                                 int8_t *out)
{
    while (ring->open < ring->rows && ring->closing <= at) {
        out = write_rows(p, ring, run, out);
        ring->first = rows_behind(p, ring, ring->first, ring->together);
        ring->visit += ring->together * (row_number)p->parts;
        if (ring->visits_end && ring->visit >= ring->visits_end)
            ring->visit -= ring->visits_end - ring->visits;
        ring->open = (row_number)(ring->open + ring->together);
        ring->closing = (row_number)(ring->closing + ring->together * ring->stride);
    }
    return out;
}

/* Thresholds that moved may wake what is quiet where they stand still. */
static int16_t quiet_of(const struct unit_prefix_s8 *p, const struct rt_prefix_state *state)
{
    uint8_t quiet = p->layer.in_zp == INT8_MIN ? p->quiet : 0;

    if (state->moved)
        while (state->table[quiet] > unit_prefix_table[p->quiet])
            quiet--;
    return (int16_t)(p->layer.in_zp + quiet);
}

#if !defined RT_PREFIX_KERNEL /* see prefix_s8_compared.c */
#define RT_PREFIX_KERNEL unit_prefix_s8
#define RT_PREFIX_SCATTER scatter_by_prefixes

static void scatter_by_prefixes(struct scatter *s, const int8_t *in)
{
    if (s->wide)
        ((row_of_elements *)s->row)(s, in);
    else
        for (int32_t *const *sums = s->visits; sums != s->end; sums++, s->group += GROUP_BYTES)
            ((row_of_lists *)s->row)(s, in, s->group, *sums);
}
#else
/* prefix_s8_compared.S */
void RT_PREFIX_SCATTER(const struct scatter *s, const int8_t *in);
#endif

void RT_PREFIX_KERNEL(const void *op, void *const t[])
{
    const struct unit_prefix_s8 *p = op;
    const int8_t *in = t[0];
    int8_t *out = t[1];
    int32_t *visits[2 * UNIT_PREFIX_VISITS_MAX];
    struct ring ring = ring_of(p, t[2], visits);
    struct run run = run_of(p);
    struct rt_prefix_state state = rt_prefix_state(p->scaling, p->fallback, &p->layer, in);
    struct scatter scatter;
    uint16_t row_bytes = (uint16_t)(p->layer.in_w * p->layer.in_c);
    row_number at = p->layer.pad_top; /* numerator of the row in kernel row 0 */

    scatter.entries = rt_far_from(p->entries);
    scatter.channels = p->layer.in_c;
    scatter.step = (uint16_t)(p->groups * UNIT_PREFIX_INDEX_BYTES);
    scatter.groups = p->groups;
    scatter.zp = p->layer.in_zp;
    scatter.wide = p->wide;
    scatter.row = p->row;
    scatter.index = rt_far_from(p->index);
    scatter.columns = p->columns;
    scatter.columns_end = p->columns + p->layer.in_w;
    scatter.table = state.table;
    scatter.quiet = quiet_of(p, &state);
    if (state.moved)
        move(p, &state, &ring);
    for (uint16_t y = p->layer.in_h; y; y--, at++, in += row_bytes) {
        open_rows(p, &ring, at);
        if (!unit_prefix_is_blank(in, row_bytes, scatter.zp)) {
            if (ring.is_plain)
                find_plain_visits(&ring, &scatter);
            else
                find_visits(p, &ring, &scatter);
            if (scatter.end > scatter.visits) /* strides leave out rows that no output meets */
                RT_PREFIX_SCATTER(&scatter, in);
        }
        if (ring.closing <= at)
            out = close_rows(p, &ring, &run, at, out);
        pass_row(&ring);
    }
    close_rows(p, &ring, &run, INT16_MAX, out);
}
