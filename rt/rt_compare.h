/* rt_compare.h - the published method's loops for 32-bit CPUs: a product is asked for by a load each and one branch, 3
 * instructions, which is taken where it is executed; 8 taps share what moves on. */
#ifndef RT_COMPARE_H
#define RT_COMPARE_H

#ifndef RT_PRODUCT
#define RT_PRODUCT(x, w) ((int32_t)(x) * (w))
#endif

#define RT_SELDOM(condition) __builtin_expect((condition), 0)
#define RT_EIGHT(TAP) TAP(0) TAP(1) TAP(2) TAP(3) TAP(4) TAP(5) TAP(6) TAP(7)

/* See rt_loops.h. */
static inline void rt_dot_above(const int16_t *x, rt_far w, rt_far cut, uint16_t k, int32_t *sums, uint8_t count)
{
    for (; count; count--, w += k & 7, cut += k & 7) {
        const int16_t *v = x;
        const int8_t *end = cut + (k & ~7U);
        int32_t sum = 0;
#define RT_TAP(I)                                                                                                      \
    if (RT_SELDOM(v[I] > (uint8_t)cut[I]))                                                                             \
        sum += RT_PRODUCT(v[I], w[I]);
        for (; cut != end; cut += 8, v += 8, w += 8) {
            RT_EIGHT(RT_TAP)
        }
        for (unsigned i = 0; i < (k & 7); i++) {
            RT_TAP(i)
        }
#undef RT_TAP
        *sums++ = sum;
    }
}

/* See rt_loops.h. */
static inline int32_t rt_dot_cut(const int16_t *x, rt_far w, rt_far cut, uint16_t k)
{
    const uint8_t *c = (const uint8_t *)cut, *end = c + (k & ~7U);
    int32_t sum = 0;

    /* beyond either side: as unsigned, x + cut exceeds 2 * cut */
#define RT_TAP(I)                                                                                                      \
    if (RT_SELDOM((uint32_t)(x[I] + c[I]) > 2U * c[I]))                                                                \
        sum += RT_PRODUCT(x[I], w[I]);
    for (; c != end; c += 8, x += 8, w += 8) {
        RT_EIGHT(RT_TAP)
    }
    for (end += k & 7; c != end; c++, x++, w++) {
        RT_TAP(0)
    }
#undef RT_TAP
    return sum;
}

/* See rt_loops.h. A weight beyond the cut on either side: as unsigned, weight + cut exceeds 2 * cut. */
static inline void rt_add_beyond(int32_t *sums, int16_t x, rt_far w, uint8_t cut, uint16_t count)
{
    uint32_t span = 2U * cut;
    const int8_t *end = w + (count & ~7U);

    if (cut >= 128) /* no weight is larger */
        return;
#define RT_TAP(I)                                                                                                      \
    if (RT_SELDOM((uint32_t)(w[I] + cut) > span))                                                                      \
        sums[I] += RT_PRODUCT(x, w[I]);
    for (; w != end; w += 8, sums += 8) {
        RT_EIGHT(RT_TAP)
    }
    for (end += count & 7; w != end; w++, sums++) {
        RT_TAP(0)
    }
#undef RT_TAP
}

#define RT_HAS_DOT_ABOVE
#define RT_HAS_DOT_CUT
#define RT_HAS_ADD_BEYOND

#endif
