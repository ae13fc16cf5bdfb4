/* importance.h - which sums of a layer matter: the mean squared gradient of randomly signed logits with respect to each
 * of them, in the dense network, sample by sample.
 *
 * A small error e of a sum changes the logits by about gradient * e, so importance * e^2 is the squared change of the
 * logits to be expected, and errors of different sums, positions and layers can be added up. Losers of a maximum and
 * dead ReLUs have importance 0.
 */
#ifndef TUNE_IMPORTANCE_H
#define TUNE_IMPORTANCE_H

#include "run/input.h"
#include "tune/gradient.h"

struct importance {
    const struct program *program;
    size_t samples;
    uint16_t **of; /* [layers][samples][positions][out_c]: the upper half of a float, importance_value reads it */
};

/* Bytes that the importance of one sample takes. */
size_t importance_bytes(const struct program *p);

/* Visits all samples with an engine in its dense state. probes: how often the logits' signs are drawn anew. The result
 * depends on the seed alone, lives in r, and is INTERRUPTED if a signal came. */
int importance_measure(struct region *r, const struct engine *e, const struct inputs *in, int logits, int probes,
                       uint64_t seed, struct importance *out);

/* Squared logits for a squared accumulator step. */
static inline float importance_value(uint16_t stored)
{
    union {
        uint32_t bits;
        float value;
    } u = { (uint32_t)stored << 16 };

    return u.value;
}

#endif
