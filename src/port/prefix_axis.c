/* prefix_axis.c - see prefix_axis.h. */
#include "port/prefix_axis.h"

struct axis axis_h(const struct unit_packed_s8 *p, int margins)
{
    return (struct axis){ p->in_h, p->out_h, p->kernel_h, p->stride_h, p->dilation_h, p->pad_top, margins };
}

struct axis axis_w(const struct unit_packed_s8 *p, int margins)
{
    return (struct axis){ p->in_w, p->out_w, p->kernel_w, p->stride_w, p->dilation_w, p->pad_left, margins };
}

int axis_meets(const struct axis *a, int i, int k, int *output)
{
    int turns = a->kernel * a->dilation; /* keeps the dividend positive */
    int at = i + a->pad - k * a->dilation + turns * a->stride;

    *output = at / a->stride - turns;
    return at % a->stride == 0 && (a->margins || (*output >= 0 && *output < a->outputs));
}

int axis_least_met(const struct axis *a, int i)
{
    int output;

    for (int k = a->kernel - 1; k >= 0; k--)
        if (axis_meets(a, i, k, &output))
            return output;
    return 0;
}

int axis_size(const struct axis *a, int *low)
{
    int high = a->outputs - 1, output;

    *low = 0;
    for (int i = 0; i < a->inputs; i++)
        for (int k = 0; k < a->kernel; k++)
            if (axis_meets(a, i, k, &output)) {
                *low = output < *low ? output : *low;
                high = output > high ? output : high;
            }
    return high - *low + 1;
}

int axis_meetings(const struct axis *a)
{
    int count = 0, output;

    for (int i = 0; i < a->inputs; i++)
        for (int k = 0; k < a->kernel; k++)
            count += axis_meets(a, i, k, &output);
    return count;
}

/* 1 if both inputs meet outputs at the same distances through the same taps. */
static int same_class(const struct axis *a, int i, int j)
{
    int least_i = axis_least_met(a, i), least_j = axis_least_met(a, j), out_i, out_j;

    for (int k = 0; k < a->kernel; k++) {
        int met = axis_meets(a, i, k, &out_i);
        if (met != axis_meets(a, j, k, &out_j) || (met && out_i - least_i != out_j - least_j))
            return 0;
    }
    return 1;
}

int axis_classes(const struct axis *a, int *class_of, int *example)
{
    int count = 0;

    for (int i = 0; i < a->inputs; i++) {
        int class = 0;
        while (class < count && !same_class(a, i, example[class]))
            class ++;
        if (class == count)
            example[count++] = i;
        class_of[i] = class;
    }
    return count;
}

int axis_reach(const struct axis *a)
{
    int most = 1, output;

    for (int i = 0; i < a->inputs; i++)
        for (int k = 0; k < a->kernel; k++)
            if (axis_meets(a, i, k, &output) && output - axis_least_met(a, i) + 1 > most)
                most = output - axis_least_met(a, i) + 1;
    return most;
}
