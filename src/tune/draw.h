/* draw.h - the rows of a layer's regressions: which positions of which samples, and what the dense layer sums there.
 *
 * A row is one position of one sample: the patch that a window sees, and the sums of the outputs over it. Rows are
 * drawn in proportion to importance (plus a floor), so that in the regression each counts once. Outputs that share a
 * draw share the patches, and with them the Gram matrix.
 */
#ifndef TUNE_DRAW_H
#define TUNE_DRAW_H

#include "tune/calibrate.h"
#include "tune/importance.h"

enum { DRAW_ROWS_MAX = 32768 /* 255 * 255 times that many rows stays within int32: gram.c counts on it */ };

struct draw {
    int first, outputs; /* outputs first .. first + outputs - 1 share it */
    size_t rows;
    uint32_t *sample, *position; /* [rows], in the order of samples */
    int32_t *target;             /* [outputs][rows] the dense sums, without the bias */
    double *weight;              /* [outputs] importance of a whole inference: sum over positions, mean over samples */
};

/* Draws about `rows` rows for outputs first.. of a layer. A layer with one position takes every sample once, at most
 * DRAW_ROWS_MAX. Lives in r. */
void draw_rows(struct region *r, const struct importance *u, int layer, int first, int outputs, size_t rows,
               struct draw *out);

/* Fills in the targets; the calibration stands before the layer, in its dense state. */
int draw_targets(struct draw *d, struct calibration *c, int layer);

/* The patch of a layer's input x at a position, centred, in the order of the connections of output o; taps in the
 * padding are 0. */
void draw_patch(const struct mac_layer *l, const int8_t *x, size_t position, int o, int16_t *patch);

#endif
