/* rt_port.h (C) - the inner loops of packed layers in portable C: what every other port's must equal.
 *
 * A port says how its weights are packed and how a patch holds activations, and supplies the dot products:
 *
 *   RT_BLOCK     outputs whose weights are interleaved and summed together
 *   RT_X_OFFSET  a patch holds x + RT_X_OFFSET as a byte: 0 (signed) or 128 (unsigned)
 *   RT_W_OFFSET  the same for weights
 *   RT_TAP_BYTES bytes that a connection takes in a block
 *   RT_DOT_MAX   connections that one call of rt_dot may take without overflow in the form it sums in
 */
#ifndef RT_PORT_H
#define RT_PORT_H

#include "rt_flash.h"

#define RT_DIVIDES /* UNIT_REQUANT_DIVIDED */

enum { RT_BLOCK = 4, RT_X_OFFSET = 0, RT_W_OFFSET = 0, RT_TAP_BYTES = 4, RT_DOT_MAX = 65535 };

/* acc[b] += sum over i < k of x[i] * w[i][b], in what patch and weights hold; returns where w goes on. */
static inline rt_far rt_dot(const uint8_t *x, rt_far w, uint16_t k, int32_t acc[RT_BLOCK])
{
    int32_t a0 = acc[0], a1 = acc[1], a2 = acc[2], a3 = acc[3];

    for (; k; k--, w += RT_BLOCK) {
        int32_t v = (int8_t)*x++;
        a0 += v * w[0];
        a1 += v * w[1];
        a2 += v * w[2];
        a3 += v * w[3];
    }
    acc[0] = a0, acc[1] = a1, acc[2] = a2, acc[3] = a3;
    return w;
}

/* An activation that is not left out: its distance from the zero point and where its weights lie in a block. */
struct rt_entry {
    uint16_t magnitude, at;
};

static inline struct rt_entry rt_entry(uint16_t k, uint8_t magnitude)
{
    struct rt_entry e = { magnitude, k };

    return e;
}

/* acc[b] += sum over the entries of magnitude * w[at][b]. */
static inline void rt_dot_list(const struct rt_entry *entry, uint16_t count, rt_far w, int32_t acc[RT_BLOCK])
{
    for (; count; count--, entry++) {
        rt_far row = w + (uint32_t)entry->at * RT_BLOCK;
        for (uint8_t b = 0; b < RT_BLOCK; b++)
            acc[b] += (int32_t)entry->magnitude * row[b];
    }
}

#include "rt_loops.h"

#endif
