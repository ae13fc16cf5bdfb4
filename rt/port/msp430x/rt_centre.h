/* rt_centre.h - activations less their zero point, for kernels that compare magnitudes. */
#ifndef RT_CENTRE_H
#define RT_CENTRE_H

#include <stdint.h>

/* Adds 128 to `count` bytes, in place, from an even address; one more byte may change. */
void rt_centre_bytes(int8_t *x, uint16_t count);

/* Writes |x - zp| and x - zp of count > 0 bytes. */
void rt_centre_words(int16_t *to, const int8_t *from, uint16_t count, int16_t zp);

#endif
