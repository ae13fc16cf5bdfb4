/* layer_fit.c - see layer_fit.h. */
#include "tune/layer_fit.h"

#include "base/parallel.h"
#include "tune/descent.h"

static const double dead = 1e30; /* lambda of an output that changes nothing */

/* Of one draw: its Gram matrix, and what each of its outputs has in common with the features. */
struct moments {
    struct region *room; /* a draw's own: they are taken in parallel */
    struct gram *gram;
    const struct patches *patches;
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

/* Threads share the draws where there are enough of them, else the work of each. */
int layer_fit_open(struct layer_fit *f, const struct calibration *c, int layer)
{
    struct opening o = { f, c, layer, f->draw_count >= f->threads ? 1 : f->threads };

    f->room = region_new();
    f->moments = region_array(f->room, (size_t)f->draw_count, sizeof *f->moments);
    f->loss = region_array(f->room, (size_t)f->layer->out_c, sizeof *f->loss);
    f->saved = region_array(f->room, (size_t)f->layer->out_c, sizeof *f->saved);
    return parallel_for(o.threads == 1 ? f->threads : 1, (size_t)f->draw_count, open_draw, &o) ? INTERRUPTED : OK;
}

void layer_fit_close(struct layer_fit *f)
{
    for (int i = 0; i < f->draw_count; i++)
        if (f->moments[i].room)
            region_free(f->moments[i].room);
    region_free(f->room);
}

/* price[k][level]: what an inference costs more if connection k of output o wakes there. */
static void fill_prices(const struct layer_fit *f, int o, double share, double *price)
{
    const struct statistics *s = f->statistics;
    const struct price *p = &f->price;

    for (int k = 0; k < f->layer->taps; k++) {
        const uint64_t *seen = s->seen + (size_t)mac_source(f->layer, o, k) * MAGNITUDES;
        double always = p->executed * (double)seen[MAGNITUDES - 1] / (double)s->samples;
        for (int level = 0; level < f->levels.count; level++) {
            double awake = p->executed * (double)(seen[MAGNITUDES - 1] - seen[f->levels.cut[level]]);
            *price++ = p->stored + awake / (double)s->samples + share * (p->stored + always);
        }
    }
}

static void write_output(struct layer_fit *f, int o, const uint8_t *level, const int8_t *weight)
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

/* Room of one output's descent. */
struct output {
    double *covariance, *price;
    int8_t *network, *weight;
    uint8_t *level;
};

static struct output output_new(struct region *room, const struct layer_fit *f, const struct gram *g, int o)
{
    size_t taps = (size_t)g->taps;
    struct output out = { .covariance = region_array(room, g->features, sizeof(double)),
                          .price = region_array(room, g->features, sizeof(double)),
                          .network = region_alloc(room, taps),
                          .weight = region_alloc(room, taps),
                          .level = region_alloc(room, taps) };

    for (int k = 0; k < g->taps; k++)
        out.network[k] = f->network[mac_at(f->layer, o, k)];
    return out;
}

static void fit_output(struct layer_fit *f, struct region *room, int o)
{
    int number = o % f->draws[0].outputs;
    const struct draw *draw = &f->draws[o / f->draws[0].outputs];
    const struct moments *m = &f->moments[o / f->draws[0].outputs];
    struct output out = output_new(room, f, m->gram, o);
    struct descent d = { .gram = m->gram, .covariance = out.covariance, .price = out.price, .network = out.network };

    gram_target(m->gram, m->patches, draw->target + (size_t)number * draw->rows, out.covariance, &d.target_mean);
    d.lambda = draw->weight[number] > 0 ? f->lambda / draw->weight[number] : dead;
    d.keep = f->keep;
    fill_prices(f, o, f->share, out.price);
    f->new_bias[o] = f->bias[o] + descend_output(&d, out.level, out.weight);
    write_output(f, o, out.level, out.weight);
    fill_prices(f, o, 0, out.price);
    f->saved[o] = network_cost(&d, out.price) - cost_of(m->gram, out.price, out.level);
    f->loss[o] = draw->weight[number] * (descent_network_explains(&d) - descent_explains(&d, out.level, out.weight));
}

static void one_output(void *context, size_t o, int thread)
{
    struct region *room = region_new();

    (void)thread;
    fit_output(context, room, (int)o);
    region_free(room);
}

int layer_fit_descend(struct layer_fit *f, double share)
{
    f->share = share;
    return parallel_for(f->threads, (size_t)f->layer->out_c, one_output, f) ? INTERRUPTED : OK;
}
