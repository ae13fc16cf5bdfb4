/* connections.c - tune_connections: parts the samples, measures, searches the price, and compares the levers. */
#include "layout/layout.h"
#include "tune/budget.h"
#include "tune/follow.h"
#include "tune/split.h"

enum { SAMPLES_LEAST = 20, FIT_MOST = 6000, CHOOSE_MOST = 20000, SEARCH_LEAST = 20, SEARCH_MOST = 2000, ALL_TRIES = 6 };

static const double all_step = 0.75; /* of lambda, between tries */

static const double fit_bytes = 768e6; /* of memory for what is kept of each sample */
static const double search_macs =
    3e9; /* of all samples that the search for layers sees, which runs them again and again */

struct job {
    struct region *region;
    const struct graph *graph;
    const struct tuning *tuning;
    const char *model_path;
    struct split split;
    struct evaluation dense;
    int layers;
    struct pricing pricing;
    struct choosing choosing;
    struct regression *regression;
    struct connections_result *out;
    struct diag *diag;
};

static int check_samples(const struct inputs *in, const char *model_path, struct diag *d)
{
    int32_t classes = 0;

    if (in->count < SAMPLES_LEAST)
        return diag_fail(d, BAD_INPUT, model_path,
                         "%zu samples are too few to fit plans and choose one; give %d or more", in->count,
                         SAMPLES_LEAST);
    for (size_t i = 1; in->labels && i < in->count; i++)
        classes |= in->labels[i] ^ in->labels[0];
    if (in->labels && !classes)
        return diag_fail(d, BAD_INPUT, model_path, "all %zu samples are of class %d; give samples of every class",
                         in->count, in->labels[0]);
    return OK;
}

/* Samples that can be fitted at once. */
static size_t fit_most(const struct program *dense)
{
    double samples = fit_bytes / (double)regression_sample_bytes(dense);

    return samples < FIT_MOST ? (size_t)samples + 1 : FIT_MOST;
}

static int prepare_job(struct job *j, struct program *dense, const struct inputs *in)
{
    size_t most = fit_most(dense);

    j->split = split_inputs(j->region, in, most, CHOOSE_MOST, j->tuning->seed);
    j->out->choose = j->split.choose;
    j->out->fitted = j->split.fit.count;
    j->layers = dense->layer_count;
    j->choosing = (struct choosing){ .graph = j->graph,
                                     .model_path = j->model_path,
                                     .in = &j->split.choose,
                                     .dense = &j->dense,
                                     .pricing = &j->pricing,
                                     .threads = j->tuning->threads,
                                     .max_drop_pp = j->tuning->max_drop_pp };
    if (j->tuning->adaptive)
        j->split.fit = follow_faint(j->region, dense, &j->split.fit);
    TRY(pricing_new(j->region, dense, j->tuning, j->model_path, &j->pricing, j->diag));
    TRY(evaluate(j->region, engine_new(j->region, dense, KERNELS_FAST, j->tuning->threads), &j->split.choose, 1,
                 &j->dense));
    return regression_new(j->region, j->graph, &j->split.fit, j->tuning, j->model_path, &j->regression, j->diag);
}

/* Squared logits a unit of cost if zero-skip shared out the variance of the logits: plans of networks tried so far
 * lose half a point at 0.2 to 6 times that. */
static double first_lambda(const struct job *j, const struct program *dense)
{
    double cost = 0;

    for (int l = 0; l < j->layers; l++) {
        const struct price *p = &j->pricing.layers[l];
        const struct mac_layer *m = &dense->layers[l];
        cost += p->executed * (double)j->dense.counts[l].executed / (double)j->dense.samples +
                p->stored * m->out_c * m->taps;
    }
    return regression_logit_variance(j->regression) / (cost > 1 ? cost : 1);
}

/* The price is chosen; what it was chosen on can be fitted as well. If the plan of all samples does not keep to the
 * budget where the other did, that was luck, and the price falls until it does. Only the other's bound is of samples
 * that it has not seen, so that bound stays. */
static int fit_all(struct job *j, const struct regression_options *o, const struct program *dense,
                   const struct inputs *in)
{
    struct connections_result *out = j->out;
    struct trade trade = { .lambda = out->chosen.lambda };
    struct inputs all = j->tuning->adaptive ? follow_faint(j->region, dense, in) : *in;
    struct regression *g;
    struct plan plan;

    TRY(regression_new(j->region, j->graph, &all, j->tuning, j->model_path, &g, j->diag));
    for (int i = 0; i < ALL_TRIES; i++, trade.lambda *= all_step) {
        TRY(regression_plan(j->region, g, o, trade.lambda, &plan));
        TRY(budget_judge(&j->choosing, &plan, &trade, j->diag));
        if (trade.drop.pp > j->tuning->max_drop_pp)
            continue;
        if (trade.drop.upper95_pp < out->chosen.drop.upper95_pp)
            trade.drop.upper95_pp = out->chosen.drop.upper95_pp;
        out->plan = plan;
        out->chosen = trade;
        out->fitted = in->count;
        break;
    }
    return OK;
}

/* ---- What each lever buys --------------------------------------------------------------------------------------- */

static void add_lever(struct job *j, const char *name, const struct trade *t)
{
    j->out->levers[j->out->lever_count++] =
        (struct lever){ .name = name, .executed = (double)t->macs.executed / (double)t->macs.dense, .drop = t->drop };
}

static int compare_zeroskip(struct job *j)
{
    struct tuning t = { .method = METHOD_ZEROSKIP, .threads = j->tuning->threads };
    struct plan plan;
    struct trade trade;

    TRY(tune_percentile(j->region, j->graph, &j->split.fit, &t, j->model_path, &plan, j->diag));
    TRY(budget_judge(&j->choosing, &plan, &trade, j->diag));
    add_lever(j, "zero-skip", &trade);
    return OK;
}

static int compare_search(struct job *j)
{
    struct tuning t = *j->tuning;
    struct inputs some = j->split.fit;
    double dense = (double)mac_total(j->dense.counts, j->layers).dense / (double)j->dense.samples;
    size_t most = dense * SEARCH_MOST < search_macs ? SEARCH_MOST : (size_t)(search_macs / dense);
    struct search_result found;
    struct trade trade;

    t.method = METHOD_UNIT;
    most = most < SEARCH_LEAST ? SEARCH_LEAST : most;
    some.count = some.count < most ? some.count : most;
    TRY(tune_search(j->region, j->graph, &some, &t, j->model_path, &found, j->diag));
    TRY(budget_judge(&j->choosing, &found.plan, &trade, j->diag));
    add_lever(j, "a threshold a layer", &trade);
    return OK;
}

/* The regression under other options, beginning at the price that the plan has. */
static int compare_regression(struct job *j, const char *name, enum method method, int keep)
{
    const struct tuning *t = j->tuning;
    struct regression_options o = { .method = method, .keep = keep, .price = j->pricing.layers };
    struct connections_result other;

    if (method == t->method && keep == t->keep_weights) {
        add_lever(j, name, &j->out->chosen);
        return OK;
    }
    TRY(budget_search(j->region, j->regression, &o, &j->choosing, j->out->chosen.lambda, &other, j->diag));
    add_lever(j, name, &other.chosen);
    return OK;
}

static int compare(struct job *j)
{
    TRY(compare_zeroskip(j));
    TRY(compare_search(j));
    TRY(compare_regression(j, "a static mask, refitted", METHOD_STATIC, 0));
    TRY(compare_regression(j, "a cut a connection", METHOD_UNIT, 1));
    return compare_regression(j, "a cut a connection, refitted", METHOD_UNIT, 0);
}

static int search(struct job *j, struct program *dense, const struct inputs *in)
{
    const struct tuning *t = j->tuning;
    struct regression_options o = { .method = t->method, .keep = t->keep_weights, .price = j->pricing.layers };

    j->choosing.whole_front = t->whole_front;
    TRY(budget_search(j->region, j->regression, &o, &j->choosing, first_lambda(j, dense), j->out, j->diag));
    j->choosing.whole_front = 0;
    if (j->out->met && in->count <= fit_most(dense))
        TRY(fit_all(j, &o, dense, in));
    return t->compare ? compare(j) : OK;
}

int tune_connections(struct region *r, const struct graph *g, struct program *dense, const struct inputs *in,
                     const struct tuning *t, const char *model_path, struct connections_result *out, struct diag *d)
{
    struct job j = { .region = r, .graph = g, .tuning = t, .model_path = model_path, .out = out, .diag = d };
    int status;

    *out = (struct connections_result){ 0 };
    TRY(check_samples(in, model_path, d));
    TRY(prepare_job(&j, dense, in));
    if (t->resume_path)
        j.choosing.resume = resume_open(r, t->resume_path, g, in, t, model_path);
    status = search(&j, dense, in);
    out->kept = status == INTERRUPTED ? resume_count(j.choosing.resume) : 0;
    resume_close(j.choosing.resume, status != INTERRUPTED);
    return status;
}
