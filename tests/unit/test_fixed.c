/* test_fixed.c - rounding and requantisation against their definitions in wider arithmetic. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <rt_fixed.h>

#include "lower/scale.h"

static uint64_t state = 7;

static int32_t any(void)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int32_t)(state >> 32) >> ((state >> 27) & 31);
}

static int32_t multiplier(void)
{
    return (int32_t)(UINT32_C(1) << 30 | ((uint32_t)any() & 0x3fffffff));
}

static void multiply_high_rounds_halves_up(void **unused)
{
    (void)unused;
    for (int i = 0; i < 1000000; i++) {
        int32_t a = any(), m = multiplier();
        int64_t twice = (int64_t)a * m;
        assert_int_equal(rt_multiply_high(a, m), (int32_t)floor(((double)(twice >> 20) + 1024.0) / 2048.0));
    }
    assert_int_equal(rt_multiply_high(1, 1 << 30), 1);
    assert_int_equal(rt_multiply_high(-1, 1 << 30), 0);
    assert_int_equal(rt_multiply_high(INT32_MIN, INT32_MAX), -INT32_MAX);
}

static void shifts_round_halves_away_from_zero(void **unused)
{
    (void)unused;
    for (int n = 0; n <= 31; n++)
        for (int i = 0; i < 20000; i++) {
            int32_t x = any();
            assert_int_equal(rt_rounding_shift(x, n), (int32_t)round(ldexp(x, -n)));
        }
    assert_int_equal(rt_rounding_shift(-6, 2), -2);
    assert_int_equal(rt_rounding_shift(6, 2), 2);
    assert_int_equal(rt_rounding_shift(INT32_MIN, 31), -1);
}

static void one_rounding_is_to_nearest(void **unused)
{
    (void)unused;
    for (int i = 0; i < 1000000; i++) {
        int32_t x = any() >> 8, m = multiplier();
        int shift = -(int)(state & 15);
        assert_int_equal(rt_requant_single(x, m, shift),
                         (int32_t)floorl(ldexpl((long double)x * m, shift - 31) + 0.5L));
    }
}

static void clamps_before_it_adds(void **unused)
{
    (void)unused;
    assert_int_equal(rt_clamp_s8(INT32_MIN, -128, -128, 127), -128);
    assert_int_equal(rt_clamp_s8(INT32_MAX, 127, -128, 127), 127);
    assert_int_equal(rt_clamp_s8(-5, 3, -128, 127), -2);
    assert_int_equal(rt_clamp_s8(-5, 3, 0, 6), 0);
    assert_int_equal(rt_clamp_s8(50, 3, 0, 6), 6);
}

/* mult * 2^(shift - 31) is the real factor, to 31 bits. */
static void scales_become_multipliers(void **unused)
{
    (void)unused;
    for (int i = 0; i < 100000; i++) {
        double real = ldexp(1 + (double)(state >> 40) / 16777216, (int)(any() & 31) - 25);
        int32_t mult;
        int8_t shift;
        scale_quantise(real, &mult, &shift);
        assert_true(mult >= 1 << 30);
        assert_true(fabs(ldexp(mult, shift - 31) / real - 1) < 1e-9);
    }
    for (double odd = 0; odd < 2; odd++) {
        int32_t mult = 1;
        int8_t shift = 1;
        scale_quantise(odd == 0 ? 0.0 : 1e-20, &mult, &shift);
        assert_int_equal(mult, 0);
        assert_int_equal(shift, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(multiply_high_rounds_halves_up), cmocka_unit_test(shifts_round_halves_away_from_zero),
        cmocka_unit_test(one_rounding_is_to_nearest),     cmocka_unit_test(clamps_before_it_adds),
        cmocka_unit_test(scales_become_multipliers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
