/* test_layout.c - arena placement: nothing that lives together overlaps, and known cases reach their lower bound. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "layout/layout.h"

static uint64_t state = 1;

static uint32_t draw(uint32_t below)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(state >> 33) % below;
}

static int overlap(const struct block *a, const struct block *b)
{
    return a->first <= b->last && b->first <= a->last && a->at < b->at + b->bytes && b->at < a->at + a->bytes;
}

/* The most bytes that are alive at one step: no placement needs less. */
static uint64_t bound(const struct block *b, int count)
{
    uint64_t most = 0;

    for (int i = 0; i < count; i++) {
        uint64_t alive = 0;
        for (int k = 0; k < count; k++)
            if (b[k].first <= b[i].first && b[i].first <= b[k].last)
                alive += b[k].bytes;
        most = alive > most ? alive : most;
    }
    return most;
}

static void random_blocks_never_overlap(void **unused)
{
    (void)unused;
    for (int round = 0; round < 300; round++) {
        struct block b[40];
        int count = 1 + (int)draw(40);
        uint64_t arena;
        for (int i = 0; i < count; i++) {
            b[i].bytes = 1 + draw(5000);
            b[i].first = (int)draw(30);
            b[i].last = b[i].first + (int)draw(6);
        }
        arena = layout_place(b, count);
        assert_true(arena >= bound(b, count));
        for (int i = 0; i < count; i++) {
            assert_int_equal(b[i].at % 4, 0);
            assert_true(b[i].at + (uint64_t)b[i].bytes <= arena);
            for (int k = 0; k < i; k++)
                assert_false(overlap(&b[i], &b[k]));
        }
    }
}

/* A chain of layers needs its two largest neighbours. */
static void a_chain_reaches_its_bound(void **unused)
{
    struct block b[] = { { 490, -1, 0, 0 }, { 8000, 0, 1, 0 }, { 8000, 1, 2, 0 }, { 8000, 2, 3, 0 }, { 64, 3, 4, 0 } };

    (void)unused;
    assert_int_equal(layout_place(b, 5), 16000);
}

/* A residual block keeps its input while two more tensors live. */
static void a_residual_reaches_its_bound(void **unused)
{
    struct block b[] = {
        { 3072, -1, 0, 0 }, { 16384, 0, 3, 0 }, { 16384, 1, 2, 0 }, { 16384, 2, 3, 0 }, { 8192, 3, 4, 0 }
    };

    (void)unused;
    assert_int_equal(layout_place(b, 4), 49152);
}

static void too_much_is_told(void **unused)
{
    struct block b[] = { { UINT32_MAX, 0, 1, 0 }, { 8, 0, 1, 0 } };

    (void)unused;
    assert_true(layout_place(b, 2) == UINT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_blocks_never_overlap),
        cmocka_unit_test(a_chain_reaches_its_bound),
        cmocka_unit_test(a_residual_reaches_its_bound),
        cmocka_unit_test(too_much_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
