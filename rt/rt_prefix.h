/* rt_prefix.h - what the prefix kernels share: how long the prefix is that an activation executes, and what a port's
 * loops (rt_prefix_port.h) are handed. */
#ifndef RT_PREFIX_H
#define RT_PREFIX_H

#include "rt_packed.h"
#include "rt_period.h"
#include "rt_prefix_table.h"

/* Inlined into one function, the kernel's parts leave its loops no registers. */
#if defined __GNUC__
#define RT_APART __attribute__((noinline, unused))
#else
#define RT_APART
#endif

/* One list of every channel, for the input row at hand: where its sums are, and the list's place among a channel's. */
struct rt_visit {
    int32_t *sums;
    unsigned group; /* in bytes of the index */
};

/* What the elements of an input row are scattered with. Assembly knows the order. */
struct rt_scatter {
    rt_far entries;
    uint16_t channels, step; /* step: bytes of the index from channel to channel */
    int16_t zp;
    uint8_t wide; /* entries of UNIT_PREFIX_LONG_BYTES */
    const uint8_t *index;
    const struct unit_prefix_column *columns, *columns_end;
    const uint8_t *table; /* by magnitude, as unit_prefix_table */
    const struct rt_visit *end;
    struct rt_visit visit[UNIT_PREFIX_VISITS_MAX];
};

/* Where the outputs of a row of positions come from. */
struct rt_outputs {
    const struct unit_packed_s8 *layer;
    const uint16_t *after; /* as in struct unit_prefix_s8, with its form */
    uint8_t form, wide;
    int32_t *sums;        /* [out_c] */
    const int32_t *below; /* pooled 2 by 2: [2 * out_c], as are sums; the largest of four counts. NULL: not pooled */
    uint16_t positions, step; /* step: sums from position to position */
};

static inline uint8_t rt_magnitude(int16_t x)
{
    return (uint8_t)(x < 0 ? -x : x);
}

/* A list of the index: where its entries begin. */
static inline uint16_t rt_prefix_start(const uint8_t *list)
{
    return (uint16_t)(rt_rom_u8(list) | (uint16_t)rt_rom_u8(list + 1) << 8);
}

/* The outputs of a row of positions, one position after another; *to changes. */
static inline void rt_prefix_each_position(struct rt_outputs *to, int8_t *y);

#include "rt_prefix_port.h"

static inline void rt_prefix_each_position(struct rt_outputs *to, int8_t *y)
{
    for (uint16_t left = to->positions; left; left--, y += to->layer->out_c) {
        rt_prefix_outputs(to, y);
        to->sums += to->step;
        if (to->below)
            to->below += to->step;
    }
}

#if !defined RT_HAS_PREFIX_ROW_OUTPUTS
static inline void rt_prefix_row_outputs(struct rt_outputs *to, int8_t *y)
{
    rt_prefix_each_position(to, y);
}
#endif

#include "rt_prefix_edges.h"

#endif
