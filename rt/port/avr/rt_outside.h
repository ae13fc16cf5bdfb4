/* rt_outside.h (AVR) - how many elements lie outside a range. */
#ifndef RT_OUTSIDE_H
#define RT_OUTSIDE_H

#include <stdint.h>

/* Elements of in[n] outside low .. low + span, span at most 127. */
uint16_t unit_outside(const int8_t *in, uint16_t n, int8_t low, uint8_t span);

#define rt_outside unit_outside

#endif
