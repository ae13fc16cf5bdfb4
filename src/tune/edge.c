/* edge.c - see edge.h. */
#include "tune/edge.h"

static const double far_less = 0.7;

static int is_beaten(const struct trade *front, int count, int i)
{
    int beaten = 0;

    for (int k = 0; k < count; k++)
        beaten |= front[k].drop.pp <= front[i].drop.pp && front[k].cost < far_less * front[i].cost;
    return beaten;
}

/* The plans that are not beaten, by rising price. */
static int standing(const struct trade *front, int count, int at[EDGE_MOST])
{
    int n = 0;

    for (int i = 0; i < count; i++)
        if (!is_beaten(front, count, i))
            at[n++] = i;
    return n;
}

/* How many plans, from the lowest price on, keep to the budget when their drops are made to rise. */
static int within(const struct trade *front, const int *at, int count, double max_drop_pp)
{
    int size[EDGE_MOST], pools = 0, kept = 0;
    double mean[EDGE_MOST];

    for (int i = 0; i < count; i++) {
        mean[pools] = front[at[i]].drop.pp;
        size[pools++] = 1;
        while (pools > 1 && mean[pools - 2] >= mean[pools - 1]) {
            int a = size[pools - 2], b = size[pools - 1];
            mean[pools - 2] = (a * mean[pools - 2] + b * mean[pools - 1]) / (a + b);
            size[pools - 2] += b;
            pools--;
        }
    }
    for (int i = 0; i < pools && mean[i] <= max_drop_pp; i++)
        kept += size[i];
    return kept;
}

struct edge edge_find(const struct trade *front, int count, double max_drop_pp)
{
    int at[EDGE_MOST], stand = standing(front, count, at), kept = within(front, at, stand, max_drop_pp);

    return (struct edge){ kept < stand ? at[kept] : count, kept > 0 };
}

int edge_cheapest(const struct trade *front, const struct edge *e, double max_drop_pp)
{
    int best = -1;

    for (int i = 0; i < e->beyond; i++)
        if (front[i].drop.pp <= max_drop_pp && (best < 0 || front[i].cost < front[best].cost))
            best = i;
    return best;
}
