/* lut_8.c - any function of one 8-bit value, by table. */
#include "unit.h"

void unit_lut_8(const void *op, void *const t[])
{
    const struct unit_lut_8 *p = op;
    const uint8_t *x = t[0];
    uint8_t *y = t[1];

    for (uint32_t i = 0; i < p->count; i++)
        y[i] = p->table[x[i]];
}
