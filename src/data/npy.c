/* npy.c - NPY files (numpy.save): versions 1 to 3, numbers only. Parses bytes in memory, and encodes. Source: NumPy
 * manual, numpy.lib.format, "Format Version 1.0" and following. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "data/dataset_internal.h"
#include "data/decompress.h"
#include "data/sink.h"

enum { MAGIC = 6, PREFIX_V1 = 10, PREFIX_V2 = 12, ALIGNMENT = 64 };

static const char magic[] = "\x93NUMPY";

/* ---- Reading the header, a Python dictionary -------------------------------------------------------------------- */

struct cursor {
    const char *at, *end;
};

struct slice {
    const char *at;
    size_t size;
};

static void skip_space(struct cursor *c)
{
    while (c->at < c->end && (*c->at == ' ' || *c->at == '\n' || *c->at == '\t' || *c->at == '\r'))
        c->at++;
}

static int next_is(struct cursor *c, char wanted)
{
    skip_space(c);
    return c->at < c->end && *c->at == wanted;
}

static int take_char(struct cursor *c, char wanted)
{
    if (!next_is(c, wanted))
        return 0;
    c->at++;
    return 1;
}

static int take_string(struct cursor *c, struct slice *out)
{
    char quote = next_is(c, '"') ? '"' : '\'';

    if (!take_char(c, quote))
        return 0;
    out->at = c->at;
    while (c->at < c->end && *c->at != quote)
        c->at++;
    out->size = (size_t)(c->at - out->at);
    return take_char(c, quote);
}

static int take_word(struct cursor *c, const char *word)
{
    size_t size = strlen(word);

    skip_space(c);
    if ((size_t)(c->end - c->at) < size || memcmp(c->at, word, size) != 0)
        return 0;
    c->at += size;
    return 1;
}

static int take_bool(struct cursor *c, int *out)
{
    *out = take_word(c, "True");
    return *out || take_word(c, "False");
}

static int take_number(struct cursor *c, size_t *out)
{
    skip_space(c);
    if (c->at == c->end || !isdigit((unsigned char)*c->at))
        return 0;
    for (*out = 0; c->at < c->end && isdigit((unsigned char)*c->at); c->at++) {
        size_t digit = (size_t)(*c->at - '0');
        if (*out > (SIZE_MAX - digit) / 10)
            return 0;
        *out = *out * 10 + digit;
    }
    take_char(c, 'L'); /* a long integer of Python 2 */
    return 1;
}

/* A longer tuple is read to its end, for the message. */
static int take_shape(struct cursor *c, struct stored *out)
{
    size_t axis;

    out->rank = 0;
    if (!take_char(c, '('))
        return 0;
    while (!take_char(c, ')')) {
        if (!take_number(c, &axis))
            return 0;
        if (out->rank < DATA_RANK_MAX)
            out->shape[out->rank] = axis;
        out->rank++;
        if (!take_char(c, ',') && !next_is(c, ')'))
            return 0;
    }
    return 1;
}

static int is(struct slice s, const char *text)
{
    return s.size == strlen(text) && memcmp(s.at, text, s.size) == 0;
}

enum { SEEN_DESCR = 1, SEEN_ORDER = 2, SEEN_SHAPE = 4, SEEN_ALL = 7 };

/* One `key: value`; returns which key it was, 0 if it cannot be understood. */
static int take_entry(struct cursor *c, struct slice *descr, struct stored *out)
{
    struct slice key;

    if (!take_string(c, &key) || !take_char(c, ':'))
        return 0;
    if (is(key, "descr"))
        return take_string(c, descr) ? SEEN_DESCR : 0;
    if (is(key, "fortran_order"))
        return take_bool(c, &out->fortran) ? SEEN_ORDER : 0;
    if (is(key, "shape"))
        return take_shape(c, out) ? SEEN_SHAPE : 0;
    return 0;
}

static int take_header(struct cursor *c, struct slice *descr, struct stored *out)
{
    int seen = 0;

    if (!take_char(c, '{'))
        return 0;
    while (!take_char(c, '}')) {
        int entry = take_entry(c, descr, out);
        if (!entry || seen & entry)
            return 0;
        seen |= entry;
        if (!take_char(c, ',') && !next_is(c, '}'))
            return 0;
    }
    skip_space(c);
    return seen == SEEN_ALL && c->at == c->end;
}

/* "<f4", "|u1", ">i8"; a bool is a byte that is 0 or 1. */
static int set_type(struct slice descr, struct stored *out)
{
    if (descr.size != 3 || !memchr("<>|", descr.at[0], 3) || !isdigit((unsigned char)descr.at[2]))
        return 0;
    out->kind = descr.at[1];
    out->width = (size_t)(descr.at[2] - '0');
    out->big_endian = descr.at[0] == '>';
    if (out->kind == 'b' && out->width == 1)
        out->kind = 'u';
    return array_knows(out->kind, out->width);
}

/* Splits the file into header and data. */
static int split(struct bytes file, struct cursor *header, struct bytes *data)
{
    size_t prefix, size;

    if (file.size < PREFIX_V2) /* no header is so short that this loses a file */
        return 0;
    prefix = file.data[MAGIC] == 1 ? PREFIX_V1 : PREFIX_V2;
    size = file.data[8] | (size_t)file.data[9] << 8;
    if (prefix == PREFIX_V2)
        size |= (size_t)file.data[10] << 16 | (size_t)file.data[11] << 24;
    if (file.size - prefix < size)
        return 0;
    header->at = (const char *)file.data + prefix;
    header->end = header->at + size;
    *data = (struct bytes){ file.data + prefix + size, file.size - prefix - size };
    return 1;
}

static int has_magic(struct bytes file)
{
    return file.size >= MAGIC && memcmp(file.data, magic, MAGIC) == 0;
}

int npy_parse(struct bytes file, const char *where, struct stored *out, struct diag *d)
{
    struct slice descr = { "", 0 };
    struct cursor header;

    memset(out, 0, sizeof *out);
    if (!has_magic(file))
        return diag_fail(d, BAD_INPUT, where, "not an NPY file; save the array by numpy.save");
    if (file.size > MAGIC && (file.data[MAGIC] < 1 || file.data[MAGIC] > 3))
        return diag_fail(d, BAD_INPUT, where, "NPY version %d is unknown; save the array again by numpy.save",
                         file.data[MAGIC]);
    if (!split(file, &header, &out->data))
        return diag_fail(d, BAD_INPUT, where, "the NPY header is cut short; copy the file again");
    if (!take_header(&header, &descr, out))
        return diag_fail(d, BAD_INPUT, where, "the NPY header cannot be understood; save a plain array by numpy.save");
    if (out->rank > DATA_RANK_MAX)
        return diag_fail(d, BAD_INPUT, where, "the array has %d axes; up to %d can be read", out->rank, DATA_RANK_MAX);
    if (!set_type(descr, out))
        return diag_fail(d, BAD_INPUT, where,
                         "elements of type '%.*s' cannot be read; convert them by astype('float32') or an integer type",
                         (int)(descr.size < 40 ? descr.size : 40), descr.at);
    return OK;
}

/* ---- Reading the array ------------------------------------------------------------------------------------------ */

int npy_matches(const struct source *s)
{
    return has_magic(s->bytes);
}

int npy_take(struct region *r, const struct source *s, enum role role, size_t limit, struct taken *out, struct diag *d)
{
    struct stored stored;

    if (role == ROLE_OWN_LABELS)
        return OK;
    TRY(npy_parse(s->bytes, s->path, &stored, d));
    return array_take(r, &stored, limit, s->path, out, d);
}

int npy_read(struct region *r, const char *path, struct array *out, struct diag *d)
{
    struct source s = { .path = strcmp(path, "-") == 0 ? "standard input" : path, .file = path };
    struct taken taken = { 0 };
    struct bytes raw;

    TRY(file_read(r, path, &raw, d));
    TRY(decompress(r, raw, s.path, sink_limit, &s.bytes, d));
    TRY(npy_take(r, &s, ROLE_SAMPLES, 0, &taken, d));
    *out = taken.array;
    return array_check_samples(out, s.path, d);
}

/* ---- Writing ---------------------------------------------------------------------------------------------------- */

static const char *const codes[] = {
    [DATA_UINT8] = "u1", [DATA_INT8] = "i1",    [DATA_INT16] = "i2",   [DATA_INT32] = "i4",
    [DATA_INT64] = "i8", [DATA_FLOAT32] = "f4", [DATA_FLOAT64] = "f8",
};

static char order_mark(enum data_type type)
{
    const uint16_t one = 1;

    if (data_type_bytes(type) == 1)
        return '|';
    return *(const uint8_t *)&one ? '<' : '>';
}

struct bytes npy_encode(struct region *r, const struct array *a)
{
    size_t size = array_elements(a) * data_type_bytes(a->type), header;
    struct shape_text shape = array_shape_text(a->rank, a->shape);
    char text[ALIGNMENT * 5];
    uint8_t *file;
    int length;

    if (a->rank == 1) /* Python's tuple of one */
        snprintf(shape.text, sizeof shape.text, "(%zu,)", a->shape[0]);
    length = snprintf(text, sizeof text, "{'descr': '%c%s', 'fortran_order': False, 'shape': %s, }",
                      order_mark(a->type), codes[a->type], shape.text);
    header = (PREFIX_V1 + (size_t)length + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    file = region_alloc(r, header + size);
    memset(file, ' ', header);
    memcpy(file, magic, MAGIC);
    file[6] = 1;
    file[7] = 0;
    file[8] = (uint8_t)((header - PREFIX_V1) & 255);
    file[9] = (uint8_t)((header - PREFIX_V1) >> 8);
    memcpy(file + PREFIX_V1, text, (size_t)length);
    file[header - 1] = '\n';
    if (size)
        memcpy(file + header, a->data, size);
    return (struct bytes){ file, header + size };
}
