/* prediction.c - see prediction.h. */
#include "cmd/prediction.h"

#include <string.h>

#include "layout/layout.h"

int predict(struct session *s, const struct plan *plan, const struct target *t, const struct inputs *in,
            struct prediction *out, struct diag *d)
{
    struct program *plain = region_alloc(s->region, sizeof *plain);

    TRY(lower(s->region, &s->graph, plan, s->cli->model, plain, d));
    TRY(layout_arena(s->region, plain, s->cli->model, d));
    TRY(session_packed(s, plan, t, &out->packed, d));
    out->samples = in->count;
    TRY(cost_forecast(s->region, engine_new(s->region, plain, KERNELS_FAST, cli_threads(s->cli)), &out->packed, t, in,
                      &out->forecast, d));
    if (out->forecast.left_out && !plan) /* the dense network is always predicted too */
        diag_warn(t->name,
                  "it has no costs for %s: predicted cycles, and bounds, leave such operators out, dense or pruned",
                  out->forecast.left_out);
    return OK;
}

/* Kernels are named for it, but for lists that are rows of weights: they leave zeros out. */
static const char *kind_of(const struct unit_step *step)
{
    static const struct {
        const char *part, *kind;
    } kinds[] = { { "_prefix", "prefix" }, { "_xcut", "zeroskip" }, { "_cut", "compare" }, { "_stored", "compare" } };
    const struct unit_prefix_s8 *op = step->op;

    if (step->kernel == unit_prefix_s8 && op->wide == UNIT_PREFIX_ROW)
        return "zeroskip";
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        if (strstr(emit_kernel_symbol(step->kernel), kinds[k].part))
            return kinds[k].kind;
    return "dense";
}

const char *predicted_kernel(const struct prediction *p, const struct node *n)
{
    for (int i = 0; i < p->packed.step_count; i++)
        if (p->packed.steps[i].node == n)
            return kind_of(&p->packed.kernels[i]);
    return "dense";
}

struct node_cycles predicted_cycles(const struct prediction *p, const struct node *n)
{
    struct node_cycles c = { 0 };

    for (int i = 0; i < p->packed.step_count; i++)
        if (p->packed.steps[i].node == n) {
            c.is_run = 1;
            c.mean += p->forecast.step_cycles[i];
            c.most += p->forecast.step_most[i];
            c.bound += p->forecast.step_bound[i];
        }
    return c;
}

json_t *json_predicted(const struct prediction *p, const struct node_cycles *c)
{
    return json_pack("{s:o, s:o, s:f}", "mean", p->samples ? json_real(c->mean) : json_null(), "most",
                     p->samples ? json_real(c->most) : json_null(), "bound", c->bound);
}
