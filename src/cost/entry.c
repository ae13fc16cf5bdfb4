/* entry.c - what one connection more in a layer's lists takes. */
#include "cost/cost.h"

#include "port/lower_prefix.h"

/* Convolutions beyond 1x1 and depthwise layers have long entries where the port wants them. */
static int has_short(const struct target *t, const struct mac_layer *m)
{
    return !m->depthwise && !(port_named(t->port)->long_convolutions && m->shape.kernel_h * m->shape.kernel_w > 1);
}

double cost_entry_cycles(const struct target *t, const struct mac_layer *m)
{
    const struct kernel_cost *row =
        cost_row(t, m->depthwise ? unit_prefix_depthwise_s8 : unit_prefix_s8, m->fully_connected);
    double counts[COST_FEATURE_COUNT] = { [COST_ENTRIES] = 1, [COST_SHORT_ENTRIES] = has_short(t, m) };

    return row ? cost_cycles(row, counts) : 0;
}

double cost_entry_bytes(const struct target *t, const struct mac_layer *m)
{
    return (has_short(t, m) ? UNIT_PREFIX_ENTRY_BYTES : UNIT_PREFIX_LONG_BYTES) * prefix_copies(m);
}
