/* test_gram.c - Gram matrices of thresholded inputs against sums taken one by one, on any number of threads. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "random_layer.h"
#include "tune/gram.h"

enum { TAPS = 7, ROWS = 90 };

static int16_t x[ROWS][TAPS];
static int32_t target[ROWS];

/* Inputs of every size and sign, with many zeros; one that is always 0 and two that move together. */
static void draw_rows_of(void)
{
    for (int n = 0; n < ROWS; n++) {
        for (int i = 0; i < TAPS; i++)
            x[n][i] = draw(3) ? (int16_t)(between(-255, 255) >> draw(8)) : 0;
        x[n][3] = 0;
        x[n][5] = x[n][4];
        target[n] = between(-1000000, 1000000);
    }
}

static double feature(const struct levels *l, int row, size_t f)
{
    int16_t value = x[row][f / (size_t)l->count];

    return abs(value) > l->cut[f % (size_t)l->count] ? value : 0;
}

static double mean_of(const struct levels *l, size_t f)
{
    double sum = 0;

    for (int n = 0; n < ROWS; n++)
        sum += feature(l, n, f) / ROWS;
    return sum;
}

static struct gram *make(struct region *r, const struct levels *levels, int threads, struct patches **p)
{
    struct gram *g = gram_new(r, TAPS, levels->count);

    *p = patches_new(r, TAPS, ROWS, levels);
    for (int n = 0; n < ROWS; n++)
        patches_append(*p, x[n], 0);
    patches_finish(r, *p);
    assert_int_equal(gram_fill(g, *p, threads), OK);
    return g;
}

static void check_cell(const struct gram *g, const struct levels *l, size_t a, size_t b, double ridge)
{
    double sum = 0, expected;

    for (int n = 0; n < ROWS; n++)
        sum += feature(l, n, a) * feature(l, n, b) / ROWS;
    expected = sum - mean_of(l, a) * mean_of(l, b) + (a == b ? ridge : 0);
    assert_true(fabs((double)g->cross[a * g->features + b] - expected) <= 1e-5 * (1 + fabs(expected)));
}

static void check_target(const struct gram *g, const struct patches *p, const struct levels *l)
{
    double *covariance = calloc(g->features, sizeof *covariance), mean, expected_mean = 0;

    gram_target(g, p, target, 5000, covariance, &mean);
    for (int n = 0; n < ROWS; n++)
        expected_mean += ((double)target[n] + 5000) / ROWS;
    assert_true(fabs(mean - expected_mean) < 1e-6);
    for (size_t f = 0; f < g->features; f++) {
        double sum = 0;
        for (int n = 0; n < ROWS; n++)
            sum += feature(l, n, f) * (target[n] + 5000 - mean) / ROWS;
        assert_true(fabs(covariance[f] - sum) <= 1e-9 * (1 + fabs(sum)) + 1e-4);
    }
    free(covariance);
}

static void matrices_are_sums_over_rows(void **unused)
{
    (void)unused;
    for (int count = 1; count <= LEVELS_MAX; count *= 2) {
        struct region *r = region_new();
        struct levels levels = levels_make(count);
        struct patches *p, *q;
        struct gram *g, *other;
        double ridge;
        draw_rows_of();
        g = make(r, &levels, 1, &p);
        other = make(r, &levels, 3, &q);
        assert_memory_equal(g->cross, other->cross, g->features * g->features * sizeof *g->cross);
        ridge = (double)g->cross[3 * (size_t)count * (g->features + 1)]; /* the source that is always 0 */
        assert_true(ridge > 0);
        for (size_t a = 0; a < g->features; a++)
            for (size_t b = 0; b < g->features; b++)
                check_cell(g, &levels, a, b, ridge);
        check_target(g, p, &levels);
        region_free(r);
    }
}

static void levels_are_bit_lengths(void **unused)
{
    struct levels eight = levels_make(8), two = levels_make(2), one = levels_make(1);

    (void)unused;
    assert_int_equal(eight.of_magnitude[1], 0);
    assert_int_equal(eight.of_magnitude[2], 1);
    assert_int_equal(eight.of_magnitude[127], 6);
    assert_int_equal(eight.of_magnitude[255], 7);
    assert_int_equal(eight.cut[7], 127);
    assert_int_equal(two.cut[1], 15);
    assert_int_equal(two.of_magnitude[16], 1);
    assert_int_equal(one.of_magnitude[255], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matrices_are_sums_over_rows),
        cmocka_unit_test(levels_are_bit_lengths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
