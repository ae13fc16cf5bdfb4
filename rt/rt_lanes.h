/* rt_lanes.h - how struct unit_lanes_s8 lays things out: pairs of connections, strips of activations, scratch.
 *
 * The windows of a row of outputs overlap. So a *strip* is laid out for each row: the columns of the input that the row
 * meets, each with its kernel_h * in_c values together, as 16-bit halves. A window then is a stretch of it. Where
 * windows do not overlap, or their columns are apart, each has its own kernel_w columns. */
#ifndef RT_LANES_H
#define RT_LANES_H

#include <stddef.h>

#include "unit.h"

/* Sizes in halves, unless said otherwise. */
struct rt_lanes {
    uint16_t column;      /* a column: kernel_h * in_c */
    uint16_t step;        /* from a window to the next */
    uint16_t columns;     /* that a strip is made of */
    uint16_t strip_words; /* a strip, with a word behind it that odd windows look at */
    uint8_t shared;       /* windows overlap: columns are one behind the other */
    uint8_t odd;          /* every other window begins within a word: those read a second strip, one half ahead */
};

static inline struct rt_lanes rt_lanes(const struct unit_packed_s8 *p)
{
    struct rt_lanes l;

    l.column = (uint16_t)(p->kernel_h * p->in_c);
    l.shared = p->dilation_w == 1 && p->stride_w <= p->kernel_w;
    if (l.shared) {
        l.step = (uint16_t)(p->stride_w * l.column);
        l.columns = (uint16_t)((p->out_w - 1) * p->stride_w + p->kernel_w);
        l.strip_words = (uint16_t)(((uint32_t)l.columns * l.column + 3) >> 1);
    } else {
        l.step = (uint16_t)((p->kernel_w * l.column + 3) & ~3);
        l.columns = p->kernel_w;
        l.strip_words = (uint16_t)(p->out_w * (l.step >> 1));
    }
    l.odd = l.step & 1;
    return l;
}

/* Activations come in fours, paired 0 with 2 and 1 with 3: what masking a word of four bytes gives. */
static inline int rt_lanes_fours(const struct unit_packed_s8 *p)
{
    return (p->in_c & 3) == 0;
}

/* The half that connection k of a window is, of the pairs in their order. */
static inline uint16_t rt_lanes_half(int fours, uint16_t k)
{
    static const uint8_t place[] = { 0, 2, 1, 3 };

    return fours ? (uint16_t)((k & ~3) | place[k & 3]) : k;
}

/* Bytes of scratch for `rows` rows at once: strips, two outputs' weights, sums. */
static inline uint32_t rt_lanes_scratch(const struct unit_lanes_s8 *p, uint16_t rows)
{
    struct rt_lanes l = rt_lanes(&p->layer);
    uint32_t strips = (uint32_t)l.strip_words << l.odd;

    if (!rows)
        return 4 * (strips + p->layer.out_c + 1u);
    return 4 * (rows * strips + 2u * p->pairs + 2u * rows * p->layer.out_w);
}

/* Scratch of a depthwise layer: a plane of pairs, what the windows of `rows` rows of outputs meet; the layer's
 * connections; sums. */
struct rt_plane {
    uint16_t columns, rows; /* of pairs; row r holds input row r and, in the upper half, r + stride_h */
};

static inline struct rt_plane rt_plane(const struct unit_packed_s8 *p, uint16_t rows)
{
    struct rt_plane l;

    l.columns = (uint16_t)((p->out_w - 1) * p->stride_w + (p->kernel_w - 1) * p->dilation_w + 1);
    l.rows = (uint16_t)((rows - 2) * p->stride_h + (p->kernel_h - 1) * p->dilation_h + 1);
    return l;
}

static inline uint32_t rt_plane_scratch(const struct unit_packed_s8 *p, uint16_t rows)
{
    struct rt_plane l = rt_plane(p, rows);

    return 4 * ((uint32_t)l.columns * l.rows + 2u * p->taps + (uint32_t)rows * p->out_w);
}

/* Without the activations at or below a cut: the columns of the input whose activations are listed together. */
struct rt_lists {
    uint16_t column;  /* elements of a column: kernel_h * in_c */
    uint16_t columns; /* listed together */
    uint16_t windows; /* that are stretches of such a list: a row of outputs, or one */
    uint16_t blocks;  /* of four outputs */
};

enum { RT_LISTS_ELEMENTS = 16383 }; /* so that 16 bits tell where an element's weights lie in a block */

static inline struct rt_lists rt_lists(const struct unit_packed_s8 *p)
{
    struct rt_lists l;
    uint32_t columns = (p->out_w - 1u) * p->stride_w + p->kernel_w;

    l.column = (uint16_t)(p->kernel_h * p->in_c);
    l.blocks = (uint16_t)((p->out_c + 3) >> 2);
    l.windows = p->dilation_w == 1 && columns * l.column <= RT_LISTS_ELEMENTS ? p->out_w : 1;
    l.columns = l.windows == p->out_w && p->dilation_w == 1 ? (uint16_t)columns : p->kernel_w;
    return l;
}

/* Bytes of scratch: columns, sums, entries (two for what is more than 128 from the zero point). */
static inline uint32_t rt_lists_scratch(const struct unit_packed_s8 *p)
{
    struct rt_lists l = rt_lists(p);
    uint32_t entries = (uint32_t)l.columns * l.column, rows = p->pool_h ? p->pool_h : 1;

    if (p->in_zp < -1 || p->in_zp > 0)
        entries *= 2;
    return 8 * (l.columns + 1u) + 16 * rows * l.blocks * p->out_w + 4 * entries;
}

#endif
