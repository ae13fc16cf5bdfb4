/* statistics.h - what a layer's inputs look like over a calibration set: for each source (input tap of the layer) how
 * often each magnitude occurred and with which sign. From it follow, without running the layer again and for any cuts:
 * how many MACs execute, the mean of what is left out, and the threshold that leaves out a given share. */
#ifndef TUNE_STATISTICS_H
#define TUNE_STATISTICS_H

#include "lower/program.h"

enum { MAGNITUDES = 256 };

struct statistics {
    const struct mac_layer *layer;
    size_t samples;
    uint64_t total; /* taps seen inside the input, over all sources */
    uint64_t *seen; /* [sources][MAGNITUDES]: times that |x| <= m, after statistics_finish */
    int64_t *sum;   /* [sources][MAGNITUDES]: sum of x where |x| <= m, after statistics_finish */
};

struct statistics *statistics_new(struct region *r, const struct mac_layer *l);
void statistics_clear(struct statistics *s);

/* Adds one inference's input x of the layer. */
void statistics_add(struct statistics *s, const int8_t *x);

/* Adds what another one of the same layer gathered (before either is finished). */
void statistics_merge(struct statistics *to, const struct statistics *from);

/* Turns counts into running sums; nothing can be added afterwards until statistics_clear. */
void statistics_finish(struct statistics *s);

/* MACs that execute under these cuts, over all samples. Weights of 0 never do. */
uint64_t statistics_executed(const struct statistics *s, const uint8_t *cut);

/* Mean, over samples and positions, of the sum that output o gathers from the connections that execute under these cuts
 * (NULL: from all of them), in units of the accumulator, bias not included. */
double statistics_mean(const struct statistics *s, int o, const uint8_t *cut);

/* The smallest threshold, in real units, that leaves out at least `share` (0..1) of all products x*w of outputs
 * first..last-1, zeros included: a percentile of |x*w|. */
double statistics_product_threshold(const struct statistics *s, int first, int last, double share);

/* The same of |x|, for FATReLU. */
double statistics_activation_threshold(const struct statistics *s, double share);

#endif
