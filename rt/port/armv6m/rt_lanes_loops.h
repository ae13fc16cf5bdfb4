/* rt_lanes_loops.h (ARMv6-M) - the loops in lanes_s8.S. Pairs of activations and of weights: rt/unit.h, struct
 * unit_lanes_s8. */
#ifndef RT_LANES_LOOPS_H
#define RT_LANES_LOOPS_H

#include <stdint.h>

enum { LANES_SIGNED = 0x80808080 };

/* Each word of four bytes to two words of two halves, bytes 0 and 2, then 1 and 3: to[2i] = b0 + b2 * 2^16. Bytes hold
 * 128 more than is meant, once `flip` is applied by exclusive or. 5.25 cycles a word of the result. */
void unit_lanes_spread(const void *from, uint32_t *to, uint32_t words, uint32_t flip);

/* `columns` columns (1 or more) of 2 * pairs (2 or more) elements that follow each other, each to pairs of neighbours;
 * to_step: bytes from a column's pairs to the next one's. 12 cycles a pair. */
void unit_lanes_pairs(const int8_t *from, uint32_t *to, uint32_t columns, uint32_t pairs, uint32_t to_step);

/* `count` elements that follow each other to halves to_step bytes apart: 7 cycles each. */
void unit_lanes_scatter(const int8_t *from, int16_t *to, uint32_t count, uint32_t to_step);

/* Words of two halves with a sign each, in place, to pairs: the upper half borrows where the lower is below 0. `ahead`,
 * if not NULL, gets pairs of the upper half and the next word's lower one. */
void unit_lanes_pair_up(uint32_t *strip, uint32_t words, uint32_t *ahead);

/* Windows of strips times two outputs' weights. Steps are bytes. */
struct lanes_sweep {
    const uint32_t *x;     /* the first window */
    uint32_t x_step;       /* to the next */
    const uint32_t *lanes; /* [pairs][2] */
    uint32_t pairs;
    const int32_t *bias; /* [2] */
    int32_t *sums;       /* [2] of the first window */
    uint32_t sums_step;  /* to the next */
    uint32_t row_bytes;  /* of a row's sums: sums_step * windows */
    uint32_t x_row_step; /* from behind a row's windows to the next row's */
    uint32_t sums_row_step;
    uint32_t rows;
};

/* 2.63 cycles a connection, and 27 a window. */
void unit_lanes_sweep(const struct lanes_sweep *s);

/* One window times the weights of `blocks` pairs of outputs as they are stored, sums one behind the other. 3.85 cycles
 * a connection. */
void unit_lanes_window(const uint32_t *x, const void *weights, uint32_t pairs, const int32_t *bias, int32_t *sums,
                       uint32_t blocks);

#endif
