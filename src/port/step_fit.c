/* step_fit.c - see step_fit.h. */
#include "port/step_fit.h"

#include <math.h>

enum { NEIGHBOURS = 33 };

/* What f is at the ends of the sums that count: from form->least to `to`. */
struct ends {
    int32_t low, high, first, last; /* f's bounds, f(form->least), f(to) */
    int64_t to;
};

/* The range of `add` under which the form steps where f does. */
static int fit_add(const struct requant_borders *b, const struct step_form *form, const struct ends *e, int64_t *add)
{
    const int64_t one = (int64_t)1 << form->fraction;
    int64_t end = (int64_t)((uint64_t)(e->to - form->least) * form->mult >> 16);
    int64_t least = (e->first - e->low) * one, most = least + one - 1;

    if (e->last < e->high && (e->last - e->low + 1) * one - 1 - end < most)
        most = (e->last - e->low + 1) * one - 1 - end;
    for (int i = 0; i < b->count; i++) {
        int64_t y = (b->value[i] - e->low) * one, s = b->sum[i] - form->least;
        int64_t at = y - (int64_t)((uint64_t)s * form->mult >> 16);
        int64_t before = y - 1 - (int64_t)((uint64_t)(s - 1) * form->mult >> 16);
        least = at > least ? at : least;
        most = s > 0 && before < most ? before : most;
    }
    *add = least + (most - least) / 2;
    return least <= most && end + *add <= UINT32_MAX;
}

int step_fit(const struct requant_span *span, double scale, int32_t low, int32_t high, struct step_form *out)
{
    double mult = ldexp(scale, 16 + out->fraction);
    struct ends e = { low, high, low, low, span->to };
    struct requant_span rising = *span;
    struct requant_borders b;

    *out = (struct step_form){ .fraction = out->fraction, .least = requant_border(span, low + 1) };
    if (out->least > span->to)
        return 1; /* stays at low */
    rising.from = out->least;
    e.first = span->f(span->context, (int32_t)out->least);
    e.last = span->f(span->context, (int32_t)span->to);
    requant_borders_find(&rising, e.first, high, &b);
    for (int k = 0; k < NEIGHBOURS; k++) {
        double near = floor(mult) + (k & 1 ? (k + 1) / 2 : -k / 2);
        int64_t add;
        if (near < 0 || near > UINT32_MAX)
            continue;
        out->mult = (uint32_t)near;
        if (!fit_add(&b, out, &e, &add))
            continue;
        out->add = (uint32_t)add;
        return 1;
    }
    return 0;
}
