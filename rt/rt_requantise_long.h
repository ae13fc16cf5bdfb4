/* rt_requantise_long.h - requantisation of packed layers where no short form fits: UNIT_REQUANT_LONG. */
#ifndef RT_REQUANTISE_LONG_H
#define RT_REQUANTISE_LONG_H

#include "rt_fixed.h"
#include "rt_port.h"
#include "unit.h"

/* count output elements from their sums, o being the first. */
static inline void rt_requantise_long(const struct unit_packed_s8 *p, uint16_t o, const int32_t *sums, uint16_t count,
                                      int8_t *y)
{
    for (; count; count--, o++) {
        uint16_t at = p->scale_step ? o : 0;
        int32_t mult = rt_rom_s32(p->mult + at), sum = *sums++;
        int8_t shift = rt_rom_s8(p->shift + at);
        if (p->add)
            sum = rt_requant_away(sum, mult, shift, rt_rom_s32(p->add + at));
        else
            sum = rt_requant(sum, mult, shift);
        *y++ = rt_clamp_s8(sum, p->out_zp, p->act_min, p->act_max);
    }
}

#endif
