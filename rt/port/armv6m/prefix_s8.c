/* prefix_s8.c (ARMv6-M) - unit_prefix_s8; prefix_s8_compared.c makes another kernel of it. */
#include "rt_prefix_walk.h"
