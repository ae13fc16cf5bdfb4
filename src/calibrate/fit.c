/* fit.c - see fit.h. Each run is divided by its cycles, so that the target is 1 and errors are relative; columns are
 * scaled to a mean square of 1, so that coordinate descent treats them alike. */
#include "calibrate/fit.h"

#include <math.h>
#include <string.h>

enum { SWEEPS = 4000, HOLD_BACK = 3 /* every third network */ };

static const double hurts = 1.005;   /* a term whose loss raises the error less than that goes */
static const double accurate = 2e-3; /* an error that needs no further term */

/* Normal equations of all features. */
struct equations {
    double gram[COST_FEATURE_COUNT][COST_FEATURE_COUNT], to_one[COST_FEATURE_COUNT], scale[COST_FEATURE_COUNT];
    double runs;
};

struct solution {
    int count;
    enum cost_feature feature[COST_FEATURE_COUNT];
    double factor[COST_FEATURE_COUNT]; /* of the scaled columns */
};

static void scale_columns(const struct observation *runs, size_t count, struct equations *e)
{
    for (int f = 0; f < COST_FEATURE_COUNT; f++) {
        double square = 0;
        for (size_t i = 0; i < count; i++)
            square += pow(runs[i].counts[f] / runs[i].cycles, 2);
        e->scale[f] = sqrt(square / (double)count);
    }
}

static void add_run(const struct observation *run, struct equations *e)
{
    double column[COST_FEATURE_COUNT];

    for (int f = 0; f < COST_FEATURE_COUNT; f++)
        column[f] = e->scale[f] > 0 ? run->counts[f] / run->cycles / e->scale[f] : 0;
    for (int f = 0; f < COST_FEATURE_COUNT; f++) {
        e->to_one[f] += column[f];
        for (int g = 0; g < COST_FEATURE_COUNT; g++)
            e->gram[f][g] += column[f] * column[g];
    }
    e->runs++;
}

/* which: -1 all runs, 0 those that are fitted to. */
static void fill(const struct observation *runs, size_t count, int which, struct equations *e)
{
    memset(e, 0, sizeof *e);
    scale_columns(runs, count, e);
    for (size_t i = 0; i < count; i++)
        if (which < 0 || runs[i].network % HOLD_BACK)
            add_run(&runs[i], e);
}

/* Coordinate descent; returns the mean square error. */
static double solve(const struct equations *e, struct solution *s)
{
    double square = e->runs;

    for (int sweep = 0; sweep < SWEEPS; sweep++) {
        double moved = 0;
        for (int i = 0; i < s->count; i++) {
            const double *row = e->gram[s->feature[i]];
            double gradient = e->to_one[s->feature[i]], old = s->factor[i];
            for (int k = 0; k < s->count; k++)
                gradient -= row[s->feature[k]] * s->factor[k];
            s->factor[i] = fmax(0, old + gradient / row[s->feature[i]]);
            moved = fmax(moved, fabs(s->factor[i] - old));
        }
        if (moved < 1e-9)
            break;
    }
    for (int i = 0; i < s->count; i++) {
        square -= 2 * s->factor[i] * e->to_one[s->feature[i]];
        for (int k = 0; k < s->count; k++)
            square += s->factor[i] * s->factor[k] * e->gram[s->feature[i]][s->feature[k]];
    }
    return fmax(square, 0) / e->runs;
}

/* All features that occur. */
static void take_all(const struct equations *e, struct solution *s)
{
    for (int f = 0; f < COST_FEATURE_COUNT; f++)
        if (e->gram[f][f] > 0)
            s->feature[s->count++] = (enum cost_feature)f;
}

/* Takes out the terms that are worth nothing. */
static void drop_zeros(struct solution *s)
{
    int kept = 0;

    for (int i = 0; i < s->count; i++)
        if (s->factor[i] > 0) {
            s->feature[kept] = s->feature[i];
            s->factor[kept++] = s->factor[i];
        }
    s->count = kept;
}

/* Takes out the term that is missed least, if it is missed hardly at all or there are too many. 1 if there was one. */
static int drop_worst(const struct equations *e, struct solution *s, double *square)
{
    struct solution best = { 0 };
    double least = INFINITY;

    for (int i = 0; i < s->count; i++) {
        struct solution without = *s;
        double now;
        without.count--;
        for (int k = i; k < without.count; k++) {
            without.feature[k] = s->feature[k + 1];
            without.factor[k] = s->factor[k + 1];
        }
        now = solve(e, &without);
        if (now < least)
            least = now, best = without;
    }
    if (s->count <= COST_TERMS_MAX && sqrt(least) > fmax(accurate, hurts * sqrt(*square)))
        return 0;
    *s = best;
    *square = least;
    drop_zeros(s);
    return 1;
}

static double predicted(const struct equations *e, const struct solution *s, const struct observation *run)
{
    double cycles = 0;

    for (int i = 0; i < s->count; i++)
        cycles += s->factor[i] / e->scale[s->feature[i]] * run->counts[s->feature[i]];
    return cycles;
}

static double error_over(const struct equations *e, const struct solution *s, const struct observation *runs,
                         size_t count, int held_back)
{
    double square = 0, number = 0;

    for (size_t i = 0; i < count; i++)
        if (!held_back || runs[i].network % HOLD_BACK == 0) {
            square += pow(predicted(e, s, &runs[i]) / runs[i].cycles - 1, 2);
            number++;
        }
    return sqrt(square / number);
}

static void write_terms(const struct equations *e, const struct solution *s, struct fit *out)
{
    for (int i = 0; i < s->count; i++)
        out->terms[i] = (struct cost_term){ s->feature[i], s->factor[i] / e->scale[s->feature[i]] };
}

/* Terms as they are, factors fitted to fewer runs. */
static double held_back(struct region *r, const struct observation *runs, size_t count, struct solution s)
{
    struct equations *e = region_alloc(r, sizeof *e);

    fill(runs, count, 0, e);
    solve(e, &s);
    return error_over(e, &s, runs, count, 1);
}

void fit_terms(struct region *r, const struct observation *runs, size_t count, struct fit *out)
{
    struct equations *e = region_alloc(r, sizeof *e);
    struct solution s = { 0 };
    double square;

    memset(out, 0, sizeof *out);
    fill(runs, count, -1, e);
    take_all(e, &s);
    square = solve(e, &s);
    drop_zeros(&s);
    while (s.count > 1 && drop_worst(e, &s, &square))
        continue;
    out->held_back = held_back(r, runs, count, s);
    out->error = error_over(e, &s, runs, count, 0);
    out->most = 1;
    for (size_t i = 0; i < count; i++)
        out->most = fmax(out->most, runs[i].cycles / predicted(e, &s, &runs[i]));
    write_terms(e, &s, out);
}
