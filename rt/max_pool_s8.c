/* max_pool_s8.c - MAX_POOL_2D. */
#include "rt_pool.h"

static int16_t largest(const struct unit_pool_s8 *p, const int8_t *x, struct rt_span rows, struct rt_span columns,
                       uint16_t c)
{
    int16_t most = -128;

    for (uint16_t i = rows.first; i < rows.last; i++)
        for (uint16_t j = columns.first; j < columns.last; j++) {
            int8_t value = x[((uint32_t)i * p->in_w + j) * p->channels + c];
            most = value > most ? value : most;
        }
    return most;
}

void unit_max_pool_s8(const void *op, void *const t[])
{
    const struct unit_pool_s8 *p = op;
    int8_t *y = t[1];

    for (uint16_t i = 0; i < p->out_h; i++) {
        struct rt_span rows = rt_pool_span(i, p->stride_h, p->pad_top, p->filter_h, p->in_h);
        for (uint16_t j = 0; j < p->out_w; j++) {
            struct rt_span columns = rt_pool_span(j, p->stride_w, p->pad_left, p->filter_w, p->in_w);
            for (uint16_t c = 0; c < p->channels; c++) {
                int16_t most = largest(p, t[0], rows, columns, c);
                *y++ = (int8_t)(most < p->act_min ? p->act_min : most > p->act_max ? p->act_max : most);
            }
        }
    }
}
