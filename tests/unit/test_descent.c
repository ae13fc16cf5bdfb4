/* test_descent.c - the regression of one output on problems whose answer is known, and against every possible choice
 * on problems small enough to try them all. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "random_layer.h"
#include "tune/descent.h"

enum { TAPS = 4, ROWS = 400, LEVELS = 4, CHOICES = LEVELS + 1 };

struct problem {
    struct region *region;
    struct levels levels;
    struct gram *gram;
    struct descent descent;
    double *covariance, *price;
    float *rest;
    int16_t x[ROWS][TAPS];
    int32_t target[ROWS];
    int8_t network[TAPS];
    int32_t more;    /* of the descent */
    double variance; /* of the target */
};

static int32_t awake(int16_t x, uint8_t cut)
{
    return abs(x) > cut ? x : 0;
}

static void finish(struct problem *p, double lambda, int keep)
{
    struct patches *patches = patches_new(p->region, TAPS, ROWS, &p->levels);

    for (int n = 0; n < ROWS; n++)
        patches_append(patches, p->x[n], 0);
    patches_finish(p->region, patches);
    p->gram = gram_new(p->region, TAPS, LEVELS);
    assert_int_equal(gram_fill(p->gram, patches, 1), OK);
    p->covariance = region_array(p->region, p->gram->features, sizeof(double));
    p->price = region_array(p->region, p->gram->features, sizeof(double));
    for (size_t f = 0; f < p->gram->features; f++)
        for (int n = 0; n < ROWS; n++)
            p->price[f] += (double)(awake(p->x[n][f / LEVELS], p->levels.cut[f % LEVELS]) != 0) / ROWS;
    p->descent = (struct descent){ .gram = p->gram,
                                   .covariance = p->covariance,
                                   .price = p->price,
                                   .lambda = lambda,
                                   .network = p->network,
                                   .more = p->more,
                                   .keep = keep };
    gram_target(p->gram, patches, p->target, p->more, p->covariance, &p->descent.target_mean);
    p->descent.rest = p->rest = region_array(p->region, p->gram->features, sizeof *p->rest);
    descent_begin(p->gram, p->covariance, p->network, p->rest);
    for (int n = 0; n < ROWS; n++)
        p->variance += pow(p->target[n] + p->more - p->descent.target_mean, 2) / ROWS;
}

static void begin(struct problem *p)
{
    *p = (struct problem){ .region = region_new(), .levels = levels_make(LEVELS) };
    for (int n = 0; n < ROWS; n++)
        for (int i = 0; i < TAPS; i++)
            p->x[n][i] = draw(3) ? (int16_t)(between(1, 255) >> draw(7)) : 0;
}

static int32_t descend_alone(struct descent *d, uint8_t *level, int8_t *weight)
{
    d->level = level;
    d->weight = weight;
    descend(d, 1);
    return d->bias;
}

/* The target is a sum of thresholded inputs: the descent finds levels, weights and bias, those but for what the ridge
 * keeps of the network's. */
static void what_was_put_in_is_found(void **unused)
{
    static const uint8_t level[TAPS] = { 0, LEVEL_NEVER, 2, 3 };
    static const int8_t weight[TAPS] = { 37, 0, -80, 127 };

    (void)unused;
    for (int round = 0; round < 20; round++) {
        struct problem p;
        uint8_t found[TAPS];
        int8_t w[TAPS];
        int32_t bias;
        begin(&p);
        for (int n = 0; n < ROWS; n++) {
            p.target[n] = 1234;
            for (int i = 0; i < TAPS; i++)
                p.target[n] += level[i] == LEVEL_NEVER ? 0 : weight[i] * awake(p.x[n][i], p.levels.cut[level[i]]);
        }
        memcpy(p.network, (const int8_t[]){ 35, 5, -79, 125 }, TAPS);
        finish(&p, 100, 0);
        bias = descend_alone(&p.descent, found, w);
        for (int i = 0; i < TAPS; i++) {
            assert_int_equal(found[i], level[i]);
            assert_true(abs(w[i] - (level[i] == LEVEL_NEVER ? p.network[i] : weight[i])) <= 1); /* the ridge */
        }
        assert_true(abs(bias - 1234) <= 200);
        region_free(p.region);
    }
}

static void dear_connections_all_sleep(void **unused)
{
    struct problem p;
    uint8_t level[TAPS];
    int8_t w[TAPS];

    (void)unused;
    begin(&p);
    for (int n = 0; n < ROWS; n++)
        p.target[n] = 500 + 20 * p.x[n][0];
    memcpy(p.network, (const int8_t[]){ 20, 1, 1, 1 }, TAPS);
    finish(&p, 1e30, 0);
    assert_int_equal(descend_alone(&p.descent, level, w), lround(p.descent.target_mean));
    for (int i = 0; i < TAPS; i++)
        assert_int_equal(level[i], LEVEL_NEVER);
    region_free(p.region);
}

/* What the descent minimises, for given levels and weights. The ridge is on the diagonal of the matrix. */
static double objective(const struct problem *p, const uint8_t *level, const double *w)
{
    const struct gram *g = p->gram;
    double value = p->variance;

    for (size_t i = 0; i < TAPS; i++) {
        size_t a = i * LEVELS + level[i];
        if (level[i] == LEVEL_NEVER)
            continue;
        value += p->descent.lambda * p->price[a] - 2 * w[i] * p->covariance[a];
        value += g->ridge * p->network[i] * (p->network[i] - 2 * w[i]);
        for (size_t k = 0; k < TAPS; k++)
            if (level[k] != LEVEL_NEVER)
                value += w[i] * w[k] * (double)g->cross[a * g->features + k * LEVELS + level[k]];
    }
    return value;
}

/* The best of all choices of levels with the network's weights. */
static double best_of_all(const struct problem *p, const double *w)
{
    double best = HUGE_VAL;

    for (int choice = 0; choice < CHOICES * CHOICES * CHOICES * CHOICES; choice++) {
        uint8_t level[TAPS];
        for (int i = 0, rest = choice; i < TAPS; i++, rest /= CHOICES)
            level[i] = rest % CHOICES == LEVELS ? LEVEL_NEVER : (uint8_t)(rest % CHOICES);
        best = fmin(best, objective(p, level, w));
    }
    return best;
}

static void kept_weights_get_levels_near_the_best(void **unused)
{
    int exact = 0, rounds = 60;

    (void)unused;
    for (int round = 0; round < rounds; round++) {
        struct problem p;
        uint8_t level[TAPS];
        int8_t w[TAPS];
        double weights[TAPS], found, best;
        begin(&p);
        for (int i = 0; i < TAPS; i++)
            weights[i] = p.network[i] = (int8_t)between(-127, 127);
        for (int n = 0; n < ROWS; n++)
            for (int i = 0; i < TAPS; i++)
                p.target[n] += p.network[i] * p.x[n][i];
        finish(&p, 1e5 * draw(100), 1);
        descend_alone(&p.descent, level, w);
        assert_memory_equal(w, p.network, TAPS);
        found = objective(&p, level, weights);
        best = best_of_all(&p, weights);
        assert_true(found >= best - 1e-6 * fabs(best));
        assert_true(found <= best + 0.1 * p.variance);
        exact += found <= best + 1e-6 * fabs(best);
        region_free(p.region);
    }
    assert_true(exact >= rounds * 9 / 10);
}

/* Whole weights are no worse than weights rounded each for itself. */
static void rounding_absorbs_rounding(void **unused)
{
    (void)unused;
    for (int trial = 0; trial < 20; trial++) {
        struct problem p;
        uint8_t level[TAPS];
        int8_t w[TAPS];
        double whole[TAPS], exact[TAPS] = { 0.4, 1.45, -0.6, 2.5 }, plain[TAPS];
        begin(&p);
        for (int n = 0; n < ROWS; n++) {
            double sum = 0;
            p.x[n][1] = (int16_t)(p.x[n][0] / 2 + (int)draw(9)); /* nearly parallel inputs */
            for (int i = 0; i < TAPS; i++)
                sum += exact[i] * p.x[n][i];
            p.target[n] = (int32_t)lround(sum);
        }
        memcpy(p.network, (const int8_t[]){ 1, 1, 1, 1 }, TAPS);
        finish(&p, 0, 0);
        descend_alone(&p.descent, level, w);
        for (int i = 0; i < TAPS; i++) {
            whole[i] = w[i];
            plain[i] = level[i] == LEVEL_NEVER ? 0 : round(exact[i]);
        }
        assert_true(objective(&p, level, whole) <= objective(&p, level, plain) + 1e-6 * p.variance);
        region_free(p.region);
    }
}

/* Variance of what such connections leave of the target, summed up row by row. */
static double left_over(const struct problem *p, const uint8_t *level, const int8_t *w)
{
    double sum = 0, squares = 0;

    for (int n = 0; n < ROWS; n++) {
        double rest = p->target[n];
        for (int i = 0; i < TAPS; i++)
            rest -= level[i] == LEVEL_NEVER ? 0 : w[i] * awake(p->x[n][i], p->levels.cut[level[i]]);
        sum += rest / ROWS;
        squares += rest * rest / ROWS;
    }
    return squares - sum * sum;
}

static void what_is_explained_is_not_left(void **unused)
{
    static const uint8_t all_awake[TAPS] = { 0 };

    (void)unused;
    for (int round = 0; round < 20; round++) {
        struct problem p;
        uint8_t level[TAPS];
        int8_t w[TAPS];
        double mean = 0, network;
        begin(&p);
        p.more = between(-30000, 30000);
        for (int i = 0; i < TAPS; i++)
            p.network[i] = (int8_t)between(-127, 127);
        for (int n = 0; n < ROWS; n++)
            for (int i = 0; i < TAPS; i++)
                p.target[n] += (p.network[i] + (int)draw(20)) * p.x[n][i];
        finish(&p, 1e4 * draw(100), 0);
        descend_alone(&p.descent, level, w);
        assert_true(fabs(p.variance - descent_explains(&p.descent, level, w) - left_over(&p, level, w)) <
                    1e-5 * p.variance);
        for (int n = 0; n < ROWS; n++)
            for (int i = 0; i < TAPS; i++)
                mean += (double)p.network[i] * p.x[n][i] / ROWS;
        mean = p.descent.target_mean - p.more - mean; /* no bias takes this up */
        network = left_over(&p, all_awake, p.network) + mean * mean;
        assert_true(fabs(p.variance - descent_network_explains(&p.descent) - network) < 1e-5 * p.variance);
        region_free(p.region);
    }
}

/* Outputs of different weights and prices, some of which settle sooner than others. */
static void side_by_side_is_as_alone(void **unused)
{
    struct problem p;
    struct descent all[DESCENTS_MAX];

    (void)unused;
    begin(&p);
    for (int n = 0; n < ROWS; n++)
        for (int i = 0; i < TAPS; i++)
            p.target[n] += between(-127, 127) * p.x[n][i];
    finish(&p, 0, 0);
    for (int i = 0; i < DESCENTS_MAX; i++) {
        int8_t *network = region_alloc(p.region, TAPS);
        float *rest = region_array(p.region, p.gram->features, sizeof *rest);
        for (int k = 0; k < TAPS; k++)
            network[k] = (int8_t)(draw(4) ? between(-127, 127) : 0);
        descent_begin(p.gram, p.covariance, network, rest);
        all[i] = p.descent;
        all[i].network = network;
        all[i].rest = rest;
        all[i].lambda = 1e5 * i * i;
        all[i].level = region_alloc(p.region, TAPS);
        all[i].weight = region_alloc(p.region, TAPS);
    }
    descend(all, DESCENTS_MAX);
    for (int i = 0; i < DESCENTS_MAX; i++) {
        struct descent alone = all[i];
        uint8_t level[TAPS];
        int8_t w[TAPS];
        assert_int_equal(descend_alone(&alone, level, w), all[i].bias);
        assert_memory_equal(level, all[i].level, TAPS);
        assert_memory_equal(w, all[i].weight, TAPS);
    }
    region_free(p.region);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_put_in_is_found),
        cmocka_unit_test(dear_connections_all_sleep),
        cmocka_unit_test(kept_weights_get_levels_near_the_best),
        cmocka_unit_test(rounding_absorbs_rounding),
        cmocka_unit_test(what_is_explained_is_not_left),
        cmocka_unit_test(side_by_side_is_as_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
