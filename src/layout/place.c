/* place.c - greedy placement: each block takes the lowest gap it fits in among the blocks alive with it. Largest first
 * and longest-lived first are tried, each improved by placing the block that decided the arena before all others. */
#include <stdlib.h>

#include "layout/layout.h"

enum { ALIGNMENT = 4, IMPROVEMENTS = 50 };

static uint64_t aligned(uint64_t at)
{
    return (at + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static int alive_together(const struct block *a, const struct block *b)
{
    return a->first <= b->last && b->first <= a->last;
}

/* Ties fall to the earlier block, so that placement is deterministic. */
static int by_size(const void *left, const void *right)
{
    const struct block *const *a = left, *const *b = right;

    if ((*a)->bytes != (*b)->bytes)
        return (*a)->bytes > (*b)->bytes ? -1 : 1;
    return *a < *b ? -1 : *a > *b;
}

static int by_lifetime(const void *left, const void *right)
{
    const struct block *const *a = left, *const *b = right;
    int a_life = (*a)->last - (*a)->first, b_life = (*b)->last - (*b)->first;

    if (a_life != b_life)
        return a_life > b_life ? -1 : 1;
    return by_size(left, right);
}

static int by_place(const void *left, const void *right)
{
    const struct block *const *a = left, *const *b = right;

    return (*a)->at < (*b)->at ? -1 : (*a)->at > (*b)->at;
}

/* The lowest offset at which `block` overlaps none of the placed blocks alive with it; near[] is room for those. */
static uint64_t lowest_gap(const struct block *block, struct block **placed, int count, struct block **near)
{
    uint64_t at = 0;
    int neighbours = 0;

    for (int i = 0; i < count; i++)
        if (alive_together(block, placed[i]))
            near[neighbours++] = placed[i];
    qsort(near, (size_t)neighbours, sizeof *near, by_place);
    for (int i = 0; i < neighbours; i++) {
        if (near[i]->at >= at + block->bytes)
            break;
        if (near[i]->at + (uint64_t)near[i]->bytes > at)
            at = aligned(near[i]->at + (uint64_t)near[i]->bytes);
    }
    return at;
}

static uint64_t place_in_order(struct block **order, int count, struct block **near)
{
    uint64_t peak = 0;

    for (int i = 0; i < count; i++) {
        uint64_t at = lowest_gap(order[i], order, i, near);
        if (at + order[i]->bytes > UINT32_MAX)
            return UINT64_MAX;
        order[i]->at = (uint32_t)at;
        if (at + order[i]->bytes > peak)
            peak = at + order[i]->bytes;
    }
    return aligned(peak);
}

/* The block that ends highest: it decides the arena. */
static int highest(struct block **order, int count)
{
    int found = 0;

    for (int i = 1; i < count; i++)
        if (order[i]->at + (uint64_t)order[i]->bytes > order[found]->at + (uint64_t)order[found]->bytes)
            found = i;
    return found;
}

static void move_to_front(struct block **order, int i)
{
    struct block *moved = order[i];

    for (; i > 0; i--)
        order[i] = order[i - 1];
    order[0] = moved;
}

/* Places in the given order, then again and again with the block that decided the arena first; keeps the smallest
 * arena's offsets in best[]. */
static void improve(struct block *blocks, struct block **order, int count, struct block **near, uint64_t *peak,
                    uint32_t *best)
{
    for (int round = 0; round < IMPROVEMENTS; round++) {
        uint64_t reached = place_in_order(order, count, near);
        if (reached < *peak) {
            *peak = reached;
            for (int i = 0; i < count; i++)
                best[i] = blocks[i].at;
        }
        if (reached == UINT64_MAX)
            return;
        move_to_front(order, highest(order, count));
    }
}

uint64_t layout_place(struct block *blocks, int count)
{
    static int (*const orders[])(const void *, const void *) = { by_size, by_lifetime };
    struct region *r = region_new();
    struct block **order = region_array(r, (size_t)count, sizeof *order);
    struct block **near = region_array(r, (size_t)count, sizeof *near);
    uint32_t *best = region_array(r, (size_t)count, sizeof *best);
    uint64_t peak = UINT64_MAX;

    for (size_t k = 0; count && k < sizeof orders / sizeof *orders; k++) {
        for (int i = 0; i < count; i++)
            order[i] = &blocks[i];
        qsort(order, (size_t)count, sizeof *order, orders[k]);
        improve(blocks, order, count, near, &peak, best);
    }
    for (int i = 0; i < count; i++)
        blocks[i].at = best[i];
    region_free(r);
    return count ? peak : 0;
}
