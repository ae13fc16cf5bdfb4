/* cifar.c - CIFAR-10 in its binary version: records of a label and three planes of 32 x 32 bytes, red, green, blue.
 * Planes become rows, columns, channels. Source: A. Krizhevsky, "The CIFAR-10 dataset", binary version. */
#include "data/dataset_internal.h"

enum { SIDE = 32, PIXELS = SIDE * SIDE, CHANNELS = 3, RECORD = 1 + CHANNELS * PIXELS, CLASSES = 10 };

/* The records carry no magic. A whole IDX file of that name and size is an IDX file. */
int cifar_matches(const struct source *s)
{
    struct diag quiet = { 0 };
    struct stored idx;
    int is_idx;

    if (!source_is_named(s, ".bin") || s->bytes.size == 0 || s->bytes.size % RECORD != 0)
        return 0;
    is_idx = idx_parse(s->bytes, s->path, &idx, &quiet) == OK && array_check(&idx, s->path, &quiet) == OK;
    diag_clear(&quiet);
    return !is_idx;
}

static int check_labels(const struct source *s, size_t count, struct diag *d)
{
    for (size_t i = 0; i < count; i++)
        if (s->bytes.data[i * RECORD] >= CLASSES)
            return diag_fail(d, BAD_INPUT, s->path,
                             "record %zu has label %d, CIFAR-10 ends at %d; give CIFAR-10 records, IDX, NPY or NPZ", i,
                             s->bytes.data[i * RECORD], CLASSES - 1);
    return OK;
}

static void take_labels(struct region *r, const struct source *s, struct array *out)
{
    uint8_t *labels = region_alloc(r, out->shape[0]);

    out->rank = 1;
    for (size_t i = 0; i < out->shape[0]; i++)
        labels[i] = s->bytes.data[i * RECORD];
    out->data = labels;
}

static void take_images(struct region *r, const struct source *s, struct array *out)
{
    uint8_t *to = region_array(r, out->shape[0], PIXELS * CHANNELS);

    out->rank = 4;
    out->shape[1] = out->shape[2] = SIDE;
    out->shape[3] = CHANNELS;
    out->data = to;
    for (size_t i = 0; i < out->shape[0]; i++) {
        const uint8_t *planes = s->bytes.data + i * RECORD + 1;
        for (size_t p = 0; p < PIXELS; p++)
            for (size_t c = 0; c < CHANNELS; c++)
                *to++ = planes[c * PIXELS + p];
    }
}

int cifar_take(struct region *r, const struct source *s, enum role role, size_t limit, struct taken *out,
               struct diag *d)
{
    out->where = s->path;
    out->total = s->bytes.size / RECORD;
    TRY(check_labels(s, out->total, d));
    out->array.type = DATA_UINT8;
    out->array.shape[0] = limit && limit < out->total ? limit : out->total;
    if (role == ROLE_SAMPLES)
        take_images(r, s, &out->array);
    else
        take_labels(r, s, &out->array);
    return OK;
}
