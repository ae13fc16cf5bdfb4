/* rt_prefix_port.h (ARMv6-M) - what becomes of rows of sums: prefix_rows.S. */
#ifndef RT_PREFIX_PORT_H
#define RT_PREFIX_PORT_H

enum { RT_PREFIX_LONG_BITS = 23 }; /* of a sum that long entries were added to; what lies above is undefined */

#define RT_HAS_PREFIX_CLEAR
#define RT_HAS_PREFIX_OUTPUTS
#define RT_HAS_PREFIX_SETTLE
#include "rt_prefix_rows.h"

void rt_prefix_clear_words(int32_t *sums, uint32_t n);

static inline void rt_prefix_clear(int32_t *sums, uint16_t n)
{
    rt_prefix_clear_words(sums, n);
}

static inline void rt_prefix_settle(int32_t *sums, uint16_t n, uint8_t wide)
{
    for (; wide && n; n--, sums++)
        *sums = (int32_t)((uint32_t)*sums << (32 - RT_PREFIX_LONG_BITS)) >> (32 - RT_PREFIX_LONG_BITS);
}

/* A row of outputs: what all rows of a layer have in common, and its own. Positions whose sums begin before address
 * `low` or from `high` on were not added to: their outputs are those of the first such position, `quiet`, NULL until
 * there is one. Assembly knows the order. */
struct rt_prefix_run {
    uint32_t count; /* of a position */
    int32_t least, most;
    uint32_t shift;        /* of a sum's sign to bit 31 */
    uint32_t skip;         /* bytes from behind a position's sums to the next one's */
    const uint16_t *after; /* as UNIT_AFTER_STEPS */
    uint32_t positions;    /* > 0 */
    const int8_t *quiet;
    const int32_t *below; /* pooled: the row of sums below */
    uintptr_t low, high;
};

/* UNIT_AFTER_STEPS: the outputs of a row of sums; of 2 by 2 positions each. Return where y goes on. */
typedef int8_t *rt_prefix_row(const int32_t *sums, int8_t *y, struct rt_prefix_run *run);
rt_prefix_row rt_prefix_plain, rt_prefix_pooled;

static inline void rt_prefix_outputs(const struct rt_outputs *to, int8_t *y)
{
    uint16_t n = (uint16_t)(to->layer->out_c << (to->below != NULL));

    rt_prefix_settle(to->sums, n, to->wide);
    if (to->below)
        rt_prefix_settle((int32_t *)to->below, n, to->wide);
    rt_prefix_outputs_any(to, y);
}

#endif
