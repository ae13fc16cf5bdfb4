/* gram.h - second moments of thresholded inputs: what least squares needs to know of a layer's patches.
 *
 * The feature of source i at level k is x_i * [|x_i| > cut_k]. Cuts are one below powers of two, so the bit length of
 * |x| says which features of a source are awake: all of them up to its level. Hence only the Gram matrix of disjoint
 * features (x_i where its level is exactly k) is summed over the rows, one addition a pair of non-zero inputs, in exact
 * integers; running sums over the levels then give that of the thresholded ones.
 *
 * Where cuts follow the input, a row at scale s has its levels by |x| / s, and what is compensated counts s there: the
 * constant of the regression is the feature s. Means and covariances are then those left when it is projected out,
 * mean_f = E[f s] / sqrt(E[s^2]); with s = 1 the common ones.
 */
#ifndef TUNE_GRAM_H
#define TUNE_GRAM_H

#include "tune/draw.h"

enum { LEVELS_MAX = 8 };

/* The cuts that a connection may choose from, rising from 0. */
struct levels {
    int count;
    uint8_t cut[LEVELS_MAX];
    uint8_t of_magnitude[256]; /* highest level whose cut is below |x|; for |x| > 0 */
};

/* All eight, or every second one (4), fourth (2), or 0 alone (1): the static mask. */
struct levels levels_make(int count);

enum { FEATURES_MAX = 8192 /* taps * levels; the matrix then takes 256 MiB */ };

/* As many levels as layers of so many taps can have; 0 if even one is too many. */
int levels_for(int taps);

/* A non-zero input of a patch: source * levels + its level, and the centred value. */
struct entry {
    uint16_t feature;
    int16_t x;
};

/* Patches as lists of their non-zero inputs, and where each source stands in them. */
struct patches {
    int taps;
    size_t rows;
    const struct levels *levels;
    size_t *start;       /* [rows + 1] */
    uint16_t *factor;    /* [rows] what cuts and compensation are multiplied with there, in 256ths (rt_scale.h) */
    struct entry *entry; /* [start[rows]] rising features within a row */
    size_t *of_source;   /* [taps + 1] */
    struct {
        uint32_t at, end; /* an entry, and the end of its row */
    } * where;            /* [start[rows]] the places of source i: of_source[i] .. of_source[i + 1] - 1, by rows */
};

/* Lists for so many rows at most; rows are appended one by one, and the index of sources is made at the end. */
struct patches *patches_new(struct region *r, int taps, size_t rows, const struct levels *levels);
void patches_append(struct patches *p, const int16_t *patch, uint8_t step);
void patches_finish(struct region *r, struct patches *p);

/* The patches of a draw as the calibration's pruned inputs have them. Live in r. */
struct patches *patches_gather(struct region *r, const struct draw *d, const struct calibration *c, int layer,
                               const struct levels *levels);

/* Means and covariances, per row. */
struct gram {
    int taps, levels;
    size_t features; /* taps * levels */
    size_t rows;
    double *mean;    /* [features] */
    double constant; /* sqrt(E[s^2]) */
    float *cross;    /* [features][features] covariance, plus the ridge on the diagonal */
    double ridge;
};

/* Room for the Gram matrix of such patches. */
struct gram *gram_new(struct region *r, int taps, int levels);

/* Fills it from patches, on so many threads; the result is the same on any number. INTERRUPTED if a signal came. */
int gram_fill(struct gram *g, const struct patches *p, int threads);

/* Covariance of every feature with a target, and the target's mean; both as above. `more` is added to every target. */
void gram_target(const struct gram *g, const struct patches *p, const int32_t *target, int32_t more, double *covariance,
                 double *mean);

#endif
