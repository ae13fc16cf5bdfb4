/* calibrate.c - see calibrate.h. */
#include "tune/calibrate.h"

#include <math.h>
#include <string.h>

#include "base/parallel.h"
#include "run/evaluate.h"

static const double smallest_probability = 1e-9;

/* The tensor before the operators that only turn scores into probabilities or other types. */
static int find_logits(const struct graph *g)
{
    int tensor = g->outputs[0];

    for (int i = g->node_count - 1; i >= 0; i--) {
        const struct node *n = &g->nodes[i];
        if (n->outputs[0] == tensor && (n->op == OP_SOFTMAX || n->op == OP_LOG_SOFTMAX || n->op == OP_DEQUANTIZE ||
                                        n->op == OP_RESHAPE || n->op == OP_QUANTIZE))
            tensor = n->inputs[0];
    }
    return tensor;
}

static uint8_t *kept(const struct calibration *c, size_t sample)
{
    return c->arenas + sample * engine_program(c->engine)->network.arena_bytes;
}

static size_t classes(const struct calibration *c)
{
    return tensor_elements(&engine_program(c->engine)->graph->tensors[c->logits]);
}

/* The logits in a thread's arena as real numbers. Their place may be reused once they are consumed: softmax works in
 * place, so what is read behind the last step may be probabilities. Trials stop before that step. */
static float logit(const struct calibration *c, int thread, size_t i)
{
    const struct tensor *t = &engine_program(c->engine)->graph->tensors[c->logits];
    const void *data = engine_tensor(c->engine, thread, c->logits);

    if (t->type == TYPE_FLOAT32)
        return ((const float *)data)[i];
    return t->quant.scale[0] * (float)(((const int8_t *)data)[i] - t->quant.zero_point[0]);
}

static int32_t best_class(const struct calibration *c, int thread)
{
    size_t best = 0;

    for (size_t i = 1; i < classes(c); i++)
        if (logit(c, thread, i) > logit(c, thread, best))
            best = i;
    return (int32_t)best;
}

/* log of the sum of exp(logit), shifted by the largest. */
static double log_sum(const struct calibration *c, int thread)
{
    double largest = (double)logit(c, thread, (size_t)best_class(c, thread)), sum = smallest_probability;

    for (size_t i = 0; i < classes(c); i++)
        sum += exp((double)logit(c, thread, i) - largest);
    return largest + log(sum);
}

/* The step that consumes the logits, or the end. */
static int last_step(const struct calibration *c)
{
    const struct program *p = engine_program(c->engine);

    for (int s = p->step_count - 1; s >= 0; s--)
        for (int i = 0; i + 1 < p->steps[s].tensor_count; i++)
            if (p->steps[s].tensor[i] == c->logits)
                return s;
    return p->step_count;
}

static void judge(struct calibration *c, size_t sample, int thread)
{
    double normaliser = log_sum(c, thread), loss = 0;

    for (size_t i = 0; i < classes(c); i++) {
        double p = (double)c->dense[sample * classes(c) + i];
        if (p > smallest_probability)
            loss -= p * ((double)logit(c, thread, i) - normaliser - log(p));
    }
    c->loss[sample] = loss;
    c->right[sample] = best_class(c, thread) == c->target[sample];
}

static void trial_body(void *context, size_t sample, int thread)
{
    struct calibration *c = context;

    memcpy(engine_arena(c->engine, thread), kept(c, sample), engine_program(c->engine)->network.arena_bytes);
    engine_run(c->engine, thread, c->at, last_step(c), NULL);
    judge(c, sample, thread);
}

static double logit_variance(const struct calibration *c, int thread)
{
    double n = (double)classes(c), sum = 0, squares = 0;

    for (size_t i = 0; i < classes(c); i++) {
        sum += (double)logit(c, thread, i);
        squares += (double)logit(c, thread, i) * (double)logit(c, thread, i);
    }
    return squares / n - sum / n * sum / n;
}

/* The dense network's probabilities become what trials are compared with. The variance waits in loss[] to be summed in
 * order. */
static void dense_body(void *context, size_t sample, int thread)
{
    struct calibration *c = context;
    double normaliser;

    memcpy(engine_arena(c->engine, thread), kept(c, sample), engine_program(c->engine)->network.arena_bytes);
    engine_run(c->engine, thread, 0, last_step(c), NULL);
    normaliser = log_sum(c, thread);
    for (size_t i = 0; i < classes(c); i++)
        c->dense[sample * classes(c) + i] = (float)exp((double)logit(c, thread, i) - normaliser);
    c->loss[sample] = logit_variance(c, thread);
    c->target[sample] = c->in->labels ? c->in->labels[sample] : best_class(c, thread);
}

static void rewind_body(void *context, size_t sample, int thread)
{
    const struct calibration *c = context;

    engine_feed(c->engine, thread, 0, c->in->data + sample * c->in->sample_bytes);
    memcpy(kept(c, sample), engine_arena(c->engine, thread), engine_program(c->engine)->network.arena_bytes);
}

void calibration_rewind(struct calibration *c)
{
    parallel_for(c->threads, c->in->count, rewind_body, c);
    c->at = 0;
}

int calibration_new(struct region *r, struct engine *e, const struct inputs *in, struct calibration *out,
                    struct outcome *dense)
{
    const struct program *p = engine_program(e);
    size_t n = in->count;

    *out = (struct calibration){ .region = r, .engine = e, .in = in, .threads = engine_threads(e) };
    out->logits = find_logits(p->graph);
    out->arenas = region_array(r, n, p->network.arena_bytes);
    out->target = region_array(r, n, sizeof *out->target);
    out->dense = region_array(r, n * classes(out), sizeof *out->dense);
    out->loss = region_array(r, n, sizeof *out->loss);
    out->right = region_array(r, n, sizeof *out->right);
    out->scale = region_array(r, n, sizeof *out->scale);
    out->by_thread = region_array(r, (size_t)p->layer_count * (size_t)out->threads, sizeof(struct statistics *));
    calibration_rewind(out);
    if (parallel_for(out->threads, n, dense_body, out))
        return INTERRUPTED;
    for (size_t i = 0; i < n; i++)
        out->spread += out->loss[i] / (double)n;
    return calibration_trial(out, dense);
}

struct advance {
    struct calibration *calibration;
    int to;
};

static void advance_body(void *context, size_t sample, int thread)
{
    const struct advance *a = context;
    const struct calibration *c = a->calibration;
    size_t bytes = engine_program(c->engine)->network.arena_bytes;

    memcpy(engine_arena(c->engine, thread), kept(c, sample), bytes);
    engine_run(c->engine, thread, c->at, a->to, NULL);
    memcpy(kept(c, sample), engine_arena(c->engine, thread), bytes);
}

int calibration_advance(struct calibration *c, int to)
{
    struct advance a = { c, to };

    if (to > c->at && parallel_for(c->threads, c->in->count, advance_body, &a))
        return INTERRUPTED;
    c->at = to;
    return OK;
}

struct gathering {
    struct calibration *calibration;
    int layer;
};

static void statistics_body(void *context, size_t sample, int thread)
{
    const struct gathering *g = context;
    const struct calibration *c = g->calibration;
    const struct program *p = engine_program(c->engine);
    int tensor = p->steps[calibration_step(p, g->layer)].tensor[0];

    statistics_add(c->by_thread[g->layer * c->threads + thread], calibration_tensor(c, sample, tensor));
}

int calibration_statistics(struct calibration *c, int layer, struct statistics *out)
{
    struct gathering g = { c, layer };
    struct statistics **by_thread = &c->by_thread[layer * c->threads];

    for (int t = 0; t < c->threads; t++) {
        if (!by_thread[t])
            by_thread[t] = statistics_new(c->region, out->layer);
        statistics_clear(by_thread[t]);
    }
    if (parallel_for(c->threads, c->in->count, statistics_body, &g))
        return INTERRUPTED;
    statistics_clear(out);
    for (int t = 0; t < c->threads; t++)
        statistics_merge(out, by_thread[t]);
    statistics_finish(out);
    return OK;
}

int calibration_trial(struct calibration *c, struct outcome *out)
{
    *out = (struct outcome){ 0, 0 };
    if (parallel_for(c->threads, c->in->count, trial_body, c))
        return INTERRUPTED;
    for (size_t i = 0; i < c->in->count; i++) {
        out->loss += c->loss[i] / (double)c->in->count;
        out->right += c->right[i];
    }
    return OK;
}

const void *calibration_tensor(const struct calibration *c, size_t sample, int tensor)
{
    return kept(c, sample) + engine_program(c->engine)->at[tensor];
}

int calibration_step(const struct program *p, int layer)
{
    int s = 0;

    while (p->steps[s].mac != layer)
        s++;
    return s;
}
