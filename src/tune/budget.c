/* budget.c - see budget.h. */
#include "tune/budget.h"

#include <math.h>

#include "layout/layout.h"
#include "tune/edge.h"

enum { UPWARDS = 2, DOUBLINGS = 14, HALVINGS = 4, FRONT_DOWN = 5, FRONT_UP = 3 };
enum { TRADES_MAX = 1 + UPWARDS + DOUBLINGS + HALVINGS + FRONT_DOWN + FRONT_UP };
_Static_assert(TRADES_MAX <= (int)EDGE_MOST, "an edge has room for every plan");

struct search {
    struct region *region;
    struct regression *regression;
    const struct regression_options *options;
    const struct choosing *choosing;
    struct connections_result *out;
    struct plan plans[TRADES_MAX]; /* of the front, in its order */
    struct edge edge;              /* of the front */
    struct diag *diag;
};

static int judge(struct region *room, const struct choosing *c, const struct plan *plan, struct trade *out,
                 struct diag *d)
{
    struct program p;
    struct engine *engine;
    struct evaluation e;

    TRY(lower(room, c->graph, plan, c->model_path, &p, d));
    TRY(layout_arena(room, &p, c->model_path, d));
    engine = engine_new(room, &p, KERNELS_FAST, c->threads);
    TRY(evaluate(room, engine, c->in, 1, &e));
    out->macs = mac_total(e.counts, p.layer_count);
    out->drop = drop_measure(c->in, c->dense, &e);
    return pricing_cost(c->pricing, plan, engine, &e, c->in, &out->cost, d);
}

int budget_judge(const struct choosing *c, const struct plan *plan, struct trade *out, struct diag *d)
{
    struct region *room = region_new();
    int status = judge(room, c, plan, out, d);

    region_free(room);
    return status;
}

/* The plan for one price: an earlier run's, or fitted now and kept for a later one. */
static int fit(struct search *s, double lambda, struct plan *out)
{
    struct resume *kept = s->choosing->resume;

    if (kept && resume_find(s->region, kept, s->options, lambda, out))
        return OK;
    TRY(regression_plan(s->region, s->regression, s->options, lambda, out));
    return kept ? resume_add(kept, s->options, lambda, out, s->diag) : OK;
}

/* Makes and judges the plan for one price, and puts it into the front. */
static int attempt(struct search *s, double lambda)
{
    struct connections_result *out = s->out;
    struct trade t = { .lambda = lambda };
    struct plan plan;
    int at = out->front_count;

    TRY(fit(s, lambda, &plan));
    TRY(budget_judge(s->choosing, &plan, &t, s->diag));
    for (; at > 0 && out->front[at - 1].lambda > lambda; at--) {
        out->front[at] = out->front[at - 1];
        s->plans[at] = s->plans[at - 1];
    }
    out->front[at] = t;
    s->plans[at] = plan;
    out->front_count++;
    s->edge = edge_find(out->front, out->front_count, s->choosing->max_drop_pp);
    return OK;
}

/* The next price to try: double or half of those known until the budget is met and missed, then between the first that
 * misses it and the one before. */
static double next_lambda(const struct search *s)
{
    const struct trade *front = s->out->front;
    int count = s->out->front_count;

    if (s->edge.beyond == count)
        return front[count - 1].lambda * 2;
    return s->edge.met ? sqrt(front[s->edge.beyond - 1].lambda * front[s->edge.beyond].lambda) : front[0].lambda / 2;
}

/* With a chip, plans of higher prices may lose less: one or two are looked at before the price falls. */
static int find_edge(struct search *s, double first)
{
    const struct choosing *c = s->choosing;
    int halvings = 0;

    TRY(attempt(s, first));
    for (int up = 1; up <= UPWARDS && c->pricing->tuning->target && !s->edge.met; up++)
        TRY(attempt(s, ldexp(first, 2 * up)));
    for (int i = 0; i < DOUBLINGS + HALVINGS && halvings < HALVINGS; i++) {
        halvings += s->edge.met && s->edge.beyond < s->out->front_count;
        TRY(attempt(s, next_lambda(s)));
    }
    return OK;
}

static void choose(struct search *s)
{
    struct connections_result *out = s->out;
    int best = edge_cheapest(out->front, &s->edge, s->choosing->max_drop_pp);

    out->met = best >= 0;
    for (int i = 0; !out->met && i < out->front_count; i++)
        if (best < 0 || out->front[i].drop.pp < out->front[best].drop.pp)
            best = i;
    out->chosen = out->front[best];
    out->plan = s->plans[best];
}

/* Plans for prices below and above the one that was chosen, a factor of two apart, where there is none yet. */
static int widen(struct search *s)
{
    double middle = s->out->chosen.lambda;

    for (int i = -FRONT_DOWN; i <= FRONT_UP; i++) {
        int known = 0;
        for (int k = 0; k < s->out->front_count; k++)
            known |= fabs(log2(s->out->front[k].lambda / middle) - i) < 0.5;
        if (!known)
            TRY(attempt(s, ldexp(middle, i)));
    }
    return OK;
}

int budget_search(struct region *r, struct regression *g, const struct regression_options *o, const struct choosing *c,
                  double first, struct connections_result *out, struct diag *d)
{
    struct search s = { .region = r, .regression = g, .options = o, .choosing = c, .out = out, .diag = d };

    out->front_count = 0;
    out->front = region_array(r, TRADES_MAX, sizeof *out->front);
    TRY(find_edge(&s, first));
    choose(&s);
    return c->whole_front ? widen(&s) : OK;
}
