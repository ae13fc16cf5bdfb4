/* idx.c - IDX files, as MNIST is kept in: two zero bytes, type, rank, big-endian 32-bit axes, big-endian data. Works on
 * bytes in memory. Source: Y. LeCun et al., "The MNIST database of handwritten digits", file formats. */
#include <string.h>

#include "data/dataset_internal.h"

enum { HEADER = 4, AXIS = 4 };

static const struct idx_type {
    uint8_t code;
    char kind;
    size_t width;
} types[] = {
    { 0x08, 'u', 1 }, { 0x09, 'i', 1 }, { 0x0b, 'i', 2 }, { 0x0c, 'i', 4 }, { 0x0d, 'f', 4 }, { 0x0e, 'f', 8 },
};

static const struct idx_type *type_of(struct bytes file)
{
    if (file.size < HEADER || file.data[0] || file.data[1])
        return NULL;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (types[i].code == file.data[2])
            return &types[i];
    return NULL;
}

int idx_matches(const struct source *s)
{
    return type_of(s->bytes) != NULL;
}

static size_t big_endian_32(const uint8_t *at)
{
    return (size_t)at[0] << 24 | (size_t)at[1] << 16 | (size_t)at[2] << 8 | at[3];
}

int idx_parse(struct bytes file, const char *where, struct stored *out, struct diag *d)
{
    const struct idx_type *type = type_of(file);
    size_t header;

    memset(out, 0, sizeof *out);
    if (!type)
        return diag_fail(d, BAD_INPUT, where, "not an IDX file; give one whose first bytes are 00 00");
    out->rank = file.data[3];
    if (out->rank < 1 || out->rank > DATA_RANK_MAX)
        return diag_fail(d, BAD_INPUT, where, "the IDX header says %d axes; 1 to %d can be read", out->rank,
                         DATA_RANK_MAX);
    header = HEADER + (size_t)out->rank * AXIS;
    if (file.size < header)
        return diag_fail(d, BAD_INPUT, where, "the IDX header is cut short; copy the file again");
    for (int i = 0; i < out->rank; i++)
        out->shape[i] = big_endian_32(file.data + HEADER + (size_t)i * AXIS);
    out->kind = type->kind;
    out->width = type->width;
    out->big_endian = 1;
    out->data = (struct bytes){ file.data + header, file.size - header };
    return OK;
}

int idx_take(struct region *r, const struct source *s, enum role role, size_t limit, struct taken *out, struct diag *d)
{
    struct stored stored;

    if (role == ROLE_OWN_LABELS)
        return OK;
    TRY(idx_parse(s->bytes, s->path, &stored, d));
    return array_take(r, &stored, limit, s->path, out, d);
}
