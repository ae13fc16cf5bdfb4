/* rt_fallback.h - whether a layer's input would wake too much (struct unit_fallback). One definition for chip and host.
 */
#ifndef RT_FALLBACK_H
#define RT_FALLBACK_H

#include "rt_outside.h"
#include "unit.h"

static inline uint8_t rt_falls_back(const struct unit_fallback *f, const int8_t *in, uint16_t n)
{
    return rt_outside(in, n, f->low, f->span) > f->limit;
}

#endif
