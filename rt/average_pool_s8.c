/* average_pool_s8.c - AVERAGE_POOL_2D on raw quantised values, rounded half away from zero. */
#include "rt_pool.h"

static int32_t sum(const struct unit_pool_s8 *p, const int8_t *x, struct rt_span rows, struct rt_span columns,
                   uint16_t c)
{
    int32_t total = 0;

    for (uint16_t i = rows.first; i < rows.last; i++)
        for (uint16_t j = columns.first; j < columns.last; j++)
            total += x[((uint32_t)i * p->in_w + j) * p->channels + c];
    return total;
}

static int8_t average(const struct unit_pool_s8 *p, const int8_t *x, struct rt_span rows, struct rt_span columns,
                      uint16_t c)
{
    int32_t total = sum(p, x, rows, columns, c);
    int32_t count = (int32_t)(rows.last - rows.first) * (columns.last - columns.first);

    return rt_pool_clamp(p, total > 0 ? (total + count / 2) / count : (total - count / 2) / count);
}

void unit_average_pool_s8(const void *op, void *const t[])
{
    rt_pool(op, average, t[0], t[1]);
}
