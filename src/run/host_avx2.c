/* host_avx2.c - the inner loops of host_layer.c with AVX2 instructions. Outputs lie across the lanes, so no sum runs
 * over a vector: a pair of inputs is spread over all lanes and multiplied with the same pair of 8 outputs' weights at
 * once. A pruned layer compares |x| with the cuts of the same 16 connections and clears the inputs of those that sleep.
 */
#include "run/host_layer.h"

#if defined(__x86_64__)

#include <immintrin.h>
#include <string.h>

#include <rt_fixed.h>

#define AVX2 __attribute__((target("avx2")))
#define AVX2_INLINE static inline __attribute__((target("avx2"), always_inline))

enum { POSITIONS = 4, GROUPS = 2 }; /* a block: 8 accumulators and what feeds them fit the 16 registers */

/* ---- Requantisation of 8 sums; rt_fixed.h has the scalar definition
 * -------------------------------------------------- */

/* (a * b + 2^30) >> 31 in 64 bits, lane by lane. */
AVX2_INLINE __m256i doubling_high_multiply(__m256i a, __m256i b)
{
    const __m256i nudge = _mm256_set1_epi64x(1 << 30);
    __m256i even = _mm256_srli_epi64(_mm256_add_epi64(_mm256_mul_epi32(a, b), nudge), 31);
    __m256i odd = _mm256_add_epi64(_mm256_mul_epi32(_mm256_srli_epi64(a, 32), _mm256_srli_epi64(b, 32)), nudge);

    return _mm256_blend_epi32(even, _mm256_slli_epi64(_mm256_srli_epi64(odd, 31), 32), 0xAA);
}

/* x / 2^n rounded half away from zero. */
AVX2_INLINE __m256i rounding_shift(__m256i x, __m256i n)
{
    const __m256i one = _mm256_set1_epi32(1);
    __m256i mask = _mm256_sub_epi32(_mm256_sllv_epi32(one, n), one);
    __m256i rest = _mm256_and_si256(x, mask);
    __m256i limit = _mm256_add_epi32(_mm256_srli_epi32(mask, 1), _mm256_srli_epi32(x, 31));

    return _mm256_sub_epi32(_mm256_srav_epi32(x, n), _mm256_cmpgt_epi32(rest, limit));
}

AVX2_INLINE __m256i requantise(const struct host_layer *h, int o, __m256i sums)
{
    const struct unit_conv2d_s8 *s = &h->layer->shape;
    __m256i mult = _mm256_loadu_si256((const __m256i *)(const void *)&h->mult[o]);
    __m256i shift = _mm256_loadu_si256((const __m256i *)(const void *)&h->shift[o]);
    __m256i zero = _mm256_setzero_si256();
    __m256i left = _mm256_max_epi32(shift, zero), right = _mm256_max_epi32(_mm256_sub_epi32(zero, shift), zero);
    __m256i y = rounding_shift(doubling_high_multiply(_mm256_sllv_epi32(sums, left), mult), right);

    y = _mm256_add_epi32(y, _mm256_set1_epi32(s->out_zp));
    y = _mm256_max_epi32(y, _mm256_set1_epi32(s->act_min));
    return _mm256_min_epi32(y, _mm256_set1_epi32(s->act_max));
}

/* The low bytes of 8 lanes. */
AVX2_INLINE int64_t low_bytes(__m256i y)
{
    __m128i words = _mm_packs_epi32(_mm256_castsi256_si128(y), _mm256_extracti128_si256(y, 1));

    return _mm_cvtsi128_si64(_mm_packs_epi16(words, words));
}

static void store_away(const struct host_layer *h, int o, const int32_t *sums, int count, int8_t *y)
{
    const struct unit_conv2d_s8 *s = &h->layer->shape;

    for (int i = 0; i < count; i++)
        y[i] = rt_clamp_s8(rt_requant_away(sums[i], h->mult[o + i], h->shift[o + i], h->layer->delta[o + i]), s->out_zp,
                           s->act_min, s->act_max);
}

/* Sums of outputs o..o+7 to y[0..]; the last group may be cut short. */
AVX2_INLINE void store_sums(const struct host_layer *h, int o, __m256i sums, int8_t *y)
{
    int left = h->layer->out_c - o, count = left < HOST_LANES ? left : HOST_LANES;
    int32_t plain[HOST_LANES];
    int64_t bytes;

    if (count <= 0)
        return;
    if (h->layer->delta) {
        _mm256_storeu_si256((__m256i *)(void *)plain, sums);
        store_away(h, o, plain, count, y);
        return;
    }
    bytes = low_bytes(requantise(h, o, sums));
    if (count == HOST_LANES)
        memcpy(y, &bytes, HOST_LANES);
    else
        memcpy(y, &bytes, (size_t)count);
}

/* ---- Convolution
 * ------------------------------------------------------------------------------------------------------ */

AVX2_INLINE __m256i load(const void *from)
{
    return _mm256_loadu_si256((const __m256i *)from);
}

/* Two neighbouring inputs in every lane. */
AVX2_INLINE __m256i spread_pair(const int16_t *x)
{
    int32_t pair;

    memcpy(&pair, x, sizeof pair);
    return _mm256_set1_epi32(pair);
}

AVX2_INLINE __m256i awake(__m256i x, __m256i cut)
{
    return _mm256_and_si256(x, _mm256_cmpgt_epi16(_mm256_abs_epi16(x), cut));
}

/* `positions` patches, `step` elements apart, against `groups` groups of 8 outputs from group `g` on; always inlined
 * with constant counts, so that the sums stay in registers. */
AVX2_INLINE void convolve_block(const struct host_layer *h, const int16_t *patch, int step, int positions, int g,
                                int groups, int pruned, int8_t *y)
{
    size_t group_size = (size_t)h->segments * (size_t)h->pairs * 2 * HOST_LANES, at = (size_t)g * group_size;
    __m256i sums[POSITIONS][2 * GROUPS];

    for (int p = 0; p < positions; p++)
        for (int i = 0; i < groups; i++)
            sums[p][i] = load(h->bias + (g + i) * HOST_LANES);
    for (int s = 0; s < h->segments; s++) {
        const int16_t *x = patch + h->segment_at[s];
        for (int pair = 0; pair < h->pairs; pair++, x += 2, at += 2 * HOST_LANES)
            for (int i = 0; i < groups; i++) {
                __m256i w = load(h->weights + at + (size_t)i * group_size);
                __m256i cut = pruned ? load(h->cuts + at + (size_t)i * group_size) : w;
                for (int p = 0; p < positions; p++) {
                    __m256i value = spread_pair(x + p * step);
                    value = pruned ? awake(value, cut) : value;
                    sums[p][i] = _mm256_add_epi32(sums[p][i], _mm256_madd_epi16(value, w));
                }
            }
    }
    for (int p = 0; p < positions; p++)
        for (int i = 0; i < groups; i++)
            store_sums(h, (g + i) * HOST_LANES, sums[p][i],
                       y + (size_t)p * h->layer->shape.out_c + (g + i) * HOST_LANES);
}

/* All groups of outputs for a block of positions. */
AVX2_INLINE void convolve_groups(const struct host_layer *h, const int16_t *patch, int step, int positions, int pruned,
                                 int8_t *y)
{
    int g = 0;

    if (positions == 1)
        for (; g + 2 * GROUPS <= h->groups; g += 2 * GROUPS)
            convolve_block(h, patch, step, 1, g, 2 * GROUPS, pruned, y);
    for (; g + GROUPS <= h->groups; g += GROUPS)
        convolve_block(h, patch, step, positions, g, GROUPS, pruned, y);
    if (g < h->groups)
        convolve_block(h, patch, step, positions, g, 1, pruned, y);
}

/* The positions of a row in blocks; the last block overlaps the one before rather than being short. */
AVX2_INLINE void convolve_row(const struct host_layer *h, const int16_t *row, int pruned, int8_t *y)
{
    const struct unit_conv2d_s8 *s = &h->layer->shape;
    int step = s->stride_w * s->in_c, x = 0;

    if (s->out_w < POSITIONS) {
        for (; x < s->out_w; x++)
            convolve_groups(h, row + x * step, step, 1, pruned, y + (size_t)x * s->out_c);
        return;
    }
    for (; x < s->out_w; x += POSITIONS) {
        x = x > s->out_w - POSITIONS ? s->out_w - POSITIONS : x;
        convolve_groups(h, row + x * step, step, POSITIONS, pruned, y + (size_t)x * s->out_c);
    }
}

AVX2 void host_avx2_convolution(const struct host_layer *h, const int16_t *padded, int8_t *y)
{
    const struct unit_conv2d_s8 *s = &h->layer->shape;

    for (int i = 0; i < s->out_h; i++, y += (size_t)s->out_w * s->out_c) {
        const int16_t *row = padded + (size_t)i * s->stride_h * (size_t)h->columns * s->in_c;
        if (h->cuts)
            convolve_row(h, row, 1, y);
        else
            convolve_row(h, row, 0, y);
    }
}

/* ---- Depthwise
 * -------------------------------------------------------------------------------------------------------- */

/* 16 channels at `positions` neighbouring outputs. A product of 16-bit operands fits 16 bits: 255 * 128 = 32640. */
AVX2_INLINE void depthwise_block(const struct host_layer *h, const int16_t *patch, int step, int positions, int g,
                                 int pruned, int8_t *y)
{
    enum { LANES = 2 * HOST_LANES };
    size_t at = (size_t)g * (size_t)h->segments * LANES;
    __m256i low[POSITIONS], high[POSITIONS];

    for (int p = 0; p < positions; p++) {
        low[p] = load(h->bias + g * LANES);
        high[p] = load(h->bias + g * LANES + HOST_LANES);
    }
    for (int s = 0; s < h->segments; s++, at += LANES) {
        __m256i w = load(h->weights + at), cut = pruned ? load(h->cuts + at) : w;
        for (int p = 0; p < positions; p++) {
            __m256i value = load(patch + h->segment_at[s] + g * LANES + p * step);
            __m256i product = _mm256_mullo_epi16(pruned ? awake(value, cut) : value, w);
            low[p] = _mm256_add_epi32(low[p], _mm256_cvtepi16_epi32(_mm256_castsi256_si128(product)));
            high[p] = _mm256_add_epi32(high[p], _mm256_cvtepi16_epi32(_mm256_extracti128_si256(product, 1)));
        }
    }
    for (int p = 0; p < positions; p++) {
        int8_t *out = y + (size_t)p * h->layer->shape.out_c + g * LANES;
        store_sums(h, g * LANES, low[p], out);
        store_sums(h, g * LANES + HOST_LANES, high[p], out + HOST_LANES);
    }
}

AVX2_INLINE void depthwise_row(const struct host_layer *h, const int16_t *row, int pruned, int8_t *y)
{
    const struct unit_conv2d_s8 *s = &h->layer->shape;
    int step = s->stride_w * s->in_c;

    for (int g = 0; g < h->groups; g++) {
        int x = 0;
        for (; x + POSITIONS <= s->out_w; x += POSITIONS)
            depthwise_block(h, row + x * step, step, POSITIONS, g, pruned, y + (size_t)x * s->out_c);
        for (; x < s->out_w; x++)
            depthwise_block(h, row + x * step, step, 1, g, pruned, y + (size_t)x * s->out_c);
    }
}

AVX2 void host_avx2_depthwise(const struct host_layer *h, const int16_t *padded, int8_t *y)
{
    const struct unit_conv2d_s8 *s = &h->layer->shape;

    for (int i = 0; i < s->out_h; i++, y += (size_t)s->out_w * s->out_c) {
        const int16_t *row = padded + (size_t)i * s->stride_h * (size_t)h->columns * s->in_c;
        if (h->cuts)
            depthwise_row(h, row, 1, y);
        else
            depthwise_row(h, row, 0, y);
    }
}

#else

void host_avx2_convolution(const struct host_layer *h, const int16_t *padded, int8_t *y)
{
    (void)h, (void)padded, (void)y;
}

void host_avx2_depthwise(const struct host_layer *h, const int16_t *padded, int8_t *y)
{
    (void)h, (void)padded, (void)y;
}

#endif
