/* memory.c - memcpy and memset for targets without a C library: word by word where both ends allow it. Compiled without
 * the optimisation that would turn these loops into calls of themselves. */
#include <stddef.h>
#include <stdint.h>

void *memcpy(void *restrict to, const void *restrict from, size_t n);
void *memset(void *to, int value, size_t n);

void *memcpy(void *restrict to, const void *restrict from, size_t n)
{
    uint8_t *d = to;
    const uint8_t *s = from;

    if (n >= 8 && !(((uintptr_t)d | (uintptr_t)s) & 3))
        for (; n >= 4; n -= 4, d += 4, s += 4)
            *(uint32_t *)(void *)d = *(const uint32_t *)(const void *)s;
    for (; n; n--)
        *d++ = *s++;
    return to;
}

void *memset(void *to, int value, size_t n)
{
    uint8_t *d = to;

    for (; n; n--)
        *d++ = (uint8_t)value;
    return to;
}
