/* test_fixed.c - rounding and requantisation against their definitions in wider arithmetic. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <rt_fixed.h>

#include "lower/border_fit.h"
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
        assert_int_equal(rt_multiply_high(m, a), rt_multiply_high(a, m));
        assert_int_equal(rt_scale_high(a, m), rt_multiply_high(a, m));
        assert_int_equal(rt_multiply_high(-m, a), (int32_t)(((int64_t)-m * a + (1 << 30)) >> 31));
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

/* Integers step where double arithmetic does, on every sum around every border. */
static void check_fit(double real, int64_t largest)
{
    int32_t mult, delta;
    int8_t shift;

    assert_int_equal(border_fit(real, largest, &mult, &shift, &delta), 1);
    for (int k = 0; k <= 256; k++)
        for (int64_t x = (int64_t)((k + 0.5) / real) - 3; x <= (int64_t)((k + 0.5) / real) + 3 && x <= largest; x++) {
            double expected = round((double)x * real);
            if (x < 0 || expected > 256)
                continue;
            assert_int_equal(rt_requant_away((int32_t)x, mult, shift, delta), (int32_t)expected);
            assert_int_equal(rt_requant_away((int32_t)-x, mult, shift, delta), -(int32_t)expected);
        }
}

static void borders_are_met_exactly(void **unused)
{
    static const double ratios[] = { 1.0 / 2, 3.0 / 8, 1.0 / 4, 0.75, 1.0, 1.5, 5.0 / 16, 1.0 / 1024 };

    (void)unused;
    for (size_t i = 0; i < sizeof ratios / sizeof *ratios; i++)
        check_fit(ratios[i], 1 << 24);
    for (int i = 0; i < 400; i++) {
        float a = (float)(100 + (state >> 40) % 60000) / 1e6f, b = (float)(100 + (state >> 20) % 60000) / 1e6f;
        float c = (float)(100 + state % 60000) / 1e4f;
        check_fit((double)a * (double)b / (double)c, (int64_t)1 << (20 + any() % 6 + 5));
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
        cmocka_unit_test(borders_are_met_exactly),        cmocka_unit_test(clamps_before_it_adds),
        cmocka_unit_test(scales_become_multipliers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
