/* levels.c - what lists by magnitude of weight would run in place of sorted prefixes, and which sums 16 bits would
 * hold: the counts of docs/adr/0046.
 *
 *     levels MODEL PLAN DATA [SAMPLES]
 *
 * For each layer that the portable C port runs by prefixes, means over the samples: elements awake, lists looked up and
 * run, entries run; and with the weights of the layer rounded to 2, 4, 8 magnitudes, or as they are, the groups of
 * equal weights among the entries of each list that is run. Magnitudes are those that round the executed weights best.
 * No gate: it prints.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/dataset.h"
#include "import/import.h"
#include "layout/layout.h"
#include "port/lower_prefix.h"
#include "run/evaluate.h"

enum { WEIGHTS = 129, BOOKS = 4, SAMPLES = 50 };

static const int sizes[BOOKS] = { 2, 4, 8, 128 };

struct counts {
    double awake, visits, lists, entries, groups[BOOKS];
    double executed[WEIGHTS]; /* by magnitude */
    int book[BOOKS][WEIGHTS]; /* what a magnitude is rounded to */
};

/* A layer's lists, in the form of the C port. */
struct layer {
    const struct mac_layer *m;
    const struct unit_prefix_s8 *scatter;          /* or */
    const struct unit_prefix_depthwise_s8 *planes; /* of a depthwise layer */
    const uint8_t *index, *entries;
    int entry_bytes, rows;
    struct counts n;
};

static int weight_at(const struct layer *l, int entry)
{
    const uint8_t *e = l->entries + (size_t)entry * (size_t)l->entry_bytes;

    return (int8_t)(l->entry_bytes == UNIT_PREFIX_LONG_BYTES ? e[2] : e[1]);
}

static void count_groups(struct layer *l, int start, int length)
{
    for (int b = 0; b < BOOKS; b++) {
        char seen[2 * WEIGHTS] = { 0 };
        for (int i = 0; i < length; i++) {
            int w = weight_at(l, start + i), rounded = l->n.book[b][abs(w)];
            char *group = &seen[w < 0 ? WEIGHTS + rounded : rounded];
            l->n.groups[b] += !*group;
            *group = 1;
        }
    }
}

/* groups: 1 to count them, 0 for all else. */
static void count_list(struct layer *l, int list, int bits, int groups)
{
    const uint8_t *at = l->index + (size_t)list * UNIT_PREFIX_INDEX_BYTES;
    int start = at[0] | at[1] << 8, length = at[1 + bits];

    if (groups) {
        count_groups(l, start, length);
        return;
    }
    l->n.visits++;
    l->n.lists += length > 0;
    l->n.entries += length;
    for (int i = 0; i < length; i++)
        l->n.executed[abs(weight_at(l, start + i))]++;
}

/* The lists of channel c that element (y, x) looks up. */
static void count_scattered(struct layer *l, int y, int x, int c, int bits, int groups)
{
    const struct unit_prefix_s8 *p = l->scatter;
    const struct unit_conv2d_s8 *g = &l->m->shape;

    for (int i = 0; i < p->groups; i++) {
        int at = y + g->pad_top - prefix_kernel_row(&p->layer, i / p->parts) * g->dilation_h;
        if (at >= 0 && at % g->stride_h == 0 && at / g->stride_h < l->rows)
            count_list(l, p->columns[x].list / UNIT_PREFIX_INDEX_BYTES + c * p->groups + i, bits, groups);
    }
}

static void count_layer(struct layer *l, const int8_t *in, int groups)
{
    const struct unit_conv2d_s8 *g = &l->m->shape;
    int channels = l->planes ? l->m->out_c : g->in_c;

    for (int i = 0; i < g->in_h * g->in_w * channels; i++) {
        int c = i % channels, x = i / channels % g->in_w, y = i / channels / g->in_w;
        int source = l->planes ? c / l->m->multiplier : c, bits = 0;
        int magnitude = abs(in[(y * g->in_w + x) * g->in_c + source] - g->in_zp);
        while (magnitude >> bits)
            bits++;
        if (!bits)
            continue;
        l->n.awake += !groups;
        if (l->planes)
            count_list(l,
                       c * l->planes->lists +
                           (l->planes->rows[y].list + l->planes->columns[x].list) / UNIT_PREFIX_INDEX_BYTES,
                       bits, groups);
        else
            count_scattered(l, y, x, c, bits, groups);
    }
}

/* ---- Magnitudes ----------------------------------------------------------------------------------------------------
 */

/* The squared error of rounding magnitudes from..to to their mean, which is *centre. */
static double error_of(const double *executed, int from, int to, int *centre)
{
    double n = 0, sum = 0, error = 0;

    for (int i = from; i <= to; i++) {
        n += executed[i];
        sum += executed[i] * i;
    }
    *centre = n > 0 ? (int)lround(sum / n) : from;
    for (int i = from; i <= to; i++)
        error += executed[i] * (i - *centre) * (i - *centre);
    return error;
}

/* The best `count` magnitudes: best[k][i] is the least error of 1..i with k of them, first[k][i] where the last begins.
 */
static void fit_book(const double *executed, int count, int *book)
{
    static double best[WEIGHTS][WEIGHTS];
    static int first[WEIGHTS][WEIGHTS];
    int centre;

    for (int k = 0; k <= count; k++)
        for (int i = 0; i < WEIGHTS; i++) {
            best[k][i] = i ? INFINITY : 0;
            for (int from = 1; k && from <= i; from++) {
                double error = best[k - 1][from - 1] + error_of(executed, from, i, &centre);
                if (error < best[k][i])
                    best[k][i] = error, first[k][i] = from;
            }
        }
    for (int k = count, to = WEIGHTS - 1; to > 0; to = first[k][to] - 1, k--) {
        error_of(executed, first[k][to], to, &centre);
        for (int i = first[k][to]; i <= to; i++)
            book[i] = centre;
    }
}

static void fit_books(struct counts *n)
{
    for (int b = 0; b < BOOKS; b++)
        for (int i = 0; i < WEIGHTS; i++)
            n->book[b][i] = i;
    for (int b = 0; b < BOOKS - 1; b++)
        fit_book(n->executed, sizes[b], n->book[b]);
}

/* ---- Networks -------------------------------------------------------------------------------------------------------
 */

static int layer_of(const struct program *p, int step, struct layer *l)
{
    const void *op = p->kernels[step].op;

    memset(l, 0, sizeof *l);
    if (p->kernels[step].kernel == unit_prefix_s8)
        l->scatter = op;
    else if (p->kernels[step].kernel == unit_prefix_depthwise_s8)
        l->planes = op;
    else
        return 0;
    l->m = &p->layers[p->steps[step].mac];
    l->index = l->planes ? l->planes->index : l->scatter->index;
    l->entries = (const uint8_t *)(l->planes ? l->planes->entries : l->scatter->entries);
    l->entry_bytes = l->planes ? UNIT_PREFIX_LONG_BYTES : prefix_entry_bytes(l->scatter->wide);
    l->rows = l->m->shape.out_h;
    if (l->scatter && l->scatter->layer.pool_h)
        l->rows -= l->rows % l->scatter->layer.pool_h;
    return 1;
}

static void run_sample(struct engine *e, const struct program *packed, const void *sample, struct layer *layers,
                       int groups)
{
    const struct program *plain = engine_program(e);
    int last = 0;

    engine_feed(e, 0, 0, sample);
    for (int i = 0; i < packed->step_count; i++) {
        const struct step *own = &packed->steps[i];
        int first = last;
        if (layers[i].m)
            count_layer(&layers[i], engine_tensor(e, 0, own->tensor[0]), groups);
        while (plain->steps[last].tensor[plain->steps[last].tensor_count - 1] != own->tensor[own->tensor_count - 1])
            last++;
        engine_run(e, 0, first, ++last, NULL);
    }
}

static void print_layer(const struct layer *l, int node, double samples)
{
    const struct counts *n = &l->n;
    double most = 0;

    for (int o = 0; o < l->m->out_c; o++)
        most = fmax(most, (double)prefix_largest_sum(l->m, o));
    printf("layer %d: awake %.0f, lists looked up %.0f, run %.0f, entries %.0f; groups with 2, 4, 8, all magnitudes:",
           node, n->awake / samples, n->visits / samples, n->lists / samples, n->entries / samples);
    for (int b = 0; b < BOOKS; b++)
        printf(" %.0f", n->groups[b] / samples);
    printf("; largest sum %.1f bits\n", log2(most + 1) + 1);
}

static int run(struct region *r, char **argv, size_t samples, struct diag *d)
{
    struct feeding feeding = { .raw_type = -1 };
    struct program plain, packed;
    struct graph g;
    struct plan plan;
    struct dataset data;
    struct inputs in;
    struct layer *layers;
    struct engine *e;

    TRY(import_model(r, argv[1], &g, d));
    TRY(plan_read(r, argv[2], &g, &plan, d));
    TRY(lower(r, &g, &plan, argv[1], &plain, d));
    TRY(layout_arena(r, &plain, argv[1], d));
    TRY(lower(r, &g, &plan, argv[1], &packed, d));
    port_lower(r, &packed, port_named("c"));
    TRY(dataset_read(r, argv[3], NULL, samples, &data, d));
    TRY(inputs_fit(r, &plain, 0, &data, &feeding, evaluate_classes(&plain), &in, d));
    e = engine_new(r, &plain, KERNELS_FAST, 1);
    layers = region_array(r, (size_t)packed.step_count, sizeof *layers);
    for (int i = 0; i < packed.step_count; i++)
        layer_of(&packed, i, &layers[i]);
    for (int groups = 0; groups < 2; groups++) {
        for (size_t i = 0; i < in.count; i++)
            run_sample(e, &packed, in.data + i * in.sample_bytes, layers, groups);
        for (int i = 0; i < packed.step_count && !groups; i++)
            fit_books(&layers[i].n);
    }
    for (int i = 0; i < packed.step_count; i++)
        if (layers[i].m)
            print_layer(&layers[i], layers[i].m->node, (double)in.count);
    return OK;
}

int main(int argc, char **argv)
{
    struct region *r = region_new();
    struct diag d = { 0 };
    int status;

    if (argc < 4 || argc > 5) {
        fputs("usage: levels MODEL PLAN DATA [SAMPLES]\n", stderr);
        return 2;
    }
    status = run(r, argv, argc > 4 ? strtoul(argv[4], NULL, 10) : SAMPLES, &d);
    if (status != OK)
        diag_print(&d);
    region_free(r);
    return status != OK;
}
