/* host_layer.c - packing, the padded input, and the same loops in portable C for machines without AVX2. */
#include "run/host_layer.h"

#include <stdlib.h>
#include <string.h>

#include <rt_fixed.h>

enum { SLACK = 64 }; /* elements behind the padded input that vector loads may touch */

static int lanes(const struct host_layer *h)
{
    return h->by_channel ? 2 * HOST_LANES : HOST_LANES;
}

/* A segment is a row of the patch; with gaps between columns (dilation), or by channel, one column of it. */
static void find_segments(struct region *r, struct host_layer *h)
{
    const struct unit_conv2d_s8 *s = &h->layer->shape;
    int split = s->dilation_w > 1 || h->by_channel, columns = split ? s->kernel_w : 1;

    h->segments = s->kernel_h * columns;
    h->segment_size = (split ? 1 : s->kernel_w) * s->in_c;
    h->pairs = (h->segment_size + 1) / 2;
    h->segment_at = region_array(r, (size_t)h->segments, sizeof *h->segment_at);
    for (int i = 0; i < h->segments; i++)
        h->segment_at[i] = (i / columns * s->dilation_h * h->columns + i % columns * s->dilation_w) * s->in_c;
}

static size_t packed_size(const struct host_layer *h)
{
    if (h->by_channel)
        return (size_t)h->groups * (size_t)h->segments * 2 * HOST_LANES;
    return (size_t)h->groups * (size_t)h->segments * (size_t)h->pairs * 2 * HOST_LANES;
}

/* Where connection k of output o lies in the packed arrays. */
static size_t packed_at(const struct host_layer *h, int o, int k)
{
    size_t group = (size_t)(o / lanes(h)), lane = (size_t)(o % lanes(h));
    size_t segment = (size_t)(h->by_channel ? k : k / h->segment_size), element = (size_t)(k % h->segment_size);

    if (h->by_channel)
        return (group * (size_t)h->segments + segment) * 2 * HOST_LANES + lane;
    return (((group * (size_t)h->segments + segment) * (size_t)h->pairs + element / 2) * HOST_LANES + lane) * 2 +
           element % 2;
}

static void pack_weights(struct host_layer *h)
{
    const struct mac_layer *l = h->layer;

    for (int o = 0; o < l->out_c; o++)
        for (int k = 0; k < l->taps; k++)
            h->weights[packed_at(h, o, k)] = l->shape.weights[mac_at(l, o, k)];
}

/* Depthwise with several input channels, each read by several outputs: rare, and run one connection after the other. */
static int has_slow_form(const struct mac_layer *l)
{
    return l->depthwise && l->multiplier > 1 && l->shape.in_c > 1;
}

struct host_layer *host_layer_new(struct region *r, const struct mac_layer *l)
{
    struct host_layer *h = region_alloc(r, sizeof *h);
    const struct unit_conv2d_s8 *s = &l->shape;
    size_t outputs;

    h->layer = l;
    h->by_channel = l->depthwise && l->multiplier == 1;
    h->vectorised = host_has_avx2() && !has_slow_form(l);
    h->rows = (s->out_h - 1) * s->stride_h + (s->kernel_h - 1) * s->dilation_h + 1;
    h->columns = (s->out_w - 1) * s->stride_w + (s->kernel_w - 1) * s->dilation_w + 1;
    find_segments(r, h);
    h->groups = (l->out_c + lanes(h) - 1) / lanes(h);
    h->weights = region_array(r, packed_size(h), sizeof *h->weights);
    outputs = (size_t)h->groups * (size_t)lanes(h);
    h->bias = region_array(r, outputs, sizeof *h->bias);
    h->mult = region_array(r, outputs, sizeof *h->mult);
    h->shift = region_array(r, outputs, sizeof *h->shift);
    h->buffer_bytes = ((size_t)h->rows * (size_t)h->columns * s->in_c + SLACK) * sizeof(int16_t);
    for (int o = 0; o < l->out_c; o++) {
        h->mult[o] = s->mult[o];
        h->shift[o] = s->shift[o];
    }
    host_layer_update(r, h);
    return h;
}

void host_layer_update(struct region *r, struct host_layer *h)
{
    const struct mac_layer *l = h->layer;

    pack_weights(h);
    memcpy(h->bias, l->bias, (size_t)l->out_c * sizeof *h->bias);
    h->cuts = NULL;
    if (!l->cut)
        return;
    if (!h->cuts_room)
        h->cuts_room = region_array(r, packed_size(h), sizeof *h->cuts_room);
    h->cuts = h->cuts_room;
    for (int o = 0; o < l->out_c; o++)
        for (int k = 0; k < l->taps; k++)
            h->cuts[packed_at(h, o, k)] = l->cut[mac_at(l, o, k)];
}

/* The input as centred int16 with a border of zeros: a tap in the padding adds nothing and wakes nothing. */
static void pad_input(const struct host_layer *h, const int8_t *x, int16_t *buffer)
{
    const struct unit_conv2d_s8 *s = &h->layer->shape;
    size_t row = (size_t)h->columns * s->in_c, before = (size_t)s->pad_left * s->in_c;
    int inside = h->columns - s->pad_left < s->in_w ? h->columns - s->pad_left : s->in_w;
    size_t count = (size_t)inside * s->in_c;

    for (int i = 0; i < h->rows; i++, buffer += row) {
        const int8_t *from = x + (size_t)(i - s->pad_top) * s->in_w * s->in_c;
        if (i < s->pad_top || i >= s->pad_top + s->in_h) {
            memset(buffer, 0, row * sizeof *buffer);
            continue;
        }
        memset(buffer, 0, before * sizeof *buffer);
        for (size_t j = 0; j < count; j++)
            buffer[before + j] = (int16_t)(from[j] - s->in_zp);
        memset(buffer + before + count, 0, (row - before - count) * sizeof *buffer);
    }
    memset(buffer, 0, SLACK * sizeof *buffer);
}

static void store(const struct host_layer *h, int o, const int32_t *sums, int count, int8_t *y)
{
    const struct unit_conv2d_s8 *s = &h->layer->shape;

    for (int i = 0; i < count && o + i < s->out_c; i++) {
        int32_t scaled = h->layer->delta
                             ? rt_requant_away(sums[i], h->mult[o + i], h->shift[o + i], h->layer->delta[o + i])
                             : rt_requant(sums[i], h->mult[o + i], h->shift[o + i]);
        y[o + i] = rt_clamp_s8(scaled, s->out_zp, s->act_min, s->act_max);
    }
}

static void add_pair(const int16_t *x, const int16_t *w, const int16_t *cut, int32_t *sums)
{
    for (int i = 0; i < 2 * HOST_LANES; i++) {
        int16_t value = x[i & 1];
        sums[i / 2] += !cut || abs(value) > cut[i] ? value * w[i] : 0;
    }
}

static void portable_convolution(const struct host_layer *h, const int16_t *patch, int group, int8_t *y)
{
    size_t at = (size_t)group * (size_t)h->segments * (size_t)h->pairs * 2 * HOST_LANES;
    int32_t sums[HOST_LANES];

    memcpy(sums, h->bias + group * HOST_LANES, sizeof sums);
    for (int s = 0; s < h->segments; s++)
        for (int p = 0; p < h->pairs; p++, at += 2 * HOST_LANES)
            add_pair(patch + h->segment_at[s] + 2 * p, h->weights + at, h->cuts ? h->cuts + at : NULL, sums);
    store(h, group * HOST_LANES, sums, HOST_LANES, y);
}

static void portable_depthwise(const struct host_layer *h, const int16_t *patch, int group, int8_t *y)
{
    enum { LANES = 2 * HOST_LANES };
    size_t at = (size_t)group * (size_t)h->segments * LANES;
    int32_t sums[LANES];

    memcpy(sums, h->bias + group * LANES, sizeof sums);
    for (int s = 0; s < h->segments; s++, at += LANES)
        for (int i = 0; i < LANES; i++) {
            int16_t value = patch[h->segment_at[s] + group * LANES + i];
            sums[i] += !h->cuts || abs(value) > h->cuts[at + (size_t)i] ? value * h->weights[at + (size_t)i] : 0;
        }
    store(h, group * LANES, sums, LANES, y);
}

static void portable_multiplier(const struct host_layer *h, const int16_t *patch, int8_t *y)
{
    const struct mac_layer *l = h->layer;

    for (int o = 0; o < l->out_c; o++) {
        int32_t sum = l->bias[o];
        for (int k = 0; k < l->taps; k++) {
            int kernel_w = l->shape.kernel_w, row = k / kernel_w * l->shape.dilation_h,
                column = k % kernel_w * l->shape.dilation_w;
            int16_t value = patch[(row * h->columns + column) * l->shape.in_c + o / l->multiplier];
            if (!l->cut || abs(value) > l->cut[mac_at(l, o, k)])
                sum += value * l->shape.weights[mac_at(l, o, k)];
        }
        store(h, o, &sum, 1, y);
    }
}

static void portable_run(const struct host_layer *h, const int16_t *padded, int8_t *y)
{
    const struct unit_conv2d_s8 *s = &h->layer->shape;
    int slow = has_slow_form(h->layer);

    for (int oy = 0; oy < s->out_h; oy++)
        for (int ox = 0; ox < s->out_w; ox++, y += s->out_c) {
            const int16_t *patch = padded + (oy * s->stride_h * h->columns + ox * s->stride_w) * s->in_c;
            if (slow)
                portable_multiplier(h, patch, y);
            for (int g = 0; g < h->groups && !slow; g++)
                (h->by_channel ? portable_depthwise : portable_convolution)(h, patch, g, y);
        }
}

int host_has_avx2(void)
{
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx2") && !getenv("UNIT_NO_AVX2");
#else
    return 0;
#endif
}

void host_layer_run(const struct host_layer *h, const int8_t *x, int8_t *y, int16_t *buffer)
{
    pad_input(h, x, buffer);
    if (!h->vectorised)
        portable_run(h, buffer, y);
    else if (h->by_channel)
        host_avx2_depthwise(h, buffer, y);
    else
        host_avx2_convolution(h, buffer, y);
}
