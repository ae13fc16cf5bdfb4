/* rt_prefix_port.h (AVR) - the inner loops of the prefix kernels: prefix_scatter.S. */
#ifndef RT_PREFIX_PORT_H
#define RT_PREFIX_PORT_H

#define RT_PREFIX_SUM_BITS 24
#define RT_PREFIX_SUM_ZERO UNIT_PREFIX_SUM_ZERO
#define RT_PREFIX_SEEDS

#if defined __AVR_3_BYTE_PC__
#error "lists of instructions are called with addresses of 16 bits"
#endif

/* See the C port for what these equal. Entries are short ones; or rows of weights; or instructions. */
void unit_prefix_row(const struct rt_scatter *s, const int8_t *in);
void unit_prefix_weights(const struct rt_scatter *s, const int8_t *in);
void unit_prefix_code(const struct rt_scatter *s, const int8_t *in);

static inline void rt_scatter_row(const struct rt_scatter *s, const int8_t *in)
{
    if (s->wide == UNIT_PREFIX_ROW)
        unit_prefix_weights(s, in);
    else if (s->wide == UNIT_PREFIX_CODE)
        unit_prefix_code(s, in);
    else
        unit_prefix_row(s, in);
}

static inline uint16_t rt_far_u16(rt_far at)
{
    return (uint16_t)((uint8_t)rt_far_s8(at) | (uint16_t)(uint8_t)rt_far_s8(at + 1) << 8);
}

/* sums[offset] += x * weight for count long entries. */
static inline void rt_scatter_long(int32_t *sums, rt_far entry, uint8_t count, int16_t x)
{
    for (; count; count--, entry += UNIT_PREFIX_LONG_BYTES)
        sums[rt_far_u16(entry)] += (int32_t)x * rt_far_s8(entry + 2);
}

/* Elements that equal zp at the beginning of in[n], 8 cycles each; before `end`, where one differs, 6 each. */
static inline uint16_t rt_prefix_zeros(const int8_t *in, uint16_t n, int16_t zp)
{
    const int8_t *at = in, *end = in + n;
    int8_t element;

    __asm__("1:\n\t"
            "cp %A[at], %A[end]\n\t"
            "cpc %B[at], %B[end]\n\t"
            "breq 2f\n\t"
            "ld %[element], %a[at]+\n\t"
            "cp %[element], %A[zp]\n\t"
            "breq 1b\n\t"
            "sbiw %[at], 1\n"
            "2:"
            : [at] "+e"(at), [element] "=&r"(element)
            : [end] "r"(end), [zp] "r"(zp), "m"(*(const int8_t(*)[])in));
    return (uint16_t)(at - in);
}

static inline uint16_t rt_prefix_zeros_behind(const int8_t *end, int16_t zp)
{
    const int8_t *at = end;
    int8_t element;

    __asm__ volatile("1:\n\t"
                     "ld %[element], -%a[at]\n\t"
                     "cp %[element], %A[zp]\n\t"
                     "breq 1b"
                     : [at] "+e"(at), [element] "=&r"(element)
                     : [zp] "r"(zp)
                     : "memory");
    return (uint16_t)(end - at - 1);
}

#define RT_HAS_PREFIX_ZEROS
#define RT_HAS_PREFIX_CLEAR
#define RT_HAS_PREFIX_ROW_OUTPUTS
#include "rt_prefix_rows.h"

void unit_prefix_clear(int32_t *sums, uint16_t n);

static inline void rt_prefix_clear(int32_t *sums, uint16_t n)
{
    unit_prefix_clear(sums, n);
}

/* What the outputs of a row have in common. Assembly knows the order. */
struct rt_prefix_run {
    uint16_t count;
    int16_t least;
    uint16_t positions;
    const int32_t *below;
    uint16_t bytes; /* of the sums of a position */
    const uint16_t *after;
};

/* UNIT_AFTER_BYTES: a row of positions, and of 2 by 2 positions. */
void unit_prefix_outputs(const int32_t *sums, int8_t *y, struct rt_prefix_run *run);
void unit_prefix_pooled(const int32_t *sums, int8_t *y, struct rt_prefix_run *run);

static inline void rt_prefix_row_outputs(struct rt_outputs *to, int8_t *y)
{
    struct rt_prefix_run run = { to->layer->out_c, to->layer->act_min, to->positions, to->below, 0, to->after };

    run.bytes = (uint16_t)(run.count * sizeof *to->sums);
    if (to->form != UNIT_AFTER_BYTES)
        rt_prefix_each_position(to, y);
    else if (to->below)
        unit_prefix_pooled(to->sums, y, &run);
    else
        unit_prefix_outputs(to->sums, y, &run);
}

#endif
