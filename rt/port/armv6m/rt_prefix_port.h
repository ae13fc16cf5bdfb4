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

/* A long entry is one word: 4 * offset, and the weight above it. */
static inline void rt_scatter_long(int32_t *sums, rt_far entry, uint8_t count, int16_t x)
{
    const int32_t *word = (const int32_t *)(const void *)entry;

    for (; count; count--, word++) {
        int32_t *sum = (int32_t *)(void *)((uint8_t *)sums + (uint16_t)*word);
        *sum += (*word >> 16) * x;
    }
}

#define RT_HAS_PREFIX_CLEAR
#define RT_HAS_PREFIX_OUTPUTS
#include "rt_prefix_rows.h"

void rt_prefix_clear_words(int32_t *sums, uint32_t n);

static inline void rt_prefix_clear(int32_t *sums, uint16_t n)
{
    rt_prefix_clear_words(sums, n);
}

/* What the outputs of a position have in common. Assembly knows the order. */
struct rt_prefix_run {
    uint32_t count;
    int32_t least, most;
    const int32_t *below;
};

/* UNIT_AFTER_STEPS: outputs of a position, and of 2 by 2 positions. */
void rt_prefix_position(const int32_t *sums, const uint16_t *after, int8_t *y, const struct rt_prefix_run *run);
void rt_prefix_pooled(const int32_t *sums, const uint16_t *after, int8_t *y, const struct rt_prefix_run *run);

static inline void rt_prefix_outputs(const struct rt_outputs *to, int8_t *y)
{
    struct rt_prefix_run run = { to->layer->out_c, to->layer->act_min, to->layer->act_max, to->below };

    if (to->form != UNIT_AFTER_STEPS)
        rt_prefix_outputs_any(to, y);
    else
        (to->below ? rt_prefix_pooled : rt_prefix_position)(to->sums, to->after, y, &run);
}

#endif
