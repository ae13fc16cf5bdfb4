/* rt_plane_loops.h (ARMv6-M) - the loops in lanes_depthwise_s8.S. */
#ifndef RT_PLANE_LOOPS_H
#define RT_PLANE_LOOPS_H

#include <stdint.h>

/* A rectangle of one channel, two inputs a word: to = low + high * 2^16. Steps are bytes. */
struct rt_gather {
    const int8_t *low, *high;
    uint32_t low_step, high_step; /* from an element to the next; 0: it is the same for all */
    uint32_t *to;
    uint32_t columns, rows;
    uint32_t row_step; /* from behind a row of elements to the next */
    uint32_t to_step;  /* from behind a row of words to the next */
};

/* 13 cycles a word. */
void unit_gather(const struct rt_gather *g);

/* A connection: where its input lies behind a window's first, in bytes, and its weight. */
struct rt_plane_tap {
    uint32_t at;
    int32_t weight;
};

/* Windows of two rows of outputs at a time, the rows side by side in `sums`. Steps are bytes. */
struct rt_plane_sweep {
    const uint32_t *x; /* the first window's first word */
    uint32_t x_step;
    uint32_t pair_step; /* from behind the windows of two rows to those of the next two */
    const struct rt_plane_tap *taps;
    uint32_t tap_count;
    int32_t bias;
    int32_t *sums;      /* [2 * pairs][columns] */
    uint32_t row_bytes; /* of sums: 4 * columns */
    uint32_t pairs;
};

/* 7.5 cycles a connection of both rows, and 23 a window. */
void unit_plane_sweep(const struct rt_plane_sweep *s);

#endif
