/* layer_fit.c - see layer_fit.h. */
#include "tune/layer_fit.h"

#include "base/parallel.h"
#include "lower/scaling.h"
#include "tune/descent.h"

static const double dead = 1e30; /* lambda of an output that changes nothing */

/* Of one draw: its Gram matrix, and what each of its outputs has in common with the features. */
struct moments {
    struct region *room; /* a draw's own: they are taken in parallel */
    struct gram *gram;
    const struct patches *patches;
};

/* An output where every descent begins. */
struct output {
    double *covariance, target_mean, explained; /* the latter by the network's connections */
    float *rest;
    int8_t *network;
};

struct opening {
    struct layer_fit *fit;
    const struct calibration *calibration;
    int layer;
    int threads; /* for one draw */
};

static void open_draw(void *context, size_t number, int thread)
{
    const struct opening *o = context;
    struct layer_fit *f = o->fit;
    struct moments *m = &f->moments[number];

    (void)thread;
    m->room = region_new();
    m->gram = gram_new(m->room, f->layer->taps, f->levels.count);
    m->patches = patches_gather(m->room, &f->draws[number], o->calibration, o->layer, &f->levels);
    gram_fill(m->gram, m->patches, o->threads);
}

static const struct draw *draw_of(const struct layer_fit *f, int o)
{
    return &f->draws[o / f->draws[0].outputs];
}

static const struct moments *moments_of(const struct layer_fit *f, int o)
{
    return &f->moments[o / f->draws[0].outputs];
}

/* What of the network's bias follows the input. */
static int32_t follows(const struct layer_fit *f, int o)
{
    return f->bias[o] - scaling_stays(f->bias[o], f->bias_follows);
}

/* What does not depend on the share. */
static void open_output(void *context, size_t o, int thread)
{
    struct layer_fit *f = context;
    const struct draw *draw = draw_of(f, (int)o);
    const struct moments *m = moments_of(f, (int)o);
    struct output *out = &f->outputs[o];
    struct descent d = { .gram = m->gram, .more = follows(f, (int)o) };

    (void)thread;
    for (int k = 0; k < m->gram->taps; k++)
        out->network[k] = f->network[mac_at(f->layer, (int)o, k)];
    gram_target(m->gram, m->patches, draw->target + o % (size_t)draw->outputs * draw->rows, d.more, out->covariance,
                &out->target_mean);
    descent_begin(m->gram, out->covariance, out->network, out->rest);
    d.covariance = out->covariance;
    d.target_mean = out->target_mean;
    d.network = out->network;
    out->explained = descent_network_explains(&d);
}

static int open_outputs(struct layer_fit *f)
{
    size_t outputs = (size_t)f->layer->out_c, taps = (size_t)f->layer->taps, features = taps * (size_t)f->levels.count;

    f->outputs = region_array(f->room, outputs, sizeof *f->outputs);
    for (size_t o = 0; o < outputs; o++)
        f->outputs[o] = (struct output){ .covariance = region_array(f->room, features, sizeof(double)),
                                         .rest = region_array(f->room, features, sizeof(float)),
                                         .network = region_alloc(f->room, taps) };
    return parallel_for(f->threads, outputs, open_output, f) ? INTERRUPTED : OK;
}

/* Threads share the draws where there are enough of them, else the work of each. */
int layer_fit_open(struct layer_fit *f, const struct calibration *c, int layer)
{
    struct opening o = { f, c, layer, f->draw_count >= f->threads ? 1 : f->threads };

    f->room = region_new();
    f->moments = region_array(f->room, (size_t)f->draw_count, sizeof *f->moments);
    f->loss = region_array(f->room, (size_t)f->layer->out_c, sizeof *f->loss);
    f->saved = region_array(f->room, (size_t)f->layer->out_c, sizeof *f->saved);
    if (parallel_for(o.threads == 1 ? f->threads : 1, (size_t)f->draw_count, open_draw, &o))
        return INTERRUPTED;
    return open_outputs(f);
}

void layer_fit_close(struct layer_fit *f)
{
    for (int i = 0; i < f->draw_count; i++)
        if (f->moments[i].room)
            region_free(f->moments[i].room);
    region_free(f->room);
}

/* price[k][level]: what an inference costs more if connection k of output o wakes there. */
static void fill_prices(const struct layer_fit *f, int o, double share, double doze, double *price)
{
    const struct statistics *s = f->statistics;
    const struct price *p = &f->price;

    for (int k = 0; k < f->layer->taps; k++) {
        const uint64_t *seen = s->seen + (size_t)mac_source(f->layer, o, k) * MAGNITUDES;
        double always = p->executed * (double)seen[MAGNITUDES - 1] / (double)s->samples;
        for (int level = 0; level < f->levels.count; level++) {
            double awake = p->executed * (double)(seen[MAGNITUDES - 1] - seen[f->levels.cut[level]]);
            double dear = f->levels.cut[level] == 0 ? share + doze : share;
            *price++ = p->stored + awake / (double)s->samples + dear * (p->stored + always);
        }
    }
}

static void write_output(const struct layer_fit *f, int o, const uint8_t *level, const int8_t *weight)
{
    for (int k = 0; k < f->layer->taps; k++) {
        size_t at = mac_at(f->layer, o, k);
        f->cuts[at] = level[k] == LEVEL_NEVER ? PLAN_CUT_NEVER : f->levels.cut[level[k]];
        f->new_weights[at] = weight[k];
    }
}

static double cost_of(const struct gram *g, const double *price, const uint8_t *level)
{
    double cost = 0;

    for (int k = 0; k < g->taps; k++)
        cost += level[k] == LEVEL_NEVER ? 0 : price[(size_t)k * (size_t)g->levels + level[k]];
    return cost;
}

/* What the network's own connections cost, all awake. */
static double network_cost(const struct descent *d, const double *price)
{
    double cost = 0;

    for (int k = 0; k < d->gram->taps; k++)
        cost += d->network[k] ? price[(size_t)k * (size_t)d->gram->levels] : 0;
    return cost;
}

static struct descent descent_of(const struct layer_fit *f, struct region *room, int o)
{
    const struct gram *g = moments_of(f, o)->gram;
    double weight = draw_of(f, o)->weight[o % f->draws[0].outputs],
           *price = region_array(room, g->features, sizeof *price);
    const struct output *out = &f->outputs[o];

    fill_prices(f, o, f->share, f->doze, price);
    return (struct descent){ .gram = g,
                             .covariance = out->covariance,
                             .rest = out->rest,
                             .target_mean = out->target_mean,
                             .price = price,
                             .lambda = weight > 0 ? f->lambda / weight : dead,
                             .network = out->network,
                             .keep = f->keep,
                             .level = region_alloc(room, (size_t)g->taps),
                             .weight = region_alloc(room, (size_t)g->taps) };
}

static void take_output(struct layer_fit *f, struct region *room, int o, const struct descent *d)
{
    double *price = region_array(room, d->gram->features, sizeof *price);

    f->new_bias[o] = scaling_stays(f->bias[o], f->bias_follows) + d->bias;
    write_output(f, o, d->level, d->weight);
    fill_prices(f, o, 0, 0, price);
    f->saved[o] = network_cost(d, price) - cost_of(d->gram, price, d->level);
    f->loss[o] = draw_of(f, o)->weight[o % f->draws[0].outputs] *
                 (f->outputs[o].explained - descent_explains(d, d->level, d->weight));
}

/* Outputs of one draw that are fitted side by side. */
static int together(const struct layer_fit *f)
{
    int outputs = f->draws[0].outputs,
        some = f->draw_count > 1 ? outputs : (outputs + 2 * f->threads - 1) / (2 * f->threads);

    return some < DESCENTS_MAX ? some : DESCENTS_MAX;
}

static void fit_group(void *context, size_t number, int thread)
{
    struct layer_fit *f = context;
    struct region *room = region_new();
    struct descent d[DESCENTS_MAX];
    int outputs = f->draws[0].outputs, most = together(f), groups = (outputs + most - 1) / most;
    int first = (int)number % groups * most, count = outputs - first < most ? outputs - first : most;

    (void)thread;
    first += (int)number / groups * outputs;
    for (int i = 0; i < count; i++)
        d[i] = descent_of(f, room, first + i);
    descend(d, count);
    for (int i = 0; i < count; i++)
        take_output(f, room, first + i, &d[i]);
    region_free(room);
}

int layer_fit_descend(struct layer_fit *f, double share)
{
    int outputs = f->draws[0].outputs, most = together(f), groups = (outputs + most - 1) / most;

    f->share = share;
    return parallel_for(f->threads, (size_t)(f->draw_count * groups), fit_group, f) ? INTERRUPTED : OK;
}
