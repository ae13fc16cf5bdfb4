/* rt_outside.h - how many elements lie outside a range, in portable C: a word at a time where addresses have as many
 * bits. */
#ifndef RT_OUTSIDE_H
#define RT_OUTSIDE_H

#include <stdint.h>

#include "rt_memory.h"

static inline uint8_t rt_is_outside(int8_t x, int8_t low, uint8_t span)
{
    return (uint8_t)(x - low) > span;
}

#if UINTPTR_MAX > 0xffff
enum { RT_OUTSIDE_WORDS = 255 }; /* a byte counts so far */

/* In each byte of the result how many of the bytes there are outside; at most RT_OUTSIDE_WORDS words. No carry leaves a
 * byte: a difference is taken with its top bit set, and mended. */
static inline uint32_t rt_outside_words(const int8_t *in, uint16_t words, int8_t low, uint8_t span)
{
    const uint32_t ones = UINT32_C(0x01010101), tops = UINT32_C(0x80808080);
    uint32_t base = (uint8_t)low * ones, rest = (127u - span) * ones, count = 0, v;

    for (; words && low != INT8_MIN; words--, in += 4) {
        memcpy(&v, __builtin_assume_aligned(in, 4), 4);
        v = ((v | tops) - (base & ~tops)) ^ ((v ^ ~base) & tops);
        count += ((((v & ~tops) + rest) | v) & tops) >> 7;
    }
    for (; words; words--, in += 4) { /* the same where the difference is the top bit turned over */
        memcpy(&v, __builtin_assume_aligned(in, 4), 4);
        v ^= tops;
        count += ((((v & ~tops) + rest) | v) & tops) >> 7;
    }
    return count;
}

/* Elements of in[n] outside low .. low + span, span at most 127. */
static inline uint16_t rt_outside(const int8_t *in, uint16_t n, int8_t low, uint8_t span)
{
    uint16_t count = 0, words;

    for (; n && (uintptr_t)in & 3; n--)
        count = (uint16_t)(count + rt_is_outside(*in++, low, span));
    for (; n >= 4; n = (uint16_t)(n - 4 * words), in += 4 * words) {
        uint32_t bytes;
        words = n >> 2 < RT_OUTSIDE_WORDS ? n >> 2 : RT_OUTSIDE_WORDS;
        bytes = rt_outside_words(in, words, low, span);
        bytes = (bytes & UINT32_C(0xff00ff)) + (bytes >> 8 & UINT32_C(0xff00ff));
        count = (uint16_t)(count + (uint16_t)bytes + (bytes >> 16));
    }
    for (; n; n--)
        count = (uint16_t)(count + rt_is_outside(*in++, low, span));
    return count;
}
#else
static inline uint16_t rt_outside(const int8_t *in, uint16_t n, int8_t low, uint8_t span)
{
    uint16_t count = 0;

    for (; n; n--)
        if (rt_is_outside(*in++, low, span))
            count++;
    return count;
}
#endif

#endif
