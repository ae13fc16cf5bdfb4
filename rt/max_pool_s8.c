/* max_pool_s8.c - MAX_POOL_2D. */
#include "rt_pool.h"

static int8_t largest(const struct unit_pool_s8 *p, const int8_t *x, struct rt_span rows, struct rt_span columns,
                      uint16_t c)
{
    int16_t most = -128;

    for (uint16_t i = rows.first; i < rows.last; i++)
        for (uint16_t j = columns.first; j < columns.last; j++) {
            int8_t value = x[((uint32_t)i * p->in_w + j) * p->channels + c];
            most = value > most ? value : most;
        }
    return rt_pool_clamp(p, most);
}

void unit_max_pool_s8(const void *op, void *const t[])
{
    rt_pool(op, largest, t[0], t[1]);
}
