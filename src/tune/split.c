/* split.c - see split.h. */
#include "tune/split.h"

#include <string.h>

#include "base/mix.h"

enum { NEITHER, FIT, CHOOSE };

/* The first places of a random order are one part's, the next ones the other's (Fisher and Yates). */
static uint8_t *draw_parts(struct region *r, size_t count, size_t fit, size_t choose, uint64_t seed)
{
    size_t *order = region_array(r, count, sizeof *order);
    uint8_t *part = region_array(r, count, 1);

    for (size_t i = 0; i < count; i++)
        order[i] = i;
    for (size_t i = 0; i < fit + choose; i++) {
        size_t from = i + (size_t)(mix(mix(seed) + i) % (count - i)), drawn = order[from];
        order[from] = order[i];
        order[i] = drawn;
        part[drawn] = i < fit ? FIT : CHOOSE;
    }
    return part;
}

static struct inputs take(struct region *r, const struct inputs *in, const uint8_t *part, uint8_t wanted, size_t count)
{
    struct inputs out = *in;
    uint8_t *data = region_array(r, count, in->sample_bytes);
    int32_t *labels = region_array(r, count, sizeof *labels);

    out.count = 0;
    for (size_t i = 0; i < in->count; i++) {
        if (part[i] != wanted)
            continue;
        memcpy(data + out.count * in->sample_bytes, in->data + i * in->sample_bytes, in->sample_bytes);
        if (in->labels)
            labels[out.count] = in->labels[i];
        out.count++;
    }
    out.data = data;
    out.labels = in->labels ? labels : NULL;
    return out;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

struct split split_inputs(struct region *r, const struct inputs *in, size_t fit_most, size_t choose_most, uint64_t seed)
{
    size_t fit = least(in->count / 2, fit_most), choose = least(in->count - fit, choose_most);
    const uint8_t *part = draw_parts(r, in->count, fit, choose, seed);

    return (struct split){ take(r, in, part, FIT, fit), take(r, in, part, CHOOSE, choose) };
}
