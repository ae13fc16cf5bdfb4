/* gram.c - see gram.h. */
#include "tune/gram.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <rt_scale.h>

#include "base/parallel.h"

/* Added to the diagonal, as a share of its mean: as if every input carried noise of that power. */
static const double ridge_share = 0.1, ridge_least = 1e-6;

enum { STRETCH = 100000 /* entries: 400 KB */ };

struct levels levels_make(int count)
{
    struct levels l = { .count = count };
    int step = LEVELS_MAX / count;

    for (int k = 0; k < count; k++)
        l.cut[k] = (uint8_t)((1 << k * step) - 1);
    for (int m = 1; m < 256; m++)
        for (int k = 0; k < count; k++)
            if (m > l.cut[k])
                l.of_magnitude[m] = (uint8_t)k;
    return l;
}

int levels_for(int taps)
{
    int count = LEVELS_MAX;

    while (count && taps * count > FEATURES_MAX)
        count /= 2;
    return count;
}

/* ---- Patches --------------------------------------------------------------------------------------------------- */

struct patches *patches_new(struct region *r, int taps, size_t rows, const struct levels *levels)
{
    struct patches *p = region_alloc(r, sizeof *p);

    *p = (struct patches){ .taps = taps, .levels = levels };
    p->start = region_array(r, rows + 1, sizeof *p->start);
    p->entry = region_array(r, rows * (size_t)taps, sizeof *p->entry);
    p->factor = region_array(r, rows, sizeof *p->factor);
    return p;
}

/* The level of x where cuts are scaled: that of |x| / scale. */
static int level_of(const struct levels *l, int16_t x, uint16_t factor)
{
    int m = abs(x) * 256 / factor;

    return l->of_magnitude[m < 255 ? m : 255];
}

void patches_append(struct patches *p, const int16_t *patch, uint8_t step)
{
    size_t at = p->start[p->rows];
    uint16_t factor = rt_scale_factor((int8_t)step);

    for (int i = 0; i < p->taps; i++)
        if (patch[i])
            p->entry[at++] =
                (struct entry){ (uint16_t)(i * p->levels->count + level_of(p->levels, patch[i], factor)), patch[i] };
    p->factor[p->rows] = factor;
    p->start[++p->rows] = at;
}

void patches_finish(struct region *r, struct patches *p)
{
    size_t count = p->start[p->rows], levels = (size_t)p->levels->count;
    size_t *next = region_array(r, (size_t)p->taps, sizeof *next);

    p->of_source = region_array(r, (size_t)p->taps + 1, sizeof *p->of_source);
    p->where = region_array(r, count, sizeof *p->where);
    for (size_t i = 0; i < count; i++)
        p->of_source[p->entry[i].feature / levels + 1]++;
    for (int i = 0; i < p->taps; i++) {
        p->of_source[i + 1] += p->of_source[i];
        next[i] = p->of_source[i];
    }
    for (size_t n = 0; n < p->rows; n++)
        for (size_t i = p->start[n]; i < p->start[n + 1]; i++) {
            size_t place = next[p->entry[i].feature / levels]++;
            p->where[place].at = (uint32_t)i;
            p->where[place].end = (uint32_t)p->start[n + 1];
        }
}

struct patches *patches_gather(struct region *r, const struct draw *d, const struct calibration *c, int layer,
                               const struct levels *levels)
{
    const struct program *program = engine_program(c->engine);
    const struct mac_layer *l = &program->layers[layer];
    int tensor = program->steps[calibration_step(program, layer)].tensor[0];
    int16_t *patch = region_array(r, (size_t)l->taps, sizeof *patch);
    struct patches *p = patches_new(r, l->taps, d->rows, levels);

    for (size_t n = 0; n < d->rows; n++) {
        draw_patch(l, calibration_tensor(c, d->sample[n], tensor), d->position[n], d->first, patch);
        patches_append(p, patch, c->scale[d->sample[n]]);
    }
    patches_finish(r, p);
    return p;
}

/* ---- The matrix ------------------------------------------------------------------------------------------------- */

struct gram *gram_new(struct region *r, int taps, int levels)
{
    struct gram *g = region_alloc(r, sizeof *g);

    *g = (struct gram){ .taps = taps, .levels = levels, .features = (size_t)taps * (size_t)levels };
    g->mean = region_array(r, g->features, sizeof *g->mean);
    g->cross = region_array(r, g->features * g->features, sizeof *g->cross);
    return g;
}

/* to[k] becomes the sum of to[k..]: a threshold lets through what lies on its own level and above. */
static void sum_from_above(int64_t *to, size_t blocks, size_t levels)
{
    for (size_t b = 0; b < blocks; b++, to += levels)
        for (size_t k = levels - 1; k-- > 0;)
            to[k] += to[k + 1];
}

static void fill_means(struct gram *g, const struct patches *p)
{
    struct region *room = region_new();
    int64_t *sum = region_array(room, g->features, sizeof *sum), squares = 0;

    for (size_t n = 0; n < p->rows; n++) {
        squares += (int64_t)p->factor[n] * p->factor[n];
        for (size_t i = p->start[n]; i < p->start[n + 1]; i++)
            sum[p->entry[i].feature] += (int64_t)p->factor[n] * p->entry[i].x;
    }
    g->constant = sqrt((double)squares / (double)p->rows) / 256;
    sum_from_above(sum, (size_t)g->taps, (size_t)g->levels);
    for (size_t f = 0; f < g->features; f++)
        g->mean[f] = (double)sum[f] / (256 * g->constant * (double)p->rows);
    region_free(room);
}

/* The matrix is filled by several workers, each every so manyth source. Its cells hold sums of products as integers
 * first, on and above the diagonal; finish_source makes covariances of them, in place. */
struct filling {
    struct gram *gram;
    const struct patches *patches;
    size_t workers;
};

static int32_t *products_of(const struct gram *g, size_t feature)
{
    return (int32_t *)(void *)(g->cross + feature * g->features);
}

/* Adds the products of one source, from entries before `limit`, with the sources from it on: both exactly on their
 * levels. Returns where it goes on. */
static size_t multiply_source(const struct gram *g, const struct patches *p, size_t source, size_t from, uint32_t limit)
{
    for (; from < p->of_source[source + 1] && p->where[from].at < limit; from++) {
        const struct entry *e = p->entry + p->where[from].at, *end = p->entry + p->where[from].end;
        int32_t *to = products_of(g, e->feature), own = e->x;
        for (; e < end; e++)
            to[e->feature] += own * e->x;
    }
    return from;
}

/* Rows of patches are taken in stretches that fit the cache, for all sources in turn. */
static void multiply(const struct filling *f, size_t worker)
{
    const struct gram *g = f->gram;
    const struct patches *p = f->patches;
    struct region *room = region_new();
    size_t taps = (size_t)g->taps, all = p->start[p->rows], *next = region_array(room, taps, sizeof *next);

    memcpy(next, p->of_source, taps * sizeof *next);
    for (size_t limit = 0; limit < all;) {
        limit = limit + STRETCH < all ? limit + STRETCH : all;
        for (size_t source = worker; source < taps; source += f->workers)
            next[source] = multiply_source(g, p, source, next[source], (uint32_t)limit);
    }
    region_free(room);
}

/* sums[f]: products of level k and above of this source with feature f as it is; writes their covariances, with the
 * levels of f summed from above as well, and mirrors them. */
static void write_level(struct gram *g, size_t source, size_t own, const int64_t *sums)
{
    size_t levels = (size_t)g->levels;
    double rows = 1 / (double)g->rows;

    for (size_t block = source; block < (size_t)g->taps; block++) {
        int64_t above = 0;
        for (size_t f = (block + 1) * levels; f-- > block * levels;) {
            float cross;
            above += sums[f];
            cross = (float)((double)above * rows - g->mean[own] * g->mean[f]);
            g->cross[own * g->features + f] = cross;
            g->cross[f * g->features + own] = cross;
        }
    }
}

/* Rows and columns of the matrix that belong to one source. */
static void finish_source(struct gram *g, size_t source, int32_t *products, int64_t *sums)
{
    size_t levels = (size_t)g->levels, begin = source * levels, count = g->features - begin;

    for (size_t k = 0; k < levels; k++)
        memcpy(products + k * count, products_of(g, begin + k) + begin, count * sizeof *products);
    memset(sums, 0, g->features * sizeof *sums);
    for (size_t k = levels; k-- > 0;) {
        for (size_t i = 0; i < count; i++)
            sums[begin + i] += products[k * count + i];
        write_level(g, source, begin + k, sums);
    }
}

static void fill_part(void *context, size_t worker, int thread)
{
    const struct filling *f = context;
    struct gram *g = f->gram;
    struct region *room = region_new();
    int32_t *products = region_array(room, (size_t)g->levels * g->features, sizeof *products);
    int64_t *sums = region_array(room, g->features, sizeof *sums);

    (void)thread;
    multiply(f, worker);
    for (size_t source = worker; source < (size_t)g->taps; source += f->workers)
        finish_source(g, source, products, sums);
    region_free(room);
}

static void add_ridge(struct gram *g)
{
    double sum = 0, ridge;

    for (size_t f = 0; f < g->features; f++)
        sum += (double)g->cross[f * g->features + f];
    ridge = g->ridge = ridge_share * sum / (double)g->features + ridge_least;
    for (size_t f = 0; f < g->features; f++)
        g->cross[f * g->features + f] += (float)ridge;
}

int gram_fill(struct gram *g, const struct patches *p, int threads)
{
    struct filling f = { g, p, threads > 1 ? 4 * (size_t)threads : 1 };

    g->rows = p->rows;
    memset(g->cross, 0, g->features * g->features * sizeof *g->cross);
    fill_means(g, p);
    if (parallel_for(threads, f.workers, fill_part, &f))
        return INTERRUPTED;
    add_ridge(g);
    return OK;
}

void gram_target(const struct gram *g, const struct patches *p, const int32_t *target, int32_t more, double *covariance,
                 double *mean)
{
    struct region *room = region_new();
    int64_t *sum = region_array(room, g->features, sizeof *sum), total = 0;

    for (size_t n = 0; n < p->rows; n++) {
        int64_t whole = (int64_t)target[n] + more;
        total += p->factor[n] * whole;
        for (size_t i = p->start[n]; i < p->start[n + 1]; i++)
            sum[p->entry[i].feature] += whole * p->entry[i].x;
    }
    *mean = (double)total / (256 * g->constant * (double)p->rows);
    sum_from_above(sum, (size_t)g->taps, (size_t)g->levels);
    for (size_t f = 0; f < g->features; f++)
        covariance[f] = (double)sum[f] / (double)p->rows - *mean * g->mean[f];
    region_free(room);
}
