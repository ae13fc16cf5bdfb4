/* rt_pool.h - the part of a pooling window that lies inside the input. */
#ifndef RT_POOL_H
#define RT_POOL_H

#include "unit.h"

struct rt_span {
    uint16_t first, last; /* last is one behind */
};

static inline struct rt_span rt_pool_span(uint16_t out, uint16_t stride, int16_t pad, uint16_t filter, uint16_t size)
{
    int32_t first = (int32_t)out * stride - pad, last = first + filter;
    struct rt_span s;

    s.first = (uint16_t)(first < 0 ? 0 : first);
    s.last = (uint16_t)(last > size ? size : last);
    return s;
}

#endif
