/* lower_prefix.c - the connections of a layer sorted by the magnitude at which they wake. */
#include "port/lower_prefix.h"

#include <rt_period.h>

#include "port/lower_planes.h"
#include "port/prefix_axis.h"

enum { INDEX_BYTES_MAX = 65535, NEAR_SUMS = 64 };

const char *prefix_row_loop(const struct unit_prefix_s8 *op)
{
    if (op->wide == UNIT_PREFIX_LONG)
        return op->narrow ? "unit_prefix_row_narrow" : "unit_prefix_row_long";
    if (op->wide != UNIT_PREFIX_SHORT)
        return "NULL";
    if (op->near)
        return op->narrow ? "unit_prefix_row_near_narrow" : "unit_prefix_row_near";
    return op->narrow ? "unit_prefix_row_short_narrow" : "unit_prefix_row_short";
}

const char *prefix_outputs_loop(const struct unit_prefix_s8 *op)
{
    static const char *const names[2][2][2] = {
        { { "unit_prefix_outputs_coarse", "unit_prefix_outputs_fine" },
          { "unit_prefix_outputs_pooled_coarse", "unit_prefix_outputs_pooled_fine" } },
        { { "unit_prefix_outputs_narrow_coarse", "unit_prefix_outputs_narrow_fine" },
          { "unit_prefix_outputs_narrow_pooled_coarse", "unit_prefix_outputs_narrow_pooled_fine" } },
    };
    int pooled = op->layer.pool_h == 2 && op->layer.pool_w == 2;

    return op->after_form == UNIT_AFTER_NONE ? "NULL" : names[op->narrow][pooled][op->after_form == UNIT_AFTER_FINE];
}

/* ---- CONV_2D and FULLY_CONNECTED -----------------------------------------------------------------------------------
 */

/* Lists of all classes cost flash, margins cost products that are thrown away: up to this share of them. */
#define WASTE_MAX 1.12

static struct axis columns_of(const struct unit_packed_s8 *p)
{
    struct axis exact = axis_w(p, 0), wide = axis_w(p, 1);

    return axis_meetings(&wide) <= WASTE_MAX * axis_meetings(&exact) ? wide : exact;
}

static int parts_of(const struct axis *w, const struct unit_packed_s8 *p)
{
    return (axis_reach(w) * p->out_c + UNIT_PREFIX_PART - 1) / UNIT_PREFIX_PART;
}

/* The list of (column, channel, kernel row, part). */
static void put_part(const struct mac_layer *m, const struct axis *w, int x, int c, int ky, int part,
                     struct prefix_lists *l)
{
    struct prefix_entry entries[UNIT_PREFIX_PART];
    int count = 0, ox;

    for (int kx = 0; kx < w->kernel; kx++)
        for (int o = 0; axis_meets(w, x, kx, &ox) && o < m->out_c; o++) {
            int at = (ox - axis_least_met(w, x)) * m->out_c + o - part * UNIT_PREFIX_PART;
            if (at >= 0 && at < UNIT_PREFIX_PART)
                prefix_add(m, o, (ky * w->kernel + kx) * m->shape.in_c + c, at, entries, &count);
        }
    prefix_put_list(l, entries, count);
}

/* A connection as rows have it; one that never executes weighs nothing. */
static void put_in_row(const struct mac_layer *m, size_t connection, struct prefix_entry *e)
{
    uint8_t cut = m->cut ? m->cut[connection] : 0;

    if (cut == PLAN_CUT_NEVER || !m->shape.weights[connection])
        return;
    e->weight = m->shape.weights[connection];
    e->cut = cut;
}

/* The same list as a row of weights. */
static void put_row(const struct mac_layer *m, const struct axis *w, int x, int c, int ky, int part,
                    struct prefix_lists *l)
{
    struct prefix_entry entries[UNIT_PREFIX_PART];
    int count = 0, ox;

    for (int i = 0; i < UNIT_PREFIX_PART; i++)
        entries[i] = (struct prefix_entry){ 0, 0, 1, PLAN_CUT_NEVER - 1 };
    for (int kx = 0; kx < w->kernel; kx++)
        for (int o = 0; axis_meets(w, x, kx, &ox) && o < m->out_c; o++) {
            int at = (ox - axis_least_met(w, x)) * m->out_c + o - part * UNIT_PREFIX_PART;
            if (at < 0 || at >= UNIT_PREFIX_PART)
                continue;
            put_in_row(m, mac_at(m, o, (ky * w->kernel + kx) * m->shape.in_c + c), entries + at);
            count = at + 1 > count ? at + 1 : count;
        }
    prefix_put_list(l, entries, count);
}

int prefix_kernel_row(const struct unit_packed_s8 *p, int n)
{
    int from = p->kernel_h - 1, ky = from;

    for (; n; n--) {
        ky -= rt_prefix_period(p);
        if (ky < 0)
            ky = --from;
    }
    return ky;
}

/* Rows of the ring: most that are open at once, worked out by walking the input as the kernel does. */
static uint16_t ring_rows(const struct unit_packed_s8 *p)
{
    int together = p->pool_h ? p->pool_h : 1, rows = p->out_h - p->out_h % together, open = 0, most = 1;

    for (int y = 0; y < p->in_h; y++) {
        int fresh = (y + p->pad_top) / p->stride_h + 1;
        fresh = fresh < rows ? fresh : rows;
        most = fresh - open > most ? fresh - open : most;
        while (open < rows && (open + together - 1) * p->stride_h - p->pad_top + (p->kernel_h - 1) * p->dilation_h <= y)
            open += together;
    }
    return (uint16_t)most;
}

int prefix_scatters(unit_kernel *kernel)
{
    return kernel == unit_prefix_s8 || kernel == unit_prefix_s8_compared;
}

uint32_t prefix_scratch_bytes(const struct unit_prefix_s8 *op)
{
    return 4 * (uint32_t)op->rows * op->row_elements;
}

void prefix_pooled(struct unit_prefix_s8 *op)
{
    op->rows = ring_rows(&op->layer);
}

/* Classes of columns, in r. */
struct classes {
    int count, *of, *example;
};

static struct classes classes_new(struct region *r, const struct axis *w)
{
    struct classes c = { .of = region_array(r, (size_t)w->inputs, sizeof *c.of),
                         .example = region_array(r, (size_t)w->inputs, sizeof *c.example) };

    c.count = axis_classes(w, c.of, c.example);
    return c;
}

/* Connections that can wake, over all column classes. */
static size_t entries_of(const struct mac_layer *m, const struct axis *w, const struct classes *c)
{
    size_t count = 0;
    int ox;

    if (prefix_by_rows(m))
        return (size_t)(c->count * m->shape.in_c * m->shape.kernel_h * axis_reach(w) * m->out_c);
    for (int class = 0; class < c->count; class ++)
        for (int k = 0; k < m->taps; k++)
            for (int o = 0; axis_meets(w, c->example[class], k / m->shape.in_c % w->kernel, &ox) && o < m->out_c; o++)
                count += prefix_waking_bits(m->cut[mac_at(m, o, k)]) && m->shape.weights[mac_at(m, o, k)];
    return count;
}

double prefix_copies(const struct mac_layer *m)
{
    const struct unit_conv2d_s8 *s = &m->shape;
    struct unit_packed_s8 p = { .in_w = s->in_w,
                                .out_w = s->out_w,
                                .kernel_w = s->kernel_w,
                                .stride_w = s->stride_w,
                                .dilation_w = s->dilation_w,
                                .pad_left = s->pad_left };
    struct region *room = region_new();
    struct axis w = columns_of(&p);
    struct classes classes = classes_new(room, &w);
    int met = 0, ox;

    for (int class = 0; class < classes.count; class ++)
        for (int kx = 0; kx < w.kernel; kx++)
            met += axis_meets(&w, classes.example[class], kx, &ox);
    region_free(room);
    return m->depthwise ? 1 : (double)met / w.kernel;
}

static const struct unit_prefix_column *columns_new(struct region *r, const struct axis *w, const struct classes *c,
                                                    const struct unit_prefix_s8 *op, int low)
{
    struct unit_prefix_column *columns = region_array(r, (size_t)w->inputs, sizeof *columns);

    for (int x = 0; x < w->inputs; x++) {
        int at = (axis_least_met(w, x) - low) * op->layer.out_c, before = x ? columns[x - 1].at : 0;
        if (at < before && w->dilation == 1) /* it meets nothing: no list runs */
            at = before;
        columns[x] =
            (struct unit_prefix_column){ (uint16_t)(c->of[x] * op->layer.in_c * op->groups * UNIT_PREFIX_INDEX_BYTES),
                                         (uint16_t)at };
    }
    return columns;
}

/* The largest magnitude, at most 127, that wakes no connection. */
static uint8_t quiet_of(const struct mac_layer *m)
{
    int bits = 8;

    if (prefix_by_rows(m))
        return 0;
    for (int o = 0; o < m->out_c; o++)
        for (int k = 0; k < m->taps; k++) {
            uint8_t waking = prefix_waking_bits(m->cut[mac_at(m, o, k)]);
            bits = waking && m->shape.weights[mac_at(m, o, k)] && waking < bits ? waking : bits;
        }
    return (uint8_t)((1 << (bits - 1)) - 1);
}

/* A layer that scatters. */
struct scatter {
    const struct mac_layer *m;
    const struct port *port;
    struct axis w;
    struct classes classes;
    size_t lists;
};

/* Instructions are for layers whose connections execute often for the flash that they take. */
enum { CODE_BYTES_MAX = 10240 };

static size_t code_bytes(const struct scatter *s)
{
    const struct port_code *code = s->port->code;

    return entries_of(s->m, &s->w, &s->classes) * (size_t)code->bytes + s->lists * (size_t)code->end_bytes;
}

/* 1 if the lists are to be instructions. */
static int takes_code(const struct scatter *s)
{
    const struct port_code *code = s->port->code;

    return code && !s->m->fully_connected && !(code->positive && s->m->shape.in_zp != INT8_MIN) &&
           axis_reach(&s->w) * s->m->out_c <= (code->reach < UNIT_PREFIX_PART ? code->reach : UNIT_PREFIX_PART) &&
           code_bytes(s) <= CODE_BYTES_MAX;
}

static int takes_long(const struct scatter *s)
{
    const struct mac_layer *m = s->m;

    return s->port->long_convolutions && m->shape.kernel_h * m->shape.kernel_w > 1 &&
           prefix_sums_fit(m, s->port, s->port->long_sum_bits) &&
           (entries_of(m, &s->w, &s->classes) + s->lists) * prefix_start_scale(s->port, UNIT_PREFIX_LONG) <=
               PREFIX_ENTRIES_MAX;
}

static enum unit_prefix_entries kind_of(const struct scatter *s, unit_kernel *kernel)
{
    if (prefix_by_rows(s->m))
        return kernel != unit_conv2d_s8_cut ? UNIT_PREFIX_ROW
               : s->port->compares == 2     ? UNIT_PREFIX_COMPARED_ROW
                                            : UNIT_PREFIX_COMPARED;
    return takes_code(s) ? UNIT_PREFIX_CODE : takes_long(s) ? UNIT_PREFIX_LONG : UNIT_PREFIX_SHORT;
}

static void put_lists(const struct scatter *s, const struct unit_prefix_s8 *op, struct prefix_lists *l)
{
    void (*put)(const struct mac_layer *, const struct axis *, int, int, int, int, struct prefix_lists *) =
        op->wide == UNIT_PREFIX_ROW || op->wide == UNIT_PREFIX_COMPARED_ROW ? put_row : put_part;

    for (int class = 0; class < s->classes.count; class ++)
        for (int c = 0; c < op->layer.in_c; c++)
            for (int group = 0; group < op->groups; group++)
                put(s->m, &s->w, s->classes.example[class], c, prefix_kernel_row(&op->layer, group / op->parts),
                    group % op->parts, l);
}

static void lower_scatter(struct region *r, struct step *step, struct unit_step *k, const struct mac_layer *m,
                          const struct unit_packed_s8 *layer, const struct port *port)
{
    struct unit_prefix_s8 *op = region_alloc(r, sizeof *op);
    struct scatter s = { .m = m, .port = port, .w = columns_of(layer) };
    int low, width = axis_size(&s.w, &low);
    struct prefix_lists l;

    s.classes = classes_new(r, &s.w);
    op->layer = *layer;
    op->scaling = m->scaling;
    op->fallback = m->fallback;
    op->parts = (uint16_t)parts_of(&s.w, layer);
    op->groups = (uint16_t)(layer->kernel_h * op->parts);
    op->rows = ring_rows(layer);
    op->row_elements = (uint16_t)(width * layer->out_c + 1);
    op->origin = (uint16_t)(-low * layer->out_c);
    op->quiet = quiet_of(m);
    s.lists = (size_t)s.classes.count * layer->in_c * op->groups;
    op->wide = (uint8_t)kind_of(&s, k->kernel);
    op->columns = columns_new(r, &s.w, &s.classes, op, low);
    l = prefix_lists_new(r, port, s.lists,
                         op->wide == UNIT_PREFIX_CODE ? code_bytes(&s) / UNIT_PREFIX_ENTRY_BYTES
                                                      : entries_of(m, &s.w, &s.classes) + s.lists,
                         op->wide);
    l.groups = prefix_groups(port, op);
    l.near = op->near = port->loops && op->wide == UNIT_PREFIX_SHORT && axis_reach(&s.w) * layer->out_c <= NEAR_SUMS;
    put_lists(&s, op, &l);
    op->entries = (unit_weights)(const void *)l.entries;
    op->index = l.index;
    op->lists = (uint16_t)l.list_count;
    op->entry_count = (uint16_t)(l.entry_count ? l.entry_count : 1); /* C has no empty arrays */
    k->kernel = op->wide >= UNIT_PREFIX_COMPARED ? unit_prefix_s8_compared : unit_prefix_s8;
    k->op = op;
    step->scratch_bytes = prefix_scratch_bytes(op);
}

/* ---- Which layers ---------------------------------------------------------------------------------------------------
 */

static int cuts_are_powers(const struct mac_layer *m)
{
    for (int o = 0; o < m->out_c; o++)
        for (int k = 0; k < m->taps; k++) {
            uint8_t cut = m->cut[mac_at(m, o, k)];
            if (cut != PLAN_CUT_NEVER && cut & (cut + 1))
                return 0;
        }
    return 1;
}

/* Most output rows that one input row meets. */
static int visits_of(const struct unit_packed_s8 *layer)
{
    struct axis h = axis_h(layer, 1);
    int most = 0, output;

    for (int y = 0; y < h.inputs; y++) {
        int count = 0;
        for (int ky = 0; ky < h.kernel; ky++)
            count += axis_meets(&h, y, ky, &output);
        most = count > most ? count : most;
    }
    return most;
}

static int scatter_fits(struct region *r, const struct mac_layer *m, const struct unit_packed_s8 *layer)
{
    struct axis w = columns_of(layer);
    struct classes classes = classes_new(r, &w);

    int groups = layer->kernel_h * parts_of(&w, layer);
    size_t lists = (size_t)classes.count * (size_t)groups * layer->in_c;

    return layer->in_h + layer->pad_top + layer->kernel_h * layer->dilation_h <= INT16_MAX &&
           visits_of(layer) * parts_of(&w, layer) <= UNIT_PREFIX_VISITS_MAX &&
           lists * UNIT_PREFIX_INDEX_BYTES <= INDEX_BYTES_MAX &&
           entries_of(m, &w, &classes) + lists <= PREFIX_ENTRIES_MAX;
}

int prefix_fits(struct region *r, const struct mac_layer *m, const struct unit_packed_s8 *layer,
                const struct port *port)
{
    if (prefix_by_rows(m) ? layer->in_c * layer->out_c > port->rows || m->depthwise || layer->x_cut
                          : !m->cut || !cuts_are_powers(m))
        return 0;
    return prefix_sums_fit(m, port, port->sum_bits) &&
           (m->depthwise ? planes_fit(m, layer, port) : scatter_fits(r, m, layer));
}

int prefix_compares(struct region *r, const struct mac_layer *m, const struct unit_packed_s8 *layer,
                    const struct port *port)
{
    return port->compares && m->cut && prefix_by_rows(m) && !m->depthwise && !m->fully_connected &&
           scatter_fits(r, m, layer);
}

void prefix_lower(struct region *r, struct step *s, struct unit_step *k, const struct mac_layer *m,
                  const struct unit_packed_s8 *layer, const struct port *port)
{
    if (m->depthwise)
        planes_lower(r, s, k, m, layer, port);
    else
        lower_scatter(r, s, k, m, layer, port);
}
