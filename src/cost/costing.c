/* costing.c - the steps of a packed program beside those of the plain one, from which this machine runs. */
#include "cost/counting.h"

#include <string.h>

#include "port/lower_prefix.h"

struct costing {
    const struct program *plain, *packed;
    struct counted *steps; /* [packed->step_count] */
};

/* How sums become outputs: in the port's best way, or in others that some layers need. */
static enum cost_feature after_kind(const struct port *port, enum unit_after form)
{
    static const enum cost_feature kinds[] = { COST_OUTPUTS, COST_OUTPUTS_SECOND, COST_OUTPUTS_THIRD };

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (port->after[i] == form && form != UNIT_AFTER_NONE)
            return kinds[i];
    return COST_OUTPUTS_LONG;
}

static enum cost_feature output_kind(const struct counted *s)
{
    const struct unit_packed_s8 *packed = s->op;
    const struct unit_lanes_s8 *lanes = s->op;
    const struct unit_lanes_depthwise_s8 *planes = s->op;
    const struct unit_bytes_s8 *bytes = s->op;
    const struct unit_squares_s8 *squares = s->op;
    int bent = ((s->kernel == unit_lanes_s8 || s->kernel == unit_lanes_s8_xcut) && lanes->bends) ||
               (s->kernel == unit_bytes_s8 && bytes->bends) ||
               (s->kernel == unit_lanes_depthwise_s8 && planes->bends) ||
               (s->kernel == unit_squares_s8 && squares->bends);

    if (s->port->after[0] != UNIT_AFTER_NONE && prefix_scatters(s->kernel))
        return after_kind(s->port, ((const struct unit_prefix_s8 *)s->op)->after_form);
    if (s->port->after[0] != UNIT_AFTER_NONE && s->kernel == unit_prefix_depthwise_s8)
        return after_kind(s->port, ((const struct unit_prefix_depthwise_s8 *)s->op)->after_form);
    if (s->parts->packed && packed->requant == UNIT_REQUANT_LONG)
        return COST_OUTPUTS_LONG;
    if (s->parts->packed && s->port->divides && packed->requant != UNIT_REQUANT_DIVIDED)
        return COST_OUTPUTS_SECOND;
    return bent ? COST_OUTPUTS_SECOND : COST_OUTPUTS;
}

static double shifts_of(const struct mac_layer *m, double outputs)
{
    double sum = 0;

    for (int o = 0; o < m->out_c; o++)
        sum += m->shape.shift[m->fully_connected ? 0 : o] < 0 ? -m->shape.shift[m->fully_connected ? 0 : o] : 0;
    return sum * outputs / m->out_c;
}

static const struct unit_pool_s8 *pool_behind(const struct program *plain, const struct counted *s)
{
    return s->last - s->first > 1 ? plain->kernels[s->last - 1].op : NULL;
}

static void describe_layer(struct region *r, const struct program *plain, struct counted *s)
{
    const struct unit_conv2d_s8 *g = &s->layer->shape;
    const struct unit_pool_s8 *pool = pool_behind(plain, s);

    s->rows = pool ? g->out_h - g->out_h % pool->filter_h : g->out_h;
    s->columns = pool && s->kernel != unit_lanes_s8 && s->kernel != unit_lanes_s8_xcut
                     ? g->out_w / pool->filter_w * pool->filter_w
                     : g->out_w;
    s->pool_h = pool ? pool->filter_h : 1;
    s->pooled = pool ? pool->filter_h * pool->filter_w : 1;
    s->y_min = pool && pool->act_min > g->act_min ? pool->act_min : g->act_min;
    s->y_max = pool && pool->act_max < g->act_max ? pool->act_max : g->act_max;
    s->cut = g->x_cut;
    s->block = s->parts->block ? s->parts->block : s->port->block;
    s->output_kind = output_kind(s);
    s->thresholds = s->layer->plan && s->layer->plan->groups ? s->layer->plan->groups : 0;
    s->shifts = shifts_of(s->layer, (double)s->out_elements);
    if (s->layer->cut && s->kernel != unit_prefix_s8 && s->kernel != unit_prefix_depthwise_s8)
        s->executed = counter_new(r, s->layer);
}

/* The step of the plain program that stands for packed step i and those that are joined to it. */
static void describe(struct region *r, const struct costing *c, const struct port *port, int i, int first)
{
    const struct step *own = &c->packed->steps[i];
    struct counted *s = &c->steps[i];
    int output = own->tensor[own->tensor_count - 1], last = first;

    while (c->plain->steps[last].tensor[c->plain->steps[last].tensor_count - 1] != output)
        last++;
    *s = (struct counted){ .kernel = c->packed->kernels[i].kernel,
                           .op = c->packed->kernels[i].op,
                           .port = port,
                           .parts = composition_of(c->packed->kernels[i].kernel, port),
                           .layer = own->mac >= 0 ? &c->packed->layers[own->mac] : NULL,
                           .first = first,
                           .last = last + 1,
                           .in = own->tensor[0],
                           .out = output };
    s->in_elements = tensor_elements(&c->plain->graph->tensors[s->in]);
    s->out_elements = tensor_elements(&c->plain->graph->tensors[s->out]);
    if (s->layer)
        describe_layer(r, c->plain, s);
}

struct costing *costing_new(struct region *r, const struct program *plain, const struct program *packed,
                            const struct port *port)
{
    struct costing *c = region_alloc(r, sizeof *c);

    *c = (struct costing){ plain, packed, region_array(r, (size_t)packed->step_count, sizeof *c->steps) };
    for (int i = 0; i < packed->step_count; i++)
        describe(r, c, port, i, i ? c->steps[i - 1].last : 0);
    return c;
}

int costing_runs(const struct costing *c)
{
    return c->packed->step_count + 1;
}

int costing_is_full(const struct costing *c, int run)
{
    return run < c->packed->step_count && c->steps[run].layer && c->steps[run].layer->fully_connected;
}

struct counted counting_step(struct region *r, const struct costing *c, int i)
{
    struct counted s = c->steps[i];

    if (prefix_scatters(s.kernel))
        s.quiet = quiet_new(r, &s);
    return s;
}

/* in NULL: as much as any input can make it. */
static void count_step(const struct counted *s, const int8_t *in, double *n)
{
    memset(n, 0, COST_FEATURE_COUNT * sizeof *n);
    n[COST_CALLS] = 1;
    n[COST_ROWS] = s->rows;
    n[COST_ELEMENTS] = (double)s->in_elements;
    n[COST_OUTPUTS] = (double)s->out_elements;
    for (int i = 0; i < COUNT_PARTS_MAX && s->parts->part[i]; i++)
        s->parts->part[i](s, in, n);
}

void counting_run(const struct costing *c, double *n)
{
    const struct unit_network *net = &c->packed->network;

    memset(n, 0, COST_FEATURE_COUNT * sizeof *n);
    n[COST_CALLS] = c->packed->step_count;
    for (int i = 0; i < net->input_count; i++)
        n[COST_ELEMENTS] += net->inputs[i].bytes;
    for (int i = 0; i < net->output_count; i++)
        n[COST_ELEMENTS] += net->outputs[i].bytes;
}

void costing_count_step(const struct costing *c, const struct engine *e, int thread, int step, double *counts)
{
    struct region *r = region_new();
    struct counted s = counting_step(r, c, step);

    count_step(&s, engine_tensor(e, thread, s.in), counts);
    engine_run(e, thread, s.first, s.last, NULL);
    if (s.layer)
        count_outputs(&s, engine_tensor(e, thread, s.out), counts);
    region_free(r);
}

void costing_count(const struct costing *c, const struct engine *e, int thread, const void *sample, double *counts)
{
    const struct unit_network *net = &c->plain->network;
    const uint8_t *input = sample;

    for (int i = 0; i < net->input_count; input += net->inputs[i++].bytes)
        engine_feed(e, thread, i, input);
    for (int i = 0; i < c->packed->step_count; i++, counts += COST_FEATURE_COUNT)
        costing_count_step(c, e, thread, i, counts);
    counting_run(c, counts);
}

void counting_most(const struct counted *s, double *counts)
{
    count_step(s, NULL, counts);
    if (s->layer)
        count_outputs(s, NULL, counts);
}
