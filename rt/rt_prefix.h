/* rt_prefix.h - what the prefix kernels share: how long the prefix is that an activation executes, and what a port's
 * loops (rt_prefix_port.h) are handed. */
#ifndef RT_PREFIX_H
#define RT_PREFIX_H

#include "rt_packed.h"

/* By magnitude: the byte of a list of the index that holds the length for it, UNIT_PREFIX_LENGTH_0 for 0. */
enum { UNIT_PREFIX_LENGTH_0 = 1 };
extern const uint8_t unit_prefix_table[256];

/* One list of every channel, for the input row at hand: where its sums are, and the list's place among a channel's. */
struct rt_visit {
    int32_t *sums;
    unsigned group; /* in bytes of the index */
};

/* What the elements of an input row are scattered with. Assembly knows the order. */
struct rt_scatter {
    rt_far entries;
    uint16_t channels, step; /* step: bytes of the index from channel to channel */
    int16_t zp;
    uint8_t wide; /* entries of UNIT_PREFIX_LONG_BYTES */
    const struct rt_visit *end;
    struct rt_visit visit[UNIT_PREFIX_GROUPS_MAX];
};

/* Constants behind the sums, for ports that use them. */
struct rt_after {
    const uint16_t *constants; /* of a kernel's `after`, or NULL */
    uint8_t form;
};

static inline uint8_t rt_magnitude(int16_t x)
{
    return (uint8_t)(x < 0 ? -x : x);
}

/* A list of the index: where its entries begin. */
static inline uint16_t rt_prefix_start(const uint8_t *list)
{
    return (uint16_t)(rt_rom_u8(list) | (uint16_t)rt_rom_u8(list + 1) << 8);
}

#include "rt_prefix_port.h"

#endif
