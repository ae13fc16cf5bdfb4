/* rt_prefix_edges.h - what a port's rt_prefix_port.h may do better, in C: zeros at the ends of a row of the input,
 * sums with undefined bits above them. One that does defines RT_HAS_PREFIX_ZEROS or RT_HAS_PREFIX_SETTLE. */
#ifndef RT_PREFIX_EDGES_H
#define RT_PREFIX_EDGES_H

#if !defined RT_HAS_PREFIX_ZEROS
/* Elements that equal zp at the beginning of in[n]. */
static inline uint16_t rt_prefix_zeros(const int8_t *in, uint16_t n, int16_t zp)
{
    uint16_t count = 0;

    while (count < n && in[count] == zp)
        count++;
    return count;
}

/* The same before `end`; there is one that differs. */
static inline uint16_t rt_prefix_zeros_behind(const int8_t *end, int16_t zp)
{
    uint16_t count = 0;

    while (*--end == zp)
        count++;
    return count;
}
#endif

#if !defined RT_HAS_PREFIX_SETTLE
/* Gives n sums of rt_scatter_row the sign of their highest bit above it, where a port's loops do not. */
static inline void rt_prefix_settle(int32_t *sums, uint16_t n, uint8_t wide)
{
    (void)sums;
    (void)n;
    (void)wide;
}
#endif

#endif
