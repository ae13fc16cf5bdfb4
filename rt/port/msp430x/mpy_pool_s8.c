/* mpy_pool_s8.c - CONV_2D with a MAX_POOL_2D behind it on the MSP430X, every product: a strip for each row of windows
 * that are pooled, rows of pooled positions for mpy_pool_s8.S. */
#include "rt_row.h"
#include "rt_strip.h"

void unit_mpy_pool_s8(const void *op, void *const t[])
{
    const struct unit_mpy_s8 *p = op;
    struct rt_strip s = rt_strip_begin(p, t[0]);
    uint16_t column_step = (uint16_t)(p->stride_w * rt_column_bytes(p)), strip_bytes = rt_strip_bytes(p);
    struct rt_row row;

    rt_row_begin(&row, p, rt_dense_pool_steps_end);
    row.y = t[1];
    row.x_step = (uint16_t)(p->pool_w * column_step);
    for (uint16_t rows = p->out_h; rows >= p->pool_h; rows = (uint16_t)(rows - p->pool_h)) {
        const uint8_t **window = row.window;
        int8_t *next = t[2];
        for (uint16_t i = 0; i < p->pool_h; i++, next += strip_bytes) {
            int8_t *strip = next;
            rt_strip_next(&s, strip);
            for (uint16_t j = 0; j < p->pool_w; j++, strip += column_step)
                *window++ = (const uint8_t *)strip;
        }
        row.positions = (uint16_t)(p->out_w / p->pool_w);
        rt_dense_pool_row(&row);
    }
}
