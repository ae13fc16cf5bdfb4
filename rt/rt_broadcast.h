/* rt_broadcast.h - walks two operands that are broadcast against each other, output element by output element. */
#ifndef RT_BROADCAST_H
#define RT_BROADCAST_H

#include "unit.h"

/* Operands and output of a binary kernel: a constant operand comes from its parameters, the others from t in order. */
struct rt_binary {
    const int8_t *a, *b;
    int8_t *y;
};

static inline struct rt_binary rt_binary(const int8_t *constant_a, const int8_t *constant_b, void *const t[])
{
    struct rt_binary r;

    r.a = constant_a ? constant_a : *t++;
    r.b = constant_b ? constant_b : *t++;
    r.y = *t;
    return r;
}

/* Element offsets of both operands; starts at all zeros. */
struct rt_walk {
    uint32_t index[UNIT_RANK_MAX];
    uint32_t a, b;
};

/* Moves on to the next output element, in row-major order. */
static inline void rt_walk_next(const struct unit_broadcast *over, struct rt_walk *w)
{
    for (uint8_t i = over->rank; i-- > 0;) {
        w->a += over->a_stride[i];
        w->b += over->b_stride[i];
        if (++w->index[i] < over->shape[i])
            return;
        w->a -= over->a_stride[i] * over->shape[i];
        w->b -= over->b_stride[i] * over->shape[i];
        w->index[i] = 0;
    }
}

static inline uint32_t rt_walk_count(const struct unit_broadcast *over)
{
    uint32_t count = 1;

    for (uint8_t i = 0; i < over->rank; i++)
        count *= over->shape[i];
    return count;
}

#endif
