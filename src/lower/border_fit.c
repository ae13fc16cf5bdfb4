/* border_fit.c - see border_fit.h. With n = 31 - shift, the integers give at least k from x on if
 * x * mult + 2^(n-1) + delta >= k * 2^n; each border thus bounds delta from both sides. */
#include "lower/border_fit.h"

#include <math.h>

#include "lower/scale.h"

enum { STEPS = 256, NEIGHBOURS = 200 };

/* The smallest x >= 0 that double arithmetic rounds to at least k; largest + 1 if there is none. */
static int64_t border(double real, int k, int64_t largest)
{
    int64_t x = (int64_t)fmin((k - 0.5) / real, (double)largest + 1);

    while (x > 0 && round((double)(x - 1) * real) >= k)
        x--;
    while (x <= largest && round((double)x * real) < k)
        x++;
    return x;
}

/* The range of delta under which `mult` steps where double arithmetic does. */
static void bounds(double real, int64_t largest, int64_t mult, int total, int64_t *low, int64_t *high)
{
    int64_t half = INT64_C(1) << (total - 1);

    *low = INT32_MIN;
    *high = INT32_MAX;
    for (int k = 1; k <= STEPS; k++) {
        int64_t x = border(real, k, largest), wanted = ((int64_t)k << total) - half;
        if (x <= largest && wanted - x * mult > *low)
            *low = wanted - x * mult;
        if (wanted - 1 - (x - 1) * mult < *high)
            *high = wanted - 1 - (x - 1) * mult;
        if (x > largest)
            return;
    }
}

int border_fit(double real, int64_t largest_sum, int32_t *mult, int8_t *shift, int32_t *delta)
{
    int64_t low, high, nearest;

    scale_quantise(real, mult, shift);
    *delta = 0;
    nearest = *mult;
    if (largest_sum > INT32_MAX)
        largest_sum = INT32_MAX;
    if (nearest == 0 || *shift < -30 || *shift > 22) /* k << total must fit; a layer's factor is far inside */
        return (double)largest_sum * real < 0.5;
    for (int i = 0; i <= 2 * NEIGHBOURS; i++) {
        int64_t candidate = nearest + (i % 2 ? (i + 1) / 2 : -(i / 2));
        if (candidate < 1 || candidate > INT32_MAX)
            continue;
        bounds(real, largest_sum, candidate, 31 - *shift, &low, &high);
        if (low > high)
            continue;
        *mult = (int32_t)candidate;
        *delta = (int32_t)(low > 0 ? low : high < 0 ? high : 0);
        return 1;
    }
    return 0;
}
