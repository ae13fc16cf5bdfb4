/* sum_s8.c - ADD and SUB of two tensors of one shape, both scales and the output's folded into two factors. */
#include "unit.h"

void unit_sum_s8(const void *op, void *const t[])
{
    const struct unit_sum_s8 *p = op;
    const int8_t *a = t[0], *b = t[1];
    int8_t *y = t[2];
    int32_t a_mult = p->a_mult, b_mult = p->b_mult, add = p->add, least = p->act_min, most = p->act_max;
    uint8_t shift = p->shift;

    for (uint32_t n = p->count; n; n--) {
        int32_t v = (*a++ * a_mult + *b++ * b_mult + add) >> shift;
        *y++ = (int8_t)(v < least ? least : v > most ? most : v);
    }
}
