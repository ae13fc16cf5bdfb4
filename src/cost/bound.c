/* bound.c - what a step takes on the worst of inputs.
 *
 * Without a fallback that is an input with every element as far from zero as can be. With one such an input runs the
 * fallback's prefixes, and the worst input that does not has as many elements beyond its range as the limit allows,
 * where that costs most, and all others as far out as the range goes. */
#include "cost/counting.h"

#include <math.h>
#include <stdlib.h>

#include "lower/scaling.h"
#include "port/lower_prefix.h"

static double priced(const struct kernel_cost *row, const struct counted *s)
{
    double counts[COST_FEATURE_COUNT];

    counting_most(s, counts);
    return row->most * cost_cycles(row, counts);
}

/* The element's share in cycles at a magnitude. */
static double element_cycles(const struct counted *s, const struct kernel_cost *row, const uint8_t *table,
                             size_t element, int magnitude)
{
    double counts[COST_FEATURE_COUNT] = { 0 };

    lists_count_element(s, table, element, magnitude, counts);
    return row->most * cost_cycles(row, counts);
}

static int by_value(const void *a, const void *b)
{
    const double *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

/* The table under which an input within the range wakes most. */
static const uint8_t *lowest_table(const struct mac_layer *m)
{
    const struct unit_scaling *s = m->scaling;
    int lift = 0;

    if (!s)
        return NULL;
    for (int i = 1; i < m->levels; i++)
        lift = s->lifts[i] < lift ? s->lifts[i] : lift;
    return s->table + 256 * ((s->count ? UNIT_SCALE_STEPS : 0) - lift);
}

/* By element what it takes beyond the range more than within it, rising; lives in r. */
static double *gains_of(struct region *r, const struct counted *s, const struct kernel_cost *row, int above)
{
    double *gains = region_array(r, s->in_elements, sizeof *gains);
    const uint8_t *low = lowest_table(s->layer);

    for (size_t i = 0; i < s->in_elements; i++)
        gains[i] = element_cycles(s, row, NULL, i, 255) - element_cycles(s, row, low, i, above);
    qsort(gains, s->in_elements, sizeof *gains, by_value);
    return gains;
}

static double fallen(const struct counted *s, const struct kernel_cost *row)
{
    struct counted as = *s;

    as.fallen = 1;
    return priced(row, &as);
}

static double step_bound(struct region *r, const struct counted *s, const struct kernel_cost *row)
{
    const struct layer_fallback *f;
    double *gains, kept = priced(row, s);

    if (!counts_lists(s) || !s->layer->fallback)
        return kept;
    f = &s->layer->plan->fallback;
    gains = gains_of(r, s, row, f->above);
    for (size_t i = 0; i + (size_t)f->limit < s->in_elements; i++)
        kept -= gains[i];
    return fmax(kept, fallen(s, row));
}

double cost_bound(const struct costing *c, int run, const struct kernel_cost *row)
{
    struct region *r = region_new();
    double counts[COST_FEATURE_COUNT], cycles;
    struct counted s;

    if (run + 1 == costing_runs(c)) {
        counting_run(c, counts);
        cycles = row->most * cost_cycles(row, counts);
    } else {
        s = counting_step(r, c, run);
        cycles = step_bound(r, &s, row);
    }
    region_free(r);
    return cycles;
}

int cost_limit(const struct costing *c, int step, const struct kernel_cost *row, int above, double cycles)
{
    struct region *r = region_new();
    struct counted s = counting_step(r, c, step);
    double *gains = gains_of(r, &s, row, above), kept = priced(row, &s);
    size_t inside = 0;

    while (inside < s.in_elements && kept > cycles)
        kept -= gains[inside++];
    region_free(r);
    return kept > cycles ? -1 : (int)(s.in_elements - inside);
}
