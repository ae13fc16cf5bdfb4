/* gradient.c - see gradient.h. A view (RESHAPE and its like) shares values and gradients with the tensor it shows. */
#include "tune/gradient.h"

#include <string.h>

struct gradient {
    const struct program *program;
    int logits;
    int *owner;            /* [tensors] the tensor that a view shows, else itself */
    uint8_t **value;       /* [tensors] a copy of each tensor in the arena; NULL where there is none */
    float **slope;         /* [tensors] gradient with respect to the quantised value, or to the float */
    float **weights;       /* [layers] as floats */
    float **sum;           /* [layers][positions][out_c]: gradient with respect to the accumulator */
    const float **per_sum; /* [layers][out_c] steps of the output for a step of the accumulator */
};

static const struct tensor *tensor_of(const struct gradient *g, int tensor)
{
    return &g->program->graph->tensors[tensor];
}

static int owner(const struct gradient *g, int tensor)
{
    return g->owner[tensor];
}

static int output_of(const struct gradient *g, int step)
{
    const struct step *s = &g->program->steps[step];

    return owner(g, s->tensor[s->tensor_count - 1]);
}

static int input_of(const struct gradient *g, int step, int i)
{
    return owner(g, g->program->steps[step].tensor[i]);
}

/* Not program->storage: there the output of a step that works in place shares its input's place as well. */
static void find_owners(struct region *r, struct gradient *g)
{
    const struct graph *graph = g->program->graph;

    g->owner = region_array(r, (size_t)graph->tensor_count, sizeof *g->owner);
    for (int t = 0; t < graph->tensor_count; t++)
        g->owner[t] = t;
    for (int i = 0; i < graph->node_count; i++) {
        const struct node *n = &graph->nodes[i];
        if (n->op == OP_RESHAPE || n->op == OP_SQUEEZE || n->op == OP_EXPAND_DIMS)
            g->owner[n->outputs[0]] = g->owner[n->inputs[0]];
    }
}

static void prepare_layer(struct region *r, struct gradient *g, int layer)
{
    const struct mac_layer *l = &g->program->layers[layer];
    const struct node *n = &g->program->graph->nodes[l->node];
    size_t connections = (size_t)l->out_c * (size_t)l->taps;
    double out_scale = (double)tensor_of(g, n->outputs[0])->quant.scale[0];
    float *per_sum = region_array(r, (size_t)l->out_c, sizeof *per_sum);

    g->weights[layer] = region_array(r, connections, sizeof(float));
    for (size_t i = 0; i < connections; i++)
        g->weights[layer][i] = (float)l->shape.weights[i];
    g->sum[layer] = region_array(r, l->positions * (size_t)l->out_c, sizeof(float));
    for (int o = 0; o < l->out_c; o++)
        per_sum[o] = (float)((double)l->in_scale * (double)l->weight_scale[o] / out_scale);
    g->per_sum[layer] = per_sum;
}

struct gradient *gradient_new(struct region *r, const struct program *p, int logits)
{
    struct gradient *g = region_alloc(r, sizeof *g);
    size_t tensors = (size_t)p->graph->tensor_count, layers = (size_t)p->layer_count;

    *g = (struct gradient){ .program = p };
    find_owners(r, g);
    g->logits = owner(g, logits);
    g->value = region_array(r, tensors, sizeof *g->value);
    g->slope = region_array(r, tensors, sizeof *g->slope);
    g->weights = region_array(r, layers, sizeof *g->weights);
    g->sum = region_array(r, layers, sizeof *g->sum);
    g->per_sum = region_array(r, layers, sizeof *g->per_sum);
    for (int t = 0; t < p->graph->tensor_count; t++)
        if (p->at[t] != UINT32_MAX && owner(g, t) == t) {
            g->value[t] = region_alloc(r, tensor_bytes(tensor_of(g, t)));
            g->slope[t] = region_array(r, tensor_elements(tensor_of(g, t)), sizeof(float));
        }
    for (int l = 0; l < p->layer_count; l++)
        prepare_layer(r, g, l);
    return g;
}

/* ---- Forward -------------------------------------------------------------------------------------------------- */

static void keep(struct gradient *g, const struct engine *e, int thread, int tensor)
{
    memcpy(g->value[tensor], engine_tensor(e, thread, tensor), tensor_bytes(tensor_of(g, tensor)));
}

void gradient_forward(struct gradient *g, const struct engine *e, int thread, const void *sample)
{
    const struct graph *graph = g->program->graph;

    engine_feed(e, thread, 0, sample);
    for (int i = 0; i < graph->input_count; i++)
        keep(g, e, thread, owner(g, graph->inputs[i]));
    for (int s = 0; s < g->program->step_count; s++) {
        engine_run(e, thread, s, s + 1, NULL);
        keep(g, e, thread, output_of(g, s));
    }
}

/* ---- Backward: layers with MACs ------------------------------------------------------------------------------- */

/* The part of one axis of a window that lies inside the input: taps first..last-1, and the input index of tap 0. */
struct window {
    int first, last, origin;
};

static struct window window_at(int out, int stride, int pad, int dilation, int kernel, int in)
{
    struct window w = { 0, kernel, out * stride - pad };

    while (w.first < kernel && w.origin + w.first * dilation < 0)
        w.first++;
    while (w.last > w.first && w.origin + (w.last - 1) * dilation >= in)
        w.last--;
    return w;
}

/* to[i] += factor * from[i]: the inner loop of it all. */
static void add_scaled(float *restrict to, const float *restrict from, float factor, size_t count)
{
    for (size_t i = 0; i < count; i++)
        to[i] += factor * from[i];
}

static void add_products(float *restrict to, const float *restrict a, const float *restrict b, size_t count)
{
    for (size_t i = 0; i < count; i++)
        to[i] += a[i] * b[i];
}

/* One output position of a full convolution: each output spreads over the taps of its window. */
static void spread_full(const struct mac_layer *l, const float *weights, struct window y, struct window x,
                        const float *sum, float *in)
{
    const struct unit_conv2d_s8 *s = &l->shape;
    size_t channels = s->in_c;

    for (int o = 0; o < l->out_c; o++)
        for (int ky = y.first; sum[o] != 0 && ky < y.last; ky++)
            for (int kx = x.first; kx < x.last; kx++) {
                size_t row = (size_t)(y.origin + ky * s->dilation_h), column = (size_t)(x.origin + kx * s->dilation_w);
                const float *w = weights + ((size_t)(o * s->kernel_h + ky) * s->kernel_w + (size_t)kx) * channels;
                float *to = in + (row * s->in_w + column) * channels;
                /* neighbouring taps are neighbours in the input as well */
                size_t run = s->dilation_w == 1 ? (size_t)(x.last - kx) : 1;
                add_scaled(to, w, sum[o], run * channels);
                kx += (int)run - 1;
            }
}

static void spread_depthwise(const struct mac_layer *l, const float *weights, struct window y, struct window x,
                             const float *sum, float *in)
{
    const struct unit_conv2d_s8 *s = &l->shape;

    for (int ky = y.first; ky < y.last; ky++)
        for (int kx = x.first; kx < x.last; kx++) {
            size_t row = (size_t)(y.origin + ky * s->dilation_h), column = (size_t)(x.origin + kx * s->dilation_w);
            const float *w = weights + (size_t)(ky * s->kernel_w + kx) * s->out_c;
            float *to = in + (row * s->in_w + column) * s->in_c;
            if (l->multiplier == 1)
                add_products(to, sum, w, s->out_c);
            else
                for (int o = 0; o < l->out_c; o++)
                    to[o / l->multiplier] += sum[o] * w[o];
        }
}

/* From the output's gradient to that of the sums; what the activation clamps stands still. */
static void through_activation(const struct gradient *g, int layer, const int8_t *y, const float *slope)
{
    const struct mac_layer *l = &g->program->layers[layer];
    size_t outputs = (size_t)l->out_c;

    for (size_t i = 0; i < l->positions * outputs; i++) {
        int moves = y[i] > l->shape.act_min && y[i] < l->shape.act_max;
        g->sum[layer][i] = moves ? slope[i] * g->per_sum[layer][i % outputs] : 0;
    }
}

static void back_mac(const struct gradient *g, int step)
{
    int layer = g->program->steps[step].mac, output = output_of(g, step);
    const struct mac_layer *l = &g->program->layers[layer];
    const struct unit_conv2d_s8 *s = &l->shape;
    float *in = g->slope[input_of(g, step, 0)];
    const float *sum = g->sum[layer];

    through_activation(g, layer, (const int8_t *)g->value[output], g->slope[output]);
    for (int oy = 0; oy < s->out_h; oy++)
        for (int ox = 0; ox < s->out_w; ox++, sum += l->out_c) {
            struct window y = window_at(oy, s->stride_h, s->pad_top, s->dilation_h, s->kernel_h, s->in_h);
            struct window x = window_at(ox, s->stride_w, s->pad_left, s->dilation_w, s->kernel_w, s->in_w);
            (l->depthwise ? spread_depthwise : spread_full)(l, g->weights[layer], y, x, sum, in);
        }
}

/* ---- Backward: the other operators ----------------------------------------------------------------------------- */

static float scale_of(const struct gradient *g, int tensor)
{
    const struct tensor *t = tensor_of(g, tensor);

    return t->quant.count ? t->quant.scale[0] : 1;
}

/* Steps of the output for a step of an input, where the real values are the same. */
static float rescale(const struct gradient *g, int step, int input)
{
    const struct step *s = &g->program->steps[step];

    return scale_of(g, s->tensor[input]) / scale_of(g, s->tensor[s->tensor_count - 1]);
}

static void back_pool(const struct gradient *g, int step, int maximum)
{
    const struct unit_pool_s8 *p = g->program->kernels[step].op;
    const int8_t *x = (const int8_t *)g->value[input_of(g, step, 0)];
    float *in = g->slope[input_of(g, step, 0)];
    const float *out = g->slope[output_of(g, step)];

    for (int oy = 0; oy < p->out_h; oy++)
        for (int ox = 0; ox < p->out_w; ox++) {
            struct window y = window_at(oy, p->stride_h, p->pad_top, 1, p->filter_h, p->in_h);
            struct window w = window_at(ox, p->stride_w, p->pad_left, 1, p->filter_w, p->in_w);
            float share = 1 / (float)((y.last - y.first) * (w.last - w.first));
            for (int c = 0; c < p->channels; c++, out++) {
                size_t best = 0;
                int found = 0;
                for (int ky = y.first; *out != 0 && ky < y.last; ky++)
                    for (int kx = w.first; kx < w.last; kx++) {
                        size_t at =
                            ((size_t)(y.origin + ky) * p->in_w + (size_t)(w.origin + kx)) * p->channels + (size_t)c;
                        if (!maximum)
                            in[at] += *out * share;
                        else if (!found || x[at] > x[best])
                            best = at;
                        found = 1;
                    }
                if (maximum && found)
                    in[best] += *out;
            }
        }
}

static void back_max_pool(const struct gradient *g, int step)
{
    back_pool(g, step, 1);
}

static void back_average_pool(const struct gradient *g, int step)
{
    back_pool(g, step, 0);
}

static void back_mean(const struct gradient *g, int step)
{
    const struct unit_mean_s8 *p = g->program->kernels[step].op;
    float *in = g->slope[input_of(g, step, 0)];
    const float *out = g->slope[output_of(g, step)];
    float factor = rescale(g, step, 0) / (float)p->count;
    size_t count = tensor_elements(tensor_of(g, g->program->steps[step].tensor[0]));

    for (size_t i = 0; i < count; i++) {
        size_t rest = i, at = 0, stride = 1;
        for (int axis = p->rank - 1; axis >= 0; axis--) {
            size_t index = rest % p->shape[axis];
            rest /= p->shape[axis];
            if (p->reduced[axis])
                continue;
            at += index * stride;
            stride *= p->shape[axis];
        }
        in[i] += factor * out[at];
    }
}

/* Offsets of both operands of a broadcast operator at output element i. */
static void operands_at(const struct unit_broadcast *over, size_t i, size_t *a, size_t *b)
{
    *a = *b = 0;
    for (int axis = over->rank - 1; axis >= 0; axis--) {
        size_t index = i % over->shape[axis];
        i /= over->shape[axis];
        *a += index * over->a_stride[axis];
        *b += index * over->b_stride[axis];
    }
}

/* What ADD and MUL share: constant operands come from the parameters and take no gradient. */
struct binary {
    const struct unit_broadcast *over;
    const int8_t *a, *b;      /* values */
    float *a_slope, *b_slope; /* NULL: constant */
    const float *out;
    const int8_t *y;
    int act_min, act_max;
    size_t count;
};

static struct binary binary_of(const struct gradient *g, int step, const struct unit_broadcast *over, const int8_t *a,
                               const int8_t *b)
{
    const struct step *s = &g->program->steps[step];
    int output = output_of(g, step), next = 0;
    struct binary r = { .over = over, .a = a, .b = b };

    if (!a) {
        r.a_slope = g->slope[input_of(g, step, next)];
        r.a = (const int8_t *)g->value[input_of(g, step, next++)];
    }
    if (!b) {
        r.b_slope = g->slope[input_of(g, step, next)];
        r.b = (const int8_t *)g->value[input_of(g, step, next)];
    }
    r.out = g->slope[output];
    r.y = (const int8_t *)g->value[output];
    r.count = tensor_elements(tensor_of(g, s->tensor[s->tensor_count - 1]));
    return r;
}

static float node_scale(const struct gradient *g, int step, int input)
{
    return scale_of(g, g->program->steps[step].node->inputs[input]);
}

static void back_add(const struct gradient *g, int step)
{
    const struct unit_add_s8 *p = g->program->kernels[step].op;
    struct binary r = binary_of(g, step, &p->over, p->a, p->b);
    float out = scale_of(g, g->program->steps[step].node->outputs[0]);
    float a = node_scale(g, step, 0) / out, b = node_scale(g, step, 1) / out * (p->subtract ? -1.0f : 1.0f);

    for (size_t i = 0; i < r.count; i++) {
        size_t at_a, at_b;
        if (r.out[i] == 0 || r.y[i] <= p->act_min || r.y[i] >= p->act_max)
            continue;
        operands_at(r.over, i, &at_a, &at_b);
        if (r.a_slope)
            r.a_slope[at_a] += a * r.out[i];
        if (r.b_slope)
            r.b_slope[at_b] += b * r.out[i];
    }
}

static void back_mul(const struct gradient *g, int step)
{
    const struct unit_mul_s8 *p = g->program->kernels[step].op;
    struct binary r = binary_of(g, step, &p->over, p->a, p->b);
    float factor =
        node_scale(g, step, 0) * node_scale(g, step, 1) / scale_of(g, g->program->steps[step].node->outputs[0]);

    for (size_t i = 0; i < r.count; i++) {
        size_t at_a, at_b;
        if (r.out[i] == 0 || r.y[i] <= p->act_min || r.y[i] >= p->act_max)
            continue;
        operands_at(r.over, i, &at_a, &at_b);
        if (r.a_slope)
            r.a_slope[at_a] += factor * r.out[i] * (float)(r.b[at_b] - p->b_zp);
        if (r.b_slope)
            r.b_slope[at_b] += factor * r.out[i] * (float)(r.a[at_a] - p->a_zp);
    }
}

/* The slope of a table between the neighbours of the value. */
static void back_lut(const struct gradient *g, int step)
{
    const struct unit_lut_8 *p = g->program->kernels[step].op;
    const struct tensor *from = tensor_of(g, g->program->steps[step].tensor[0]);
    const struct tensor *to = tensor_of(g, g->program->steps[step].tensor[1]);
    const uint8_t *x = g->value[input_of(g, step, 0)];
    float *in = g->slope[input_of(g, step, 0)];
    const float *out = g->slope[output_of(g, step)];
    int bias = from->type == TYPE_INT8 ? 128 : 0;

    for (size_t i = 0; i < p->count; i++) {
        int at = (x[i] + bias) & 255, low = at > 0 ? at - 1 : at, high = at < 255 ? at + 1 : at;
        uint8_t a = p->table[(low - bias) & 255], b = p->table[(high - bias) & 255];
        int rise = to->type == TYPE_INT8 ? (int8_t)b - (int8_t)a : b - a;
        in[i] += out[i] * (float)rise / (float)(high - low);
    }
}

/* Rounding to 8 bits, or back, stands for the identity on real values, as do probabilities in the middle of a network
 * (their own slope would need the whole row). */
static void back_same(const struct gradient *g, int step)
{
    float *in = g->slope[input_of(g, step, 0)];
    const float *out = g->slope[output_of(g, step)];
    float factor = rescale(g, step, 0);
    size_t count = tensor_elements(tensor_of(g, g->program->steps[step].tensor[0]));

    for (size_t i = 0; i < count; i++)
        in[i] += factor * out[i];
}

static void back_copy(const struct gradient *g, int step)
{
    const struct unit_copy *p = g->program->kernels[step].op;
    const struct step *s = &g->program->steps[step];
    size_t size = type_bytes(tensor_of(g, s->tensor[s->tensor_count - 1])->type);

    if (p->from) /* a constant */
        return;
    for (size_t row = 0; row < p->rows; row++)
        add_scaled(g->slope[input_of(g, step, 0)] + row * p->from_step / size,
                   g->slope[output_of(g, step)] + (p->to_start + row * p->to_step) / size, 1, p->bytes / size);
}

static void back_pad(const struct gradient *g, int step)
{
    const struct unit_pad *p = g->program->kernels[step].op;
    float *in = g->slope[input_of(g, step, 0)];
    const float *out = g->slope[output_of(g, step)];
    size_t count = tensor_elements(tensor_of(g, g->program->steps[step].tensor[0]));

    for (size_t i = 0; i < count; i++) {
        size_t rest = i, at = 0, stride = 1;
        for (int axis = p->rank - 1; axis >= 0; axis--) {
            at += (rest % p->shape[axis] + p->before[axis]) * stride;
            rest /= p->shape[axis];
            stride *= (size_t)p->before[axis] + p->shape[axis] + p->after[axis];
        }
        in[i] += out[at];
    }
}

static void back_transpose(const struct gradient *g, int step)
{
    const struct unit_transpose *p = g->program->kernels[step].op;
    float *in = g->slope[input_of(g, step, 0)];
    const float *out = g->slope[output_of(g, step)];
    size_t count = tensor_elements(tensor_of(g, g->program->steps[step].tensor[1]));

    for (size_t i = 0; i < count; i++) {
        size_t rest = i, at = 0;
        for (int axis = p->rank - 1; axis >= 0; axis--) {
            at += rest % p->shape[axis] * p->from_stride[axis];
            rest /= p->shape[axis];
        }
        in[at / p->element_bytes] += out[i];
    }
}

typedef void backward(const struct gradient *g, int step);

static backward *backward_of(unit_kernel *kernel)
{
    static const struct {
        unit_kernel *kernel;
        backward *back;
    } table[] = {
        { unit_max_pool_s8, back_max_pool },
        { unit_average_pool_s8, back_average_pool },
        { unit_mean_s8, back_mean },
        { unit_add_s8, back_add },
        { unit_mul_s8, back_mul },
        { unit_lut_8, back_lut },
        { unit_softmax_s8, back_same },
        { unit_log_softmax_s8, back_same },
        { unit_log_softmax_f32, back_same },
        { unit_quantize_f32_s8, back_same },
        { unit_dequantize_f32, back_same },
        { unit_copy, back_copy },
        { unit_pad, back_pad },
        { unit_transpose, back_transpose },
    };

    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (table[i].kernel == kernel)
            return table[i].back;
    return NULL;
}

/* Behind the step that makes the logits nothing matters. */
static int last_step(const struct gradient *g)
{
    int last = 0;

    for (int s = 0; s < g->program->step_count; s++)
        if (output_of(g, s) == g->logits)
            last = s;
    return last;
}

void gradient_backward(struct gradient *g, const float *weight)
{
    const struct program *p = g->program;
    size_t classes = tensor_elements(tensor_of(g, g->logits));

    for (int t = 0; t < p->graph->tensor_count; t++)
        if (g->slope[t])
            memset(g->slope[t], 0, tensor_elements(tensor_of(g, t)) * sizeof(float));
    for (size_t i = 0; i < classes; i++)
        g->slope[g->logits][i] = weight[i] * scale_of(g, g->logits);
    for (int s = last_step(g); s >= 0; s--) {
        backward *back = p->steps[s].mac >= 0 ? back_mac : backward_of(p->kernels[s].kernel);
        if (back)
            back(g, s);
    }
}

const float *gradient_of_layer(const struct gradient *g, int layer)
{
    return g->sum[layer];
}
