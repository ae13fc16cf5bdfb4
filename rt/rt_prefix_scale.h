/* rt_prefix_scale.h - what thresholds that move (struct unit_scaling) or fall back (struct unit_fallback) mean to the
 * prefix kernels: another table of magnitudes, and sums that do not begin at 0. */
#ifndef RT_PREFIX_SCALE_H
#define RT_PREFIX_SCALE_H

#include "rt_fallback.h"
#include "rt_packed.h"
#include "rt_prefix_table.h"
#include "rt_scale.h"

struct rt_prefix_state {
    const uint8_t *table;
    const int32_t *compensation; /* of the level, and of level 0, which is in the layer's bias */
    const int32_t *held;
    uint16_t factor; /* of the compensation, in 256ths */
    uint8_t moved;   /* 0: sums begin at 0 */
};

/* As the layer's input `in` and the level that is set have it; an input that would take too long has a table of its
 * own. */
static inline struct rt_prefix_state rt_prefix_state(const struct unit_scaling *s, const struct unit_fallback *fallback,
                                                     const struct unit_packed_s8 *layer, const int8_t *in)
{
    struct rt_prefix_state state = { unit_prefix_table, NULL, NULL, 0, 0 };
    uint8_t level, step;

    if (s) {
        level = *s->level;
        step = rt_scale_step(s, in, layer->in_zp);
        state.table = s->table + 256 * (int16_t)(step - rt_rom_s8(s->lifts + level));
        state.held = s->compensation;
        state.compensation = s->compensation + (size_t)level * layer->out_c;
        state.factor = rt_scale_factor((int8_t)step);
        state.moved = step || level;
    }
    if (fallback && rt_falls_back(fallback, in, (uint16_t)(layer->in_h * layer->in_w * layer->in_c)))
        state.table = fallback->table;
    return state;
}

#if !defined RT_PREFIX_SUM_ZERO
#define RT_PREFIX_SUM_ZERO 0
#endif

/* What a sum of output o begins with, from RT_PREFIX_SUM_ZERO on. */
static inline int32_t rt_prefix_seed(const struct rt_prefix_state *s, uint16_t o)
{
    return rt_scale_bias(rt_rom_s32(s->compensation + o), s->factor) - rt_rom_s32(s->held + o);
}

/* A row of sums as it begins: position by position the seeds, zeros around them. */
static inline void rt_prefix_seed_row(const struct rt_prefix_state *s, const struct unit_prefix_s8 *p, int32_t *row)
{
    uint16_t out_c = p->layer.out_c, more = (uint16_t)((p->layer.out_w - 1) * out_c);
    uint16_t behind = (uint16_t)(p->row_elements - p->origin - more - out_c);
    const int32_t *compensation = s->compensation, *held = s->held, *first;

    for (uint16_t n = p->origin; n; n--)
        *row++ = 0;
    first = row;
    for (uint16_t n = s->factor == 256 ? out_c : 0; n; n--) /* the same without multiplying */
        *row++ = RT_PREFIX_SUM_ZERO + rt_rom_s32(compensation++) - rt_rom_s32(held++);
    for (uint16_t n = s->factor == 256 ? 0 : out_c; n; n--)
        *row++ = RT_PREFIX_SUM_ZERO + rt_scale_bias(rt_rom_s32(compensation++), s->factor) - rt_rom_s32(held++);
    for (; more; more--)
        *row++ = *first++;
    for (; behind; behind--)
        *row++ = 0;
}

/* What sums become outputs by: where thresholds stand still, the layer's own. */
struct rt_prefix_constants {
    const struct unit_packed_s8 *layer;
    const uint16_t *after;
};

/* Where rows do not begin with seeds, these are in the constants. Seeds are cheaper where a row has one position, and
 * all there is where constants are read from flash. */
#if defined RT_PREFIX_SEEDS
static inline uint8_t rt_prefix_is_seeded(const struct unit_prefix_s8 *p)
{
    (void)p;
    return 1;
}

static inline struct rt_prefix_constants rt_prefix_move_constants(const struct rt_prefix_state *s,
                                                                  const struct unit_prefix_s8 *p, void *room)
{
    (void)s;
    (void)room;
    return (struct rt_prefix_constants){ &p->layer, p->after };
}
#else
static inline uint8_t rt_prefix_is_seeded(const struct unit_prefix_s8 *p)
{
    return p->layer.out_w == 1;
}

/* In `room` with the seeds in them: the layer with biases behind it (UNIT_AFTER_NONE), or a copy of `after`. */
static inline struct rt_prefix_constants rt_prefix_move_constants(const struct rt_prefix_state *s,
                                                                  const struct unit_prefix_s8 *p, void *room)
{
    static const uint8_t words[] = {
        [UNIT_AFTER_COARSE] = 6, [UNIT_AFTER_FINE] = 6,    [UNIT_AFTER_STEPS] = 8,
        [UNIT_AFTER_BENT] = 12,  [UNIT_AFTER_DIVIDED] = 8, [UNIT_AFTER_DIVIDED_BENT] = 12
    };
    uint8_t step = words[p->after_form];
    uint16_t *after = room;
    const uint16_t *from = p->after;

    if (p->after_form == UNIT_AFTER_NONE) {
        struct unit_packed_s8 *layer = room;
        int32_t *bias = (int32_t *)(void *)(layer + 1);
        *layer = p->layer;
        layer->bias = bias;
        for (uint16_t o = 0; o < layer->out_c; o++)
            bias[o] = p->layer.bias[o] + rt_prefix_seed(s, o);
        return (struct rt_prefix_constants){ layer, NULL };
    }
    for (uint16_t o = 0; o < p->layer.out_c; o++, after += step, from += step) {
        uint32_t first = from[0] | (uint32_t)from[1] << 16, seed = (uint32_t)rt_prefix_seed(s, o);
        first = step == 6 ? first - seed : first + seed; /* the least sum; what to add to the sum */
        after[0] = (uint16_t)first;
        after[1] = (uint16_t)(first >> 16);
        for (uint8_t i = 2; i < step; i++)
            after[i] = from[i];
    }
    return (struct rt_prefix_constants){ &p->layer, room };
}
#endif

/* A channel's plane of sums where they do not begin at 0. */
static inline void rt_prefix_seed_plane(const struct rt_prefix_state *s, uint16_t o, int32_t *sums, uint16_t n)
{
    int32_t seed = rt_prefix_seed(s, o);

    for (; n; n--)
        *sums++ = seed;
}

#endif
