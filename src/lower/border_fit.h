/* border_fit.h - a real factor as integers that round exactly as double arithmetic does. */
#ifndef LOWER_BORDER_FIT_H
#define LOWER_BORDER_FIT_H

#include <stdint.h>

/* Finds mult, shift and delta so that rt_requant_away(x, mult, shift, delta) == round(x * real), halves away from zero,
 * for every x with |x| <= largest_sum whose result is within -256..256 (beyond, both are: the output is clamped). Both
 * sides rise with x, so they are equal if they step at the same x: a few hundred borders are looked at, not all x.
 * Returns 1, or 0 if no integers near the factor step in the same places (mult and shift are then the nearest, delta
 * 0). */
int border_fit(double real, int64_t largest_sum, int32_t *mult, int8_t *shift, int32_t *delta);

#endif
