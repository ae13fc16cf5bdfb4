/* rt_prefix_planes.h (ARMv6-M) - the loops in rt_prefix_planes.S: one channel of a depthwise layer by sorted prefixes.
 * Assembly knows the order of fields. */
#ifndef RT_PREFIX_PLANES_H
#define RT_PREFIX_PLANES_H

#include <stdint.h>

#include "unit.h"

struct rt_plane_scatter {
    const int8_t *in; /* the channel's first element */
    uint32_t step;    /* to the next */
    int32_t zp;
    const struct unit_prefix_column *columns, *columns_end, *rows, *rows_end;
    const uint8_t *lists; /* of the channel */
    const int8_t *entries;
    const uint8_t *table; /* by magnitude */
    int32_t *plane;
};

/* 9 cycles an element that is zero, 41 one that is not, and 9 an entry. */
void unit_prefix_plane(const struct rt_plane_scatter *s);

/* UNIT_AFTER_STEPS. Steps are bytes. */
struct rt_plane_outputs {
    int8_t *y;
    uint32_t y_step;
    uint32_t row_bytes; /* of a row's sums */
    uint32_t skip;      /* from behind them to the next row's */
    uint32_t rows;
    const uint16_t *after; /* of the channel */
    const int32_t *sums;
    int32_t least, most;
};

/* 21 cycles an output. */
void unit_prefix_plane_outputs(const struct rt_plane_outputs *o);

#endif
