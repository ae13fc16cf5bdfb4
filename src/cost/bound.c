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

/* Elements that take the same more beyond the range than within it. */
struct gain {
    double cycles;
    size_t count;
};

static int by_cycles(const void *a, const void *b)
{
    const struct gain *x = a, *y = b;

    return (x->cycles > y->cycles) - (x->cycles < y->cycles);
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

/* like[i]: the first place that finds the same lists as place i. */
static void find_like(const struct unit_prefix_column *places, int n, int *like)
{
    for (int i = 0; i < n; i++)
        for (like[i] = 0; places[like[i]].list != places[i].list;)
            like[i]++;
}

static int met_alike(const struct counted *s, int y, int other)
{
    for (int ky = 0; ky < s->layer->shape.kernel_h; ky++)
        if ((row_met(s, y, ky) >= 0) != (row_met(s, other, ky) >= 0))
            return 0;
    return 1;
}

static void find_like_rows(const struct counted *s, int *like)
{
    int n = s->layer->shape.in_h;

    if (lists_rows(s)) {
        find_like(lists_rows(s), n, like);
        return;
    }
    for (int y = 0; y < n; y++)
        for (like[y] = 0; !met_alike(s, y, like[y]);)
            like[y]++;
}

static int *count_like(struct region *r, const int *like, int n)
{
    int *count = region_array(r, (size_t)n, sizeof *count);

    for (int i = 0; i < n; i++)
        count[like[i]]++;
    return count;
}

/* Rising; returns how many there are. Elements that lie alike to rows, columns and channels are one. */
static size_t find_gains(struct region *r, const struct counted *s, const struct kernel_cost *row, int above,
                         struct gain **out)
{
    const struct unit_conv2d_s8 *g = &s->layer->shape;
    int *rows = region_array(r, g->in_h, sizeof *rows), *columns = region_array(r, g->in_w, sizeof *columns);
    const int *row_count, *column_count;
    const uint8_t *low = lowest_table(s->layer);
    struct gain *gains = *out = region_array(r, s->in_elements, sizeof *gains);
    size_t count = 0;

    find_like_rows(s, rows);
    find_like(lists_columns(s), g->in_w, columns);
    row_count = count_like(r, rows, g->in_h);
    column_count = count_like(r, columns, g->in_w);
    for (size_t i = 0; i < s->in_elements; i++) {
        size_t x = i / g->in_c % g->in_w, y = i / g->in_c / g->in_w;
        if (row_count[y] && column_count[x])
            gains[count++] =
                (struct gain){ element_cycles(s, row, NULL, i, 255) - element_cycles(s, row, low, i, above),
                               (size_t)row_count[y] * (size_t)column_count[x] };
    }
    qsort(gains, count, sizeof *gains, by_cycles);
    return count;
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
    double kept = priced(row, s);
    struct gain *gains;
    size_t count, inside;

    if (!counts_lists(s) || !s->layer->fallback)
        return kept;
    f = &s->layer->plan->fallback;
    count = find_gains(r, s, row, f->above, &gains);
    inside = s->in_elements > (size_t)f->limit ? s->in_elements - (size_t)f->limit : 0;
    for (size_t i = 0; i < count && inside; i++) {
        size_t some = gains[i].count < inside ? gains[i].count : inside;
        kept -= (double)some * gains[i].cycles;
        inside -= some;
    }
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
    double kept = priced(row, &s);
    struct gain *gains;
    size_t count = find_gains(r, &s, row, above, &gains), inside = 0;

    for (size_t i = 0; i < count && kept > cycles; i++) {
        double wanted = gains[i].cycles > 0 ? ceil((kept - cycles) / gains[i].cycles) : (double)gains[i].count;
        size_t some = wanted < (double)gains[i].count ? (size_t)wanted : gains[i].count;
        kept -= (double)some * gains[i].cycles;
        inside += some;
    }
    region_free(r);
    return kept > cycles ? -1 : (int)(s.in_elements - inside);
}
