/* prefix_lists.h - the lists of the prefix kernels (rt/unit.h: struct unit_prefix_s8): connections sorted by the
 * magnitude at which they wake, and their index. */
#ifndef PORT_PREFIX_LISTS_H
#define PORT_PREFIX_LISTS_H

#include "port/port.h"

enum { PREFIX_ENTRIES_MAX = 65535 };

/* A connection as a list holds it. */
struct prefix_entry {
    uint16_t offset;
    int8_t weight;
    uint8_t bits; /* of the least magnitude that wakes it */
    uint8_t cut;
};

/* Lists under construction. */
struct prefix_lists {
    uint8_t *entries, *index;
    size_t entry_count, list_count, groups; /* groups: as in prefix_start_at */
    int wide, near;                         /* near: offsets are doubled */
    const struct port *port;
};

/* Room in r for so many lists and entries. */
struct prefix_lists prefix_lists_new(struct region *r, const struct port *port, size_t lists, size_t entries, int wide);

/* Adds connection k of output o to a list's entries, at an offset, if it ever wakes. */
void prefix_add(const struct mac_layer *m, int o, int k, int offset, struct prefix_entry *entries, int *count);

/* Appends a list of `count` connections, at most 255; sorts them. */
void prefix_put_list(struct prefix_lists *l, struct prefix_entry *entries, int count);

/* Bits of the least magnitude beyond a cut; 0: there is none. */
uint8_t prefix_waking_bits(uint8_t cut);

/* 1 if only zeros are left out: lists are rows of weights. */
int prefix_by_rows(const struct mac_layer *m);

/* Bytes of an entry; wide: enum unit_prefix_entries. */
int prefix_entry_bytes(int wide);

/* What starts in the index are multiplied with. */
size_t prefix_start_scale(const struct port *port, int wide);

/* Lists of a convolution or fully connected layer whose starts and lengths lie together in the index. */
size_t prefix_groups(const struct port *port, const struct unit_prefix_s8 *op);

/* Where in an index the start of a list is, and its length for 1..8 bits; groups: as prefix_groups; depthwise: 1. */
size_t prefix_start_at(const struct port *port, size_t groups, size_t list);
size_t prefix_length_at(const struct port *port, size_t groups, size_t list, int bits);

/* The largest magnitude that a sum of output o can have, whatever the input: of its products, and of what it begins
 * with where thresholds move. The bias is not in it. */
int64_t prefix_largest_sum(const struct mac_layer *m, int o);

/* Where a sum of output o lies at every moment, counted from 0 and without the bias. */
void prefix_sum_range(const struct mac_layer *m, int o, int64_t *low, int64_t *high);

/* 1 if all sums of the layer, and where the port begins them, have so many bits with a sign. */
int prefix_sums_fit(const struct mac_layer *m, const struct port *port, int bits);

#endif
