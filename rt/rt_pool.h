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

/* What a pool makes of one channel of a window. */
typedef int8_t rt_pool_window(const struct unit_pool_s8 *p, const int8_t *x, struct rt_span rows,
                              struct rt_span columns, uint16_t channel);

static inline void rt_pool(const struct unit_pool_s8 *p, rt_pool_window *window, const int8_t *x, int8_t *y)
{
    for (uint16_t i = 0; i < p->out_h; i++) {
        struct rt_span rows = rt_pool_span(i, p->stride_h, p->pad_top, p->filter_h, p->in_h);
        for (uint16_t j = 0; j < p->out_w; j++) {
            struct rt_span columns = rt_pool_span(j, p->stride_w, p->pad_left, p->filter_w, p->in_w);
            for (uint16_t c = 0; c < p->channels; c++)
                *y++ = window(p, x, rows, columns, c);
        }
    }
}

static inline int8_t rt_pool_clamp(const struct unit_pool_s8 *p, int32_t v)
{
    return (int8_t)(v < p->act_min ? p->act_min : v > p->act_max ? p->act_max : v);
}

#endif
