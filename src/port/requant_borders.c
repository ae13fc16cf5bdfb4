/* requant_borders.c - see requant_borders.h. */
#include "port/requant_borders.h"

int64_t requant_border(const struct requant_span *span, int32_t y)
{
    int64_t low = span->from, high = span->to;

    while (low <= high) {
        int64_t middle = low + (high - low) / 2;
        if (span->f(span->context, (int32_t)middle) >= y)
            high = middle - 1;
        else
            low = middle + 1;
    }
    return low;
}

void requant_borders_find(const struct requant_span *span, int32_t low, int32_t high, struct requant_borders *out)
{
    out->count = 0;
    for (int32_t y = low + 1; y <= high && out->count < REQUANT_BORDERS_MAX; y++) {
        int64_t first = requant_border(span, y);
        if (first <= span->from || first > span->to)
            continue;
        out->sum[out->count] = first;
        out->value[out->count++] = y;
    }
}
