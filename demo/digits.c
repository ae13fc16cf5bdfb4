/* digits.c - draws digits that look written by hand and stores them the way MNIST is stored, so that the demo has
 * pictures of its own wherever it runs:
 *
 *   digits --count N --seed S --images OUT.idx3 --labels OUT.idx1
 *
 * A digit starts as one of several ways to write it (the table below): control points of one or more pen strokes. They
 * are jittered, joined by Catmull-Rom curves, bent, slanted, turned, and fitted into the 20x20 box of MNIST; a round
 * pen of changing pressure then follows them, and the centre of mass goes to the middle of the 28x28 picture.
 *
 * Everything is integer arithmetic (1024 units a pixel), so the files are the same bytes on every machine and with
 * every compiler. Picture i depends on the seed and on i alone: a longer run begins with the pictures of a shorter one.
 * Sources: Y. LeCun et al., "The MNIST database of handwritten digits"; SplitMix64: G. Steele et al., OOPSLA 2014. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE = 28, PIXELS = SIDE * SIDE, BOX = 20, CLASSES = 10, WAYS = 4 };
enum { PIXEL = 1024, GRID = 205, ONE = 1024 }; /* units: a pixel, a step of the templates (100 fill the box), 1.0 */
enum { STEPS = 8, MAX_CONTROLS = 32, MAX_POINTS = 512 };

typedef int64_t fixed;

/* "x,y" are steps of the grid, right and down. '!' ends a curve, so the pen turns sharply there; '|' lifts the pen. */
static const char *const ways[CLASSES][WAYS] = {
    { "52,2 28,12 16,46 22,82 48,98 74,84 82,48 74,14 50,2", "64,8 44,2 22,24 14,62 28,92 54,96 76,72 80,34 66,10 46,8",
      "44,4 26,30 24,70 42,97 62,82 70,44 62,12 42,2", "34,10 12,34 14,72 42,96 76,84 90,50 74,14 44,4 30,14" },
    { "50,0 49,35 50,68 50,100", "50,0 52,30 50,70 50,100", "38,21 46,14 54,2! 52,50 50,100",
      "37,19 45,13 53,2! 52,50 51,98 | 28,98 52,97 76,97" },
    { "20,24 36,5 60,4 74,22 66,48 42,76 22,94 12,86 22,76 44,84 64,96 90,92",
      "20,22 36,4 62,4 74,24 62,52 38,78 14,97! 48,95 86,95",
      "16,16 42,3 68,10 72,34 54,62 30,86 18,96! 40,88 62,92 90,100",
      "22,30 24,12 48,2 70,14 70,38 52,66 28,88 18,84 30,78 56,92 84,84" },
    { "20,14 42,2 68,8 72,28 56,43 38,47! 64,51 80,70 70,92 42,98 14,86",
      "16,8 46,2 70,12 68,32 48,46 40,48 56,48 76,62 72,86 46,98 16,90",
      "18,5 48,4 76,4! 60,24 44,42! 70,50 80,72 62,94 36,98 14,86",
      "22,18 38,3 64,6 68,28 46,44 36,46 38,40 52,44 72,58 74,82 48,98 20,92" },
    { "24,4 20,30 14,56! 46,57 86,52 | 68,4 65,50 61,100", "60,2 40,30 10,64! 46,65 90,61 | 62,2 61,50 60,100",
      "20,6 16,32 22,50 44,53 64,42 74,6! 70,50 63,100", "26,2 18,28 16,52! 44,54 74,46 | 76,0 70,48 66,100" },
    { "80,4 54,6 32,6! 26,44! 52,38 76,52 76,80 48,98 14,88",
      "30,8 28,24 24,44! 50,40 74,54 72,84 44,98 12,90 | 30,8 56,6 86,2",
      "84,4 58,4 38,10 28,40! 50,42 70,56 72,78 48,98 16,90",
      "28,6 26,26 28,46! 54,42 70,60 62,86 36,98 18,92 | 28,6 52,7 76,6" },
    { "66,2 42,18 22,50 20,80 44,98 70,86 74,62 54,50 32,62 22,80",
      "52,0 34,28 20,62 28,92 52,98 70,82 66,64 46,60 26,76",
      "74,10 58,2 36,16 20,50 22,84 48,98 74,84 72,60 48,52 24,68",
      "40,0 22,34 14,70 26,94 50,98 78,84 78,66 58,58 36,72 30,92" },
    { "14,9 46,7 82,6! 62,46 44,100", "14,8 48,7 80,5! 62,46 46,100 | 28,52 52,50 78,48",
      "16,26 17,9! 50,10 84,6! 62,48 50,100", "12,18 26,6 54,9 82,5! 72,34 54,66 46,100" },
    { "70,16 50,2 28,12 30,32 52,48 74,68 68,92 44,98 24,84 32,62 54,46 72,26 68,10",
      "50,2 30,14 32,36 50,47 70,36 70,14 48,2 | 50,47 26,60 24,86 50,98 76,86 74,60 48,47",
      "76,8 54,2 30,14 34,34 54,50 66,72 54,96 32,94 26,76 44,54 66,36 80,12",
      "80,16 56,4 30,8 26,26 46,44 60,64 56,90 36,98 22,84 34,60 58,42 74,22" },
    { "70,20 50,4 26,16 22,40 44,50 66,38 74,12! 72,50 66,100",
      "72,18 48,3 24,18 24,42 48,50 70,34 73,14! 76,46 68,80 46,98 24,90",
      "62,10 38,6 22,26 30,46 54,42 70,18 70,34 62,66 54,100", "66,8 40,6 24,28 36,48 60,36 72,6! 66,52 48,100" },
};

/* A place the pen passes: how wide it is pressed there, and whether it came there drawing. */
struct point {
    fixed x, y, radius;
    bool drawn;
};

struct path {
    int count;
    struct point at[MAX_POINTS];
};

static uint64_t rng_next(uint64_t *rng)
{
    uint64_t z = *rng += 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static fixed uniform(uint64_t *rng, fixed low, fixed high)
{
    return low + (fixed)(rng_next(rng) % (uint64_t)(high - low + 1));
}

/* Bell-shaped around 0 with deviation `spread`, never beyond 3 of them. A sum, so its calls may run in any order. */
static fixed bell(uint64_t *rng, fixed spread)
{
    return uniform(rng, -spread, spread) + uniform(rng, -spread, spread) + uniform(rng, -spread, spread);
}

static fixed clamp(fixed value, fixed low, fixed high)
{
    return value < low ? low : value > high ? high : value;
}

static fixed square_root(fixed value)
{
    fixed root = 0;

    for (fixed bit = 1 << 16; bit; bit /= 2)
        if ((root + bit) * (root + bit) <= value)
            root += bit;
    return root;
}

/* Cubic through b and c at k/STEPS of the way; all terms over the common denominator 2 * STEPS^3. */
static fixed catmull_rom(fixed a, fixed b, fixed c, fixed d, fixed k)
{
    fixed n = STEPS, cubic = 3 * b - a - 3 * c + d, square = 2 * a - 5 * b + 4 * c - d;

    return (2 * b * n * n * n + (c - a) * k * n * n + square * k * k * n + cubic * k * k * k) / (2 * n * n * n);
}

/* Appends the curve through the controls; from_pen_up tells that the pen is set down at the first of them. */
static void append_curve(struct path *p, const struct point *control, int count, bool from_pen_up)
{
    if (from_pen_up)
        p->at[p->count++] = (struct point){ control->x, control->y, 0, false };
    for (int i = 0; i + 1 < count; i++) {
        const struct point *b = control + i, *c = b + 1, *a = i ? b - 1 : b, *d = i + 2 < count ? c + 1 : c;

        for (int k = 1; k <= STEPS; k++)
            p->at[p->count++] = (struct point){ catmull_rom(a->x, b->x, c->x, d->x, k),
                                                catmull_rom(a->y, b->y, c->y, d->y, k), 0, true };
    }
}

static void draw_template(uint64_t *rng, const char *text, fixed jitter, struct path *p)
{
    struct point control[MAX_CONTROLS];
    bool pen_up = true;
    int count = 0;
    char *after;

    p->count = 0;
    for (const char *at = text; *at; at = after) {
        control[count].x = strtol(at, &after, 10) * GRID + bell(rng, jitter);
        control[count++].y = strtol(after + 1, &after, 10) * GRID + bell(rng, jitter);
        if (*after == '!' || *after == '\0' || after[1] == '|') {
            append_curve(p, control, count, pen_up);
            pen_up = *after != '!';
            control[0] = control[count - 1];
            count = pen_up ? 0 : 1;
            after += *after == '!' ? 1 : *after ? 2 : 0;
        }
    }
}

/* Pressure changes slowly: a straight line from its value at the start to that at the end, and a swell between. */
static void press_pen(uint64_t *rng, struct path *p, fixed radius)
{
    fixed start = bell(rng, 70), change = bell(rng, 70) - start, swell = bell(rng, 120), n = p->count;

    for (int i = 0; i < n; i++)
        p->at[i].radius = radius * clamp(ONE + start + change * i / n + swell * i * (n - i) / (n * n), 700, 1400) / ONE;
}

/* Second-order terms bend straight lines, as a moving wrist does; then stretch, slant and turn. With t = tan(angle/2),
 * cos = (1-t^2)/(1+t^2) and sin = 2t/(1+t^2) need no libm. */
static void warp(uint64_t *rng, struct path *p, int digit)
{
    fixed wide = ONE + bell(rng, 150), slant = bell(rng, digit == 1 ? 260 : 190) + 100, t = bell(rng, 36), k[6];
    fixed c = ONE * ONE - t * t, s = 2 * t * ONE, n = ONE * ONE + t * t, unit = 50 * GRID * ONE;

    for (int i = 0; i < 6; i++)
        k[i] = bell(rng, 80);
    for (int i = 0; i < p->count; i++) {
        fixed x = p->at[i].x - 50 * GRID, y = p->at[i].y - 50 * GRID;
        fixed bent_x = x + (k[0] * x * x + k[1] * x * y + k[2] * y * y) / unit;
        fixed bent_y = y + (k[3] * x * x + k[4] * x * y + k[5] * y * y) / unit;

        bent_x = bent_x * wide / ONE - bent_y * slant / ONE;
        p->at[i].x = (c * bent_x - s * bent_y) / n;
        p->at[i].y = (s * bent_x + c * bent_y) / n;
    }
}

/* The longer side of the ink fills the box, and the box stands in the middle of the picture. */
static void fit(struct path *p, fixed box, fixed radius)
{
    fixed left = INT32_MAX, right = -left, top = left, bottom = -left, longer, room = box - 2 * radius;

    for (const struct point *at = p->at; at < p->at + p->count; at++) {
        left = at->x < left ? at->x : left;
        right = at->x > right ? at->x : right;
        top = at->y < top ? at->y : top;
        bottom = at->y > bottom ? at->y : bottom;
    }
    longer = right - left > bottom - top ? right - left : bottom - top;
    for (int i = 0; i < p->count; i++) {
        p->at[i].x = (2 * p->at[i].x - left - right) * room / (2 * longer) + SIDE * PIXEL / 2;
        p->at[i].y = (2 * p->at[i].y - top - bottom) * room / (2 * longer) + SIDE * PIXEL / 2;
    }
}

/* Ink at (x, y) from the pen going from a to b: full inside, fading over `soft` units across the edge. */
static fixed ink_at(const struct point *a, const struct point *b, fixed soft, fixed x, fixed y)
{
    fixed dx = b->x - a->x, dy = b->y - a->y, length2 = dx * dx + dy * dy;
    fixed dot = (x - a->x) * dx + (y - a->y) * dy;
    fixed u = length2 ? clamp(dot, 0, length2) * ONE / length2 : 0;
    fixed ex = x - a->x - dx * u / ONE, ey = y - a->y - dy * u / ONE;
    fixed inside = a->radius + (b->radius - a->radius) * u / ONE - square_root(ex * ex + ey * ey);

    return clamp(127 + inside * 255 / soft, 0, 255);
}

static void ink_segment(const struct point *a, const struct point *b, fixed soft, uint8_t *picture)
{
    fixed reach = a->radius + soft + llabs(b->x - a->x) + llabs(b->y - a->y) + llabs(b->radius - a->radius);
    fixed left = clamp((a->x - reach) / PIXEL, 0, SIDE), top = clamp((a->y - reach) / PIXEL, 0, SIDE);

    for (fixed y = top; y < SIDE && y * PIXEL < a->y + reach; y++)
        for (fixed x = left; x < SIDE && x * PIXEL < a->x + reach; x++) {
            fixed ink = ink_at(a, b, soft, x * PIXEL + PIXEL / 2, y * PIXEL + PIXEL / 2);
            uint8_t *pixel = picture + y * SIDE + x;

            *pixel = ink > *pixel ? (uint8_t)ink : *pixel;
        }
}

static void ink_path(const struct path *p, fixed soft, uint8_t *picture)
{
    memset(picture, 0, PIXELS);
    for (int i = 1; i < p->count; i++)
        if (p->at[i].drawn)
            ink_segment(&p->at[i - 1], &p->at[i], soft, picture);
}

/* Moves the path so that the centre of mass of its ink comes to (x, y) beside the middle of the picture. */
static void centre(struct path *p, const uint8_t *picture, fixed x, fixed y)
{
    fixed mass = 1, mx = 0, my = 0;

    for (int i = 0; i < PIXELS; i++) {
        mass += picture[i];
        mx += picture[i] * (fixed)(2 * (i % SIDE) + 1 - SIDE);
        my += picture[i] * (fixed)(2 * (i / SIDE) + 1 - SIDE);
    }
    for (int i = 0; i < p->count; i++) {
        p->at[i].x += x - mx * PIXEL / (2 * mass);
        p->at[i].y += y - my * PIXEL / (2 * mass);
    }
}

/* Every ten pictures hold each digit once: 1, 3, 7 and 9 have no factor in common with 10, so steps of them do that. */
static int label_of(uint64_t seed, uint64_t index)
{
    static const uint64_t steps[] = { 1, 3, 7, 9 };
    uint64_t rng = seed ^ (index / CLASSES + 1) * 0xd1342543de82ef95u, shift = rng_next(&rng) % CLASSES;

    return (int)((index * steps[rng_next(&rng) % 4] + shift) % CLASSES);
}

static void draw_digit(uint64_t seed, uint64_t index, uint8_t *picture)
{
    uint64_t start = (seed + 1) * 0x9e6c63d0876a9a47u ^ (index + 1) * 0xaef17502108ef2d9u, *rng = &start;
    fixed radius = clamp(PIXEL * 125 / 100 + bell(rng, 300), PIXEL * 65 / 100, PIXEL * 2);
    fixed soft = uniform(rng, PIXEL * 7 / 10, PIXEL * 13 / 10), jitter = uniform(rng, 300, 850);
    fixed box = BOX * PIXEL - uniform(rng, 0, PIXEL), off_x = bell(rng, PIXEL / 3), off_y = bell(rng, PIXEL / 3);
    int digit = label_of(seed, index);
    struct path p;

    draw_template(rng, ways[digit][uniform(rng, 0, WAYS - 1)], jitter, &p);
    warp(rng, &p, digit);
    fit(&p, box, radius);
    press_pen(rng, &p, radius);
    ink_path(&p, soft, picture);
    centre(&p, picture, off_x, off_y);
    ink_path(&p, soft, picture);
}

struct options {
    const char *images, *labels;
    uint64_t count, seed;
};

static int fail(int status, const char *where, const char *what)
{
    fprintf(stderr, "digits: error: %s: %s\n", where, what);
    return status;
}

static void write_header(FILE *f, int axes, uint64_t count)
{
    uint64_t words[] = { 0x800u + (unsigned)axes, count, SIDE, SIDE };

    for (int i = 0; i <= axes; i++)
        for (int shift = 24; shift >= 0; shift -= 8)
            putc((int)(words[i] >> shift & 255), f);
}

/* Three axes are the pictures, one is the labels. */
static int write_file(const char *path, int axes, const struct options *o)
{
    FILE *f = fopen(path, "wb");
    uint8_t picture[PIXELS];
    bool broken;

    if (!f)
        return fail(1, path, "cannot be created; name a file in a folder you may write to");
    write_header(f, axes, o->count);
    for (uint64_t i = 0; i < o->count && !ferror(f); i++) {
        if (axes == 1) {
            putc(label_of(o->seed, i), f);
        } else {
            draw_digit(o->seed, i, picture);
            fwrite(picture, 1, PIXELS, f);
        }
    }
    broken = ferror(f);
    return fclose(f) || broken ? fail(1, path, "cannot be written whole; make room on the disk and run again") : 0;
}

static bool parse_number(const char *text, uint64_t *out)
{
    *out = strtoull(text, NULL, 10);
    return *text && strlen(text) < 19 && strspn(text, "0123456789") == strlen(text);
}

/* NULL when `name` and `value` were understood, else what is wrong. The last argument has NULL for its value. */
static const char *take_option(struct options *o, const char *name, const char *value)
{
    if (!value)
        return "no value follows; give --count N --seed S --images OUT.idx3 --labels OUT.idx1";
    if (!strcmp(name, "--images"))
        return o->images = value, NULL;
    if (!strcmp(name, "--labels"))
        return o->labels = value, NULL;
    if (!strcmp(name, "--count"))
        return parse_number(value, &o->count) && o->count && o->count < 10000000 ? NULL : "give 1 to 9999999";
    if (!strcmp(name, "--seed"))
        return parse_number(value, &o->seed) ? NULL : "not a whole number; give 0 or more";
    return "unknown option; give --count N --seed S --images OUT.idx3 --labels OUT.idx1";
}

int main(int argc, char **argv)
{
    struct options o = { .seed = 1 };
    const char *wrong;

    for (int i = 1; i < argc; i += 2)
        if ((wrong = take_option(&o, argv[i], argv[i + 1])))
            return fail(2, argv[i], wrong);
    if (!o.count || !o.images || !o.labels)
        return fail(2, "arguments", "one is missing; give --count N --seed S --images OUT.idx3 --labels OUT.idx1");
    return write_file(o.images, 3, &o) || write_file(o.labels, 1, &o);
}
