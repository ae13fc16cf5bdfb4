/* rt_prefix_port.h (ARMv6-M) - the inner loops of the prefix kernels: prefix_scatter.S. */
#ifndef RT_PREFIX_PORT_H
#define RT_PREFIX_PORT_H

/* See the C port for what these equal. */
void unit_prefix_row(const struct rt_scatter *s, const int8_t *in);
void unit_prefix_row_long(const struct rt_scatter *s, const int8_t *in);

static inline void rt_scatter_row(const struct rt_scatter *s, const int8_t *in)
{
    (s->wide ? unit_prefix_row_long : unit_prefix_row)(s, in);
}

#define RT_HAS_PREFIX_COMPARED
void rt_scatter_row_compared(const struct rt_scatter *s, const int8_t *in);

enum { RT_PREFIX_LONG_BITS = 23 }; /* of a sum that long entries were added to; what lies above is undefined */

#define RT_HAS_PREFIX_CLEAR
#define RT_HAS_PREFIX_OUTPUTS
#define RT_HAS_PREFIX_ROW_OUTPUTS
#define RT_HAS_PREFIX_SETTLE
#define RT_HAS_PREFIX_ZEROS
#include "rt_prefix_rows.h"

void rt_prefix_clear_words(int32_t *sums, uint32_t n);

static inline void rt_prefix_clear(int32_t *sums, uint16_t n)
{
    rt_prefix_clear_words(sums, n);
}

static inline void rt_prefix_settle(int32_t *sums, uint16_t n, uint8_t wide)
{
    for (; wide && n; n--, sums++)
        *sums = (int32_t)((uint32_t)*sums << (32 - RT_PREFIX_LONG_BITS)) >> (32 - RT_PREFIX_LONG_BITS);
}

uint32_t rt_prefix_zero_bytes(const int8_t *in, uint32_t n, int32_t zp);
uint32_t rt_prefix_zero_bytes_behind(const int8_t *end, int32_t zp);

static inline uint16_t rt_prefix_zeros(const int8_t *in, uint16_t n, int16_t zp)
{
    return (uint16_t)rt_prefix_zero_bytes(in, n, zp);
}

static inline uint16_t rt_prefix_zeros_behind(const int8_t *end, int16_t zp)
{
    return (uint16_t)rt_prefix_zero_bytes_behind(end, zp);
}

/* What the outputs of neighbouring positions have in common. Assembly knows the order. */
struct rt_prefix_run {
    uint32_t count; /* of a position */
    int32_t least, most;
    const int32_t *below;
    uint32_t shift; /* of a sum's sign to bit 31 */
    uint32_t positions;
    uint32_t skip; /* bytes from behind a position's sums to the next one's */
};

/* UNIT_AFTER_STEPS: outputs of positions, and of 2 by 2 positions each. */
void rt_prefix_plain(const int32_t *sums, const uint16_t *after, int8_t *y, const struct rt_prefix_run *run);
void rt_prefix_pooled(const int32_t *sums, const uint16_t *after, int8_t *y, const struct rt_prefix_run *run);

static inline void rt_prefix_outputs(const struct rt_outputs *to, int8_t *y)
{
    uint16_t n = (uint16_t)(to->layer->out_c << (to->below != NULL));

    rt_prefix_settle(to->sums, n, to->wide);
    if (to->below)
        rt_prefix_settle((int32_t *)to->below, n, to->wide);
    rt_prefix_outputs_any(to, y);
}

static inline void rt_prefix_row_outputs(struct rt_outputs *to, int8_t *y)
{
    const struct unit_packed_s8 *p = to->layer;
    struct rt_prefix_run run = { p->out_c, p->act_min, p->act_max, to->below, 0, to->positions, 0 };

    run.shift = to->wide ? 32 - RT_PREFIX_LONG_BITS : 0;
    run.skip = 4u * (uint32_t)(to->step - p->out_c);
    if (to->form == UNIT_AFTER_STEPS) {
        (to->below ? rt_prefix_pooled : rt_prefix_plain)(to->sums, to->after, y, &run);
        return;
    }
    for (; run.positions; run.positions--, y += p->out_c) {
        rt_prefix_outputs(to, y);
        to->sums += to->step;
        to->below = to->below ? to->below + to->step : NULL;
    }
}

#endif
