/* rt_bytes.h - how struct unit_bytes_s8 lays things out: blocks of outputs, strips of activations, scratch; its steps.
 *
 * The windows of a row of outputs overlap. So a strip is laid out for each row: the columns of the input that the row
 * meets, each with its kernel_h * in_c values together, x + 128 in a byte. A window then is a stretch of it. */
#ifndef RT_BYTES_H
#define RT_BYTES_H

#include "rt_steps.h"
#include "unit.h"

enum {
    RT_BYTES_THREE = 3,    /* outputs of a block, two positions */
    RT_BYTES_SIX = 6,      /* outputs of a block, one position */
    RT_BYTES_TWO = 2,      /* the blocks that make up the rest */
    RT_BYTES_COPIED = 512, /* weights of so few bytes are copied to RAM, where a load takes a cycle less, */
    RT_BYTES_SHARERS = 16, /* if so many positions share them */
    RT_BYTES_TAPS_MAX = 1023
};

#define RT_BYTES_BY_16 ((int32_t)1 << 24)

/* 1 if the layer has one position, so that there is no pair. */
static inline int rt_bytes_alone(const struct unit_packed_s8 *p)
{
    return p->out_h == 1 && p->out_w == 1;
}

/* Outputs in the next block, `left` being without one; the last block may have one output more than there is. */
static inline uint8_t rt_bytes_block(int alone, uint16_t left)
{
    if (alone)
        return left >= RT_BYTES_SIX ? RT_BYTES_SIX : RT_BYTES_TWO;
    return left < 3 || left == 4 ? RT_BYTES_TWO : RT_BYTES_THREE;
}

static inline uint32_t rt_bytes_weights(const struct unit_packed_s8 *p)
{
    return (uint32_t)p->taps * ((p->out_c + 1u) & ~1u);
}

static inline int rt_bytes_copies(const struct unit_packed_s8 *p)
{
    return rt_bytes_weights(p) <= RT_BYTES_COPIED && (uint32_t)p->out_h * p->out_w >= RT_BYTES_SHARERS;
}

static inline uint16_t rt_bytes_columns(const struct unit_packed_s8 *p)
{
    return (uint16_t)((p->out_w - 1) * p->stride_w + p->kernel_w);
}

/* Strips at a time. */
static inline uint8_t rt_bytes_rows(const struct unit_packed_s8 *p)
{
    return p->pool_h || (p->out_w % 2 && p->out_h > 1) ? 2 : 1;
}

/* Bytes of scratch: for each row a strip and the sums of its columns (16 bits each), sums of 24 bits for two positions,
 * copied weights. */
static inline uint32_t rt_bytes_scratch(const struct unit_packed_s8 *p)
{
    uint32_t columns = rt_bytes_columns(p), strip = columns * p->kernel_h * p->in_c + 2 * columns;

    return rt_bytes_rows(p) * strip + 6 * (p->out_c + 1u) + (rt_bytes_copies(p) ? rt_bytes_weights(p) : 0);
}

/* The output for a sum less the one at which the steps begin. */
static inline int8_t rt_bytes_step(const int32_t *step, const int32_t *bend, int32_t u, int16_t least, int16_t most)
{
    uint64_t v = (uint64_t)(int64_t)u;
    uint32_t t;

    if (u < 0)
        return (int8_t)least;
    if (u >= (step[RT_STEP_RANGE] & (RT_BYTES_BY_16 - 1)))
        return (int8_t)most;
    if (step[RT_STEP_RANGE] & RT_BYTES_BY_16)
        v *= 16;
    t = (uint32_t)(v * (uint32_t)step[RT_STEP_MULT] >> 16);
    t += (uint32_t)(bend && u < bend[RT_BEND_UPTO] ? bend[RT_BEND_ADD] : step[RT_STEP_ADD]);
    return (int8_t)(t >> 24);
}

#endif
