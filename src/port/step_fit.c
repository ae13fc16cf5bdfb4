/* step_fit.c - see step_fit.h. */
#include "port/step_fit.h"

#include <math.h>

enum { NEIGHBOURS = 33, BORDERS_MAX = 256 };

/* The first sum in from..to whose value is at least y; to + 1 if there is none. */
static int64_t border_of(requant_function *f, const void *context, int64_t from, int64_t to, int32_t y)
{
    while (from <= to) {
        int64_t middle = from + (to - from) / 2;
        if (f(context, (int32_t)middle) >= y)
            to = middle - 1;
        else
            from = middle + 1;
    }
    return from;
}

/* Where values begin: the first sum that gives at least value[i]. */
struct borders {
    int count;
    int64_t sum[BORDERS_MAX];
    int32_t value[BORDERS_MAX];
};

/* Those of the values above f(from), up to `high`, that f reaches by `to`. */
static void borders_find(requant_function *f, const void *context, int64_t from, int64_t to, int32_t high,
                         struct borders *out)
{
    out->count = 0;
    for (int32_t y = f(context, (int32_t)from) + 1; y <= high && out->count < BORDERS_MAX; y++) {
        int64_t first = border_of(f, context, from, to, y);
        if (first > to)
            return;
        out->sum[out->count] = first;
        out->value[out->count++] = y;
    }
}

/* What f is at the ends of the sums that count: from form->least to `to`. */
struct ends {
    int32_t low, high, first, last; /* f's bounds, f(form->least), f(to) */
    int64_t to;
};

/* The range of `add` under which the form steps where f does. */
static int fit_add(const struct borders *b, const struct step_form *form, const struct ends *e, int64_t *add)
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

int step_fit(requant_function *f, const void *context, double scale, int64_t from, int64_t to, int32_t low,
             int32_t high, struct step_form *out)
{
    double mult = ldexp(scale, 16 + out->fraction);
    struct ends e = { low, high, low, low, to };
    struct borders b;

    *out = (struct step_form){ .fraction = out->fraction, .least = border_of(f, context, from, to, low + 1) };
    if (out->least > to)
        return 1; /* stays at low */
    e.first = f(context, (int32_t)out->least);
    e.last = f(context, (int32_t)to);
    borders_find(f, context, out->least, to, high, &b);
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
