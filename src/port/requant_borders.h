/* requant_borders.h - a layer's outputs rise with its sums; two such functions are equal if they step at the same sums,
 * so a few hundred sums are looked at, not all. */
#ifndef PORT_REQUANT_BORDERS_H
#define PORT_REQUANT_BORDERS_H

#include <stdint.h>

/* A rising step function from sums to output bytes: what requantisation, zero point and activation make together. */
typedef int32_t requant_function(const void *context, int32_t sum);

/* A function, and the sums that can occur: from..to. */
struct requant_span {
    requant_function *f;
    const void *context;
    int64_t from, to;
};

enum { REQUANT_BORDERS_MAX = 256 };

struct requant_borders {
    int count;
    int64_t sum[REQUANT_BORDERS_MAX]; /* the first sum that gives: */
    int32_t value[REQUANT_BORDERS_MAX];
};

/* The first sum of the span whose value is at least y; span->to + 1 if there is none. */
int64_t requant_border(const struct requant_span *span, int32_t y);

/* The borders of f within from + 1..to; f is clamped to low..high, at most 255 apart. */
void requant_borders_find(const struct requant_span *span, int32_t low, int32_t high, struct requant_borders *out);

#endif
