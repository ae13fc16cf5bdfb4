/* others.c - counts of layers without MACs. */
#include "cost/counting.h"

#include <rt_softmax.h>

/* Elements of windows along an axis, those outside the input left out. */
static double along(int out, int stride, int pad, int filter, int size)
{
    double sum = 0;

    for (int i = 0; i < out; i++) {
        int first = i * stride - pad, last = first + filter;
        sum += (last > size ? size : last) - (first < 0 ? 0 : first);
    }
    return sum;
}

void count_pool(const struct counted *s, const int8_t *in, double *n)
{
    const struct unit_pool_s8 *p = s->op;
    double down = along(p->out_h, p->stride_h, p->pad_top, p->filter_h, p->in_h);

    (void)in;
    n[COST_ROWS] = p->out_h;
    n[COST_POSITIONS] = (double)p->out_h * p->out_w;
    n[COST_TAPS] = down * along(p->out_w, p->stride_w, p->pad_left, p->filter_w, p->in_w) * p->channels;
    n[COST_RUNS] = s->kernel == unit_average_pool_s8 && p->filter_w >= p->in_w ? (double)s->out_elements
                                                                               : down * p->out_w * p->channels;
}

/* Places that are averaged. */
void count_mean(const struct counted *s, const int8_t *in, double *n)
{
    (void)in;
    n[COST_POSITIONS] = (double)s->in_elements / (double)s->out_elements;
}

/* Tensors begin at multiples of 4. */
void count_copy(const struct counted *s, const int8_t *in, double *n)
{
    const struct unit_copy *p = s->op;
    uint32_t align = s->port->copy_align, together = s->port->copy_bytes;

    (void)in;
    n[COST_ROWS] = p->rows;
    n[COST_ELEMENTS] = n[COST_OUTPUTS] = 0;
    for (uint32_t row = 0; row < p->rows; row++) {
        uint32_t ends = row * p->from_step | (p->to_start + row * p->to_step);
        uint32_t moved = together && ends % align == 0 && p->bytes >= 8 ? p->bytes / together * together : 0;
        n[COST_MOVED] += moved;
        n[COST_MOVED_SINGLY] += p->bytes - moved;
    }
}

/* Rows of the innermost axis. */
void count_transpose(const struct counted *s, const int8_t *in, double *n)
{
    const struct unit_transpose *p = s->op;

    (void)in;
    n[COST_ROWS] = (double)s->out_elements / p->shape[p->rank - 1];
    n[COST_MOVED_SINGLY] = (double)s->out_elements * p->element_bytes;
}

static double rows_over(const struct counted *s, const struct unit_broadcast *over)
{
    return (double)s->out_elements / over->shape[over->rank - 1];
}

void count_add(const struct counted *s, const int8_t *in, double *n)
{
    (void)in;
    n[COST_ROWS] = rows_over(s, &((const struct unit_add_s8 *)s->op)->over);
}

void count_mul(const struct counted *s, const int8_t *in, double *n)
{
    (void)in;
    n[COST_ROWS] = rows_over(s, &((const struct unit_mul_s8 *)s->op)->over);
}

/* Stretches of the innermost axis. */
void count_pad(const struct counted *s, const int8_t *in, double *n)
{
    const struct unit_pad *p = s->op;

    (void)in;
    n[COST_ROWS] = (double)s->in_elements / p->shape[p->rank - 1];
}

/* Elements of other values than the zero point, for which arithmetic on floats takes its long way. */
void count_dequantize(const struct counted *s, const int8_t *in, double *n)
{
    const struct unit_dequantize_f32 *p = s->op;

    for (size_t i = 0; i < s->in_elements; i++)
        n[COST_AWAKE] += !in || (p->is_unsigned ? (uint8_t)in[i] : in[i]) != p->zp;
}

/* What one element of a row is: the largest, or so many steps below it. */
typedef void softmax_element(const struct counted *s, int below, double *n);

/* Calls f for each element; in NULL: one largest a row, the others one step below. */
static void each_element(const struct counted *s, const int8_t *in, uint16_t depth, softmax_element *f, double *n)
{
    size_t rows = s->in_elements / depth;

    n[COST_ROWS] = (double)rows;
    for (size_t row = 0; row < rows; row++) {
        const int8_t *x = in ? in + row * depth : NULL;
        int most = -128;
        for (uint16_t i = 0; x && i < depth; i++)
            most = x[i] > most ? x[i] : most;
        for (uint16_t i = 0; i < depth; i++)
            f(s, x ? most - x[i] : i > 0, n);
    }
}

static void table_element(const struct counted *s, int below, double *n)
{
    n[COST_EXPONENTIALS] += below < ((const struct unit_softmax_table_s8 *)s->op)->count;
}

void count_softmax_table(const struct counted *s, const int8_t *in, double *n)
{
    each_element(s, in, ((const struct unit_softmax_table_s8 *)s->op)->depth, table_element, n);
}

/* Factors of an exponential (rt/rt_exp.h): bits set of its exponent's whole quarters. */
static int factors(const struct unit_softmax_s8 *p, int below)
{
    int count = 0;

    for (int32_t quarters = -rt_scaled_difference(p, (int16_t)-below) >> 24; quarters; quarters >>= 1)
        count += quarters & 1;
    return count;
}

enum { FACTORS_MOST = 7 };

static void exponential(const struct unit_softmax_s8 *p, int below, double *n)
{
    if (below > -p->diff_min)
        return;
    n[COST_LARGEST] += below == 0;
    n[COST_EXPONENTIALS] += below > 0;
    n[COST_FACTORS] += factors(p, below);
}

static void softmax_own(const struct counted *s, int below, double *n)
{
    exponential(s->op, below, n);
}

void count_softmax(const struct counted *s, const int8_t *in, double *n)
{
    each_element(s, in, ((const struct unit_softmax_s8 *)s->op)->depth, softmax_own, n);
    n[COST_FACTORS] = in ? n[COST_FACTORS] : FACTORS_MOST * n[COST_EXPONENTIALS];
}

/* Outputs are whole numbers from 16 below the largest on. */
static void log_element(const struct counted *s, int below, double *n)
{
    const struct unit_softmax_s8 *p = &((const struct unit_log_softmax_s8 *)s->op)->exp;

    exponential(p, below, n);
    n[COST_OUTPUTS_ABOVE] += below <= -p->diff_min && -rt_scaled_difference(p, (int16_t)-below) < INT32_C(1) << 30;
}

void count_log_softmax(const struct counted *s, const int8_t *in, double *n)
{
    each_element(s, in, ((const struct unit_log_softmax_s8 *)s->op)->exp.depth, log_element, n);
    n[COST_FACTORS] = in ? n[COST_FACTORS] : FACTORS_MOST * n[COST_EXPONENTIALS];
}

void count_log_softmax_floats(const struct counted *s, const int8_t *in, double *n)
{
    (void)in;
    n[COST_ROWS] = ((const struct unit_log_softmax_f32 *)s->op)->rows;
}
