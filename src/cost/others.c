/* others.c - counts of layers without MACs. */
#include "cost/counting.h"

void count_pool(const struct counted *s, const int8_t *in, double *n)
{
    const struct unit_pool_s8 *p = s->op;

    (void)in;
    n[COST_ROWS] = p->out_h;
    n[COST_POSITIONS] = (double)p->out_h * p->out_w;
    n[COST_TAPS] = (double)s->out_elements * p->filter_h * p->filter_w;
}

/* Places that are averaged. */
void count_mean(const struct counted *s, const int8_t *in, double *n)
{
    (void)in;
    n[COST_POSITIONS] = (double)s->in_elements / (double)s->out_elements;
}

void count_copy(const struct counted *s, const int8_t *in, double *n)
{
    const struct unit_copy *p = s->op;

    (void)in;
    n[COST_ROWS] = p->rows;
    n[COST_ELEMENTS] = n[COST_OUTPUTS] = (double)p->rows * p->bytes;
}

/* Stretches of the innermost axis. */
void count_pad(const struct counted *s, const int8_t *in, double *n)
{
    const struct unit_pad *p = s->op;

    (void)in;
    n[COST_ROWS] = (double)s->in_elements / p->shape[p->rank - 1];
}

/* Elements that are below the largest of their row, by at most so many steps. */
static double near_largest(const int8_t *x, uint32_t rows, uint16_t depth, int steps)
{
    double count = 0;

    for (; rows; rows--, x += depth) {
        int8_t most = -128;
        for (uint16_t i = 0; i < depth; i++)
            most = x[i] > most ? x[i] : most;
        for (uint16_t i = 0; i < depth; i++)
            count += x[i] < most && most - x[i] <= steps;
    }
    return count;
}

void count_softmax(const struct counted *s, const int8_t *in, double *n)
{
    const struct unit_softmax_s8 *p = s->op;

    n[COST_ROWS] = p->rows;
    n[COST_AWAKE] = in ? near_largest(in, p->rows, p->depth, -p->diff_min) : (double)s->in_elements;
}

void count_softmax_table(const struct counted *s, const int8_t *in, double *n)
{
    const struct unit_softmax_table_s8 *p = s->op;

    n[COST_ROWS] = p->rows;
    n[COST_AWAKE] = in ? near_largest(in, p->rows, p->depth, p->count - 1) : (double)s->in_elements;
}
