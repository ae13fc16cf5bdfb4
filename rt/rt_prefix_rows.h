/* rt_prefix_rows.h - what becomes of rows of sums, in C, for ports that have nothing better. */
#ifndef RT_PREFIX_ROWS_H
#define RT_PREFIX_ROWS_H

/* A row that enters the ring. */
static inline void rt_prefix_clear(int32_t *sums, uint16_t n)
{
    for (; n; n--)
        *sums++ = 0;
}

/* A sum as rt_scatter_column left it. */
static inline int32_t rt_prefix_sum(const int32_t *sum)
{
#if defined RT_PREFIX_SUM_BITS /* whose loops leave the bits above alone */
    return (int32_t)((uint32_t)*sum << (32 - RT_PREFIX_SUM_BITS)) >> (32 - RT_PREFIX_SUM_BITS);
#else
    return *sum;
#endif
}

/* best[i] = the larger of both, for n sums. */
static inline void rt_prefix_larger(int32_t *best, const int32_t *other, uint16_t n)
{
    for (; n; n--, best++, other++)
        if (rt_prefix_sum(other) > rt_prefix_sum(best))
            *best = *other;
}

/* The outputs of a position from their sums, to which the bias is added in place. */
static inline void rt_prefix_outputs(const struct unit_packed_s8 *p, const struct rt_after *after, int32_t *sums,
                                     int8_t *y)
{
    const int32_t *bias = p->bias;

    (void)after;
    for (uint16_t o = 0; o < p->out_c; o++)
        sums[o] = rt_prefix_sum(sums + o) + rt_rom_s32(bias++);
    rt_requantise(p, 0, sums, p->out_c, y);
}

#endif
