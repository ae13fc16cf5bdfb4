/* mpy_depthwise_s8.c - DEPTHWISE_CONV_2D on the MSP430X, every product: strips for mpy_depthwise_s8.S. */
#include "rt_row.h"
#include "rt_strip.h"

/* Channels that are the i-th of their input channel, at a row of positions. */
static void row_of_channels(const struct unit_mpy_s8 *p, struct rt_row *row, uint16_t i, int8_t *y)
{
    uint32_t weights = *p->weights + (uint32_t)i * p->in_c * p->taps;

    row->weights = &weights;
    row->after = p->after + i * p->in_c * UNIT_MPY_SINGLE_AFTER;
    row->positions = p->out_w;
    row->y = y + i;
    rt_depthwise_row(row);
}

void unit_mpy_depthwise_s8(const void *op, void *const t[])
{
    const struct unit_mpy_s8 *p = op;
    int8_t *strip = t[2], *out = t[1];
    uint16_t unrolled = p->taps < RT_UNROLLED ? p->taps : RT_UNROLLED;
    struct rt_row row;

    rt_row_begin(&row, p, rt_depthwise_steps_end);
    row.pairs = p->in_c;
    row.passes = (uint16_t)(p->taps - unrolled);
    row.entry = row.passes ? rt_depthwise_more : rt_depthwise_steps_end - unrolled * RT_DEPTHWISE_STEP_BYTES;
    row.x_step = (uint16_t)(p->stride_w * rt_column_bytes(p));
    for (uint16_t y = 0; y < p->out_h; y++, out += p->out_w * p->out_c) {
        rt_strip_fill(p, t[0], y, strip);
        for (uint16_t i = 0; i < p->out_c / p->in_c; i++) {
            row.window[0] = (const uint8_t *)strip;
            row_of_channels(p, &row, i, out);
        }
    }
}
