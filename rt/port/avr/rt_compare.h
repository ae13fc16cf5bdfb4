/* rt_compare.h (AVR) - the published method's loops, in rt_compare.S. */
#ifndef RT_COMPARE_H
#define RT_COMPARE_H

/* Outputs of a window. Assembly knows the order. */
struct rt_compare {
    const int16_t *x; /* 0: [taps], centred, none negative */
    uint32_t cut;     /* 2: [count][taps] */
    uint32_t behind;  /* 6: so far behind the cut after a tap's lies its weight */
    int32_t *sums;    /* 10: [count] */
    uint16_t eights;  /* 12: taps by eight */
    uint8_t rest;     /* 14: and beyond */
    uint8_t count;    /* 15 */
};

void unit_compare_window(const struct rt_compare *c);

static inline void rt_dot_above(const int16_t *x, rt_far w, rt_far cut, uint16_t k, int32_t *sums, uint8_t count)
{
    struct rt_compare c = { x, cut, w - cut - 1, sums, (uint16_t)(k >> 3), (uint8_t)(k & 7), count };

    unit_compare_window(&c);
}

/* Weights of an activation. Assembly knows the order. */
struct rt_beyond {
    int32_t *sums;     /* 0: [count] */
    uint32_t w;        /* 2: [count] */
    uint16_t eights;   /* 6: outputs by eight */
    uint8_t rest;      /* 8: and beyond */
    uint8_t cut;       /* 9: below 128 */
    uint8_t magnitude; /* 10: of the activation */
    uint8_t negative;  /* 11: 1 if it is */
};

void unit_compare_weights(const struct rt_beyond *b);

/* See rt_loops.h. */
static inline void rt_add_beyond(int32_t *sums, int16_t x, rt_far w, uint8_t cut, uint16_t count)
{
    struct rt_beyond b = {
        sums, w, (uint16_t)(count >> 3), (uint8_t)(count & 7), cut, (uint8_t)(x < 0 ? -x : x), x < 0
    };

    if (cut < 128) /* else no weight is larger */
        unit_compare_weights(&b);
}

#define RT_HAS_DOT_ABOVE
#define RT_HAS_ADD_BEYOND

#endif
