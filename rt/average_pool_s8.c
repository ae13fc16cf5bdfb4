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

static int8_t average(const struct unit_pool_s8 *p, int32_t total, int32_t count)
{
    int32_t mean = total > 0 ? (total + count / 2) / count : (total - count / 2) / count;

    return (int8_t)(mean < p->act_min ? p->act_min : mean > p->act_max ? p->act_max : mean);
}

void unit_average_pool_s8(const void *op, void *const t[])
{
    const struct unit_pool_s8 *p = op;
    int8_t *y = t[1];

    for (uint16_t i = 0; i < p->out_h; i++) {
        struct rt_span rows = rt_pool_span(i, p->stride_h, p->pad_top, p->filter_h, p->in_h);
        for (uint16_t j = 0; j < p->out_w; j++) {
            struct rt_span columns = rt_pool_span(j, p->stride_w, p->pad_left, p->filter_w, p->in_w);
            int32_t count = (int32_t)(rows.last - rows.first) * (columns.last - columns.first);
            for (uint16_t c = 0; c < p->channels; c++)
                *y++ = average(p, sum(p, t[0], rows, columns, c), count);
        }
    }
}
