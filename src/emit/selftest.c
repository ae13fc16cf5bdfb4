/* selftest.c - the input of NAME_selftest(): bytes of a linear congruential generator (multiplier and increment of
 * Numerical Recipes, 2nd edition, chapter 7.1), the same on the chip. */
#include "emit/emit.h"

void emit_test_input(const struct tensor *t, uint32_t *state, void *to)
{
    size_t count = tensor_elements(t);

    for (size_t i = 0; i < count; i++) {
        *state = *state * UINT32_C(1664525) + UINT32_C(1013904223);
        if (t->type == TYPE_FLOAT32)
            ((float *)to)[i] = (float)(*state >> 24) / 256.0f;
        else
            ((uint8_t *)to)[i] = (uint8_t)(*state >> 24);
    }
}
