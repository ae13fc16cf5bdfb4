/* follow.c - see follow.h. */
#include "tune/follow.h"

#include <math.h>

#include <rt_scale.h>

#include "lower/scaling.h"

/* Reading an element costs about what an executed MAC costs: so many elements stay below the 2 % that following may
 * cost (docs/adr/0054), and so few tell nothing. */
enum { ELEMENTS_A_COUNT = 8, MACS_A_COUNT = 1024, COUNT_LEAST = 12 };

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
    double sum = 0;

    if (!m->scaling)
        return;
    for (size_t i = 0; i < c->in->count; i++)
        sum += rt_scale_size(calibration_tensor(c, i, tensor), m->scaling->every, m->scaling->count, m->shape.in_zp);
    plan->size = (int)lround(256 * sum / (double)c->in->count);
    scaling_limits(m->scaling, plan->size);
    for (size_t i = 0; i < c->in->count; i++)
        c->scale[i] = rt_scale_step(m->scaling, calibration_tensor(c, i, tensor), m->shape.in_zp);
}

/* Where scales are s, a bias b that follows loses b^2 E[(1 - c s)^2], with c the best constant for them. */
int follow_bias(const struct calibration *c, double importance, double most)
{
    double sum = 0, squares = 0, loss;

    for (size_t i = 0; i < c->in->count; i++) {
        double s = rt_scale_factor((int8_t)c->scale[i]);
        sum += s;
        squares += s * s;
    }
    loss = importance * (1 - sum * sum / (squares * (double)c->in->count));
    return loss <= most ? PLAN_BIAS_ALL : (int)(PLAN_BIAS_ALL * sqrt(most / loss));
}
