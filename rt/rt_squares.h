/* rt_squares.h - how struct unit_squares_s8 lays things out: bands of the input, scratch.
 *
 * The windows of a row of outputs overlap. So a band of the input is laid out for one or two rows: the columns that the
 * rows meet, each with its band_h * in_c values together, a 32-bit word each. A window then is kernel_w stretches of
 * kernel_h * in_c words, one in each column. */
#ifndef RT_SQUARES_H
#define RT_SQUARES_H

#include "unit.h"

enum { RT_SQUARES_BLOCK = 4, RT_SQUARES_TILE = 4 };

/* Rows of outputs at a time: two if they are pooled, or if that leaves fewer windows over from tiles of four. */
static inline uint16_t rt_squares_rows(const struct unit_packed_s8 *p)
{
    return p->pool_h || (p->out_w % RT_SQUARES_TILE && p->out_h > 1) ? 2 : 1;
}

static inline uint16_t rt_squares_columns(const struct unit_packed_s8 *p)
{
    return (uint16_t)((p->out_w - 1) * p->stride_w + p->kernel_w);
}

static inline uint16_t rt_squares_band_h(const struct unit_packed_s8 *p)
{
    return (uint16_t)((rt_squares_rows(p) - 1) * p->stride_h + p->kernel_h);
}

/* Bytes of scratch: the band, and for each of its rows of outputs the sums of squares of the columns. */
static inline uint32_t rt_squares_scratch(const struct unit_packed_s8 *p)
{
    uint32_t columns = rt_squares_columns(p);

    return 4 * columns * ((uint32_t)rt_squares_band_h(p) * p->in_c + rt_squares_rows(p));
}

#endif
