/* prefix_after.h - the constants by which prefix kernels turn sums into outputs (rt/unit.h: enum unit_after). */
#ifndef PORT_PREFIX_AFTER_H
#define PORT_PREFIX_AFTER_H

#include "port/port.h"

/* Gives a prefix kernel its `after`, once a pooling is joined, in the port's form; the layer's own constants stay where
 * no form is proved to give the same bytes. Where thresholds move, there is scratch for what moves with them. Other
 * kernels are left alone. */
void prefix_after(struct region *r, struct step *s, struct unit_step *k, const struct mac_layer *m,
                  const struct port *port);

/* 16-bit words of an output in a form. */
int prefix_after_words(enum unit_after form);

#endif
