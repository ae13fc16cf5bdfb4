/* rt_port.h (RV32I) - packed layers for RISC-V cores without a multiplier: products are differences
 * of quarter squares (rt_product.h). Dense layers have better kernels (squares_s8.c). */
#ifndef RT_PORT_H
#define RT_PORT_H

#include "rt_flash.h"
#include "rt_product.h"

#define RT_DIVIDES /* UNIT_REQUANT_DIVIDED */

enum { RT_BLOCK = 4, RT_X_OFFSET = 0, RT_W_OFFSET = 0, RT_TAP_BYTES = 4, RT_DOT_MAX = 65535 };

/* acc[b] += sum over i < k of x[i] * w[i][b]; returns where w goes on. */
static inline rt_far rt_dot(const uint8_t *x, rt_far w, uint16_t k, int32_t acc[RT_BLOCK])
{
    for (const int8_t *v = (const int8_t *)x, *end = v + k; v != end; v++, w += RT_BLOCK) {
        acc[0] += rt_product(*v, w[0]);
        acc[1] += rt_product(*v, w[1]);
        acc[2] += rt_product(*v, w[2]);
        acc[3] += rt_product(*v, w[3]);
    }
    return w;
}

/* An activation that is not left out: |x - zp| and where its weights lie in a block. */
struct rt_entry {
    uint16_t magnitude, at;
};

static inline struct rt_entry rt_entry(uint16_t k, uint8_t magnitude)
{
    struct rt_entry e;

    e.magnitude = magnitude;
    e.at = (uint16_t)(k * RT_TAP_BYTES);
    return e;
}

/* acc[b] += sum over the entries of magnitude * w[at][b]. */
static inline void rt_dot_list(const struct rt_entry *entry, uint16_t count, rt_far w, int32_t acc[RT_BLOCK])
{
    int32_t a0 = acc[0], a1 = acc[1], a2 = acc[2], a3 = acc[3];

    for (const struct rt_entry *end = entry + count; entry != end; entry++) {
        rt_far row = w + entry->at;
        int32_t x = entry->magnitude;
        a0 += rt_product(x, row[0]);
        a1 += rt_product(x, row[1]);
        a2 += rt_product(x, row[2]);
        a3 += rt_product(x, row[3]);
    }
    acc[0] = a0, acc[1] = a1, acc[2] = a2, acc[3] = a3;
}

#include "rt_compare.h"
#include "rt_loops.h"

#endif
