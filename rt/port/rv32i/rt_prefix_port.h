/* rt_prefix_port.h (RV32I) - prefix kernels by quarter squares; outputs are divided for. */
#ifndef RT_PREFIX_PORT_H
#define RT_PREFIX_PORT_H

#define RT_PREFIX_CODE_BYTES 24
#include "rt_prefix_squares.h"

/* Constants begin at words. */
static inline int32_t rt_prefix_number(const uint16_t *at)
{
    return *(const int32_t *)(const void *)at;
}

#define RT_HAS_PREFIX_NUMBER
#define RT_PREFIX_DIVIDES(form) 1
#include "rt_prefix_rows.h"

static inline void rt_prefix_outputs(const struct rt_outputs *to, int8_t *y)
{
    rt_prefix_position(to, y);
}

#endif
