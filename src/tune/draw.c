/* draw.c - see draw.h. */
#include "tune/draw.h"

#include <string.h>

#include "base/parallel.h"

/* Importance that every sum gets beyond its own, as a share of the mean: no position is forgotten. */
static const double floor_share = 0.05;

static size_t sums_of(const struct mac_layer *l)
{
    return l->positions * (size_t)l->out_c;
}

/* Mean importance of output o over samples and positions. */
static double mean_of(const struct importance *u, int layer, int o)
{
    const struct mac_layer *l = &u->program->layers[layer];
    double sum = 0;

    for (size_t i = (size_t)o; i < u->samples * sums_of(l); i += (size_t)l->out_c)
        sum += (double)importance_value(u->of[layer][i]);
    return sum / ((double)u->samples * (double)l->positions);
}

/* What counts in drawing a row: the importance of its sums relative to their means, so that every output of the draw
 * has the same say. */
static double row_weight(const struct importance *u, int layer, const struct draw *d, const double *mean, size_t row)
{
    const uint16_t *sums = u->of[layer] + row * (size_t)u->program->layers[layer].out_c + d->first;
    double weight = 0;
    int alive = 0;

    for (int o = 0; o < d->outputs; o++)
        if (mean[o] > 0) {
            weight += (double)importance_value(sums[o]) / mean[o];
            alive++;
        }
    return floor_share + (alive ? weight / alive : 0);
}

static void take(struct draw *d, size_t row, size_t positions)
{
    d->sample[d->rows] = (uint32_t)(row / positions);
    d->position[d->rows] = (uint32_t)(row % positions);
    d->rows++;
}

/* Systematic sampling: equal steps along the running sum of the weights. */
static void take_by_weight(struct draw *d, const struct importance *u, int layer, const double *mean, size_t rows)
{
    size_t positions = u->program->layers[layer].positions, all = u->samples * positions;
    double total = 0, sum = 0, step;

    for (size_t i = 0; i < all; i++)
        total += row_weight(u, layer, d, mean, i);
    step = total / (double)rows;
    for (size_t i = 0; i < all; i++) {
        sum += row_weight(u, layer, d, mean, i);
        while (d->rows < rows && ((double)d->rows + 0.5) * step <= sum)
            take(d, i, positions);
    }
}

void draw_rows(struct region *r, const struct importance *u, int layer, int first, int outputs, size_t rows,
               struct draw *out)
{
    const struct mac_layer *l = &u->program->layers[layer];
    double *mean = region_array(r, (size_t)outputs, sizeof *mean);

    if (l->positions == 1)
        rows = u->samples;
    rows = rows < DRAW_ROWS_MAX ? rows : DRAW_ROWS_MAX;
    *out = (struct draw){ .first = first, .outputs = outputs };
    out->sample = region_array(r, rows, sizeof *out->sample);
    out->position = region_array(r, rows, sizeof *out->position);
    out->target = region_array(r, rows * (size_t)outputs, sizeof *out->target);
    out->weight = region_array(r, (size_t)outputs, sizeof *out->weight);
    for (int o = 0; o < outputs; o++) {
        mean[o] = mean_of(u, layer, first + o);
        out->weight[o] = (1 + floor_share) * mean[o] * (double)l->positions;
    }
    if (l->positions == 1)
        for (size_t i = 0; i < rows; i++)
            take(out, i, 1);
    else
        take_by_weight(out, u, layer, mean, rows);
}

void draw_patch(const struct mac_layer *l, const int8_t *x, size_t position, int o, int16_t *patch)
{
    const struct unit_conv2d_s8 *s = &l->shape;
    int oy = (int)(position / s->out_w), ox = (int)(position % s->out_w);
    int channels = l->depthwise ? 1 : s->in_c, first = l->depthwise ? o / l->multiplier : 0;

    for (int ky = 0; ky < s->kernel_h; ky++)
        for (int kx = 0; kx < s->kernel_w; kx++, patch += channels) {
            int y = oy * s->stride_h + ky * s->dilation_h - s->pad_top;
            int column = ox * s->stride_w + kx * s->dilation_w - s->pad_left;
            const int8_t *from = x + ((ptrdiff_t)y * s->in_w + column) * s->in_c + first;
            if (y < 0 || y >= s->in_h || column < 0 || column >= s->in_w) {
                memset(patch, 0, (size_t)channels * sizeof *patch);
                continue;
            }
            for (int c = 0; c < channels; c++)
                patch[c] = (int16_t)(from[c] - s->in_zp);
        }
}

struct summing {
    struct draw *draw;
    const struct calibration *calibration;
    const struct mac_layer *layer;
    int tensor;
    int16_t **patch; /* [threads] */
};

static void sum_row(void *context, size_t row, int thread)
{
    const struct summing *s = context;
    const struct mac_layer *l = s->layer;
    struct draw *d = s->draw;
    const int8_t *x = calibration_tensor(s->calibration, d->sample[row], s->tensor);
    const int16_t *patch = s->patch[thread];

    draw_patch(l, x, d->position[row], d->first, s->patch[thread]);
    for (int o = 0; o < d->outputs; o++) {
        int32_t sum = 0;
        for (int k = 0; k < l->taps; k++)
            sum += patch[k] * l->shape.weights[mac_at(l, d->first + o, k)];
        d->target[(size_t)o * d->rows + row] = sum;
    }
}

int draw_targets(struct draw *d, struct calibration *c, int layer)
{
    const struct program *p = engine_program(c->engine);
    struct region *room = region_new();
    struct summing s = { .draw = d, .calibration = c, .layer = &p->layers[layer] };
    int stopped;

    s.tensor = p->steps[calibration_step(p, layer)].tensor[0];
    s.patch = region_array(room, (size_t)c->threads, sizeof *s.patch);
    for (int t = 0; t < c->threads; t++)
        s.patch[t] = region_array(room, (size_t)s.layer->taps, sizeof **s.patch);
    stopped = parallel_for(c->threads, d->rows, sum_row, &s);
    region_free(room);
    return stopped ? INTERRUPTED : OK;
}
