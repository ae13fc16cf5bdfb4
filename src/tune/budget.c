/* budget.c - see budget.h. */
#include "tune/budget.h"

#include <math.h>

#include "layout/layout.h"

enum { DOUBLINGS = 14, HALVINGS = 4, FRONT_DOWN = 5, FRONT_UP = 3 };
enum { TRADES_MAX = 1 + DOUBLINGS + HALVINGS + FRONT_DOWN + FRONT_UP };

struct search {
    struct region *region;
    struct regression *regression;
    const struct regression_options *options;
    const struct choosing *choosing;
    struct connections_result *out;
    struct plan plans[TRADES_MAX]; /* of the front, in its order */
    double pooled_pp[TRADES_MAX];  /* drops of the front, made to rise with lambda */
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

/* The drop of one plan is noisy, but it should rise with the price: neighbours that fall are pooled into their mean,
 * the nearest rising curve in the sense of least squares (pool adjacent violators). */
static void pool(struct search *s)
{
    int size[TRADES_MAX], pools = 0;
    double mean[TRADES_MAX];

    for (int i = 0; i < s->out->front_count; i++) {
        mean[pools] = s->out->front[i].drop.pp;
        size[pools++] = 1;
        while (pools > 1 && mean[pools - 2] >= mean[pools - 1]) {
            int a = size[pools - 2], b = size[pools - 1];
            mean[pools - 2] = (a * mean[pools - 2] + b * mean[pools - 1]) / (a + b);
            size[pools - 2] += b;
            pools--;
        }
    }
    for (int i = 0, at = 0; i < pools; i++)
        for (int k = 0; k < size[i]; k++)
            s->pooled_pp[at++] = mean[i];
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
    pool(s);
    return OK;
}

/* How many plans of the front, from the cheapest price on, keep to the budget. */
static int within(const struct search *s)
{
    int count = 0;

    while (count < s->out->front_count && s->pooled_pp[count] <= s->choosing->max_drop_pp)
        count++;
    return count;
}

/* The next price to try: double or half of those known until the budget is met and missed, then between the last that
 * meets it and the first that does not. */
static double next_lambda(const struct search *s)
{
    const struct trade *front = s->out->front;
    int count = s->out->front_count, met = within(s);

    if (met == count)
        return front[count - 1].lambda * 2;
    return met == 0 ? front[0].lambda / 2 : sqrt(front[met - 1].lambda * front[met].lambda);
}

static int find_edge(struct search *s, double first)
{
    int halvings = 0;

    TRY(attempt(s, first));
    for (int i = 0; i < DOUBLINGS + HALVINGS && halvings < HALVINGS; i++) {
        halvings += within(s) > 0 && within(s) < s->out->front_count;
        TRY(attempt(s, next_lambda(s)));
    }
    return OK;
}

/* Of the plans up to the edge the cheapest that keeps to the budget itself; if there is none, the one that loses least.
 */
static void choose(struct search *s)
{
    struct connections_result *out = s->out;
    int best = 0, count = within(s);

    out->met = 0;
    for (int i = 0; i < count; i++)
        if (out->front[i].drop.pp <= s->choosing->max_drop_pp &&
            (!out->met || out->front[i].cost < out->front[best].cost)) {
            best = i;
            out->met = 1;
        }
    for (int i = 0; !out->met && i < out->front_count; i++)
        if (out->front[i].drop.pp < out->front[best].drop.pp)
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
