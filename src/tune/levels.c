/* levels.c - see levels.h. */
#include "tune/levels.h"

#include <math.h>
#include <string.h>

#include "layout/layout.h"
#include "lower/scaling.h"
#include "tune/statistics.h"

enum { LIFTS = PLAN_LIFT_MAX + 1, STATISTICS_MOST = 500, SEARCH_LEAST = 200 };

static const double search_macs = 2e9;   /* of all samples that the search runs again and again */
static const double drop_floor_pp = 0.1; /* losses below that are not told apart */
static const double worth = 0.002;       /* share of the executed MACs that a lift must save */

/* What a level does on some samples. */
struct outcome_of {
    double executed; /* MACs an inference */
    struct drop drop;
    double accuracy;
};

struct search {
    struct region *region;
    const struct graph *graph;
    const struct inputs *in;
    const struct evaluation *dense;
    const struct level_goals *goals;
    const char *model_path;
    struct plan plan;              /* with one level beyond 0, the one that is tried */
    struct layer_level *level;     /* [layers] its writable ones */
    const int32_t *(*bias)[LIFTS]; /* [layers] of each lift; NULL: the layer has no cuts */
    int *lifts;                    /* [points][layers] the way up */
    int points;
    uint64_t macs;  /* dense, of an inference */
    double most_pp; /* what the goal at hand allows */
    struct diag *diag;
};

/* ---- Biases ----------------------------------------------------------------------------------------------------- */

/* What the layer's input looks like at level 0. */
static struct statistics **gather(struct region *r, const struct program *p, const struct inputs *in)
{
    struct statistics **s = region_array(r, (size_t)p->layer_count, sizeof *s);
    struct engine *e = engine_new(r, (struct program *)p, KERNELS_FAST, 1);
    size_t count = in->count < STATISTICS_MOST ? in->count : STATISTICS_MOST, apart = in->count / count;

    for (int l = 0; l < p->layer_count; l++)
        s[l] = statistics_new(r, &p->layers[l]);
    for (size_t i = 0; i < count; i++) {
        engine_feed(e, 0, 0, in->data + i * apart * in->sample_bytes);
        for (int step = 0; step < p->step_count; step++) {
            if (p->steps[step].mac >= 0)
                statistics_add(s[p->steps[step].mac], engine_tensor(e, 0, p->steps[step].tensor[0]));
            engine_run(e, 0, step, step + 1, NULL);
        }
    }
    for (int l = 0; l < p->layer_count; l++)
        statistics_finish(s[l]);
    return s;
}

/* The plan's bias, and on top the mean of what the lift leaves out. */
static const int32_t *lifted_bias(struct region *r, const struct statistics *s, int lift)
{
    const struct mac_layer *m = s->layer;
    size_t connections = (size_t)m->out_c * (size_t)m->taps;
    uint8_t *cut = region_alloc(r, connections);
    int32_t *bias = region_array(r, (size_t)m->out_c, sizeof *bias);

    for (size_t i = 0; i < connections; i++)
        cut[i] = scaling_cut(m->cut[i], -lift);
    for (int o = 0; o < m->out_c; o++)
        bias[o] = m->bias[o] + (int32_t)lround(statistics_mean(s, o, m->cut) - statistics_mean(s, o, cut));
    return bias;
}

static int find_biases(struct search *s)
{
    struct region *room = region_new();
    struct program p;
    int status = lower(room, s->graph, &s->plan, s->model_path, &p, s->diag);

    if (status == OK)
        status = layout_arena(room, &p, s->model_path, s->diag);
    if (status == OK) {
        struct statistics **of = gather(room, &p, s->in);
        s->macs = program_macs(&p);
        for (int l = 0; l < s->plan.layer_count; l++)
            for (int lift = 0; s->plan.layers[l].cuts && lift < LIFTS; lift++)
                s->bias[l][lift] = lifted_bias(s->region, of[l], lift);
    }
    region_free(room);
    return status;
}

/* ---- Trials ----------------------------------------------------------------------------------------------------- */

static void set_lifts(struct search *s, const int *lifts)
{
    for (int l = 0; l < s->plan.layer_count; l++)
        if (s->plan.layers[l].cuts)
            s->level[l] = (struct layer_level){ lifts[l], s->bias[l][lifts[l]] };
}

static double accuracy_of(const struct inputs *in, const struct evaluation *dense, const struct evaluation *own)
{
    size_t agreeing = 0;

    for (size_t i = 0; i < in->count; i++)
        agreeing += own->predicted[i] == dense->predicted[i];
    return (double)(in->labels ? own->correct : agreeing) / (double)in->count;
}

/* The first `count` samples at these lifts. */
static int attempt(struct search *s, const int *lifts, size_t count, struct outcome_of *out)
{
    struct region *room = region_new();
    struct inputs in = *s->in;
    struct evaluation own;
    struct program p;
    int status;

    in.count = count;
    set_lifts(s, lifts);
    s->plan.level = 1;
    status = lower(room, s->graph, &s->plan, s->model_path, &p, s->diag);
    if (status == OK)
        status = layout_arena(room, &p, s->model_path, s->diag);
    if (status == OK)
        status = evaluate(room, engine_new(room, &p, KERNELS_FAST, s->goals->threads), &in, 1, &own);
    if (status == OK) {
        out->executed = (double)mac_total(own.counts, p.layer_count).executed / (double)count;
        out->drop = drop_measure(&in, s->dense, &own);
        out->accuracy = accuracy_of(&in, s->dense, &own);
    }
    region_free(room);
    return status;
}

/* One lift more for the layer that saves most MACs for what is lost; *moved is 0 if none is worth it. */
static int climb(struct search *s, size_t count, int *lifts, struct outcome_of *at, int *moved)
{
    double best = 0;
    int layer = -1;
    struct outcome_of next = *at, tried;

    for (int l = 0; l < s->plan.layer_count; l++) {
        double saved, value;
        if (!s->plan.layers[l].cuts || lifts[l] == PLAN_LIFT_MAX)
            continue;
        lifts[l]++;
        TRY(attempt(s, lifts, count, &tried));
        lifts[l]--;
        saved = at->executed - tried.executed;
        value = saved / (fmax(tried.drop.pp - at->drop.pp, 0) + drop_floor_pp);
        if (saved > worth * at->executed && tried.drop.pp <= s->most_pp && value > best)
            best = value, layer = l, next = tried;
    }
    *moved = layer >= 0;
    if (*moved)
        lifts[layer]++;
    *at = next;
    return OK;
}

/* Goes on up to where every lift more loses more than a goal allows. */
static int find_way(struct search *s, size_t count, double most_pp)
{
    size_t layers = (size_t)s->plan.layer_count;
    int moved = 1;
    struct outcome_of at;

    s->most_pp = most_pp;
    TRY(attempt(s, s->lifts + (size_t)(s->points - 1) * layers, count, &at));
    while (moved && s->points < (int)layers * LIFTS) {
        int *next = s->lifts + (size_t)s->points * layers;
        memcpy(next, next - layers, layers * sizeof *next);
        TRY(climb(s, count, next, &at, &moved));
        s->points += moved;
    }
    return OK;
}

/* ---- Levels ----------------------------------------------------------------------------------------------------- */

static void take_level(struct search *s, int level, const int *lifts, const struct outcome_of *o, struct plan *plan)
{
    plan->levels[level] =
        (struct plan_level){ .accuracy = o->accuracy, .drop_pp = o->drop.pp, .executed = o->executed };
    set_lifts(s, lifts);
    for (int l = 0; level && l < plan->layer_count; l++)
        if (plan->layers[l].cuts)
            ((struct layer_level *)plan->layers[l].levels)[level - 1] = s->level[l];
}

/* From the far end of the way the first point that keeps to the goal on all samples. */
static int choose(struct search *s, int goal, struct plan *plan)
{
    size_t layers = (size_t)s->plan.layer_count;
    struct outcome_of o;

    for (int i = s->points - 1; i > 0; i--) {
        TRY(attempt(s, s->lifts + (size_t)i * layers, s->in->count, &o));
        if (o.drop.pp <= s->goals->max_drop_pp[goal]) {
            take_level(s, goal + 1, s->lifts + (size_t)i * layers, &o, plan);
            return OK;
        }
    }
    return diag_fail(s->diag, JOB_FAILED, "--levels",
                     "no level within a drop of %g points executes less than the plan; allow more",
                     s->goals->max_drop_pp[goal]);
}

/* A copy of the plan that has the level to be tried. */
static void prepare(struct search *s, const struct plan *plan)
{
    size_t layers = (size_t)plan->layer_count;

    s->plan = *plan;
    s->plan.level_count = 2;
    s->plan.layers = region_copy(s->region, plan->layers, layers * sizeof *plan->layers);
    s->level = region_array(s->region, layers, sizeof *s->level);
    s->bias = region_array(s->region, layers, sizeof *s->bias);
    s->lifts = region_array(s->region, (layers * LIFTS + 1) * layers, sizeof *s->lifts);
}

int levels_find(struct region *r, const struct graph *g, const struct inputs *in, const struct evaluation *dense,
                const struct level_goals *goals, const char *model_path, struct plan *plan, struct diag *d)
{
    struct search s = { r, g, in, dense, goals, model_path, .diag = d };
    size_t count;
    struct outcome_of own;

    prepare(&s, plan);
    s.points = 1;
    s.plan.level_count = 0;
    TRY(find_biases(&s));
    s.plan.level_count = 2;
    for (int l = 0; l < plan->layer_count; l++)
        if (plan->layers[l].cuts) {
            s.plan.layers[l].levels = &s.level[l];
            plan->layers[l].levels = region_array(r, (size_t)goals->count, sizeof *s.level);
        }
    count = (size_t)fmax(search_macs / (double)(s.macs ? s.macs : 1), SEARCH_LEAST);
    count = count < in->count ? count : in->count;
    plan->level_count = goals->count + 1;
    plan->levels = region_array(r, (size_t)plan->level_count, sizeof *plan->levels);
    TRY(attempt(&s, s.lifts, in->count, &own));
    take_level(&s, 0, s.lifts, &own, plan);
    for (int i = 0; i < goals->count; i++) {
        TRY(find_way(&s, count, goals->max_drop_pp[i]));
        TRY(choose(&s, i, plan));
    }
    return OK;
}
