/* rt_prefix_port.h (RV32I) - prefix kernels by quarter squares; outputs are divided for. */
#ifndef RT_PREFIX_PORT_H
#define RT_PREFIX_PORT_H

#define RT_PREFIX_CODE_BYTES 24
#include "rt_prefix_squares.h"

#define RT_PREFIX_DIVIDES(form) 1
#include "rt_prefix_rows.h"

#endif
