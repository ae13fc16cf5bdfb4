/* test_follow.c - how much of a bias may follow its input, against the loss worked out from the scales one by one. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "random_layer.h"
#include "tune/follow.h"

enum { SAMPLES = 50 };

/* Mean of (1 - c 2^(-step / 2))^2, c the best: what is lost of a bias of 1 that follows as a whole. */
static double loss_of(const uint8_t *step)
{
    double sum = 0, squares = 0, best, loss = 0;

    for (int i = 0; i < SAMPLES; i++) {
        sum += pow(2, -step[i] / 2.0);
        squares += pow(2, -step[i]);
    }
    best = sum / squares;
    for (int i = 0; i < SAMPLES; i++)
        loss += pow(1 - best * pow(2, -step[i] / 2.0), 2) / SAMPLES;
    return loss;
}

static void a_share_loses_what_it_may(void **unused)
{
    uint8_t step[SAMPLES] = { 0 };
    struct inputs in = { .count = SAMPLES };
    struct calibration c = { .in = &in, .scale = step };

    (void)unused;
    assert_int_equal(follow_bias(&c, 1e9, 0), PLAN_BIAS_ALL); /* nothing is lost where nothing is small */
    for (int round = 0; round < 200; round++) {
        double importance = pow(2, (double)draw(20)), most, lost;
        int share;
        for (int i = 0; i < SAMPLES; i++)
            step[i] = (uint8_t)draw(1 + draw(9));
        most = draw(5) ? importance * pow(2, -(double)draw(16)) : 0;
        share = follow_bias(&c, importance, most);
        lost = importance * loss_of(step) * (share / 256.0) * (share / 256.0);
        assert_in_range(share, 0, PLAN_BIAS_ALL);
        assert_true(lost <= 1.03 * most + 1e-9 * importance);
        lost *= pow((share + 1.0) / (share ? share : 1), 2);
        assert_true(share == PLAN_BIAS_ALL || share == 0 || lost >= 0.97 * most);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(a_share_loses_what_it_may) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
