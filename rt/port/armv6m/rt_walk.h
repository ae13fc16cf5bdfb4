/* rt_walk.h (ARMv6-M) - the loops of prefix_scatter.S: a row of the input into the rows of sums that it meets. */
#ifndef RT_WALK_H
#define RT_WALK_H

#include "rt_packed.h"

/* Assembly knows the order. The index is that of UNIT_PREFIX_INDEX_BYTES, by bits; a channel has `groups` lists, of
 * which a row runs `rows` times `parts` that follow each other, from list `passed` on.
 *
 * The last element of a row of sums, `span_at` bytes behind its first, says which of them something may have been added
 * to: | behind the last | 65535 - first |, 0 for none. */
struct rt_walk {
    rt_far entries;
    const uint8_t *index;
    const uint8_t *table; /* by magnitude, as unit_prefix_table */
    int32_t zp;
    uint32_t zeros;          /* four bytes of zp */
    uint32_t bytes;          /* of a row of the input */
    uint32_t channels, step; /* step: bytes of the index from channel to channel */
    uint32_t groups;
    const struct unit_prefix_column *columns, *columns_end;
    uint32_t reach; /* sums that a column meets, at most; 0: columns do not meet them in their order */
    uint32_t span_at, parts;
    uint32_t apart; /* bytes from a row of sums to the next one that is met */
    int32_t *ring_end;
    uint32_t ring_bytes;
    int32_t *sums; /* the first row that is met */
    uint32_t rows, passed;
    uint32_t quiet; /* elements of 0 .. quiet above zp are passed over as zeros where there are several channels */
};

/* Scatters the input row `in`, rows > 0, and widens the spans of the rows met; a row of zeros does nothing. By short
 * entries, by long ones, by those of unit_prefix_s8_compared, by weights of sums in a row; by short ones where groups
 * is
 * 1. A port has those that it lowers to. */
typedef void rt_walk_row(const struct rt_walk *w, const int8_t *in);
rt_walk_row unit_walk_short, unit_walk_long, unit_walk_compared, unit_walk_weights, unit_walk_single;

#endif
