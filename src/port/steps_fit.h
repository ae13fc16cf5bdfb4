/* steps_fit.h - requantisation by the steps of a line in 32-bit arithmetic (rt/rt_steps.h), where that is the same. */
#ifndef PORT_STEPS_FIT_H
#define PORT_STEPS_FIT_H

#include "port/requant_borders.h"

struct steps {
    int divided;  /* for rt_step_divided; the caller's */
    int32_t from; /* the sum that is u = 0 */
    int32_t range, mult, add;
    int32_t bend, bend_add; /* u below bend adds bend_add; bend 0: there is none */
};

/* Finds steps that equal span->f for every sum of the span, of less than 2^30; f is clamped to low..high and
 * rises by about `scale` a unit, and may round otherwise below 0 than above. 1, or 0 if there are none. */
int steps_fit(const struct requant_span *span, double scale, int32_t low, int32_t high, struct steps *out);

#endif
