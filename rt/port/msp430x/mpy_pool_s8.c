/* mpy_pool_s8.c - CONV_2D with a MAX_POOL_2D behind it on the MSP430X, every product: a strip for each row of windows
 * that are pooled, rows of pooled positions for mpy_pool_s8.S. */
#include "rt_row.h"
#include "rt_strip.h"

void unit_mpy_pool_s8(const void *op, void *const t[])
{
    const struct unit_mpy_s8 *p = op;
    int8_t *strips = t[2];
    struct rt_row row;
    uint16_t column_step = (uint16_t)(p->stride_w * rt_column_bytes(p));
    uint16_t strip_bytes = (uint16_t)(rt_strip_columns(p) * rt_column_bytes(p));

    strip_bytes = (uint16_t)(strip_bytes + (strip_bytes & 1));
    rt_row_begin(&row, p, rt_dense_pool_steps_end);
    row.y = t[1];
    row.x_step = (uint16_t)(p->pool_w * column_step);
    for (uint16_t y = 0; y + p->pool_h <= p->out_h; y = (uint16_t)(y + p->pool_h)) {
        const uint8_t **window = row.window;
        for (uint16_t i = 0; i < p->pool_h; i++) {
            int8_t *strip = strips + i * strip_bytes;
            rt_strip_fill(p, t[0], (uint16_t)(y + i), strip);
            for (uint16_t j = 0; j < p->pool_w; j++, strip += column_step)
                *window++ = (const uint8_t *)strip;
        }
        row.positions = (uint16_t)(p->out_w / p->pool_w);
        rt_dense_pool_row(&row);
    }
}
