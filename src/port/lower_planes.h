/* lower_planes.h - a pruned depthwise layer to the sorted lists of unit_prefix_depthwise_s8. */
#ifndef PORT_LOWER_PLANES_H
#define PORT_LOWER_PLANES_H

#include "port/port.h"

/* 1 if the layer keeps to the kernel's limits: 65,535 entries, a plane of sums of at most 16 KB, sums within the port's
 * bits. */
int planes_fit(const struct mac_layer *m, const struct unit_packed_s8 *layer, const struct port *port);

/* As prefix_lower. */
void planes_lower(struct region *r, struct step *s, struct unit_step *k, const struct mac_layer *m,
                  const struct unit_packed_s8 *layer, const struct port *port);

#endif
