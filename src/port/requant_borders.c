/* requant_borders.c - see requant_borders.h. */
#include "port/requant_borders.h"

/* The first sum in low..high whose value is at least y; high + 1 if there is none. */
static int64_t first_at_least(requant_function *f, const void *context, int64_t low, int64_t high, int32_t y)
{
    while (low <= high) {
        int64_t middle = low + (high - low) / 2;
        if (f(context, (int32_t)middle) >= y)
            high = middle - 1;
        else
            low = middle + 1;
    }
    return low;
}

void requant_borders_find(requant_function *f, const void *context, int64_t largest, int32_t low, int32_t high,
                          struct requant_borders *out)
{
    out->count = 0;
    for (int32_t y = low + 1; y <= high && out->count < REQUANT_BORDERS_MAX; y++) {
        int64_t first = first_at_least(f, context, -largest, largest, y);
        if (first <= -largest || first > largest)
            continue;
        out->sum[out->count] = first;
        out->value[out->count++] = y;
    }
}
