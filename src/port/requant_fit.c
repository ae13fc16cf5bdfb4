/* requant_fit.c - see requant_fit.h. */
#include "port/requant_fit.h"

#include <math.h>

#include <rt_fixed.h>

const struct requant_form requant_once = { UNIT_REQUANT_ONCE, rt_scale_high, 31 };
const struct requant_form requant_high = { UNIT_REQUANT_HIGH, rt_scale_floor, 32 };

enum { NEIGHBOURS = 9 };

/* The range of out->add under which the form steps where the task does, its middle; 0 if it is empty. */
static int fit_add(const struct requant_borders *b, const struct requant_form *form, int left, struct requant *out)
{
    int64_t least = -((int64_t)1 << 30), most = (int64_t)1 << 30, one = (int64_t)1 << left;

    for (int i = 0; i < b->count; i++) {
        int64_t y = (int64_t)b->value[i] * ((int64_t)1 << out->shift);
        int64_t from = y - form->product((int32_t)(b->sum[i] * one), out->mult);
        int64_t to = y - form->product((int32_t)((b->sum[i] - 1) * one), out->mult) - 1;
        least = from > least ? from : least;
        most = to < most ? to : most;
    }
    out->add = (int32_t)(least + (most - least) / 2);
    return least <= most;
}

int requant_fit(const struct requant_task *task, const struct requant_form *form, struct requant *out)
{
    int exponent, shift;
    double mult = ldexp(frexp(task->scale, &exponent), 31);
    struct requant_span span = { task->f, task->context, -task->largest, task->largest };
    struct requant_borders b;

    shift = task->left - exponent + 31 - form->bits;
    if (!(task->scale > 0) || shift < 1 || shift > 22) /* 255 * 2^22 is below 2^30 */
        return 0;
    requant_borders_find(&span, task->low, task->high, &b);
    for (int k = 0; k < NEIGHBOURS; k++) {
        double near = floor(mult) + (k & 1 ? (k + 1) / 2 : -k / 2);
        if (near < 1 || near > INT32_MAX)
            continue;
        *out = (struct requant){ .mult = (int32_t)near, .shift = (int8_t)shift };
        if (fit_add(&b, form, task->left, out))
            return 1;
    }
    return 0;
}
