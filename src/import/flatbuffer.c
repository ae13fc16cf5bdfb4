/* flatbuffer.c - see flatbuffer.h. Every read goes through `inside`. */
#include "import/flatbuffer.h"

#include <string.h>

static int inside(struct flatbuffer *b, size_t at, size_t size)
{
    if (at <= b->bytes.size && size <= b->bytes.size - at)
        return 1;
    b->damaged = 1;
    return 0;
}

/* size bytes, little-endian, at a place that may be unaligned; 0 where they are not inside. */
static uint64_t number(struct flatbuffer *b, size_t at, size_t size)
{
    uint64_t value = 0;

    if (!inside(b, at, size))
        return 0;
    for (size_t i = 0; i < size; i++)
        value |= (uint64_t)b->bytes.data[at + i] << (8 * i);
    return value;
}

static struct fb_table table_at(struct flatbuffer *b, size_t at)
{
    struct fb_table t = { b, 0, 0, 0 };
    int64_t vtable;
    size_t size;

    if (at == 0 || !inside(b, at, 4))
        return t;
    vtable = (int64_t)at - (int32_t)(uint32_t)number(b, at, 4);
    if (vtable < 0 || !inside(b, (size_t)vtable, 4)) {
        b->damaged = 1;
        return t;
    }
    size = (size_t)number(b, (size_t)vtable, 2);
    if (size < 4 || !inside(b, (size_t)vtable, size)) {
        b->damaged = 1;
        return t;
    }
    return (struct fb_table){ b, at, (size_t)vtable, size };
}

struct fb_table fb_root(struct flatbuffer *b)
{
    return table_at(b, (size_t)number(b, 0, 4));
}

/* Where a field lies, or 0 if it is absent. */
static size_t field_at(struct fb_table t, int field)
{
    size_t slot = 4 + 2 * (size_t)field, offset;

    if (t.at == 0 || slot + 2 > t.vtable_size)
        return 0;
    offset = (size_t)number(t.buffer, t.vtable + slot, 2);
    return offset ? t.at + offset : 0;
}

int fb_has(struct fb_table t, int field)
{
    return field_at(t, field) != 0;
}

static uint64_t scalar(struct fb_table t, int field, size_t size, uint64_t absent)
{
    size_t at = field_at(t, field);

    return at ? number(t.buffer, at, size) : absent;
}

int8_t fb_i8(struct fb_table t, int field, int8_t absent)
{
    return (int8_t)scalar(t, field, 1, (uint8_t)absent);
}

uint8_t fb_u8(struct fb_table t, int field, uint8_t absent)
{
    return (uint8_t)scalar(t, field, 1, absent);
}

int32_t fb_i32(struct fb_table t, int field, int32_t absent)
{
    return (int32_t)scalar(t, field, 4, (uint32_t)absent);
}

uint32_t fb_u32(struct fb_table t, int field, uint32_t absent)
{
    return (uint32_t)scalar(t, field, 4, absent);
}

uint64_t fb_u64(struct fb_table t, int field, uint64_t absent)
{
    return scalar(t, field, 8, absent);
}

static float float_of(uint32_t bits)
{
    float value;

    memcpy(&value, &bits, sizeof value);
    return value;
}

float fb_f32(struct fb_table t, int field, float absent)
{
    size_t at = field_at(t, field);

    return at ? float_of((uint32_t)number(t.buffer, at, 4)) : absent;
}

/* Follows the offset stored at `at`. */
static size_t target(struct flatbuffer *b, size_t at)
{
    size_t offset = (size_t)number(b, at, 4);

    if (offset == 0 || !inside(b, at, offset)) {
        b->damaged = 1;
        return 0;
    }
    return at + offset;
}

struct fb_table fb_table_field(struct fb_table t, int field)
{
    size_t at = field_at(t, field);

    return table_at(t.buffer, at ? target(t.buffer, at) : 0);
}

struct fb_vector fb_vector_field(struct fb_table t, int field, size_t element_bytes)
{
    struct fb_vector v = { t.buffer, 0, 0 };
    size_t at = field_at(t, field), count;

    at = at ? target(t.buffer, at) : 0;
    if (at == 0)
        return v;
    count = (size_t)number(t.buffer, at, 4);
    if (!inside(t.buffer, at + 4, count * element_bytes))
        return v;
    v.at = at + 4;
    v.count = count;
    return v;
}

const char *fb_text(struct fb_table t, int field)
{
    struct fb_vector v = fb_vector_field(t, field, 1);

    if (v.at == 0 || !inside(t.buffer, v.at, v.count + 1))
        return "";
    if (t.buffer->bytes.data[v.at + v.count] != 0) {
        t.buffer->damaged = 1;
        return "";
    }
    return (const char *)t.buffer->bytes.data + v.at;
}

struct fb_table fb_table_at(struct fb_vector v, size_t i)
{
    return table_at(v.buffer, target(v.buffer, v.at + 4 * i));
}

int32_t fb_i32_at(struct fb_vector v, size_t i)
{
    return (int32_t)(uint32_t)number(v.buffer, v.at + 4 * i, 4);
}

int64_t fb_i64_at(struct fb_vector v, size_t i)
{
    return (int64_t)number(v.buffer, v.at + 8 * i, 8);
}

float fb_f32_at(struct fb_vector v, size_t i)
{
    return float_of((uint32_t)number(v.buffer, v.at + 4 * i, 4));
}
