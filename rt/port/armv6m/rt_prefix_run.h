/* rt_prefix_run.h (ARMv6-M) - the functions of prefix_rows.S: rows of sums are zeroed, and become outputs. */
#ifndef RT_PREFIX_RUN_H
#define RT_PREFIX_RUN_H

#define RT_HAS_PREFIX_CLEAR
#include "rt_prefix_rows.h"

void rt_prefix_clear_words(int32_t *sums, uint32_t n);

static inline void rt_prefix_clear(int32_t *sums, uint16_t n)
{
    rt_prefix_clear_words(sums, n);
}

/* A row of outputs: what all rows of a layer have in common, and its own. Positions whose sums begin before address
 * `low` or from `high` on were not added to: their outputs are those of the first such position, `quiet`, NULL until
 * there is one. Assembly knows the order. */
struct rt_prefix_run {
    uint32_t count; /* of a position */
    int32_t least, most;
    uint32_t shift;        /* of a sum's sign to bit 31 */
    uint32_t skip;         /* bytes from behind a position's sums to the next one's */
    const uint16_t *after; /* as RT_PREFIX_LINE */
    uint32_t positions;    /* > 0 */
    const int8_t *quiet;
    const int32_t *below; /* pooled: the row of sums below */
    uintptr_t low, high;
};

/* RT_PREFIX_LINE: the outputs of a row of sums; of 2 by 2 positions each. Return where y goes on. */
typedef int8_t *rt_prefix_row(const int32_t *sums, int8_t *y, struct rt_prefix_run *run);
rt_prefix_row rt_prefix_plain, rt_prefix_pooled;

#endif
