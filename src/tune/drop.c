/* drop.c - see drop.h. */
#include "tune/drop.h"

#include <math.h>

static const double one_sided_95 = 1.645;

static int right(const struct evaluation *e, const struct inputs *in, const struct evaluation *dense, size_t i)
{
    return e->predicted[i] == (in->labels ? in->labels[i] : dense->predicted[i]);
}

struct drop drop_measure(const struct inputs *in, const struct evaluation *dense, const struct evaluation *own)
{
    double n = (double)in->count, lost = 0, changed = 0;
    struct drop d = { .samples = in->count };

    for (size_t i = 0; i < in->count; i++) {
        int before = right(dense, in, dense, i), after = right(own, in, dense, i);
        lost += before - after;
        changed += before != after;
    }
    d.pp = 100 * lost / n;
    d.upper95_pp = changed > 0 ? d.pp + 100 * one_sided_95 * sqrt(changed) / n : 100 * 3 / n;
    return d;
}
