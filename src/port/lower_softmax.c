/* lower_softmax.c - see lower_softmax.h. */
#include "port/lower_softmax.h"

#include <rt_softmax.h>

/* An exponential below 2^-20 is rounded to no part of the sum, which is 1 or more, and to no step of 1/256: from there
 * on, elements count as 0. */
enum { COUNTS = 1 << 11, STEPS_MAX = 256 };

void softmax_lower(struct region *r, struct unit_step *k)
{
    const struct unit_softmax_s8 *p = k->op;
    int32_t *table = region_array(r, STEPS_MAX, sizeof *table);
    struct unit_softmax_table_s8 *op = region_alloc(r, sizeof *op);
    int count = 0;

    while (count < STEPS_MAX && -count >= p->diff_min && rt_exponential(p, (int16_t)-count) >= COUNTS) {
        table[count] = rt_exponential(p, (int16_t)-count);
        count++;
    }
    *op = (struct unit_softmax_table_s8){ p->rows, p->depth, (uint16_t)count, table };
    k->op = op;
    k->kernel = unit_softmax_s8_table;
}
