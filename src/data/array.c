/* array.c - arrays from the way a file holds them (byte order, axis order, type) to the way this machine uses them.
 * Knows no file format. */
#include <stdio.h>
#include <string.h>

#include "data/dataset_internal.h"

/* There is no unsigned type wider than a byte in a dataset: the next signed one holds every value. */
static const struct element {
    char kind;
    size_t width;
    enum data_type type;
} elements[] = {
    { 'u', 1, DATA_UINT8 },   { 'i', 1, DATA_INT8 },    { 'i', 2, DATA_INT16 }, { 'i', 4, DATA_INT32 },
    { 'i', 8, DATA_INT64 },   { 'u', 2, DATA_INT32 },   { 'u', 4, DATA_INT64 }, { 'u', 8, DATA_INT64 },
    { 'f', 4, DATA_FLOAT32 }, { 'f', 8, DATA_FLOAT64 },
};

static const struct {
    const char *name;
    size_t bytes;
} types[] = {
    [DATA_UINT8] = { "uint8", 1 },     [DATA_INT8] = { "int8", 1 },   [DATA_INT16] = { "int16", 2 },
    [DATA_INT32] = { "int32", 4 },     [DATA_INT64] = { "int64", 8 }, [DATA_FLOAT32] = { "float32", 4 },
    [DATA_FLOAT64] = { "float64", 8 },
};

size_t data_type_bytes(enum data_type type)
{
    return types[type].bytes;
}

const char *data_type_name(enum data_type type)
{
    return types[type].name;
}

static const struct element *element_of(char kind, size_t width)
{
    for (size_t i = 0; i < sizeof elements / sizeof *elements; i++)
        if (elements[i].kind == kind && elements[i].width == width)
            return &elements[i];
    return NULL;
}

int array_knows(char kind, size_t width)
{
    return element_of(kind, width) != NULL;
}

struct shape_text array_shape_text(int rank, const size_t *shape)
{
    struct shape_text t = { "(" };
    size_t at = 1;

    for (int i = 0; i < rank; i++)
        at += (size_t)snprintf(t.text + at, sizeof t.text - at, i ? ", %zu" : "%zu", shape[i]);
    snprintf(t.text + at, sizeof t.text - at, ")");
    return t;
}

/* Bytes the shape needs; 0 returned if that is no number a machine has. */
static int needed_bytes(const struct stored *s, size_t *bytes)
{
    *bytes = s->width;
    for (int i = 0; i < s->rank; i++)
        if (s->shape[i] == 0) {
            *bytes = 0;
            return 1;
        }
    for (int i = 0; i < s->rank; i++) {
        if (*bytes > SIZE_MAX / s->shape[i])
            return 0;
        *bytes *= s->shape[i];
    }
    return 1;
}

int array_check(const struct stored *s, const char *where, struct diag *d)
{
    size_t bytes;

    if (!needed_bytes(s, &bytes))
        return diag_fail(d, BAD_INPUT, where, "shape %s is impossible; the header is damaged",
                         array_shape_text(s->rank, s->shape).text);
    if (s->data.size < bytes)
        return diag_fail(d, BAD_INPUT, where,
                         "shape %s needs %zu bytes of data, there are %zu; it is cut short, copy it again",
                         array_shape_text(s->rank, s->shape).text, bytes, s->data.size);
    if (s->data.size > bytes)
        return diag_fail(d, BAD_INPUT, where, "shape %s needs %zu bytes of data, there are %zu; the header is damaged",
                         array_shape_text(s->rank, s->shape).text, bytes, s->data.size);
    return OK;
}

static int machine_is_big_endian(void)
{
    const uint16_t one = 1;

    return *(const uint8_t *)&one == 0;
}

static uint64_t load(const uint8_t *at, size_t width, int big_endian)
{
    uint64_t bits = 0;

    for (size_t i = 0; i < width; i++)
        bits |= (uint64_t)at[i] << 8 * (big_endian ? width - 1 - i : i);
    return bits;
}

/* The low bytes of bits in this machine's order; widening an unsigned number leaves zeros above. */
static void store(uint8_t *to, size_t bytes, uint64_t bits)
{
    int big_endian = machine_is_big_endian();

    for (size_t i = 0; i < bytes; i++)
        to[big_endian ? bytes - 1 - i : i] = (uint8_t)(bits >> 8 * i);
}

/* Steps a row-major index on and returns how far its element moves in the file. */
static size_t next_in_fortran_order(const struct stored *s, size_t *index, const size_t *stride, size_t at)
{
    for (int i = s->rank - 1; i >= 0; i--) {
        at += stride[i];
        if (++index[i] < s->shape[i])
            break;
        at -= stride[i] * s->shape[i];
        index[i] = 0;
    }
    return at;
}

/* Element by element: slow beside a copy, and only used where a copy is not right. */
static int convert(const struct stored *s, size_t count, uint8_t *to, size_t bytes, const char *where, struct diag *d)
{
    size_t index[DATA_RANK_MAX] = { 0 }, stride[DATA_RANK_MAX], at = 0, step = 1;

    for (int i = 0; i < s->rank; i++) {
        stride[i] = step;
        step *= s->shape[i];
    }
    for (size_t n = 0; n < count; n++, to += bytes) {
        uint64_t bits = load(s->data.data + at * s->width, s->width, s->big_endian);
        if (s->kind == 'u' && s->width == 8 && bits > INT64_MAX)
            return diag_fail(d, BAD_INPUT, where, "element %zu is above 2^63-1; save the array as a smaller type", n);
        store(to, bytes, bits);
        at = s->fortran ? next_in_fortran_order(s, index, stride, at) : n + 1;
    }
    return OK;
}

size_t array_elements(const struct array *a)
{
    size_t count = 1;

    for (int i = 0; i < a->rank; i++)
        count *= a->shape[i];
    return count;
}

static int usable_as_it_is(const struct stored *s, size_t bytes)
{
    int same_bytes = bytes == 1 || (s->width == bytes && s->kind != 'u' && s->big_endian == machine_is_big_endian());
    int same_order = !s->fortran || s->rank < 2;

    return same_bytes && same_order && (uintptr_t)s->data.data % bytes == 0;
}

int array_decode(struct region *r, const struct stored *s, size_t limit, const char *where, struct array *out,
                 struct diag *d)
{
    size_t count, bytes;
    uint8_t *data;

    out->type = element_of(s->kind, s->width)->type;
    out->rank = s->rank;
    memcpy(out->shape, s->shape, sizeof out->shape);
    if (limit && s->rank && s->shape[0] > limit)
        out->shape[0] = limit;
    count = array_elements(out);
    bytes = data_type_bytes(out->type);
    out->data = s->data.data;
    if (count && usable_as_it_is(s, bytes))
        return OK;
    data = region_array(r, count, bytes);
    out->data = data;
    return convert(s, count, data, bytes, where, d);
}

int array_take(struct region *r, const struct stored *s, size_t limit, const char *where, struct taken *out,
               struct diag *d)
{
    out->where = where;
    TRY(array_check(s, where, d));
    out->total = s->rank ? s->shape[0] : 1;
    return array_decode(r, s, limit, where, &out->array, d);
}

int array_check_samples(const struct array *a, const char *where, struct diag *d)
{
    if (a->rank == 0)
        return diag_fail(d, BAD_INPUT, where, "holds a single number; the first axis must count samples");
    if (a->shape[0] == 0)
        return diag_fail(d, BAD_INPUT, where, "holds no samples; give at least one");
    if (array_elements(a) == 0)
        return diag_fail(d, BAD_INPUT, where, "shape %s holds nothing; give samples of at least one element",
                         array_shape_text(a->rank, a->shape).text);
    return OK;
}

double array_value(const struct array *a, size_t i)
{
    switch (a->type) {
    case DATA_UINT8:
        return ((const uint8_t *)a->data)[i];
    case DATA_INT8:
        return ((const int8_t *)a->data)[i];
    case DATA_INT16:
        return ((const int16_t *)a->data)[i];
    case DATA_INT32:
        return ((const int32_t *)a->data)[i];
    case DATA_INT64:
        return (double)((const int64_t *)a->data)[i];
    case DATA_FLOAT32:
        return (double)((const float *)a->data)[i];
    default:
        return ((const double *)a->data)[i];
    }
}
