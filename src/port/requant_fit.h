/* requant_fit.h - requantisation in one multiplication and one rounding, where that is provably the same. */
#ifndef PORT_REQUANT_FIT_H
#define PORT_REQUANT_FIT_H

#include <stdint.h>

#include <unit.h>

#include "port/requant_borders.h"

/* What is to be matched: f, for every |sum| <= largest, where largest * 2^left < 2^30. f is clamped to low..high and
 * rises by about `scale` a unit. */
struct requant_task {
    requant_function *f;
    const void *context;
    double scale;
    int left;
    int64_t largest;
    int32_t low, high;
};

/* A form y = clamp((product(a * 2^left, mult) + add) >> shift): product is about a * mult / 2^bits, and rises with a.
 */
struct requant_form {
    enum unit_requant name;
    int32_t (*product)(int32_t a, int32_t mult);
    int bits;
};

extern const struct requant_form requant_once, requant_high;

struct requant {
    int32_t mult; /* Q0.31 */
    int32_t add;  /* rounding and zero point */
    int8_t shift; /* 1..31 */
};

/* Finds mult, add and shift so that the form equals the task's function. 1, or 0 if there are none: f steps at 255
 * places at most, and each bounds `add` from both sides. */
int requant_fit(const struct requant_task *task, const struct requant_form *form, struct requant *out);

#endif
