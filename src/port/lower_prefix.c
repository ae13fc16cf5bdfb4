/* lower_prefix.c - the connections of a layer sorted by the magnitude at which they wake. */
#include "port/lower_prefix.h"

#include <stdlib.h>

#include <rt_period.h>

#include "lower/scaling.h"

enum {
    NEVER = 255,
    PART = UNIT_PREFIX_PART,
    ENTRIES_MAX = 65535,
    INDEX_BYTES_MAX = 65535,
    PLANE_BYTES_MAX = 16384,
    NEAR_SUMS = 64
};

/* A connection as a list holds it. */
struct entry {
    uint16_t offset;
    int8_t weight;
    uint8_t bits; /* of the least magnitude that wakes it */
    uint8_t cut;
};

/* Lists under construction. */
struct lists {
    uint8_t *entries, *index;
    size_t entry_count, list_count, groups; /* groups: as in prefix_start_at */
    int wide, near;                         /* near: offsets are doubled */
    const struct port *port;
};

/* Bits of the least magnitude beyond a cut; 0: there is none. */
static uint8_t waking_bits(uint8_t cut)
{
    uint8_t bits = 0;

    for (int c = cut == NEVER ? 0 : cut + 1; c; c >>= 1)
        bits++;
    return bits;
}

/* 1 if only zeros are left out: lists are rows of weights. */
static int by_rows(const struct mac_layer *m)
{
    return !m->plan || !m->plan->cuts;
}

static int by_waking(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;

    if (x->bits != y->bits)
        return x->bits < y->bits ? -1 : 1;
    if (x->weight != y->weight)
        return x->weight < y->weight ? -1 : 1;
    return x->offset < y->offset ? -1 : x->offset > y->offset;
}

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

int prefix_entry_bytes(int wide)
{
    static const int bytes[] = {
        [UNIT_PREFIX_SHORT] = UNIT_PREFIX_ENTRY_BYTES,   [UNIT_PREFIX_LONG] = UNIT_PREFIX_LONG_BYTES,
        [UNIT_PREFIX_ROW] = UNIT_PREFIX_ROW_BYTES,       [UNIT_PREFIX_CODE] = UNIT_PREFIX_ENTRY_BYTES,
        [UNIT_PREFIX_COMPARED] = UNIT_PREFIX_LONG_BYTES, [UNIT_PREFIX_COMPARED_ROW] = UNIT_PREFIX_ENTRY_BYTES
    };

    return bytes[wide];
}

/* As unit_prefix_s8_compared has them. */
static void put_compared(const struct entry *e, uint8_t *to)
{
    to[0] = (uint8_t)e->weight;
    to[1] = (uint8_t)(4 * e->offset);
    to[2] = (uint8_t)(4 * e->offset >> 8);
    to[3] = e->cut;
}

/* All entries of a list that is compared run as soon as one may wake. */
static void wake_together(struct entry *entries, int count)
{
    uint8_t bits = 8;

    for (int i = 0; i < count; i++)
        bits = entries[i].bits < bits ? entries[i].bits : bits;
    for (int i = 0; i < count; i++)
        entries[i].bits = bits;
}

/* Returns where the list's return is. */
static size_t put_code(struct lists *l, const struct entry *entries, int count)
{
    const struct port_code *code = l->port->code;
    uint8_t *to = l->entries + l->entry_count * UNIT_PREFIX_ENTRY_BYTES;

    for (int i = count - 1; i >= 0; i--, to += code->bytes)
        code->connection(entries[i].offset, entries[i].weight, to);
    code->end(to);
    l->entry_count += (size_t)(count * code->bytes + code->end_bytes) / UNIT_PREFIX_ENTRY_BYTES;
    return l->entry_count - (size_t)code->end_bytes / UNIT_PREFIX_ENTRY_BYTES;
}

static void put_entries(struct lists *l, const struct entry *entries, int count)
{
    int size = prefix_entry_bytes(l->wide), before = 0;

    for (int i = 0; i < count; i++, l->entry_count++) {
        if (l->wide == UNIT_PREFIX_ROW) {
            l->entries[l->entry_count] = (uint8_t)entries[i].weight;
            continue;
        }
        if (l->wide == UNIT_PREFIX_COMPARED_ROW) {
            l->entries[2 * l->entry_count] = (uint8_t)(entries[i].cut + 1);
            l->entries[2 * l->entry_count + 1] = (uint8_t)entries[i].weight;
            continue;
        }
        if (l->wide == UNIT_PREFIX_COMPARED) {
            put_compared(&entries[i], l->entries + l->entry_count * (size_t)size);
            continue;
        }
        l->port->entry(l->wide, entries[i].offset << l->near, entries[i].offset - before, entries[i].weight,
                       l->entries + l->entry_count * (size_t)size);
        before = entries[i].offset;
    }
}

size_t prefix_groups(const struct port *port, const struct unit_prefix_s8 *op)
{
    return port->index_by_bits > 1 || op->wide == UNIT_PREFIX_LONG ? op->groups : 1;
}

size_t prefix_start_at(const struct port *port, size_t groups, size_t list)
{
    size_t first = port->index_by_bits ? list - list % groups : list;

    return first * UNIT_PREFIX_INDEX_BYTES + 2 * (list - first);
}

size_t prefix_length_at(const struct port *port, size_t groups, size_t list, int bits)
{
    size_t first = port->index_by_bits ? list - list % groups : list, lists = port->index_by_bits ? groups : 1;

    return first * UNIT_PREFIX_INDEX_BYTES + (size_t)(1 + bits) * lists + (list - first);
}

/* What starts in the index are multiplied with. */
static size_t start_scale(const struct port *port, int wide)
{
    return wide == UNIT_PREFIX_LONG && port->long_start_scale ? (size_t)port->long_start_scale : 1;
}

/* Appends a list of `count` connections, at most 255. */
static void put_list(struct lists *l, struct entry *entries, int count)
{
    size_t list = l->list_count++, start;

    if (l->wide == UNIT_PREFIX_COMPARED)
        wake_together(entries, count);
    if (l->wide != UNIT_PREFIX_ROW && l->wide != UNIT_PREFIX_COMPARED_ROW)
        qsort(entries, (size_t)count, sizeof *entries, by_waking);
    if (l->wide == UNIT_PREFIX_SHORT) /* lists begin at words */
        l->entry_count += l->entry_count & 1;
    start = l->entry_count * start_scale(l->port, l->wide);
    if (l->wide == UNIT_PREFIX_CODE)
        start = put_code(l, entries, count);
    else
        put_entries(l, entries, count);
    l->index[prefix_start_at(l->port, l->groups, list)] = (uint8_t)start;
    l->index[prefix_start_at(l->port, l->groups, list) + 1] = (uint8_t)(start >> 8);
    for (int i = 0; i < count; i++)
        for (int bits = entries[i].bits; bits <= 8; bits++) {
            uint8_t *length = l->index + prefix_length_at(l->port, l->groups, list, bits);
            *length = (uint8_t)(*length + l->port->length_scale);
        }
}

/* Adds the connection if it ever wakes. */
static void add(const struct mac_layer *m, int o, int k, int offset, struct entry *entries, int *count)
{
    size_t at = mac_at(m, o, k);
    uint8_t bits = waking_bits(m->cut[at]);

    if (bits && m->shape.weights[at])
        entries[(*count)++] = (struct entry){ (uint16_t)offset, m->shape.weights[at], bits, m->cut[at] };
}

/* ---- Axes ------------------------------------------------------------------------------------------------------- */

/* How inputs meet outputs along an axis. With margins, outputs count on below 0 and beyond the last. */
struct axis {
    int inputs, outputs, kernel, stride, dilation, pad;
    int margins;
};

static struct axis axis_h(const struct unit_packed_s8 *p, int margins)
{
    return (struct axis){ p->in_h, p->out_h, p->kernel_h, p->stride_h, p->dilation_h, p->pad_top, margins };
}

static struct axis axis_w(const struct unit_packed_s8 *p, int margins)
{
    return (struct axis){ p->in_w, p->out_w, p->kernel_w, p->stride_w, p->dilation_w, p->pad_left, margins };
}

/* 1 if input i meets an output through kernel tap k: which. */
static int meets(const struct axis *a, int i, int k, int *output)
{
    int turns = a->kernel * a->dilation; /* keeps the dividend positive */
    int at = i + a->pad - k * a->dilation + turns * a->stride;

    *output = at / a->stride - turns;
    return at % a->stride == 0 && (a->margins || (*output >= 0 && *output < a->outputs));
}

/* The least output that input i meets; 0 if there is none. */
static int least_met(const struct axis *a, int i)
{
    int output;

    for (int k = a->kernel - 1; k >= 0; k--)
        if (meets(a, i, k, &output))
            return output;
    return 0;
}

/* Outputs, margins included: from *low on, the returned number. */
static int axis_size(const struct axis *a, int *low)
{
    int high = a->outputs - 1, output;

    *low = 0;
    for (int i = 0; i < a->inputs; i++)
        for (int k = 0; k < a->kernel; k++)
            if (meets(a, i, k, &output)) {
                *low = output < *low ? output : *low;
                high = output > high ? output : high;
            }
    return high - *low + 1;
}

/* Meetings of all inputs and taps. */
static int meetings(const struct axis *a)
{
    int count = 0, output;

    for (int i = 0; i < a->inputs; i++)
        for (int k = 0; k < a->kernel; k++)
            count += meets(a, i, k, &output);
    return count;
}

/* 1 if both inputs meet outputs at the same distances through the same taps. */
static int same_class(const struct axis *a, int i, int j)
{
    int least_i = least_met(a, i), least_j = least_met(a, j), out_i, out_j;

    for (int k = 0; k < a->kernel; k++) {
        int met = meets(a, i, k, &out_i);
        if (met != meets(a, j, k, &out_j) || (met && out_i - least_i != out_j - least_j))
            return 0;
    }
    return 1;
}

/* The class of each input; returns how many there are. example[class] is one of its inputs. */
static int find_classes(const struct axis *a, int *class_of, int *example)
{
    int count = 0;

    for (int i = 0; i < a->inputs; i++) {
        int class = 0;
        while (class < count && !same_class(a, i, example[class]))
            class ++;
        if (class == count)
            example[count++] = i;
        class_of[i] = class;
    }
    return count;
}

/* Most neighbouring outputs that one input meets. */
static int reach(const struct axis *a)
{
    int most = 1, output;

    for (int i = 0; i < a->inputs; i++)
        for (int k = 0; k < a->kernel; k++)
            if (meets(a, i, k, &output) && output - least_met(a, i) + 1 > most)
                most = output - least_met(a, i) + 1;
    return most;
}

/* ---- CONV_2D and FULLY_CONNECTED -----------------------------------------------------------------------------------
 */

/* Lists of all classes cost flash, margins cost products that are thrown away: up to this share of them. */
#define WASTE_MAX 1.12

static struct axis columns_of(const struct unit_packed_s8 *p)
{
    struct axis exact = axis_w(p, 0), wide = axis_w(p, 1);

    return meetings(&wide) <= WASTE_MAX * meetings(&exact) ? wide : exact;
}

static int parts_of(const struct axis *w, const struct unit_packed_s8 *p)
{
    return (reach(w) * p->out_c + PART - 1) / PART;
}

/* The list of (column, channel, kernel row, part). */
static void put_part(const struct mac_layer *m, const struct axis *w, int x, int c, int ky, int part, struct lists *l)
{
    struct entry entries[PART];
    int count = 0, ox;

    for (int kx = 0; kx < w->kernel; kx++)
        for (int o = 0; meets(w, x, kx, &ox) && o < m->out_c; o++) {
            int at = (ox - least_met(w, x)) * m->out_c + o - part * PART;
            if (at >= 0 && at < PART)
                add(m, o, (ky * w->kernel + kx) * m->shape.in_c + c, at, entries, &count);
        }
    put_list(l, entries, count);
}

/* A connection as rows have it; one that never executes weighs nothing. */
static void put_in_row(const struct mac_layer *m, size_t connection, struct entry *e)
{
    uint8_t cut = m->cut ? m->cut[connection] : 0;

    if (cut == NEVER || !m->shape.weights[connection])
        return;
    e->weight = m->shape.weights[connection];
    e->cut = cut;
}

/* The same list as a row of weights. */
static void put_row(const struct mac_layer *m, const struct axis *w, int x, int c, int ky, int part, struct lists *l)
{
    struct entry entries[PART];
    int count = 0, ox;

    for (int i = 0; i < PART; i++)
        entries[i] = (struct entry){ 0, 0, 1, NEVER - 1 };
    for (int kx = 0; kx < w->kernel; kx++)
        for (int o = 0; meets(w, x, kx, &ox) && o < m->out_c; o++) {
            int at = (ox - least_met(w, x)) * m->out_c + o - part * PART;
            if (at < 0 || at >= PART)
                continue;
            put_in_row(m, mac_at(m, o, (ky * w->kernel + kx) * m->shape.in_c + c), entries + at);
            count = at + 1 > count ? at + 1 : count;
        }
    put_list(l, entries, count);
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

    c.count = find_classes(w, c.of, c.example);
    return c;
}

/* Connections that can wake, over all column classes. */
static size_t entries_of(const struct mac_layer *m, const struct axis *w, const struct classes *c)
{
    size_t count = 0;
    int ox;

    if (by_rows(m))
        return (size_t)(c->count * m->shape.in_c * m->shape.kernel_h * reach(w) * m->out_c);
    for (int class = 0; class < c->count; class ++)
        for (int k = 0; k < m->taps; k++)
            for (int o = 0; meets(w, c->example[class], k / m->shape.in_c % w->kernel, &ox) && o < m->out_c; o++)
                count += waking_bits(m->cut[mac_at(m, o, k)]) && m->shape.weights[mac_at(m, o, k)];
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
            met += meets(&w, classes.example[class], kx, &ox);
    region_free(room);
    return m->depthwise ? 1 : (double)met / w.kernel;
}

static struct lists lists_new(struct region *r, const struct port *port, size_t lists, size_t entries, int wide)
{
    return (struct lists){ .entries = region_array(r, entries + 1, (size_t)prefix_entry_bytes(wide)),
                           .index = region_array(r, lists, UNIT_PREFIX_INDEX_BYTES),
                           .wide = wide,
                           .port = port };
}

static const struct unit_prefix_column *columns_new(struct region *r, const struct axis *w, const struct classes *c,
                                                    const struct unit_prefix_s8 *op, int low)
{
    struct unit_prefix_column *columns = region_array(r, (size_t)w->inputs, sizeof *columns);

    for (int x = 0; x < w->inputs; x++) {
        int at = (least_met(w, x) - low) * op->layer.out_c, before = x ? columns[x - 1].at : 0;
        if (at < before && w->dilation == 1) /* it meets nothing: no list runs */
            at = before;
        columns[x] =
            (struct unit_prefix_column){ (uint16_t)(c->of[x] * op->layer.in_c * op->groups * UNIT_PREFIX_INDEX_BYTES),
                                         (uint16_t)at };
    }
    return columns;
}

int64_t prefix_largest_sum(const struct mac_layer *m, int o)
{
    int64_t sum = scaling_most(m, o);

    for (int k = 0; k < m->taps; k++)
        if (by_rows(m) || m->cut[mac_at(m, o, k)] != NEVER)
            sum += 255 * abs(m->shape.weights[mac_at(m, o, k)]);
    return sum;
}

void prefix_sum_range(const struct mac_layer *m, int o, int64_t *low, int64_t *high)
{
    int up = 127 - m->shape.in_zp, down = 128 + m->shape.in_zp;

    *low = *high = 0;
    for (int k = 0; k < m->taps; k++) {
        int w = m->shape.weights[mac_at(m, o, k)];
        if (!by_rows(m) && m->cut[mac_at(m, o, k)] == NEVER)
            continue;
        *high += w > 0 ? w * up : -w * down;
        *low -= w > 0 ? w * down : -w * up;
    }
}

static int sums_fit(const struct mac_layer *m, const struct port *port, int bits)
{
    for (int o = 0; o < m->out_c; o++)
        if (prefix_largest_sum(m, o) + port->sum_zero >= (int64_t)1 << (bits - 1))
            return 0;
    return 1;
}

/* The largest magnitude, at most 127, that wakes no connection. */
static uint8_t quiet_of(const struct mac_layer *m)
{
    int bits = 8;

    if (by_rows(m))
        return 0;
    for (int o = 0; o < m->out_c; o++)
        for (int k = 0; k < m->taps; k++) {
            uint8_t waking = waking_bits(m->cut[mac_at(m, o, k)]);
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
           reach(&s->w) * s->m->out_c <= (code->reach < PART ? code->reach : PART) && code_bytes(s) <= CODE_BYTES_MAX;
}

static int takes_long(const struct scatter *s)
{
    const struct mac_layer *m = s->m;

    return s->port->long_convolutions && m->shape.kernel_h * m->shape.kernel_w > 1 &&
           sums_fit(m, s->port, s->port->long_sum_bits) &&
           (entries_of(m, &s->w, &s->classes) + s->lists) * start_scale(s->port, UNIT_PREFIX_LONG) <= ENTRIES_MAX;
}

static enum unit_prefix_entries kind_of(const struct scatter *s, unit_kernel *kernel)
{
    if (by_rows(s->m))
        return kernel != unit_conv2d_s8_cut ? UNIT_PREFIX_ROW
               : s->port->compares == 2     ? UNIT_PREFIX_COMPARED_ROW
                                            : UNIT_PREFIX_COMPARED;
    return takes_code(s) ? UNIT_PREFIX_CODE : takes_long(s) ? UNIT_PREFIX_LONG : UNIT_PREFIX_SHORT;
}

static void put_lists(const struct scatter *s, const struct unit_prefix_s8 *op, struct lists *l)
{
    void (*put)(const struct mac_layer *, const struct axis *, int, int, int, int, struct lists *) =
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
    struct lists l;

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
    l = lists_new(r, port, s.lists,
                  op->wide == UNIT_PREFIX_CODE ? code_bytes(&s) / UNIT_PREFIX_ENTRY_BYTES
                                               : entries_of(m, &s.w, &s.classes) + s.lists,
                  op->wide);
    l.groups = prefix_groups(port, op);
    l.near = op->near = port->loops && op->wide == UNIT_PREFIX_SHORT && reach(&s.w) * layer->out_c <= NEAR_SUMS;
    put_lists(&s, op, &l);
    op->entries = (unit_weights)(const void *)l.entries;
    op->index = l.index;
    op->lists = (uint16_t)l.list_count;
    op->entry_count = (uint16_t)(l.entry_count ? l.entry_count : 1); /* C has no empty arrays */
    k->kernel = op->wide >= UNIT_PREFIX_COMPARED ? unit_prefix_s8_compared : unit_prefix_s8;
    k->op = op;
    step->scratch_bytes = prefix_scratch_bytes(op);
}

/* ---- DEPTHWISE_CONV_2D ---------------------------------------------------------------------------------------------
 */

/* Where elements at each position of an axis find their lists and sums; unit is the step between sums. */
static const struct unit_prefix_column *places(struct region *r, const struct axis *a, int list_bytes, int unit,
                                               int low)
{
    struct unit_prefix_column *places = region_array(r, (size_t)a->inputs, sizeof *places);

    for (int i = 0; i < a->inputs; i++)
        places[i] = (struct unit_prefix_column){ (uint16_t)((i + a->pad) % a->stride * list_bytes),
                                                 (uint16_t)((least_met(a, i) - low) * unit) };
    return places;
}

/* The list of output channel o for elements at phase (row, column) of the strides. */
static void put_phase(const struct mac_layer *m, const struct axis *h, const struct axis *w, int plane_w, int o,
                      int row, int column, struct lists *l)
{
    struct entry entries[PART];
    int count = 0, oy, ox, y = row + h->stride * h->pad - h->pad, x = column + w->stride * w->pad - w->pad;

    for (int ky = 0; ky < h->kernel; ky++)
        for (int kx = 0; kx < w->kernel; kx++)
            if (meets(h, y, ky, &oy) && meets(w, x, kx, &ox))
                add(m, o, ky * w->kernel + kx, (oy - least_met(h, y)) * plane_w + ox - least_met(w, x), entries,
                    &count);
    put_list(l, entries, count);
}

static void lower_planes(struct region *r, struct step *s, struct unit_step *k, const struct mac_layer *m,
                         const struct unit_packed_s8 *layer, const struct port *port)
{
    struct unit_prefix_depthwise_s8 *op = region_alloc(r, sizeof *op);
    struct axis h = axis_h(layer, 1), w = axis_w(layer, 1);
    int top, left, plane_h = axis_size(&h, &top), plane_w = axis_size(&w, &left);
    struct lists l;

    op->layer = *layer;
    op->scaling = m->scaling;
    op->fallback = m->fallback;
    op->lists = (uint16_t)(h.stride * w.stride);
    op->plane_h = (uint16_t)plane_h;
    op->plane_w = (uint16_t)plane_w;
    op->origin = (uint16_t)(-top * plane_w - left);
    op->rows = places(r, &h, w.stride * UNIT_PREFIX_INDEX_BYTES, plane_w, top);
    op->columns = places(r, &w, UNIT_PREFIX_INDEX_BYTES, 1, left);
    l = lists_new(r, port, (size_t)m->out_c * op->lists, (size_t)m->out_c * (size_t)m->taps, 1);
    l.groups = 1;
    for (int o = 0; o < m->out_c; o++)
        for (int row = 0; row < h.stride; row++)
            for (int column = 0; column < w.stride; column++)
                put_phase(m, &h, &w, plane_w, o, row, column, &l);
    op->entries = (unit_weights)(const void *)l.entries;
    op->index = l.index;
    op->entry_count = (uint16_t)(l.entry_count ? l.entry_count : 1); /* C has no empty arrays */
    k->kernel = unit_prefix_depthwise_s8;
    k->op = op;
    s->scratch_bytes = 4 * (uint32_t)plane_h * (uint32_t)plane_w;
}

/* ---- Which layers ---------------------------------------------------------------------------------------------------
 */

static int cuts_are_powers(const struct mac_layer *m)
{
    for (int o = 0; o < m->out_c; o++)
        for (int k = 0; k < m->taps; k++) {
            uint8_t cut = m->cut[mac_at(m, o, k)];
            if (cut != NEVER && cut & (cut + 1))
                return 0;
        }
    return 1;
}

static int planes_fit(const struct mac_layer *m, const struct unit_packed_s8 *layer, const struct port *port)
{
    struct axis h = axis_h(layer, 1), w = axis_w(layer, 1);
    int low, plane_w = axis_size(&w, &low), furthest = (reach(&h) - 1) * plane_w + reach(&w) - 1;

    return m->taps <= PART && (size_t)(m->taps * m->out_c) * start_scale(port, UNIT_PREFIX_LONG) <= ENTRIES_MAX &&
           sums_fit(m, port, port->long_sum_bits) && (!port->plane_reach || furthest <= port->plane_reach) &&
           4 * axis_size(&h, &low) * plane_w <= PLANE_BYTES_MAX;
}

/* Most output rows that one input row meets. */
static int visits_of(const struct unit_packed_s8 *layer)
{
    struct axis h = axis_h(layer, 1);
    int most = 0, output;

    for (int y = 0; y < h.inputs; y++) {
        int count = 0;
        for (int ky = 0; ky < h.kernel; ky++)
            count += meets(&h, y, ky, &output);
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
           lists * UNIT_PREFIX_INDEX_BYTES <= INDEX_BYTES_MAX && entries_of(m, &w, &classes) + lists <= ENTRIES_MAX;
}

int prefix_fits(struct region *r, const struct mac_layer *m, const struct unit_packed_s8 *layer,
                const struct port *port)
{
    if (by_rows(m) ? layer->in_c * layer->out_c > port->rows || m->depthwise || layer->x_cut
                   : !m->cut || !cuts_are_powers(m))
        return 0;
    return sums_fit(m, port, port->sum_bits) && (m->depthwise ? planes_fit(m, layer, port) : scatter_fits(r, m, layer));
}

int prefix_compares(struct region *r, const struct mac_layer *m, const struct unit_packed_s8 *layer,
                    const struct port *port)
{
    return port->compares && m->cut && by_rows(m) && !m->depthwise && !m->fully_connected && scatter_fits(r, m, layer);
}

void prefix_lower(struct region *r, struct step *s, struct unit_step *k, const struct mac_layer *m,
                  const struct unit_packed_s8 *layer, const struct port *port)
{
    if (m->depthwise)
        lower_planes(r, s, k, m, layer, port);
    else
        lower_scatter(r, s, k, m, layer, port);
}
