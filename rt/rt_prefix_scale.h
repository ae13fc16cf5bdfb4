/* rt_prefix_scale.h - what moving thresholds (struct unit_scaling) mean to the prefix kernels: another table of
 * magnitudes, and sums that do not begin at 0. */
#ifndef RT_PREFIX_SCALE_H
#define RT_PREFIX_SCALE_H

#include "rt_packed.h"
#include "rt_prefix_table.h"
#include "rt_scale.h"

struct rt_prefix_state {
    const uint8_t *table;
    const int16_t *compensation; /* of the level, and of level 0, which is in the layer's bias */
    const int16_t *held;
    uint16_t factor; /* of the compensation, in 256ths */
    uint8_t shift;
    uint8_t moved; /* 0: sums begin at 0 */
};

/* As the layer's input `in` and the level that is set have it. */
static inline struct rt_prefix_state rt_prefix_state(const struct unit_scaling *s, const struct unit_packed_s8 *layer,
                                                     const int8_t *in)
{
    struct rt_prefix_state state = { unit_prefix_table, NULL, NULL, 0, 0, 0 };
    uint8_t level, step;

    if (!s)
        return state;
    level = *s->level;
    step = rt_scale_step(s, in, layer->in_zp);
    state.table = s->table + 256 * (int16_t)(step - rt_rom_s8(s->lifts + level));
    state.held = s->compensation;
    state.compensation = s->compensation + (size_t)level * layer->out_c;
    state.factor = rt_scale_factor((int8_t)step);
    state.shift = s->shift;
    state.moved = step || level;
    return state;
}

static inline int16_t rt_rom_s16(const int16_t *at)
{
    return (int16_t)rt_rom_u16((const uint16_t *)at);
}

/* What a sum of output o begins with. */
static inline int32_t rt_prefix_seed(const struct rt_prefix_state *s, uint16_t o)
{
    int32_t moved = (int32_t)rt_scale_bias(rt_rom_s16(s->compensation + o), s->factor) - rt_rom_s16(s->held + o);

    return (int32_t)((uint32_t)moved << s->shift);
}

/* A row as it begins: position by position the seeds of the outputs. */
static inline void rt_prefix_seed_row(const struct rt_prefix_state *s, const struct unit_packed_s8 *layer,
                                      int32_t *seed)
{
    int32_t *end = seed + (uint16_t)(layer->out_w * layer->out_c);

    for (uint16_t o = 0; o < layer->out_c; o++)
        *seed++ = rt_prefix_seed(s, o);
    for (; seed != end; seed++)
        *seed = seed[-(int)layer->out_c];
}

#if !defined RT_HAS_PREFIX_COPY
static inline void rt_prefix_copy(int32_t *sums, const int32_t *from, uint16_t n)
{
    for (; n; n--)
        *sums++ = *from++;
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
