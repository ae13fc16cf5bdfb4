/* connections.c - tune_connections: parts the samples, measures, searches the price, and compares the levers. */
#include "layout/layout.h"
#include "tune/budget.h"
#include "tune/split.h"

enum { SAMPLES_LEAST = 20, FIT_MOST = 6000, CHOOSE_MOST = 20000, SEARCH_LEAST = 20, SEARCH_MOST = 2000 };

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

/* Without labels, plans are judged by agreement with the dense network, which one class cannot break. */
static int check_predictions(const struct job *j)
{
    const struct evaluation *e = &j->dense;
    int32_t classes = 0;

    for (size_t i = 1; i < e->samples; i++)
        classes |= e->predicted[i] ^ e->predicted[0];
    if (!j->split.choose.labels && !classes)
        return diag_fail(j->diag, BAD_INPUT, j->model_path,
                         "it puts all samples into class %d, and agreement with that says nothing; give samples of "
                         "every class",
                         e->predicted[0]);
    return OK;
}

static int prepare_job(struct job *j, struct program *dense, const struct inputs *in)
{
    double samples = fit_bytes / (double)regression_sample_bytes(dense);
    size_t most = samples < FIT_MOST ? (size_t)samples + 1 : FIT_MOST;

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
    TRY(pricing_new(j->region, dense, j->tuning, j->model_path, &j->pricing, j->diag));
    TRY(evaluate(j->region, engine_new(j->region, dense, KERNELS_FAST, j->tuning->threads), &j->split.choose, 1,
                 &j->dense));
    TRY(check_predictions(j));
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

static int search(struct job *j, struct program *dense)
{
    const struct tuning *t = j->tuning;
    struct regression_options o = { .method = t->method, .keep = t->keep_weights, .price = j->pricing.layers };

    j->choosing.whole_front = t->whole_front;
    TRY(budget_search(j->region, j->regression, &o, &j->choosing, first_lambda(j, dense), j->out, j->diag));
    j->choosing.whole_front = 0;
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
    status = search(&j, dense);
    out->kept = status == INTERRUPTED ? resume_count(j.choosing.resume) : 0;
    resume_close(j.choosing.resume, status != INTERRUPTED);
    return status;
}
