/* rt_prefix.h - what the prefix kernels share: how long the prefix is that an activation executes, and the walk along
 * it. A port may have its own rt_scatter (RT_HAS_SCATTER) or its own kernel files. */
#ifndef RT_PREFIX_H
#define RT_PREFIX_H

#include "rt_packed.h"

/* Bits of a magnitude, 0..8. A search in two steps: a table would cost 256 bytes, a shift loop 8 steps. */
static inline uint8_t rt_bits(uint8_t magnitude)
{
    static const uint8_t RT_ROM bits_of_nibble[16] = { 0, 1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4 };

    return (uint8_t)(magnitude < 16 ? rt_rom_u8(bits_of_nibble + magnitude)
                                    : rt_rom_u8(bits_of_nibble + (magnitude >> 4)) + 4);
}

/* A list of the index: where its entries begin, and how many of them x executes. */
struct rt_prefix {
    uint16_t start;
    uint8_t length;
};

static inline struct rt_prefix rt_prefix(const uint8_t *list, uint8_t bits)
{
    struct rt_prefix p;

    p.length = rt_rom_u8(list + 1 + bits);
    p.start = (uint16_t)(rt_rom_u8(list) | (uint16_t)rt_rom_u8(list + 1) << 8);
    return p;
}

#if !defined RT_HAS_SCATTER
/* sums[offset] += x * weight for count entries, count > 0. */
static inline void rt_scatter(int32_t *sums, rt_far entry, uint8_t count, int16_t x)
{
    for (; count; count--, entry += UNIT_PREFIX_ENTRY_BYTES)
        sums[(uint8_t)rt_far_s8(entry)] += (int32_t)x * rt_far_s8(entry + 1);
}

static inline uint16_t rt_far_u16(rt_far at)
{
    return (uint16_t)((uint8_t)rt_far_s8(at) | (uint16_t)(uint8_t)rt_far_s8(at + 1) << 8);
}

/* The same with entries of UNIT_PREFIX_LONG_BYTES. */
static inline void rt_scatter_long(int32_t *sums, rt_far entry, uint8_t count, int16_t x)
{
    for (; count; count--, entry += UNIT_PREFIX_LONG_BYTES)
        sums[rt_far_u16(entry)] += (int32_t)x * rt_far_s8(entry + 2);
}
#endif

#endif
