/* prefix_table.c - for each magnitude, where a list of the index has its length: behind the start, by bits. */
#include "rt_prefix_table.h"

#include "rt_port.h"

#define ROW(V) V, V, V, V, V, V, V, V, V, V, V, V, V, V, V, V

const uint8_t RT_ROM unit_prefix_table[256] = {
    1,      2,      3,      3,      4,      4,      4,      4,      5,      5,      5,
    5,      5,      5,      5,      5,      ROW(6), ROW(7), ROW(7), ROW(8), ROW(8), ROW(8),
    ROW(8), ROW(9), ROW(9), ROW(9), ROW(9), ROW(9), ROW(9), ROW(9), ROW(9),
};
