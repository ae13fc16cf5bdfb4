/* test_cut.c - every cut against the exact quotient: all thresholds a layer can have, all divisors. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <rt_cut.h>

enum { THRESHOLDS = 255 * 128, DIVISORS = 255 };

static uint32_t saturated(uint32_t v)
{
    return v > RT_CUT_NEVER ? RT_CUT_NEVER : v;
}

/* The largest cut a division may give where the exact quotient is t. */
typedef uint32_t bound(uint32_t t);

static void check_division(enum unit_division division, bound *most)
{
    for (uint32_t t = 0; t <= THRESHOLDS; t++) {
        uint8_t tree[UNIT_TREE_LEAVES], last = RT_CUT_NEVER;
        struct unit_cut_run run = { 1, (uint16_t)t, tree };
        rt_cut_tree_fill((uint16_t)t, tree);
        for (uint32_t d = 1; d <= DIVISORS; d++) {
            uint32_t exact = t / d;
            uint8_t cut = rt_cut(division, &run, (uint16_t)d);
            if (cut < saturated(exact) || cut > saturated(most(exact)) || cut > last || (t == 0 && cut != 0))
                fail_msg("division %d: T %u, d %u: cut %u, quotient %u", (int)division, t, d, cut, exact);
            last = cut;
        }
    }
}

static uint32_t exact_bound(uint32_t t)
{
    return t;
}

static uint32_t shift_bound(uint32_t t)
{
    return 2 * t + 1;
}

static uint32_t tree_bound(uint32_t t)
{
    return 3 * t / 2 + 1;
}

static uint32_t msb_bound(uint32_t t)
{
    return t ? 4 * t - 1 : 1;
}

static void exact_is_exact(void **unused)
{
    (void)unused;
    check_division(UNIT_DIVISION_EXACT, exact_bound);
}

static void shift_is_below_twice(void **unused)
{
    (void)unused;
    check_division(UNIT_DIVISION_SHIFT, shift_bound);
}

static void tree_is_below_half_more(void **unused)
{
    (void)unused;
    check_division(UNIT_DIVISION_TREE, tree_bound);
}

static void msb_is_below_four_times(void **unused)
{
    (void)unused;
    check_division(UNIT_DIVISION_MSB, msb_bound);
}

/* The bounds of shift and msb are reached, so they cannot be tighter. */
static void bounds_are_reached(void **unused)
{
    (void)unused;
    assert_int_equal(rt_cut_shift(13, 7), 2 * (13 / 7) + 1);
    assert_int_equal(rt_cut_msb(64, 63), 4 * (64 / 63) - 1);
    assert_int_equal(rt_cut_msb(64, 31), 4 * (64 / 31) - 1);
    assert_int_equal(rt_cut_msb(64, 65), 1);
}

/* msb asks for bit lengths: exactly the products with bits(x) + bits(w) > bits(T) + 1 execute. */
static void msb_is_a_rule_on_bits(void **unused)
{
    (void)unused;
    for (uint16_t t = 0; t <= 2000; t++)
        for (uint16_t x = 1; x <= 255; x += 3)
            for (uint16_t w = 1; w <= 128; w++)
                assert_int_equal(w > rt_cut_msb(t, x), rt_bits(x) + rt_bits(w) > rt_bits(t) + 1);
}

static void the_leaf_is_the_largest_pivot(void **unused)
{
    (void)unused;
    for (uint16_t d = 1; d <= 255; d++) {
        uint8_t leaf = rt_leaf(d);
        assert_true(rt_pivot(leaf) <= d);
        assert_true(leaf + 1 == UNIT_TREE_LEAVES || rt_pivot((uint8_t)(leaf + 1)) > d);
    }
}

static void mask_is_within_a_factor_of_two(void **unused)
{
    uint32_t state = 1;

    (void)unused;
    for (int i = 0; i < 1000000; i++) {
        float t, d, quotient;
        double exact;
        state = state * 1664525u + 1013904223u;
        t = ldexpf(1.0f + (float)(state >> 8) / 16777216.0f, (int)(state >> 3) % 40 - 20);
        state = state * 1664525u + 1013904223u;
        d = ldexpf(1.0f + (float)(state >> 8) / 16777216.0f, (int)(state >> 3) % 40 - 20);
        quotient = rt_cut_mask(t, d);
        exact = (double)t / (double)d;
        assert_true((double)quotient > exact / 2 && (double)quotient < exact * 2);
    }
}

static void mask_saturates(void **unused)
{
    (void)unused;
    assert_true(rt_cut_mask(0, 1) == 0);
    assert_true(rt_cut_mask(0, 0) == 0);
    assert_true(isinf(rt_cut_mask(1, 0)));
    assert_true(isinf(rt_cut_mask(FLT_MAX, FLT_MIN)));
    assert_true(rt_cut_mask(FLT_MIN, FLT_MAX) == 0);
    assert_true(rt_cut_mask(FLT_MIN / 4, 1) == 0);
    assert_true(rt_cut_mask(3, 3) == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exact_is_exact),
        cmocka_unit_test(shift_is_below_twice),
        cmocka_unit_test(tree_is_below_half_more),
        cmocka_unit_test(msb_is_below_four_times),
        cmocka_unit_test(bounds_are_reached),
        cmocka_unit_test(msb_is_a_rule_on_bits),
        cmocka_unit_test(the_leaf_is_the_largest_pivot),
        cmocka_unit_test(mask_is_within_a_factor_of_two),
        cmocka_unit_test(mask_saturates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
