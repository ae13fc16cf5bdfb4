/* split.h - parts the calibration samples: one part to fit plans on, one to choose among them, so that a plan is not
 * judged by what it was fitted to. */
#ifndef TUNE_SPLIT_H
#define TUNE_SPLIT_H

#include "run/input.h"

struct split {
    struct inputs fit, choose; /* copies, in the order of the samples */
};

/* Draws both parts at random by the seed: half of the samples each, but at most so many. Lives in r. */
struct split split_inputs(struct region *r, const struct inputs *in, size_t fit_most, size_t choose_most,
                          uint64_t seed);

#endif
