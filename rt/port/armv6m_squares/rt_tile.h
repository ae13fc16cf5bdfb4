/* rt_tile.h (ARMv6-M with a slow multiplier) - the dense inner loop without multiplications: four outputs (or two) at
 * four positions, by loops for two at two in squares_s8.S. As on RV32I, a band holds activations as addresses in a
 * table of squares, from which twice a weight they are where (x - w)^2 stands: a load and an addition a connection, 3
 * cycles, and 2.75 for its share of operands. */
#ifndef RT_TILE_H
#define RT_TILE_H

#include <stdint.h>

#include "rt_squares.h"

enum { RT_CHUNK = 8, RT_TAP_CODE = 32 };

/* The windows of a layer, in bytes. Assembly knows the order. */
struct rt_shape {
    uint32_t stretch; /* values of a column */
    uint32_t gap;     /* from behind a stretch to the next one */
    uint32_t missing; /* weights that a stretch's first chunk lacks, at RT_SQUARES_BLOCK a value */
    uint32_t code;    /* of the values that it has */
    uint32_t window;  /* from a window's beginning to behind its last stretch */
    uint32_t weights; /* of a block */
};

/* `stretches` of `taps` values, `step` words apart. */
static inline struct rt_shape rt_shape(uint16_t stretches, uint16_t taps, uint16_t step)
{
    uint32_t first = ((taps - 1u) & (RT_CHUNK - 1)) + 1;
    struct rt_shape s = { .stretch = 4u * taps, .gap = 4u * step - 4u * taps };

    s.missing = RT_SQUARES_BLOCK * (RT_CHUNK - first);
    s.code = RT_TAP_CODE * first;
    for (; stretches; stretches--) { /* multiplications are slow */
        s.weights += s.stretch;
        s.window += 4u * step;
    }
    s.window -= s.gap;
    return s;
}

/* sums[output][position] = sum over the window of (x[position] - w[output])^2 for two outputs of a block at two
 * positions; outputs are RT_SQUARES_TILE sums apart. w is at a multiple of 2. */
void unit_squares_pair(const uint32_t *const x[2], const int8_t *w, const struct rt_shape *s, int32_t *sums);

/* The same for the first two outputs of a block at all positions. */
static inline void rt_tile_2(const struct rt_shape *s, const uint32_t *const x[RT_SQUARES_TILE], const int8_t *w,
                             int32_t sums[2 * RT_SQUARES_TILE])
{
    unit_squares_pair(x, w, s, sums);
    unit_squares_pair(x + 2, w, s, sums + 2);
}

/* The same for the four outputs of a block. */
static inline void rt_tile_4(const struct rt_shape *s, const uint32_t *const x[RT_SQUARES_TILE], const int8_t *w,
                             int32_t sums[4 * RT_SQUARES_TILE])
{
    rt_tile_2(s, x, w, sums);
    rt_tile_2(s, x, w + 2, sums + 2 * RT_SQUARES_TILE);
}

/* sums[output] += (x - w[output])^2 over a stretch of one window, for four outputs; returns where weights go on. w is
 * at a multiple of 4; there is one value or more. */
const int8_t *unit_squares_stretch(const uint32_t *x, uint32_t bytes, const int8_t *w, int32_t *sums);

static inline const int8_t *rt_add_stretch(const uint32_t *x, uint32_t bytes, const int8_t *w, int32_t *sums)
{
    return unit_squares_stretch(x, bytes, w, sums);
}

#endif
