/* mix.h - numbers that look random and follow from a seed. */
#ifndef BASE_MIX_H
#define BASE_MIX_H

#include <stdint.h>

/* Every bit of the result depends on every bit of z: the finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014). */
static inline uint64_t mix(uint64_t z)
{
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

#endif
