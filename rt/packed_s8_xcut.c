/* packed_s8_xcut.c - CONV_2D and FULLY_CONNECTED for small CPUs without the activations at or below a cut (zero-skip,
 * FATReLU): those beyond it are listed once a strip; the list of a window is a stretch of that.
 *
 * Positive activations stand in the first half of the list, negative ones in the second: their products are summed
 * apart, so that the inner loop needs no sign. Where the zero point is the least value there are no negative ones.
 */
#include "rt_packed.h"

/* Scratch behind the strip. A list has room for a whole strip; the k-th column's entries begin at start[k]. */
struct lists {
    struct rt_entry *entry[2];
    uint16_t *start[2]; /* [columns + 1] */
    int32_t *sum;       /* [columns] of the listed activations */
};

static struct lists lists_at(const struct unit_packed_s8 *p, const struct rt_strip *s)
{
    uint32_t size = (uint32_t)s->columns * s->column_bytes;
    struct lists l;

    l.sum = s->behind;
    l.start[0] = (uint16_t *)(l.sum + s->columns);
    l.start[1] = l.start[0] + s->columns + 1;
    l.entry[0] = (void *)(l.start[1] + s->columns + 1);
    l.entry[1] = l.entry[0] + (p->in_zp == -128 ? 0 : size);
    return l;
}

static void prepare(const struct unit_packed_s8 *p, const struct rt_strip *s)
{
    struct lists l = lists_at(p, s);
    struct rt_entry *positive = l.entry[0], *negative = l.entry[1];
    const uint8_t *x = s->at;
    int16_t cut = (int16_t)p->x_cut;
    uint16_t k = 0;

    for (uint16_t c = 0; c < s->columns; c++) {
        int32_t sum = 0;
        l.start[0][c] = (uint16_t)(positive - l.entry[0]);
        l.start[1][c] = (uint16_t)(negative - l.entry[1]);
        for (uint16_t i = s->column_bytes; i; i--, k++) {
            int16_t v = rt_centred(p, *x++);
            if (v > cut)
                *positive++ = rt_entry(k, (uint8_t)v);
            else if (-v > cut)
                *negative++ = rt_entry(k, (uint8_t)-v);
            else
                continue;
            sum += v;
        }
        l.sum[c] = sum;
    }
    l.start[0][s->columns] = (uint16_t)(positive - l.entry[0]);
    l.start[1][s->columns] = (uint16_t)(negative - l.entry[1]);
}

static void window(const struct unit_packed_s8 *p, const struct rt_strip *s, uint16_t column, const struct rt_sink *to)
{
    struct lists l = lists_at(p, s);
    uint16_t end = (uint16_t)(column + p->kernel_w);
    const struct rt_entry *positive = l.entry[0] + l.start[0][column], *negative = l.entry[1] + l.start[1][column];
    uint16_t positives = (uint16_t)(l.start[0][end] - l.start[0][column]);
    uint16_t negatives = (uint16_t)(l.start[1][end] - l.start[1][column]);
    /* Entries count taps from the strip's first column. */
    rt_far w = rt_far_from(p->weights) - (uint32_t)column * s->column_bytes * RT_TAP_BYTES;
    int32_t sum = 0, acc[RT_BLOCK], minus[RT_BLOCK];

    for (uint16_t c = column; RT_W_OFFSET && c < end; c++)
        sum += l.sum[c];
    sum *= RT_W_OFFSET;
    for (uint16_t o = 0; o < p->out_c; o = (uint16_t)(o + RT_BLOCK), w += (uint32_t)p->taps * RT_TAP_BYTES) {
        for (uint8_t b = 0; b < RT_BLOCK; b++)
            acc[b] = rt_rom_s32(p->bias + o + b) - sum;
        rt_dot_list(positive, positives, w, acc);
        if (negatives) {
            memset(minus, 0, sizeof minus);
            rt_dot_list(negative, negatives, w, minus);
            for (uint8_t b = 0; b < RT_BLOCK; b++)
                acc[b] -= minus[b];
        }
        rt_put(p, to, o, acc, rt_block_outputs(p, o));
    }
}

void unit_packed_s8_xcut(const void *op, void *const t[])
{
    static const struct rt_kernel kernel = { prepare, window };

    rt_layer(op, &kernel, t);
}
