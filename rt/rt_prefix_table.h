/* rt_prefix_table.h - where the index of the prefix kernels has the length for a magnitude. */
#ifndef RT_PREFIX_TABLE_H
#define RT_PREFIX_TABLE_H

#include <stdint.h>

/* By magnitude: the byte of a list of the index that holds the length for it; 1, no length, for 0. */
extern const uint8_t unit_prefix_table[256];

#endif
