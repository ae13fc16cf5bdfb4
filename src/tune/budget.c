/* budget.c - see budget.h. */
#include "tune/budget.h"

#include <math.h>
#include <stdlib.h>

#include "layout/layout.h"

enum { DOUBLINGS = 14, HALVINGS = 3, FRONT_DOWN = 5, FRONT_UP = 3 };
enum { TRADES_MAX = 1 + DOUBLINGS + HALVINGS + FRONT_DOWN + FRONT_UP };

struct search {
    struct region *region;
    struct regression *regression;
    const struct regression_options *options;
    const struct choosing *choosing;
    struct connections_result *out;
    struct diag *diag;
};

static int affordable(const struct search *s, const struct trade *t)
{
    return t->drop.pp <= s->choosing->max_drop_pp;
}

/* A plan within the budget beats one beyond it; of two within it the cheaper stands, of two beyond it the one that
 * loses less. */
static int better(const struct search *s, const struct trade *a, const struct trade *b)
{
    if (affordable(s, a) != affordable(s, b))
        return affordable(s, a);
    return affordable(s, a) ? a->cost < b->cost : a->drop.pp < b->drop.pp;
}

static double cost_of(const struct evaluation *e, int layers, const double *price)
{
    double cost = 0;

    for (int l = 0; l < layers; l++)
        cost += (double)e->counts[l].executed * (price ? price[l] : 1);
    return cost / (double)e->samples;
}

int budget_judge(const struct choosing *c, const struct plan *plan, const double *price, struct trade *out,
                 struct diag *d)
{
    struct region *room = region_new();
    struct program p;
    struct evaluation e;
    int status = lower(room, c->graph, plan, c->model_path, &p, d);

    if (status == OK)
        status = layout_arena(room, &p, c->model_path, d);
    if (status == OK)
        status = evaluate(room, engine_new(room, &p, KERNELS_FAST, c->threads), c->in, 1, &e);
    if (status == OK) {
        out->macs = mac_total(e.counts, p.layer_count);
        out->cost = cost_of(&e, p.layer_count, price);
        out->drop = drop_measure(c->in, c->dense, &e);
    }
    region_free(room);
    return status;
}

/* Makes and judges the plan for one price, and keeps it if it is the best so far. */
static int attempt(struct search *s, double lambda, struct trade *t)
{
    struct connections_result *out = s->out;
    struct plan plan;

    *t = (struct trade){ .lambda = lambda };
    TRY(regression_plan(s->region, s->regression, s->options, lambda, &plan));
    TRY(budget_judge(s->choosing, &plan, s->options->price, t, s->diag));
    if (out->front_count == 0 || better(s, t, &out->chosen)) {
        out->plan = plan;
        out->chosen = *t;
    }
    out->front[out->front_count++] = *t;
    return OK;
}

/* Doubles the price while the budget holds, halves it while it does not. Afterwards the budget holds at *low and not at
 * *high, or the search has run out of doublings. */
static int bracket(struct search *s, double first, double *low, double *high)
{
    struct trade t;
    int good;

    TRY(attempt(s, first, &t));
    good = affordable(s, &t);
    *low = *high = first;
    for (int i = 0; i < DOUBLINGS; i++) {
        double next = good ? *high * 2 : *low / 2;
        TRY(attempt(s, next, &t));
        *(good ? high : low) = next;
        if (affordable(s, &t) != good)
            return OK;
        *(good ? low : high) = next;
    }
    return OK;
}

/* Plans for prices below and above the one that was chosen, a factor of two apart. */
static int widen(struct search *s)
{
    double middle = s->out->chosen.lambda;
    struct trade t;

    for (int i = -FRONT_DOWN; i <= FRONT_UP; i++) {
        int known = 0;
        for (int k = 0; k < s->out->front_count; k++)
            known |= fabs(log2(s->out->front[k].lambda / middle) - i) < 0.5;
        if (!known)
            TRY(attempt(s, ldexp(middle, i), &t));
    }
    return OK;
}

static int by_lambda(const void *a, const void *b)
{
    double x = ((const struct trade *)a)->lambda, y = ((const struct trade *)b)->lambda;

    return x < y ? -1 : x > y;
}

int budget_search(struct region *r, struct regression *g, const struct regression_options *o, const struct choosing *c,
                  double first, struct connections_result *out, struct diag *d)
{
    struct search s = { .region = r, .regression = g, .options = o, .choosing = c, .out = out, .diag = d };
    struct trade t;
    double low, high;

    out->front_count = 0;
    out->front = region_array(r, TRADES_MAX, sizeof *out->front);
    TRY(bracket(&s, first, &low, &high));
    for (int i = 0; low < high && i < HALVINGS; i++) {
        double middle = sqrt(low * high);
        TRY(attempt(&s, middle, &t));
        *(affordable(&s, &t) ? &low : &high) = middle;
    }
    if (c->whole_front)
        TRY(widen(&s));
    out->met = affordable(&s, &out->chosen);
    qsort(out->front, (size_t)out->front_count, sizeof *out->front, by_lambda);
    return OK;
}
