/* lower_requant.h - the short form of a layer's requantisation (rt/unit.h: enum unit_requant), where there is one. */
#ifndef PORT_LOWER_REQUANT_H
#define PORT_LOWER_REQUANT_H

#include "port/port.h"

/* Sets op's mult, add, shift, left and requant: the port's form, or UNIT_REQUANT_LONG where none gives the same bytes
 * for every sum that can occur. What they need lives in r. */
void requant_lower(struct region *r, const struct mac_layer *m, const struct port *port, struct unit_packed_s8 *op);

/* Gives a packed kernel, whose op is final, UNIT_REQUANT_DIVIDED if that gives the same bytes. For ports without an
 * offset on activations. */
void requant_divide(struct region *r, struct unit_step *k, const struct mac_layer *m);

#endif
