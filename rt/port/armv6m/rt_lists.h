/* rt_lists.h (ARMv6-M) - the loops in lanes_s8_xcut.S: activations that are not left out, listed; windows of lists.
 *
 * An entry is a word: where its weights lie in a block, in bytes, times 2^16, plus the activation's distance from the
 * zero point, 1 to 128; larger ones have two entries. Positive and negative ones are listed apart. */
#ifndef RT_LISTS_H
#define RT_LISTS_H

#include <stdint.h>

enum { RT_ENTRY_AT = 1 << 16 };

/* Where a column's entries begin, and the sum of all distances before. */
struct rt_list_column {
    const uint32_t *entry;
    uint32_t sum;
};

/* The columns of a strip, each of `rows` runs of `count` elements. Steps are bytes. */
struct rt_listing {
    uint32_t *entries;
    struct rt_list_column *columns; /* one more than there are */
    uint32_t before, inside, after; /* columns: those outside the input have no entries */
    const int8_t *x;                /* of the first column inside */
    uint32_t column_step;           /* from a column to the next */
    uint32_t rows, row_step;        /* from behind a run to the next */
    uint32_t count, step;           /* from an element to the next */
    uint32_t at;                    /* of the first column's first element, times RT_ENTRY_AT */
    uint32_t at_step;               /* from a column to the next */
    int32_t zp, cut, sign;          /* listed where (x - zp) * sign > cut */
};

void unit_list(const struct rt_listing *l);

/* Windows of `width` columns times the weights of four outputs. Steps are bytes. */
struct rt_list_sweep {
    const struct rt_list_column *columns;
    uint32_t column_step;   /* from a window to the next */
    uint32_t width;         /* of a window */
    const uint8_t *weights; /* for the first window: entries count from the strip's first column */
    uint32_t weight_step;   /* how far back they lie for the next */
    const int32_t *bias;    /* [4]; NULL: the sums are taken from what is there */
    int32_t *sums;          /* [2][count][2] */
    uint32_t sums_step;     /* from outputs 0 and 1 to 2 and 3 */
    uint32_t count;
};

/* 3.6 cycles a connection, and about 60 a window; 35 if it is empty. */
void unit_list_sweep(const struct rt_list_sweep *s);

#endif
