/* prefix_lists.c - see prefix_lists.h. */
#include "port/prefix_lists.h"

#include <stdlib.h>

#include "lower/scaling.h"

uint8_t prefix_waking_bits(uint8_t cut)
{
    uint8_t bits = 0;

    for (int c = cut == PLAN_CUT_NEVER ? 0 : cut + 1; c; c >>= 1)
        bits++;
    return bits;
}

int prefix_by_rows(const struct mac_layer *m)
{
    return !m->plan || !m->plan->cuts;
}

static int by_waking(const void *a, const void *b)
{
    const struct prefix_entry *x = a, *y = b;

    if (x->bits != y->bits)
        return x->bits < y->bits ? -1 : 1;
    if (x->weight != y->weight)
        return x->weight < y->weight ? -1 : 1;
    return x->offset < y->offset ? -1 : x->offset > y->offset;
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
static void put_compared(const struct prefix_entry *e, uint8_t *to)
{
    to[0] = (uint8_t)e->weight;
    to[1] = (uint8_t)(4 * e->offset);
    to[2] = (uint8_t)(4 * e->offset >> 8);
    to[3] = e->cut;
}

/* All entries of a list that is compared run as soon as one may wake. */
static void wake_together(struct prefix_entry *entries, int count)
{
    uint8_t bits = 8;

    for (int i = 0; i < count; i++)
        bits = entries[i].bits < bits ? entries[i].bits : bits;
    for (int i = 0; i < count; i++)
        entries[i].bits = bits;
}

/* Returns where the list's return is. */
static size_t put_code(struct prefix_lists *l, const struct prefix_entry *entries, int count)
{
    const struct port_code *code = l->port->code;
    uint8_t *to = l->entries + l->entry_count * UNIT_PREFIX_ENTRY_BYTES;

    for (int i = count - 1; i >= 0; i--, to += code->bytes)
        code->connection(entries[i].offset, entries[i].weight, to);
    code->end(to);
    l->entry_count += (size_t)(count * code->bytes + code->end_bytes) / UNIT_PREFIX_ENTRY_BYTES;
    return l->entry_count - (size_t)code->end_bytes / UNIT_PREFIX_ENTRY_BYTES;
}

static void put_entries(struct prefix_lists *l, const struct prefix_entry *entries, int count)
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

size_t prefix_start_scale(const struct port *port, int wide)
{
    return wide == UNIT_PREFIX_LONG && port->long_start_scale ? (size_t)port->long_start_scale : 1;
}

void prefix_put_list(struct prefix_lists *l, struct prefix_entry *entries, int count)
{
    size_t list = l->list_count++, start;

    if (l->wide == UNIT_PREFIX_COMPARED)
        wake_together(entries, count);
    if (l->wide != UNIT_PREFIX_ROW && l->wide != UNIT_PREFIX_COMPARED_ROW)
        qsort(entries, (size_t)count, sizeof *entries, by_waking);
    if (l->wide == UNIT_PREFIX_SHORT) /* lists begin at words */
        l->entry_count += l->entry_count & 1;
    start = l->entry_count * prefix_start_scale(l->port, l->wide);
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

void prefix_add(const struct mac_layer *m, int o, int k, int offset, struct prefix_entry *entries, int *count)
{
    size_t at = mac_at(m, o, k);
    uint8_t bits = prefix_waking_bits(m->cut[at]);

    if (bits && m->shape.weights[at])
        entries[(*count)++] = (struct prefix_entry){ (uint16_t)offset, m->shape.weights[at], bits, m->cut[at] };
}

struct prefix_lists prefix_lists_new(struct region *r, const struct port *port, size_t lists, size_t entries, int wide)
{
    return (struct prefix_lists){ .entries = region_array(r, entries + 1, (size_t)prefix_entry_bytes(wide)),
                                  .index = region_array(r, lists, UNIT_PREFIX_INDEX_BYTES),
                                  .wide = wide,
                                  .port = port };
}

int64_t prefix_largest_sum(const struct mac_layer *m, int o)
{
    int64_t sum = scaling_most(m, o);

    for (int k = 0; k < m->taps; k++)
        if (prefix_by_rows(m) || m->cut[mac_at(m, o, k)] != PLAN_CUT_NEVER)
            sum += 255 * abs(m->shape.weights[mac_at(m, o, k)]);
    return sum;
}

void prefix_sum_range(const struct mac_layer *m, int o, int64_t *low, int64_t *high)
{
    int up = 127 - m->shape.in_zp, down = 128 + m->shape.in_zp;

    *low = *high = 0;
    for (int k = 0; k < m->taps; k++) {
        int w = m->shape.weights[mac_at(m, o, k)];
        if (!prefix_by_rows(m) && m->cut[mac_at(m, o, k)] == PLAN_CUT_NEVER)
            continue;
        *high += w > 0 ? w * up : -w * down;
        *low -= w > 0 ? w * down : -w * up;
    }
}

int prefix_sums_fit(const struct mac_layer *m, const struct port *port, int bits)
{
    for (int o = 0; o < m->out_c; o++)
        if (prefix_largest_sum(m, o) + port->sum_zero >= (int64_t)1 << (bits - 1))
            return 0;
    return 1;
}
