/* prepare.c - see prepare.h. */
#include "tune/prepare.h"

#include "base/parallel.h"
#include "base/progress.h"
#include "layout/layout.h"
#include "tune/statistics.h"

static int groups_of(const struct graph *g, const struct node *n, const struct tuning *t)
{
    const struct tensor *w = &g->tensors[n->inputs[1]];
    int channels = n->op == OP_DEPTHWISE_CONV_2D ? w->shape[3] : w->shape[0];

    if (t->method == METHOD_ZEROSKIP)
        return 0;
    return t->method == METHOD_FATRELU ? 1 : t->groups < channels ? t->groups : channels;
}

int prepare(struct region *r, const struct graph *g, const struct tuning *t, const char *model_path,
            struct preparation *out, struct diag *d)
{
    size_t nodes = (size_t)g->node_count;
    struct plan *plan = region_alloc(r, sizeof *plan);

    out->plan = plan;
    out->thresholds = region_array(r, nodes, sizeof *out->thresholds);
    *plan = (struct plan){ .method = t->method, .division = t->division };
    plan->layers = region_array(r, nodes, sizeof *plan->layers);
    for (int i = 0; i < g->node_count; i++) {
        struct layer_plan *l = &plan->layers[plan->layer_count];
        if (!plan_prunes(g->nodes[i].op))
            continue;
        l->index = g->nodes[i].index;
        l->groups = groups_of(g, &g->nodes[i], t);
        l->thresholds = out->thresholds[plan->layer_count] = region_array(r, (size_t)l->groups, sizeof(double));
        plan->layer_count++;
    }
    TRY(lower(r, g, plan, model_path, &out->program, d));
    TRY(layout_arena(r, &out->program, model_path, d));
    out->engine = engine_new(r, &out->program, KERNELS_FAST, t->threads);
    return OK;
}

struct pass {
    struct engine *engine;
    const struct inputs *in;
    struct statistics **by_thread; /* [threads][layers] */
};

static void one_sample(void *context, size_t sample, int thread)
{
    const struct pass *pass = context;
    const struct program *p = engine_program(pass->engine);

    engine_feed(pass->engine, thread, 0, pass->in->data + sample * pass->in->sample_bytes);
    for (int s = 0; s < p->step_count; s++) {
        int mac = p->steps[s].mac;
        if (mac >= 0)
            statistics_add(pass->by_thread[thread * p->layer_count + mac],
                           engine_tensor(pass->engine, thread, p->steps[s].tensor[0]));
        engine_run(pass->engine, thread, s, s + 1, NULL);
    }
    progress_tick();
}

int prepare_statistics(struct region *r, struct preparation *p, const struct inputs *in, struct statistics **out)
{
    int layers = p->program.layer_count, threads = engine_threads(p->engine);
    struct pass pass = { .engine = p->engine, .in = in };

    pass.by_thread = region_array(r, (size_t)(threads * layers), sizeof *pass.by_thread);
    for (int i = 0; i < threads * layers; i++)
        pass.by_thread[i] = statistics_new(r, &p->program.layers[i % layers]);
    if (parallel_for(threads, in->count, one_sample, &pass))
        return INTERRUPTED;
    for (int l = 0; l < layers; l++) {
        for (int t = 1; t < threads; t++)
            statistics_merge(pass.by_thread[l], pass.by_thread[t * layers + l]);
        out[l] = pass.by_thread[l];
        statistics_finish(out[l]);
    }
    return OK;
}
