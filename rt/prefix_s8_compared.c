/* prefix_s8_compared.c - CONV_2D with a comparison for each connection of an activation that is not zero: the walk of
 * prefix_s8.c with other lists. */
#define RT_PREFIX_KERNEL unit_prefix_s8_compared
#define RT_PREFIX_SCATTER rt_scatter_row_compared
#include "prefix_s8.c" // NOLINT(bugprone-suspicious-include)
