/* host_layer.h - layers with MACs, packed for this machine: faster than the plain kernels of rt/, and equal to them bit
 * for bit (tests/unit/test_host_layer.c).
 *
 * One form serves convolution, depthwise and fully connected layers, dense and pruned: weights and cuts as int16 for
 * groups of outputs side by side, the input centred and padded as int16. The executed set is that of the layer's cuts.
 */
#ifndef RUN_HOST_LAYER_H
#define RUN_HOST_LAYER_H

#include "base/region.h"
#include "lower/program.h"

enum { HOST_LANES = 8 }; /* outputs in a group of a convolution; a depthwise group has twice as many */

struct host_layer {
    const struct mac_layer *layer;
    int vectorised;             /* run by host_avx2.c */
    int by_channel;             /* depthwise, multiplier 1: outputs read different channels */
    int rows, columns;          /* of the padded input */
    int segments, segment_size; /* a patch is so many runs of so many neighbouring elements */
    int *segment_at;            /* [segments] offset of each in the padded input, from the patch's corner */
    int pairs;                  /* element pairs a segment, rounded up */
    int groups;
    int16_t *weights;   /* convolution: [groups][segments][pairs][HOST_LANES][2] */
    int16_t *cuts;      /* depthwise: [groups][taps][2 * HOST_LANES]; NULL: the layer runs dense */
    int16_t *cuts_room; /* where cuts go once there are some */
    int32_t *bias;      /* [groups * lanes], padded with zeros, as are: */
    int32_t *mult, *shift;
    size_t buffer_bytes; /* scratch that host_layer_run needs */
};

/* Packs a layer with its present weights, bias and cuts. Lives in r and borrows the layer. */
struct host_layer *host_layer_new(struct region *r, const struct mac_layer *l);

/* Takes over the layer's weights, bias and cuts (or their absence) after they changed. May be called again and again.
 */
void host_layer_update(struct region *r, struct host_layer *h);

/* x: the layer's input, y: its output, as the runtime's kernels have them; buffer: buffer_bytes, aligned to 64. */
void host_layer_run(const struct host_layer *h, const int8_t *x, int8_t *y, int16_t *buffer);

/* 1 if this processor has the vector instructions of host_avx2.c. UNIT_NO_AVX2 in the environment says no (for tests).
 */
int host_has_avx2(void);

/* host_avx2.c: rows of outputs from the padded input. Only where host_has_avx2(). */
void host_avx2_convolution(const struct host_layer *h, const int16_t *padded, int8_t *y);
void host_avx2_depthwise(const struct host_layer *h, const int16_t *padded, int8_t *y);

#endif
