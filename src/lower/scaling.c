/* scaling.c - see scaling.h. */
#include "lower/scaling.h"

#include <stdlib.h>

#include <rt_scale.h>

enum { BITS = 8 };

uint8_t scaling_cut(uint8_t cut, int step)
{
    int least = ((cut + 1) * rt_scale_factor((int8_t)step) + 255) / 256;

    if (cut == 0 || cut == PLAN_CUT_NEVER)
        return cut;
    return (uint8_t)(least <= PLAN_CUT_NEVER ? least - 1 : PLAN_CUT_NEVER);
}

void scaling_table(int step, uint8_t table[256])
{
    for (int m = 0; m < 256; m++) {
        int bits = m > 0;
        while (bits && bits < BITS && m > scaling_cut((uint8_t)((1 << bits) - 1), step))
            bits++;
        table[m] = (uint8_t)(1 + bits);
    }
}

const uint8_t *scaling_tables(struct region *r, const struct plan *plan, int *first, int *count)
{
    int low = 0, high = 0, moves = plan && plan->level_count > 1;
    uint8_t *tables;

    for (int l = 0; plan && l < plan->layer_count; l++) {
        const struct layer_plan *p = &plan->layers[l];
        int most = p->every ? UNIT_SCALE_STEPS : 0;
        moves |= p->every;
        high = most > high ? most : high;
        for (int i = 0; i + 1 < plan->level_count && p->levels; i++) {
            low = -p->levels[i].lift < low ? -p->levels[i].lift : low;
            high = most - p->levels[i].lift > high ? most - p->levels[i].lift : high;
        }
    }
    *first = low;
    *count = high - low + 1;
    if (!moves)
        return NULL;
    tables = region_array(r, (size_t)*count, 256);
    for (int i = 0; i < *count; i++)
        scaling_table(low + i, tables + (size_t)i * 256);
    return tables;
}

/* 2^(-(i + 1/4) / 2) in 2^-16: below that share of its mean an input takes i + 1 steps (docs/adr/0054). */
void scaling_limits(struct unit_scaling *s, int size)
{
    static const uint16_t below[UNIT_SCALE_STEPS] = { 60097, 42495, 30048, 21247, 15024, 10624, 7512, 5312 };

    for (int i = 0; i < UNIT_SCALE_STEPS; i++)
        s->limits[i] = (uint8_t)((((uint32_t)size * below[i] >> 16) + 255) >> 8);
}

int32_t scaling_stays(int32_t bias, int share)
{
    return (int32_t)(bias - ((int64_t)bias * share >> 8));
}

static int64_t moved(const struct mac_layer *m, int level, int o, const int32_t *network)
{
    return (int64_t)(level ? m->plan->levels[level - 1].bias[o] : m->bias[o]) -
           scaling_stays(network[o], m->plan->bias_follows);
}

/* [levels][out_c] */
int scaling_compensate(const struct mac_layer *m, const int32_t *network)
{
    int32_t *to = (int32_t *)m->scaling->compensation;

    for (int level = 0; level < m->levels; level++)
        for (int o = 0; o < m->out_c; o++) {
            int64_t difference = moved(m, level, o, network);
            if (llabs(difference) >= SCALING_BIAS_MAX)
                return 0;
            *to++ = (int32_t)difference;
        }
    return 1;
}

int scaling_fill(struct region *r, struct program *p, struct mac_layer *m, const int32_t *network)
{
    const struct unit_conv2d_s8 *s = &m->shape;
    size_t elements = (size_t)s->in_h * s->in_w * s->in_c;
    int8_t *lifts;

    if (!m->plan || !m->plan->cuts || (!m->plan->every && !m->plan->levels))
        return 1;
    m->scaling = region_alloc(r, sizeof *m->scaling);
    m->levels = p->plan->level_count > 1 ? p->plan->level_count : 1;
    m->scaling->compensation = region_array(r, (size_t)m->levels * (size_t)m->out_c, sizeof(int32_t));
    lifts = region_alloc(r, (size_t)m->levels);
    for (int i = 1; i < m->levels; i++)
        lifts[i] = (int8_t)m->plan->levels[i - 1].lift;
    m->scaling->level = &p->level;
    m->scaling->lifts = lifts;
    if (p->scale_tables)
        m->scaling->table = p->scale_tables - 256 * (ptrdiff_t)p->first_scale;
    if (m->plan->every) {
        m->scaling->every = (uint16_t)m->plan->every;
        m->scaling->count = (uint16_t)((elements - 1) / (size_t)m->plan->every + 1);
        scaling_limits(m->scaling, m->plan->size);
    }
    return scaling_compensate(m, network);
}

int64_t scaling_most(const struct mac_layer *m, int o)
{
    int most = 0;

    if (!m->scaling)
        return 0;
    for (int level = 1; level < m->levels; level++) {
        int moved = abs(m->scaling->compensation[level * m->out_c + o]);
        most = moved > most ? moved : most;
    }
    return (int64_t)most + abs(m->scaling->compensation[o]) + 1;
}

int scaling_step(const struct mac_layer *m, const int8_t *x)
{
    return rt_scale_step(m->scaling, x, m->shape.in_zp);
}

static int32_t bias_at(const struct mac_layer *m, int step, int o)
{
    const struct unit_scaling *s = m->scaling;

    if (!s)
        return m->bias[o];
    return m->bias[o] + rt_scale_bias(s->compensation[*s->level * m->out_c + o], rt_scale_factor((int8_t)step)) -
           s->compensation[o];
}

void scaling_again(const struct mac_layer *m, int step, int fallen, struct mac_layer *out)
{
    int moved = m->scaling ? step - m->scaling->lifts[*m->scaling->level] : step;

    for (size_t i = 0; i < (size_t)m->out_c * (size_t)m->taps; i++)
        out->cut[i] = scaling_cut(m->cut[i], fallen ? -m->plan->fallback.lift : moved);
    for (int o = 0; o < m->out_c; o++)
        out->bias[o] = bias_at(m, step, o);
}

void scaling_at(struct region *r, const struct mac_layer *m, int step, int fallen, struct mac_layer *out)
{
    *out = *m;
    out->shape.cut = out->cut = region_array(r, (size_t)m->out_c, (size_t)m->taps);
    out->shape.bias = out->bias = region_array(r, (size_t)m->out_c, sizeof *out->bias);
    scaling_again(m, step, fallen, out);
}
