/* prefix_depthwise_s8.c (MSP430X) - DEPTHWISE_CONV_2D by sorted prefixes on the loops of prefix_depthwise_s8.S: one
 * output channel after another in a plane of sums. */
#include "rt_packed.h"
#include "rt_prefix_scale.h"

/* What every channel is scattered with. Assembly knows the order. */
struct rt_plane {
    rt_far entries;
    rt_far lists; /* of the channel, in the index */
    int16_t zp;
    uint16_t in_c, in_h;
    const struct unit_prefix_column *rows, *columns, *columns_end;
    const uint8_t *table; /* by magnitude, as unit_prefix_table */
};

/* What becomes of a plane of sums. Assembly knows the order. */
struct rt_plane_run {
    uint16_t rows, count, gap; /* outputs of a row; bytes of sums between two rows */
    int16_t least;             /* act_min */
    uint16_t step;             /* from output to output */
    uint16_t most;             /* act_max - act_min; UNIT_AFTER_FINE: << 4 */
};

/* prefix_rows.S */
void unit_prefix_clear(int32_t *sums, uint16_t n);

/* See rt/prefix_depthwise_s8.c for what these equal; `after` is the channel's. */
void unit_prefix_plane(const struct rt_plane *s, const int8_t *in, int32_t *plane);
void unit_prefix_plane_coarse(const int32_t *sums, const uint16_t *after, int8_t *y, const struct rt_plane_run *run);
void unit_prefix_plane_fine(const int32_t *sums, const uint16_t *after, int8_t *y, const struct rt_plane_run *run);

static struct rt_plane plane_of(const struct unit_prefix_depthwise_s8 *p, const uint8_t *table)
{
    struct rt_plane s;

    s.entries = rt_far_from(p->entries);
    s.lists = rt_far_from(p->index);
    s.zp = p->layer.in_zp;
    s.in_c = p->layer.in_c;
    s.in_h = p->layer.in_h;
    s.rows = p->rows;
    s.columns = p->columns;
    s.columns_end = p->columns + p->layer.in_w;
    s.table = table;
    return s;
}

static struct rt_plane_run run_of(const struct unit_prefix_depthwise_s8 *p)
{
    struct rt_plane_run run;

    run.rows = p->layer.out_h;
    run.count = p->layer.out_w;
    run.gap = (uint16_t)((p->plane_w - p->layer.out_w) << 2);
    run.least = p->layer.act_min;
    run.step = p->layer.out_c;
    run.most = (uint16_t)((p->layer.act_max - p->layer.act_min) << (p->after_form == UNIT_AFTER_FINE ? 4 : 0));
    return run;
}

/* Without constants: the bias added, and the layer's own rounding. */
static void write_plainly(const struct unit_prefix_depthwise_s8 *p, uint16_t o, int32_t *sum, int8_t *y)
{
    for (uint16_t row = p->layer.out_h; row; row--, sum += p->plane_w - p->layer.out_w)
        for (uint16_t x = p->layer.out_w; x; x--, sum++, y += p->layer.out_c) {
            *sum += p->layer.bias[o];
            rt_requantise(&p->layer, o, sum, 1, y);
        }
}

void unit_prefix_depthwise_s8(const void *op, void *const t[])
{
    const struct unit_prefix_depthwise_s8 *p = op;
    const int8_t *in = t[0];
    int8_t *out = t[1];
    int32_t *plane = t[2], *sums = plane + p->origin;
    const uint16_t *after = p->after;
    struct rt_prefix_state state = rt_prefix_state(p->scaling, p->fallback, &p->layer, in);
    struct rt_plane scatter = plane_of(p, state.table);
    struct rt_plane_run run = run_of(p);
    uint16_t multiplier = (uint16_t)(p->layer.out_c / p->layer.in_c), left = multiplier;

    for (uint16_t o = 0; o < p->layer.out_c; o++, out++, after += 6) {
        if (state.moved)
            rt_prefix_seed_plane(&state, o, plane, (uint16_t)(p->plane_h * p->plane_w));
        else
            unit_prefix_clear(plane, (uint16_t)(p->plane_h * p->plane_w));
        unit_prefix_plane(&scatter, in, plane);
        scatter.lists += (uint16_t)(p->lists * UNIT_PREFIX_INDEX_BYTES);
        if (p->after_form == UNIT_AFTER_NONE)
            write_plainly(p, o, sums, out);
        else
            (p->after_form == UNIT_AFTER_FINE ? unit_prefix_plane_fine : unit_prefix_plane_coarse)(sums, after, out,
                                                                                                   &run);
        if (--left == 0)
            left = multiplier, in++;
    }
}
