/* step_fit.h - requantisation as the MPY32 kernels do it (rt/unit.h: struct unit_mpy_s8), where that is provably the
 * same as a layer's own. */
#ifndef PORT_STEP_FIT_H
#define PORT_STEP_FIT_H

#include <stdint.h>

#include "port/requant_borders.h"

/* y = low + min(high - low, (((s - least) * mult >> 16) + add) >> fraction) for s >= least, else low; what is shifted
 * last fits 32 bits */
struct step_form {
    int fraction; /* 20 in the lanes of struct unit_mpy_s8, 16 in struct unit_prefix_s8; the caller's */
    int64_t least;
    uint32_t mult;
    uint32_t add;
};

/* Finds the form that equals the span's f, which rises by about `scale` a unit and is clamped to low..high. 1, or 0 if
 * there is none: f steps at 255 places at most, each bounds `add` from both sides, and mult, 32 bits, is searched near
 * scale * 2^(16 + fraction). */
int step_fit(const struct requant_span *span, double scale, int32_t low, int32_t high, struct step_form *out);

#endif
