/* rt_depthwise.h - the walk of depthwise layers on the MSP430X: strips, rows, channel by channel. */
#ifndef RT_DEPTHWISE_H
#define RT_DEPTHWISE_H

#include "rt_centre.h"
#include "rt_row.h"
#include "rt_strip.h"

/* How a kernel takes taps. */
struct rt_depthwise {
    void (*row)(struct rt_row *row);
    const uint8_t *end, *more; /* of the unrolled steps, and where those beyond them begin */
    uint16_t unrolled, step_bytes, weight_bytes;
    uint8_t centred; /* strips hold x + 128 */
};

/* Channels that are the i-th of their input channel, at a row of positions. */
static inline void rt_depthwise_channels(const struct unit_mpy_s8 *p, const struct rt_depthwise *d, struct rt_row *row,
                                         uint16_t i, int8_t *y)
{
    uint32_t weights = *p->weights + (uint32_t)i * p->in_c * p->taps * d->weight_bytes;

    /* cppcheck-suppress autoVariables ; the row is run before this returns */
    row->weights = &weights;
    row->after = p->after + i * p->in_c * UNIT_MPY_SINGLE_AFTER;
    row->positions = p->out_w;
    row->y = y + i;
    d->row(row);
}

static inline void rt_depthwise(const struct unit_mpy_s8 *p, const struct rt_depthwise *d, const int8_t *in,
                                int8_t *out, int8_t *strip)
{
    uint16_t unrolled = p->taps < d->unrolled ? p->taps : d->unrolled;
    struct rt_strip s = rt_strip_begin(p, in);
    struct rt_row row;

    rt_row_begin(&row, p, d->end);
    row.pairs = p->in_c;
    row.passes = (uint16_t)(p->taps - unrolled);
    row.entry = row.passes ? d->more : d->end - unrolled * d->step_bytes;
    row.x_step = (uint16_t)(p->stride_w * rt_column_bytes(p));
    for (uint16_t y = 0; y < p->out_h; y++, out += p->out_w * p->out_c) {
        rt_strip_next(&s, strip);
        if (d->centred)
            rt_centre_bytes(strip, (uint16_t)(rt_strip_columns(p) * rt_column_bytes(p)));
        for (uint16_t i = 0; i < p->out_c / p->in_c; i++) {
            row.window[0] = (const uint8_t *)strip;
            rt_depthwise_channels(p, d, &row, i, out);
        }
    }
}

#endif
