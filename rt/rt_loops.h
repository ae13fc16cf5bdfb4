/* rt_loops.h - loops of packed kernels in C, for every port that has no better one. rt_port.h includes it behind its
 * access to flash. */
#ifndef RT_LOOPS_H
#define RT_LOOPS_H

/* x * w, |x| at most 255; a port without a multiplier has its own. */
#ifndef RT_PRODUCT
#define RT_PRODUCT(x, w) ((int32_t)(x) * (w))
#endif

/* A depthwise window: rows of columns, so many bytes apart. */
struct rt_window {
    uint16_t rows, columns;
    uint16_t row_step, column_step;
};

/* Sum of x * w over a window of one channel, x as it lies in the input; w follows row by row. */
static inline int32_t rt_dot_window(const struct rt_window *window, const int8_t *x, rt_far w)
{
    int32_t sum = 0;

    for (uint16_t r = window->rows; r; r--, x += window->row_step) {
        const int8_t *v = x;
        for (uint16_t c = window->columns; c; c--, v += window->column_step)
            sum += RT_PRODUCT(*v, rt_far_s8(w++));
    }
    return sum;
}

/* The same over the taps with |x - zp| > cut. */
static inline int32_t rt_dot_window_cut(const struct rt_window *window, const int8_t *x, int16_t zp, rt_far w,
                                        rt_far cut)
{
    int32_t sum = 0;

    for (uint16_t r = window->rows; r; r--, x += window->row_step) {
        const int8_t *v = x;
        for (uint16_t c = window->columns; c; c--, v += window->column_step, w++, cut++) {
            int16_t value = (int16_t)(*v - zp);
            if (value > (uint8_t)rt_far_s8(cut) || -value > (uint8_t)rt_far_s8(cut))
                sum += RT_PRODUCT(value, rt_far_s8(w));
        }
    }
    return sum;
}

/* The same with one cut for all taps. */
static inline int32_t rt_dot_window_xcut(const struct rt_window *window, const int8_t *x, int16_t zp, rt_far w,
                                         uint16_t cut)
{
    int32_t sum = 0;

    for (uint16_t r = window->rows; r; r--, x += window->row_step) {
        const int8_t *v = x;
        for (uint16_t c = window->columns; c; c--, v += window->column_step, w++) {
            int16_t value = (int16_t)(*v - zp);
            if (value > (int16_t)cut || -value > (int16_t)cut)
                sum += RT_PRODUCT(value, rt_far_s8(w));
        }
    }
    return sum;
}

#ifndef RT_HAS_DOT_CUT
/* Sum of x[i] * w[i] over the taps with |x[i]| > cut[i]; x is centred. A port may have its own. */
static inline int32_t rt_dot_cut(const int16_t *x, rt_far w, rt_far cut, uint16_t k)
{
    int32_t sum = 0;

    for (; k; k--, x++, w++, cut++)
        if (*x > (uint8_t)rt_far_s8(cut) || -*x > (uint8_t)rt_far_s8(cut))
            sum += RT_PRODUCT(*x, rt_far_s8(w));
    return sum;
}
#endif

#ifndef RT_HAS_DOT_ABOVE
/* The same where no x is negative, for count outputs, whose weights and cuts follow each other. A port may have its
 * own. */
static inline void rt_dot_above(const int16_t *x, rt_far w, rt_far cut, uint16_t k, int32_t *sums, uint8_t count)
{
    for (; count; count--, w += k, cut += k)
        *sums++ = rt_dot_cut(x, w, cut, k);
}
#endif

#ifndef RT_HAS_ADD_BEYOND
/* sums[i] += x * w[i] where |w[i]| > cut, for count outputs. A port may have its own. */
static inline void rt_add_beyond(int32_t *sums, int16_t x, rt_far w, uint8_t cut, uint16_t count)
{
    for (; count; count--, sums++) {
        int8_t weight = rt_far_s8(w++);
        if (weight > cut || -weight > cut)
            *sums += RT_PRODUCT(x, weight);
    }
}
#endif

#endif
