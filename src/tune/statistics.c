/* statistics.c - see statistics.h. */
#include "tune/statistics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BISECTIONS = 48 };

static size_t entries(const struct statistics *s)
{
    return (size_t)s->layer->sources * MAGNITUDES;
}

struct statistics *statistics_new(struct region *r, const struct mac_layer *l)
{
    struct statistics *s = region_alloc(r, sizeof *s);

    s->layer = l;
    s->seen = region_array(r, entries(s), sizeof *s->seen);
    s->sum = region_array(r, entries(s), sizeof *s->sum);
    return s;
}

void statistics_clear(struct statistics *s)
{
    memset(s->seen, 0, entries(s) * sizeof *s->seen);
    memset(s->sum, 0, entries(s) * sizeof *s->sum);
    s->samples = 0;
    s->total = 0;
}

/* One run of channels under one tap. */
static void add_tap(struct statistics *s, size_t source, const int8_t *x)
{
    const struct unit_conv2d_s8 *shape = &s->layer->shape;
    uint64_t *seen = s->seen + source * MAGNITUDES;
    int64_t *sum = s->sum + source * MAGNITUDES;

    for (int c = 0; c < shape->in_c; c++, seen += MAGNITUDES, sum += MAGNITUDES) {
        int value = x[c] - shape->in_zp;
        seen[abs(value)]++;
        sum[abs(value)] += value;
    }
}

static void add_position(struct statistics *s, int oy, int ox, const int8_t *x)
{
    const struct unit_conv2d_s8 *shape = &s->layer->shape;

    for (int ky = 0; ky < shape->kernel_h; ky++)
        for (int kx = 0; kx < shape->kernel_w; kx++) {
            int iy = oy * shape->stride_h + ky * shape->dilation_h - shape->pad_top;
            int ix = ox * shape->stride_w + kx * shape->dilation_w - shape->pad_left;
            if (iy >= 0 && iy < shape->in_h && ix >= 0 && ix < shape->in_w)
                add_tap(s, (size_t)(ky * shape->kernel_w + kx) * shape->in_c,
                        x + (size_t)(iy * shape->in_w + ix) * shape->in_c);
        }
}

void statistics_add(struct statistics *s, const int8_t *x)
{
    const struct unit_conv2d_s8 *shape = &s->layer->shape;

    for (int oy = 0; oy < shape->out_h; oy++)
        for (int ox = 0; ox < shape->out_w; ox++)
            add_position(s, oy, ox, x);
    s->samples++;
}

void statistics_merge(struct statistics *to, const struct statistics *from)
{
    for (size_t i = 0; i < entries(to); i++) {
        to->seen[i] += from->seen[i];
        to->sum[i] += from->sum[i];
    }
    to->samples += from->samples;
}

void statistics_finish(struct statistics *s)
{
    for (size_t i = 0; i < entries(s); i++)
        if (i % MAGNITUDES) {
            s->seen[i] += s->seen[i - 1];
            s->sum[i] += s->sum[i - 1];
        }
    s->total = 0;
    for (size_t i = MAGNITUDES - 1; i < entries(s); i += MAGNITUDES)
        s->total += s->seen[i];
}

uint64_t statistics_executed(const struct statistics *s, const uint8_t *cut)
{
    const struct mac_layer *l = s->layer;
    uint64_t executed = 0;

    for (int o = 0; o < l->out_c; o++)
        for (int k = 0; k < l->taps; k++) {
            const uint64_t *seen = s->seen + (size_t)mac_source(l, o, k) * MAGNITUDES;
            executed += seen[MAGNITUDES - 1] - seen[cut[mac_at(l, o, k)]];
        }
    return executed;
}

double statistics_mean(const struct statistics *s, int o, const uint8_t *cut)
{
    const struct mac_layer *l = s->layer;
    double mean = 0;

    for (int k = 0; k < l->taps; k++) {
        const int64_t *sum = s->sum + (size_t)mac_source(l, o, k) * MAGNITUDES;
        int64_t executed = sum[MAGNITUDES - 1] - (cut ? sum[cut[mac_at(l, o, k)]] : 0);
        mean += (double)l->shape.weights[mac_at(l, o, k)] * (double)executed;
    }
    return s->samples ? mean / ((double)s->samples * (double)l->positions) : 0;
}

/* Products of outputs first..last-1 that are at most `threshold`. */
static uint64_t products_within(const struct statistics *s, int first, int last, double threshold)
{
    const struct mac_layer *l = s->layer;
    uint64_t within = 0;

    for (int o = first; o < last; o++) {
        double limit = floor(threshold / ((double)l->in_scale * (double)l->weight_scale[o]));
        int t = limit < 255 * 128 ? (int)limit : 255 * 128, by_weight[129] = { MAGNITUDES - 1 };
        for (int w = 1; w <= 128; w++)
            by_weight[w] = t / w < MAGNITUDES ? t / w : MAGNITUDES - 1;
        for (int k = 0; k < l->taps; k++)
            within += s->seen[(size_t)mac_source(l, o, k) * MAGNITUDES +
                              (size_t)by_weight[abs(l->shape.weights[mac_at(l, o, k)])]];
    }
    return within;
}

static uint64_t products_of(const struct statistics *s, int first, int last)
{
    const struct mac_layer *l = s->layer;
    uint64_t products = 0;

    for (int o = first; o < last; o++)
        for (int k = 0; k < l->taps; k++)
            products += s->seen[(size_t)mac_source(l, o, k) * MAGNITUDES + MAGNITUDES - 1];
    return products;
}

double statistics_product_threshold(const struct statistics *s, int first, int last, double share)
{
    double wanted = share * (double)products_of(s, first, last), low = 0, high = 0;

    for (int o = first; o < last; o++)
        high = fmax(high, 255.0 * 128 * (double)s->layer->in_scale * (double)s->layer->weight_scale[o]);
    if ((double)products_within(s, first, last, 0) >= wanted)
        return 0;
    for (int i = 0; i < BISECTIONS; i++) {
        double middle = (low + high) / 2;
        if ((double)products_within(s, first, last, middle) >= wanted)
            high = middle;
        else
            low = middle;
    }
    return high;
}

double statistics_activation_threshold(const struct statistics *s, double share)
{
    uint64_t within;

    for (size_t m = 0; m < MAGNITUDES; m++) {
        within = 0;
        for (size_t i = m; i < entries(s); i += MAGNITUDES)
            within += s->seen[i];
        if ((double)within >= share * (double)s->total)
            return (double)m * (double)s->layer->in_scale;
    }
    return (MAGNITUDES - 1) * (double)s->layer->in_scale;
}
