/* prefix_s8.c (ARMv6-M with a slow multiplier) - unit_prefix_s8 by quarter squares: ARMv6-M's walk with the entries and
 * outputs of this folder's rt_prefix_forms.h. */
#include "rt_prefix_walk.h"
