/* Where a search leaves the budget, on fronts by rising price. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tune/edge.h"

enum { PLANS = 8 };

static struct edge edge_of(struct trade front[PLANS], const double (*plans)[2], int count, double max_drop_pp)
{
    for (int i = 0; i < count; i++)
        front[i] = (struct trade){ .lambda = i + 1, .cost = plans[i][0], .drop.pp = plans[i][1] };
    return edge_find(front, count, max_drop_pp);
}

static void the_cheapest_before_the_edge_is_taken(void **unused)
{
    static const double plans[][2] = { { 100, 0 }, { 90, 0.1 }, { 85, 0.2 }, { 80, 0.4 } };
    struct trade front[PLANS];
    struct edge e = edge_of(front, plans, 4, 0.2);

    (void)unused;
    assert_int_equal(e.beyond, 3);
    assert_int_equal(e.met, 1);
    assert_int_equal(edge_cheapest(front, &e, 0.2), 2);
}

/* Two of three neighbours lose more than the budget: the third was lucky. */
static void a_lucky_plan_among_worse_ones_is_not(void **unused)
{
    static const double plans[][2] = { { 100, 0 }, { 90, 0.5 }, { 85, 0.6 }, { 80, 0.1 } };
    struct trade front[PLANS];
    struct edge e = edge_of(front, plans, 4, 0.2);

    (void)unused;
    assert_int_equal(e.beyond, 1);
    assert_int_equal(edge_cheapest(front, &e, 0.2), 0);
}

/* Low prices fall back and lose more than higher ones, which cost half: the edge lies behind those. */
static void plans_that_are_beaten_stand_aside(void **unused)
{
    static const double plans[][2] = { { 1103, 0 },   { 1089, 0.12 }, { 892, 0.64 },
                                       { 881, 0.52 }, { 455, 0.16 },  { 430, 0.4 } };
    struct trade front[PLANS];
    struct edge e = edge_of(front, plans, 6, 0.2);

    (void)unused;
    assert_int_equal(e.beyond, 5);
    assert_int_equal(edge_cheapest(front, &e, 0.2), 4);
}

static void no_plan_may_keep_to_it(void **unused)
{
    static const double plans[][2] = { { 100, 0.3 }, { 90, 0.4 } };
    struct trade front[PLANS];
    struct edge e = edge_of(front, plans, 2, 0.2);

    (void)unused;
    assert_int_equal(e.beyond, 0);
    assert_int_equal(e.met, 0);
    assert_int_equal(edge_cheapest(front, &e, 0.2), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_cheapest_before_the_edge_is_taken),
        cmocka_unit_test(a_lucky_plan_among_worse_ones_is_not),
        cmocka_unit_test(plans_that_are_beaten_stand_aside),
        cmocka_unit_test(no_plan_may_keep_to_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
