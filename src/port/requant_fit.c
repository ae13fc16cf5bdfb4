/* requant_fit.c - see requant_fit.h. */
#include "port/requant_fit.h"

#include <math.h>

#include <rt_fixed.h>

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

enum { BORDERS_MAX = 256, NEIGHBOURS = 9 };

struct borders {
    int count;
    int64_t sum[BORDERS_MAX]; /* the first sum that gives: */
    int32_t value[BORDERS_MAX];
};

static void find_borders(requant_function *f, const void *context, int64_t largest, int32_t low, int32_t high,
                         struct borders *b)
{
    b->count = 0;
    for (int32_t y = low + 1; y <= high && b->count < BORDERS_MAX; y++) {
        int64_t first = first_at_least(f, context, -largest, largest, y);
        if (first <= -largest || first > largest)
            continue;
        b->sum[b->count] = first;
        b->value[b->count++] = y;
    }
}

static int64_t scaled(int64_t a, int left, int32_t mult)
{
    return rt_scale_high((int32_t)(a * ((int64_t)1 << left)), mult);
}

/* The range of `add` under which the form steps where f does. */
static int fit_add(const struct borders *b, int left, int32_t mult, int shift, int32_t *add)
{
    int64_t least = -((int64_t)1 << 30), most = (int64_t)1 << 30;

    for (int i = 0; i < b->count; i++) {
        int64_t y = (int64_t)b->value[i] * ((int64_t)1 << shift);
        int64_t from = y - scaled(b->sum[i], left, mult), to = y - scaled(b->sum[i] - 1, left, mult) - 1;
        least = from > least ? from : least;
        most = to < most ? to : most;
    }
    *add = (int32_t)(least + (most - least) / 2);
    return least <= most;
}

int requant_fit(requant_function *f, const void *context, double scale, int left, int64_t largest, int32_t low,
                int32_t high, struct requant *out)
{
    int exponent;
    double mantissa = frexp(scale, &exponent), mult = ldexp(mantissa, 31);
    int shift = left - exponent;
    struct borders b;

    if (!(scale > 0) || shift < 1 || shift > 22) /* 255 * 2^22 is below 2^30 */
        return 0;
    find_borders(f, context, largest, low, high, &b);
    for (int k = 0; k < NEIGHBOURS; k++) {
        int32_t add;
        double near = floor(mult) + (k & 1 ? (k + 1) / 2 : -k / 2);
        if (near < 1 || near > INT32_MAX || !fit_add(&b, left, (int32_t)near, shift, &add))
            continue;
        *out = (struct requant){ (int32_t)near, add, (int8_t)shift };
        return 1;
    }
    return 0;
}
