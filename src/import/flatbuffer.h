/* flatbuffer.h - a cursor over FlatBuffers bytes that cannot read outside them.
 *
 * Offsets and counts in the bytes are hostile. Whatever does not fit is reported as absent, and remembered in
 * `damaged`: a reader walks on with defaults and asks at the end. Nothing is copied or allocated. Source: the
 * FlatBuffers binary format ("FlatBuffers internals").
 */
#ifndef IMPORT_FLATBUFFER_H
#define IMPORT_FLATBUFFER_H

#include <stddef.h>
#include <stdint.h>

#include "base/file.h"

struct flatbuffer {
    struct bytes bytes;
    int damaged; /* something pointed outside */
};

/* A table; at == 0: absent, every field has its default. */
struct fb_table {
    struct flatbuffer *buffer;
    size_t at, vtable, vtable_size;
};

/* A vector: count elements from `at`; absent: count 0, at 0. */
struct fb_vector {
    struct flatbuffer *buffer;
    size_t at, count;
};

/* The root table; the bytes must outlive every cursor. */
struct fb_table fb_root(struct flatbuffer *b);

/* Scalar fields by their number in the schema. */
int8_t fb_i8(struct fb_table t, int field, int8_t absent);
uint8_t fb_u8(struct fb_table t, int field, uint8_t absent);
int32_t fb_i32(struct fb_table t, int field, int32_t absent);
uint32_t fb_u32(struct fb_table t, int field, uint32_t absent);
uint64_t fb_u64(struct fb_table t, int field, uint64_t absent);
float fb_f32(struct fb_table t, int field, float absent);

/* Tables, vectors of elements of so many bytes, and texts (which end in NUL inside the bytes, or are absent: ""). */
struct fb_table fb_table_field(struct fb_table t, int field);
struct fb_vector fb_vector_field(struct fb_table t, int field, size_t element_bytes);
const char *fb_text(struct fb_table t, int field);
int fb_has(struct fb_table t, int field);

/* Element i < count of a vector. */
struct fb_table fb_table_at(struct fb_vector v, size_t i);
int32_t fb_i32_at(struct fb_vector v, size_t i);
int64_t fb_i64_at(struct fb_vector v, size_t i);
float fb_f32_at(struct fb_vector v, size_t i);

#endif
