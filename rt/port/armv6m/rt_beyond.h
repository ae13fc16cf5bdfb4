/* rt_beyond.h (ARMv6-M) - the loop of rt_beyond.S: fully connected layers whose weights are compared with a quotient.
 */
#ifndef RT_BEYOND_H
#define RT_BEYOND_H

#include <stdint.h>

/* sums[i] += x * w[i] where |w[i]| > cut, for count outputs, count a multiple of 4 and w at one. 7 cycles an output
 * that is left out, 12 one that is not. */
void unit_add_beyond(int32_t *sums, const int8_t *w, uint32_t count, const int32_t x_and_cut[2]);

#endif
