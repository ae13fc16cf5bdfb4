/* lower_prefix.h - a pruned layer to the sorted lists of the prefix kernels (rt/unit.h: struct unit_prefix_s8). */
#ifndef PORT_LOWER_PREFIX_H
#define PORT_LOWER_PREFIX_H

#include "port/port.h"
#include "port/prefix_lists.h"

/* 1 if the layer can run by prefixes: its cuts are 2^k - 1 or 255 (never), or, where the port has rows, it has none and
 * only zeros are left out; and its lists keep to the kernel's limits:
 * 65,535 entries, UNIT_PREFIX_VISITS_MAX lists a row; depthwise: a plane of sums of
 * at most 16 KB; sums within the port's bits. */
int prefix_fits(struct region *r, const struct mac_layer *m, const struct unit_packed_s8 *layer,
                const struct port *port);

/* 1 if a layer with thresholds of products can run by the lists of unit_prefix_s8_compared. */
int prefix_compares(struct region *r, const struct mac_layer *m, const struct unit_packed_s8 *layer,
                    const struct port *port);

/* 1 for unit_prefix_s8 and unit_prefix_s8_compared, whose parameters are a struct unit_prefix_s8. */
int prefix_scatters(unit_kernel *kernel);

/* Makes the step a prefix kernel. `layer` has geometry and requantisation; its bias becomes the layer's own, since the
 * kernels sum centred products. The parameters live in r. */
void prefix_lower(struct region *r, struct step *s, struct unit_step *k, const struct mac_layer *m,
                  const struct unit_packed_s8 *layer, const struct port *port);

/* The loops of a port that has them, as C names: what runs a row of the input, and what makes a row of outputs; NULL if
 * the kernel has but one, or none. */
const char *prefix_row_loop(const struct unit_prefix_s8 *op);
const char *prefix_outputs_loop(const struct unit_prefix_s8 *op);

/* How often the lists hold a connection, on average: once for each class of columns that it belongs to. */
double prefix_copies(const struct mac_layer *m);

/* The kernel row whose lists are n-th among a channel's. */
int prefix_kernel_row(const struct unit_packed_s8 *p, int n);

/* Scratch of a convolution or fully connected layer. */
uint32_t prefix_scratch_bytes(const struct unit_prefix_s8 *op);

/* Its layer has got a pooling: more rows are open at once. */
void prefix_pooled(struct unit_prefix_s8 *op);

#endif
