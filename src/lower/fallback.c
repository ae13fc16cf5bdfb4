/* fallback.c - see fallback.h. */
#include "lower/fallback.h"

#include <rt_fallback.h>

#include "lower/scaling.h"

void fallback_range(int zero_point, int above, int8_t *low, uint8_t *span)
{
    int least = zero_point - above > INT8_MIN ? zero_point - above : INT8_MIN;
    int most = zero_point + above < INT8_MAX ? zero_point + above : INT8_MAX;

    *low = (int8_t)least;
    *span = (uint8_t)(most - least);
}

void fallback_fill(struct region *r, struct mac_layer *m)
{
    struct unit_fallback *f;
    uint8_t *table;

    if (!m->plan || !m->plan->cuts || !m->plan->fallback.lift)
        return;
    f = region_alloc(r, sizeof *f);
    table = region_alloc(r, 256);
    f->limit = (uint16_t)m->plan->fallback.limit;
    fallback_range(m->shape.in_zp, m->plan->fallback.above, &f->low, &f->span);
    scaling_table(-m->plan->fallback.lift, table);
    f->table = table;
    m->fallback = f;
}

int fallback_taken(const struct mac_layer *m, const int8_t *x)
{
    return m->fallback && rt_falls_back(m->fallback, x, (uint16_t)(m->shape.in_h * m->shape.in_w * m->shape.in_c));
}
