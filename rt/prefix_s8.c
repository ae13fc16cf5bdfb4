/* prefix_s8.c - CONV_2D and FULLY_CONNECTED by sorted prefixes (see struct unit_prefix_s8): every input element
 * scatters the connections it wakes into a ring of output rows. */
#include "rt_prefix.h"
#include "rt_prefix_scale.h"

#if !defined RT_PREFIX_KERNEL /* prefix_s8_compared.c has others */
#define RT_PREFIX_KERNEL unit_prefix_s8
#define RT_PREFIX_SCATTER rt_scatter_row
#endif

/* Rows count in the CPU's own width; lowering sees to it that they fit 16 bits with a sign. */
typedef int_fast16_t row_number;

/* Output rows open .. fresh - 1 lie in the ring, from `first` on; `next` is where row `fresh` goes. A numerator is
 * y + pad_top - ky * dilation: stride times the output row met. The last element of a row says which of its sums an
 * input may have been added to: see widen. */
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
    uint16_t reach;       /* elements that an input column meets, at most; 0: columns do not meet them in their order */
    const int8_t *quiet;  /* the outputs of a position that nothing was added to, once there is one */
};

/* See struct ring. */
static uint16_t reach_of(const struct unit_packed_s8 *p)
{
    uint16_t outputs = (uint16_t)(p->kernel_w - 1);

    if (p->dilation_w != 1)
        return 0;
    if (p->stride_w != 1)
        outputs = (uint16_t)((unsigned)outputs / p->stride_w);
    return (uint16_t)((outputs + 1) * p->out_c);
}

static int32_t *row_behind(const struct unit_prefix_s8 *p, const struct ring *ring, int32_t *row)
{
    row += p->row_elements;
    return row == ring->end ? ring->sums : row;
}

static struct ring ring_of(const struct unit_prefix_s8 *p, int32_t *sums)
{
    const struct unit_packed_s8 *l = &p->layer;
    row_number reach = (row_number)((l->kernel_h - 1) * l->dilation_h);
    struct ring ring = { .first = sums, .next = sums, .sums = sums, .end = sums + (size_t)p->rows * p->row_elements };

    ring.constants = (struct rt_prefix_constants){ l, p->after };
    ring.reach = reach_of(l);
    ring.kernel = (row_number)l->kernel_h;
    ring.stride = (row_number)l->stride_h;
    ring.period = (row_number)rt_prefix_period(l);
    ring.apart =
        (row_number)(l->stride_h == 1 ? l->dilation_h : (unsigned)rt_prefix_period(l) * l->dilation_h / l->stride_h);
    ring.rows = (row_number)l->out_h;
    ring.together = 1;
    if (l->pool_h) {
        ring.rows = (row_number)(l->out_h - (unsigned)l->out_h % l->pool_h);
        ring.together = (row_number)l->pool_h;
    }
    ring.closing = (row_number)((ring.together - 1) * ring.stride + reach);
    ring.past = (row_number)(l->pad_top - reach);
    for (; ring.past < 0; ring.past = (row_number)(ring.past + ring.stride))
        ring.met--;
    for (; ring.past >= ring.stride; ring.past = (row_number)(ring.past - ring.stride))
        ring.met++;
    return ring;
}

/* Where thresholds moved: sums begin elsewhere, or the constants behind the ring make up for it. */
RT_APART static void move(const struct unit_prefix_s8 *p, const struct rt_prefix_state *state, struct ring *ring)
{
    if (rt_prefix_is_seeded(p))
        ring->seeds = state;
    else
        ring->constants = rt_prefix_move_constants(state, p, ring->end);
}

/* Begins the rows that numerator `at` is the first to meet. */
RT_APART static void open_rows(const struct unit_prefix_s8 *p, struct ring *ring, row_number at)
{
    for (; ring->opening <= at && ring->fresh < ring->rows; ring->fresh++) {
        if (ring->seeds)
            rt_prefix_seed_row(ring->seeds, p, ring->next);
        else
            rt_prefix_clear(ring->next, p->row_elements);
        ring->next = row_behind(p, ring, ring->next);
        ring->opening = (row_number)(ring->opening + ring->stride);
    }
}

/* Notes that sums low .. high - 1 of a row count: | high | low |, 0 for none. */
static inline void widen(int32_t *row_end, uint16_t low, uint16_t high)
{
    uint32_t *span = (uint32_t *)row_end - 1;

    if (*span) {
        low = low < (uint16_t)*span ? low : (uint16_t)*span;
        high = high > (uint16_t)(*span >> 16) ? high : (uint16_t)(*span >> 16);
    }
    *span = (uint32_t)high << 16 | low;
}

/* Visits to the lists from place `group` to place `end`, each with its part of a row of sums. */
static inline struct rt_visit *visit_parts(struct rt_visit *v, unsigned group, unsigned end, int32_t *sums)
{
    for (; group != end; group += UNIT_PREFIX_INDEX_BYTES, sums += UNIT_PREFIX_PART, v++) {
        v->group = group;
        v->sums = sums;
    }
    return v;
}

/* The lists that the input row at hand runs. Kernel rows a period apart, from one of the last downwards, meet open rows
 * `apart` from each other; all others meet none. */
RT_APART static void find_visits(const struct unit_prefix_s8 *p, const struct ring *ring, struct rt_scatter *s)
{
    struct rt_visit *v = s->visit;
    int32_t *sums = ring->first;
    row_number row = ring->met, past = ring->past, reached = ring->open, ky = (row_number)(ring->kernel - 1);
    unsigned group = 0, bytes = (unsigned)p->parts * UNIT_PREFIX_INDEX_BYTES;
    uint16_t low = 0, high = p->row_elements;

    if (ring->reach) {
        low = rt_rom_u16(&s->columns->at);
        high = (uint16_t)(rt_rom_u16(&s->columns_end[-1].at) + ring->reach);
    }
    for (; past && ky >= 0 && ky >= ring->kernel - ring->period; ky--) {
        group += ((unsigned)ky / (unsigned)ring->period + 1) * bytes;
        for (past = (row_number)(past + (row_number)p->layer.dilation_h); past >= ring->stride; row++)
            past = (row_number)(past - ring->stride);
    }
    for (; row < ring->open; row = (row_number)(row + ring->apart))
        group += bytes;
    for (; !past && ky >= 0 && row < ring->fresh; row = (row_number)(row + ring->apart), group += bytes) {
        for (; reached < row; reached++)
            sums = row_behind(p, ring, sums);
        widen(sums + p->row_elements, low, high);
        v = visit_parts(v, group, group + bytes, sums);
    }
    s->end = v;
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
RT_APART static void take_maxima(const struct unit_prefix_s8 *p, const struct ring *ring)
{
    uint16_t out_c = p->layer.out_c, step = (uint16_t)(p->layer.pool_w * out_c), n = (uint16_t)(p->layer.out_w * out_c);
    int32_t *row = ring->first, *best = ring->first + p->origin;

    rt_prefix_settle(best, n, p->wide);
    for (uint16_t r = 1; r < p->layer.pool_h; r++) {
        row = row_behind(p, ring, row);
        rt_prefix_settle(row + p->origin, n, p->wide);
        rt_prefix_larger(best, row + p->origin, n);
    }
    for (uint16_t x = (uint16_t)((unsigned)p->layer.out_w / p->layer.pool_w); x; x--, best += step)
        for (uint16_t other = out_c; other < step; other = (uint16_t)(other + out_c))
            rt_prefix_larger(best, best + other, out_c);
}

/* Which sums of the rows that become the next outputs something may have been added to, as in widen. */
static uint32_t touched(const struct unit_prefix_s8 *p, const struct ring *ring)
{
    int32_t *row = ring->first;
    uint16_t low = UINT16_MAX, high = 0;

    for (row_number r = ring->together; r; r--, row = row_behind(p, ring, row)) {
        uint32_t span = (uint32_t)row[p->row_elements - 1];
        if (!span)
            continue;
        low = low < (uint16_t)span ? low : (uint16_t)span;
        high = high > (uint16_t)(span >> 16) ? high : (uint16_t)(span >> 16);
    }
    return high ? (uint32_t)high << 16 | low : 0;
}

/* The outputs of the next `positions` positions, which something was added to. */
static int8_t *put_positions(struct rt_outputs *to, uint16_t positions, int8_t *y)
{
    size_t n = (size_t)positions * to->step;
    int32_t *sums = to->sums + n;
    const int32_t *below = to->below ? to->below + n : NULL;

    to->positions = positions;
    rt_prefix_row_outputs(to, y);
    to->sums = sums;
    to->below = below;
    return y + (size_t)positions * to->layer->out_c;
}

/* The same where nothing was: all alike. */
static int8_t *put_quiet(struct ring *ring, struct rt_outputs *to, uint16_t positions, int8_t *y)
{
    size_t n = to->layer->out_c;
    int8_t *from = y;

    if (!positions)
        return y;
    if (ring->quiet) {
        memcpy(y, ring->quiet, n);
        to->sums += to->step;
        to->below = to->below ? to->below + to->step : NULL;
    } else {
        put_positions(to, 1, y);
    }
    ring->quiet = y;
    y += n;
    positions--;
    to->sums += (size_t)positions * to->step;
    to->below = to->below ? to->below + (size_t)positions * to->step : NULL;
    for (n *= positions; n; n--)
        *y++ = *from++;
    return y;
}

/* Writes the outputs of row `open`, or of the pooled rows from there on. Windows of 2 by 2 are compared on the way. */
RT_APART static int8_t *write_rows(const struct unit_prefix_s8 *p, struct ring *ring, int8_t *y)
{
    struct rt_outputs to = {
        ring->constants.layer, ring->constants.after, p->after_form, p->wide, ring->first + p->origin, NULL, 0, 0
    };
    uint32_t span = touched(p, ring);
    uint_fast16_t at = p->origin, low = (uint16_t)span, high = (uint16_t)(span >> 16);
    uint16_t from = 0, upto, positions = p->layer.out_w;

    to.step = p->layer.out_c;
    if (p->layer.pool_h == 2 && p->layer.pool_w == 2)
        to.below = row_behind(p, ring, ring->first) + p->origin;
    else if (p->layer.pool_h)
        take_maxima(p, ring);
    if (p->layer.pool_h) {
        positions = (uint16_t)((unsigned)positions / p->layer.pool_w);
        to.step = (uint16_t)(p->layer.out_c * p->layer.pool_w);
    }
    for (; from < positions && at + to.step <= low; at += to.step)
        from++;
    for (upto = from; upto < positions && at < high; at += to.step)
        upto++;
    y = put_quiet(ring, &to, from, y);
    if (upto != from)
        y = put_positions(&to, (uint16_t)(upto - from), y);
    return put_quiet(ring, &to, (uint16_t)(positions - upto), y);
}

/* Writes the rows that no numerator beyond `at` meets. */
RT_APART static int8_t *close_rows(const struct unit_prefix_s8 *p, struct ring *ring, row_number at, int8_t *out)
{
    while (ring->open < ring->rows && ring->closing <= at) {
        out = write_rows(p, ring, out);
        for (row_number r = ring->together; r; r--)
            ring->first = row_behind(p, ring, ring->first);
        ring->open = (row_number)(ring->open + ring->together);
        ring->closing = (row_number)(ring->closing + ring->together * ring->stride);
    }
    return out;
}

/* The columns of an input row between those at its ends that are zero; 0 if there are none. */
RT_APART static int find_columns(const struct unit_prefix_s8 *p, const int8_t *in, struct rt_scatter *s)
{
    uint16_t n = (uint16_t)(p->layer.in_w * p->layer.in_c), in_c = p->layer.in_c;
    uint16_t before = rt_prefix_zeros(in, n, p->layer.in_zp), behind;

    if (before == n)
        return 0;
    behind = rt_prefix_zeros_behind(in + n, p->layer.in_zp);
    s->columns = p->columns;
    for (; before >= in_c; before = (uint16_t)(before - in_c))
        s->columns++;
    s->columns_end = p->columns + p->layer.in_w;
    for (; behind >= in_c; behind = (uint16_t)(behind - in_c))
        s->columns_end--;
    return 1;
}

void RT_PREFIX_KERNEL(const void *op, void *const t[])
{
    const struct unit_prefix_s8 *p = op;
    const int8_t *in = t[0];
    int8_t *out = t[1];
    struct ring ring = ring_of(p, t[2]);
    struct rt_prefix_state state = rt_prefix_state(p->scaling, p->fallback, &p->layer, in);
    struct rt_scatter scatter;
    uint16_t row_bytes = (uint16_t)(p->layer.in_w * p->layer.in_c);
    row_number at = p->layer.pad_top; /* numerator of the row in kernel row 0 */

    scatter.entries = rt_far_from(p->entries);
    scatter.channels = p->layer.in_c;
    scatter.step = (uint16_t)(p->groups * UNIT_PREFIX_INDEX_BYTES);
    scatter.zp = p->layer.in_zp;
    scatter.wide = p->wide;
    scatter.index = p->index;
    scatter.table = state.table;
    if (state.moved)
        move(p, &state, &ring);
    for (uint16_t y = p->layer.in_h; y; y--, at++, in += row_bytes) {
        open_rows(p, &ring, at);
        if (find_columns(p, in, &scatter)) {
            find_visits(p, &ring, &scatter);
            if (scatter.end != scatter.visit) /* strides leave out rows that no output meets */
                RT_PREFIX_SCATTER(&scatter, in + (size_t)(scatter.columns - p->columns) * p->layer.in_c);
        }
        out = close_rows(p, &ring, at, out);
        pass_row(&ring);
    }
    close_rows(p, &ring, INT16_MAX, out);
}
