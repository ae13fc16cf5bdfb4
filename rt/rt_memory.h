/* rt_memory.h - the two functions the runtime calls: declared here, as a freestanding compiler may have no string.h. */
#ifndef RT_MEMORY_H
#define RT_MEMORY_H

#include <stddef.h>

void *memcpy(void *to, const void *from, size_t n);
void *memset(void *to, int value, size_t n);

#endif
