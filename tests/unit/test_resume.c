/* test_resume.c - an interrupted search finds its own plans again, and no others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "random_layer.h"
#include "tune/resume.h"

enum { SAMPLE_BYTES = 16 };

static const uint8_t samples[SAMPLE_BYTES] = { 1, 2, 3 };
static const struct inputs in = { .count = 1, .sample_bytes = SAMPLE_BYTES, .data = samples };
static char path[64];

static int begin(void **unused)
{
    int fd;

    (void)unused;
    snprintf(path, sizeof path, "%s", "/tmp/unit-resume-XXXXXX");
    fd = mkstemp(path);
    close(fd);
    return 0;
}

static int end(void **unused)
{
    (void)unused;
    unlink(path);
    return 0;
}

static void make_layer(struct random_layer *l)
{
    random_layer_make(l, 0);
    random_cut_plan(l, METHOD_UNIT);
}

/* Adds two plans, the second with another first cut. */
static void add_two(struct resume *s, struct random_layer *l, const struct regression_options *o)
{
    uint8_t *cuts = region_copy(l->region, l->layer_plan.cuts, l->layer_plan.connections);
    struct diag d = { 0 };

    l->layer_plan.cuts = cuts;
    cuts[0] = 3;
    l->layer_plan.why = "slow";
    assert_int_equal(resume_add(s, o, 0.1, &l->plan, &d), OK);
    cuts[0] = 7;
    l->layer_plan.why = NULL;
    assert_int_equal(resume_add(s, o, 0.2, &l->plan, &d), OK);
}

static void each_price_has_its_plan(void **unused)
{
    struct random_layer l;
    struct tuning t = { .seed = 1 };
    struct regression_options o = { .method = METHOD_UNIT }, keep = { .method = METHOD_UNIT, .keep = 1 };
    struct resume *s;
    struct plan plan;

    (void)unused;
    make_layer(&l);
    s = resume_open(l.region, path, &l.graph, &in, &t, "model");
    add_two(s, &l, &o);
    resume_close(s, 0);
    s = resume_open(l.region, path, &l.graph, &in, &t, "model");
    assert_int_equal(resume_count(s), 2);
    assert_int_equal(resume_find(l.region, s, &o, 0.1, &plan), 1);
    assert_int_equal(plan.layers[0].cuts[0], 3);
    assert_string_equal(plan.layers[0].why, "slow");
    assert_int_equal(resume_find(l.region, s, &o, 0.2, &plan), 1);
    assert_int_equal(plan.layers[0].cuts[0], 7);
    assert_null(plan.layers[0].why);
    assert_int_equal(resume_find(l.region, s, &o, 0.1000001, &plan), 0);
    assert_int_equal(resume_find(l.region, s, &keep, 0.1, &plan), 0);
    resume_close(s, 1);
    assert_int_not_equal(access(path, F_OK), 0);
    random_layer_free(&l);
}

/* How many plans are kept for another search. */
static size_t kept_for(struct random_layer *l, const struct inputs *given, const struct tuning *t)
{
    struct resume *s = resume_open(l->region, path, &l->graph, given, t, "model");
    size_t count = resume_count(s);

    resume_close(s, 0);
    return count;
}

static void another_search_finds_nothing(void **unused)
{
    static const uint8_t other[SAMPLE_BYTES] = { 1, 2, 4 };
    struct random_layer l;
    struct inputs changed = in;
    struct tuning t = { .seed = 1 }, seed = { .seed = 2 }, goal = { .seed = 1, .goal = GOAL_FLASH };
    struct tuning adaptive = { .seed = 1, .adaptive = 1 }, worst = { .seed = 1, .worst_case = 2 };
    struct regression_options o = { .method = METHOD_UNIT };
    struct resume *s;

    (void)unused;
    make_layer(&l);
    s = resume_open(l.region, path, &l.graph, &in, &t, "model");
    add_two(s, &l, &o);
    resume_close(s, 0);
    changed.data = other;
    assert_int_equal(kept_for(&l, &in, &t), 2);
    assert_int_equal(kept_for(&l, &changed, &t), 0);
    assert_int_equal(kept_for(&l, &in, &seed), 0);
    assert_int_equal(kept_for(&l, &in, &goal), 0);
    assert_int_equal(kept_for(&l, &in, &adaptive), 0);
    assert_int_equal(kept_for(&l, &in, &worst), 0);
    random_layer_free(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_price_has_its_plan, begin, end),
        cmocka_unit_test_setup_teardown(another_search_finds_nothing, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
