/* average_pool_s8.c - AVERAGE_POOL_2D on raw quantised values, rounded half away from zero. */
#include "rt_pool.h"
#include "rt_sums.h"

static int32_t sum(const struct unit_pool_s8 *p, const int8_t *x, struct rt_span rows, struct rt_span columns,
                   uint16_t c)
{
    int32_t total = 0;
    uint32_t row_step = (uint32_t)p->in_w * p->channels;
    uint16_t height = (uint16_t)(rows.last - rows.first), width = (uint16_t)(columns.last - columns.first);

    x += rows.first * row_step + (uint32_t)columns.first * p->channels + c;
    if (width == p->in_w && (uint32_t)height * width <= UINT16_MAX)
        return rt_sum_strided(x, (uint16_t)(height * width), p->channels);
    for (; height; height--, x += row_step)
        total += rt_sum_strided(x, width, p->channels);
    return total;
}

static int8_t average(const struct unit_pool_s8 *p, const int8_t *x, struct rt_span rows, struct rt_span columns,
                      uint16_t c)
{
    int32_t total = sum(p, x, rows, columns, c);
    int32_t count = (int32_t)(rows.last - rows.first) * (columns.last - columns.first);

    /* NOLINTNEXTLINE(clang-analyzer-core.*): rt_pool_span leaves no window empty */
    return rt_pool_clamp(p, total > 0 ? (total + count / 2) / count : (total - count / 2) / count);
}

void unit_average_pool_s8(const void *op, void *const t[])
{
    rt_pool(op, average, t[0], t[1]);
}
