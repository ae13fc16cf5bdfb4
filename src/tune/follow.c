/* follow.c - see follow.h. */
#include "tune/follow.h"

#include <math.h>
#include <string.h>

#include <rt_scale.h>

#include "lower/scaling.h"

/* Reading an element costs about what an executed MAC costs: so many elements stay below the 2 % that following may
 * cost (docs/adr/0054), and so few tell nothing. */
enum { ELEMENTS_A_COUNT = 8, MACS_A_COUNT = 1024, COUNT_LEAST = 12, FAINT_STEPS = 4 };

static size_t elements_of(const struct mac_layer *m)
{
    return (size_t)m->shape.in_h * m->shape.in_w * m->shape.in_c;
}

/* Distances that share no factor with rows and channels visit all of them. */
static int is_even_spread(const struct mac_layer *m, int every)
{
    for (int f = 2; f <= every; f++)
        if (every % f == 0 && (m->shape.in_w % f == 0 || (m->shape.in_c % f == 0 && m->positions > 1)))
            return 0;
    return 1;
}

static int choose_every(const struct mac_layer *m)
{
    size_t most = elements_of(m) / ELEMENTS_A_COUNT + m->dense / MACS_A_COUNT, every = 1;

    most = most < COUNT_LEAST ? COUNT_LEAST : most > PLAN_FOLLOWS_MAX ? PLAN_FOLLOWS_MAX : most;
    while ((elements_of(m) - 1) / every + 1 > most || !is_even_spread(m, (int)every))
        every++;
    return (int)every;
}

/* A sample, 2^(-step / 2) times as large. */
static void shrink(const struct tensor *t, const void *from, void *to, int step)
{
    double zp = t->quant.count ? (double)t->quant.zero_point[0] : 0, factor = pow(2, -step / 2.0);

    for (size_t i = 0; i < tensor_elements(t); i++)
        if (t->type == TYPE_FLOAT32)
            ((float *)to)[i] = (float)(factor * (double)((const float *)from)[i]);
        else if (t->type == TYPE_UINT8)
            ((uint8_t *)to)[i] = (uint8_t)lround(zp + factor * (((const uint8_t *)from)[i] - zp));
        else
            ((int8_t *)to)[i] = (int8_t)lround(zp + factor * (((const int8_t *)from)[i] - zp));
}

struct inputs follow_faint(struct region *r, const struct program *p, const struct inputs *in)
{
    const struct tensor *t = &p->graph->tensors[p->graph->inputs[0]];
    struct inputs out = *in;
    size_t faint = in->count / FOLLOW_FAINT;
    uint8_t *data = region_array(r, in->count + faint, in->sample_bytes);
    int32_t *labels = region_array(r, in->count + faint, sizeof *labels);

    memcpy(data, in->data, in->count * in->sample_bytes);
    if (in->labels)
        memcpy(labels, in->labels, in->count * sizeof *labels);
    for (size_t i = 0; i < faint; i++) {
        shrink(t, in->data + i * FOLLOW_FAINT * in->sample_bytes, data + (in->count + i) * in->sample_bytes,
               (int)(i % FAINT_STEPS) + 1);
        labels[in->count + i] = in->labels ? in->labels[i * FOLLOW_FAINT] : 0;
    }
    out.count += faint;
    out.data = data;
    out.labels = in->labels ? labels : NULL;
    return out;
}

void follow_begin(struct region *r, struct program *p, struct mac_layer *m, struct layer_plan *plan)
{
    plan->every = choose_every(m);
    scaling_fill(r, p, m, m->bias);
}

void follow_layer(struct calibration *c, int layer, struct layer_plan *plan)
{
    const struct program *p = engine_program(c->engine);
    struct mac_layer *m = &p->layers[layer];
    int tensor = p->steps[calibration_step(p, layer)].tensor[0];
    size_t full = c->in->count - c->in->count / (FOLLOW_FAINT + 1);
    double sum = 0;

    if (!m->scaling)
        return;
    for (size_t i = 0; i < full; i++)
        sum += rt_scale_size(calibration_tensor(c, i, tensor), m->scaling->every, m->scaling->count, m->shape.in_zp);
    plan->size = (int)lround(256 * sum / (double)full);
    scaling_limits(m->scaling, plan->size);
    for (size_t i = 0; i < c->in->count; i++)
        c->scale[i] = rt_scale_step(m->scaling, calibration_tensor(c, i, tensor), m->shape.in_zp);
}
