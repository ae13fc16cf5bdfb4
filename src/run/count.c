/* count.c - an input element is met by the same connections wherever it stands, but for the borders: those that belong
 * to the taps under which it lies. Rows fall into few classes by the set of kernel rows that reach them, and so do
 * columns. For each class of rows, of columns and each channel a table tells how many connections execute at each
 * magnitude; one look-up an input element then counts a whole layer. */
#include "run/count.h"

#include <stdlib.h>
#include <string.h>

enum { MAGNITUDES = 256 };

/* Rows (or columns) of the input, grouped by the kernel rows that reach them. */
struct axis {
    int size, kernel, classes;
    int *class_of;    /* [size] */
    uint8_t *reaches; /* [classes][kernel] */
};

struct counter {
    const struct mac_layer *layer;
    struct axis rows, columns;
    uint32_t *executed;  /* [row classes][column classes][in_c][MAGNITUDES] */
    uint32_t *nonzero;   /* [row classes][column classes][in_c]: connections whose weight is not 0 */
    uint32_t *by_source; /* [sources][MAGNITUDES] room for counter_update */
};

/* Does kernel row k meet input row i at some output row? */
static int reaches(int i, int k, int out, int stride, int dilation, int pad)
{
    int at = i + pad - k * dilation;

    return at >= 0 && at % stride == 0 && at / stride < out;
}

static void classify(struct region *r, struct axis *a, int out, int stride, int dilation, int pad)
{
    uint8_t *set = region_array(r, (size_t)a->kernel, 1);

    a->class_of = region_array(r, (size_t)a->size, sizeof *a->class_of);
    a->reaches = region_array(r, (size_t)a->size, (size_t)a->kernel);
    for (int i = 0; i < a->size; i++) {
        int c = 0;
        for (int k = 0; k < a->kernel; k++)
            set[k] = (uint8_t)reaches(i, k, out, stride, dilation, pad);
        while (c < a->classes && memcmp(a->reaches + (size_t)c * (size_t)a->kernel, set, (size_t)a->kernel) != 0)
            c++;
        if (c == a->classes)
            memcpy(a->reaches + (size_t)a->classes++ * (size_t)a->kernel, set, (size_t)a->kernel);
        a->class_of[i] = c;
    }
}

struct counter *counter_new(struct region *r, const struct mac_layer *l)
{
    const struct unit_conv2d_s8 *s = &l->shape;
    struct counter *c = region_alloc(r, sizeof *c);
    size_t tables;

    c->layer = l;
    c->rows = (struct axis){ .size = s->in_h, .kernel = s->kernel_h };
    c->columns = (struct axis){ .size = s->in_w, .kernel = s->kernel_w };
    classify(r, &c->rows, s->out_h, s->stride_h, s->dilation_h, s->pad_top);
    classify(r, &c->columns, s->out_w, s->stride_w, s->dilation_w, s->pad_left);
    tables = (size_t)c->rows.classes * (size_t)c->columns.classes * s->in_c;
    c->executed = region_array(r, tables * MAGNITUDES, sizeof *c->executed);
    c->nonzero = region_array(r, tables, sizeof *c->nonzero);
    c->by_source = region_array(r, (size_t)l->sources * MAGNITUDES, sizeof *c->by_source);
    counter_update(c);
    return c;
}

/* by_source[s][m]: connections of source s that execute at |x| = m. First those that wake exactly at m, then sums. */
static void fill_sources(struct counter *c)
{
    const struct mac_layer *l = c->layer;

    memset(c->by_source, 0, (size_t)l->sources * MAGNITUDES * sizeof *c->by_source);
    for (int o = 0; o < l->out_c; o++)
        for (int k = 0; k < l->taps; k++) {
            size_t at = mac_at(l, o, k);
            int cut = l->shape.weights[at] == 0 ? MAGNITUDES : l->cut ? l->cut[at] : 0;
            if (cut + 1 < MAGNITUDES)
                c->by_source[mac_source(l, o, k) * MAGNITUDES + cut + 1]++;
        }
    for (size_t s = 0; s < (size_t)l->sources; s++)
        for (size_t m = 1; m < MAGNITUDES; m++)
            c->by_source[s * MAGNITUDES + m] += c->by_source[s * MAGNITUDES + m - 1];
}

/* Sums the tables of the sources under which elements of one class lie, for all channels. */
static void sum_class(struct counter *c, const uint8_t *row, const uint8_t *column, uint32_t *table)
{
    size_t in_c = c->layer->shape.in_c, size = in_c * MAGNITUDES;

    memset(table, 0, size * sizeof *table);
    for (int ky = 0; ky < c->rows.kernel; ky++)
        for (int kx = 0; kx < c->columns.kernel; kx++) {
            const uint32_t *from = c->by_source + (size_t)(ky * c->columns.kernel + kx) * size;
            if (row[ky] && column[kx])
                for (size_t i = 0; i < size; i++)
                    table[i] += from[i];
        }
}

static void fill_classes(struct counter *c, uint32_t *table, size_t size)
{
    for (int y = 0; y < c->rows.classes; y++)
        for (int x = 0; x < c->columns.classes; x++, table += size)
            sum_class(c, c->rows.reaches + (size_t)y * (size_t)c->rows.kernel,
                      c->columns.reaches + (size_t)x * (size_t)c->columns.kernel, table);
}

/* Non-zero connections are those that execute at the largest magnitude when nothing is cut. */
static void fill_nonzero(struct counter *c)
{
    const struct mac_layer *l = c->layer;
    size_t in_c = l->shape.in_c, at = 0;
    uint32_t *count = calloc((size_t)l->sources, sizeof *count);

    for (int o = 0; count && o < l->out_c; o++)
        for (int k = 0; k < l->taps; k++)
            count[mac_source(l, o, k)] += l->shape.weights[mac_at(l, o, k)] != 0;
    for (int y = 0; count && y < c->rows.classes; y++)
        for (int x = 0; x < c->columns.classes; x++)
            for (size_t i = 0; i < in_c; i++, at++) {
                c->nonzero[at] = 0;
                for (int k = 0; k < c->rows.kernel * c->columns.kernel; k++)
                    if (c->rows.reaches[y * c->rows.kernel + k / c->columns.kernel] &&
                        c->columns.reaches[x * c->columns.kernel + k % c->columns.kernel])
                        c->nonzero[at] += count[(size_t)k * in_c + i];
            }
    free(count);
}

void counter_update(struct counter *c)
{
    fill_sources(c);
    fill_classes(c, c->executed, (size_t)c->layer->shape.in_c * MAGNITUDES);
    fill_nonzero(c);
}

void counter_add(const struct counter *c, const int8_t *x, struct mac_counts *counts)
{
    const struct mac_layer *l = c->layer;
    const struct unit_conv2d_s8 *s = &l->shape;
    uint64_t executed = 0, nonzero = 0;

    for (int i = 0; i < s->in_h; i++)
        for (int j = 0; j < s->in_w; j++, x += s->in_c) {
            size_t class = (size_t)(c->rows.class_of[i] * c->columns.classes + c->columns.class_of[j]) * s->in_c;
            const uint32_t *table = c->executed + class * MAGNITUDES, *all = c->nonzero + class;
            for (int k = 0; k < s->in_c; k++, table += MAGNITUDES) {
                int m = abs(x[k] - s->in_zp);
                executed += table[m];
                nonzero += m ? all[k] : 0;
            }
        }
    counts->dense += l->dense;
    counts->zero += l->dense - nonzero;
    counts->skipped += nonzero - executed;
    counts->executed += executed;
}

uint32_t counter_of(const struct counter *c, size_t i, int magnitude)
{
    const struct unit_conv2d_s8 *s = &c->layer->shape;
    size_t channel = i % s->in_c, x = i / s->in_c % s->in_w, y = i / s->in_c / s->in_w;
    size_t class = (size_t)(c->rows.class_of[y] * c->columns.classes + c->columns.class_of[x]) * s->in_c;

    return c->executed[(class + channel) * MAGNITUDES + (size_t)magnitude];
}
