/* data_files.h - for the tests of src/data/: a folder of their own to write small files of every form into, and
 * comparing what is read from them. Each test gets a fresh region. */
#ifndef DATA_FILES_H
#define DATA_FILES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs those four first */
#include <cmocka.h>
#include <dirent.h>
#include <limits.h>
#include <lzma.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>
#include <zlib.h>

#include "data/dataset.h"

#ifndef SOURCE_DIR
#define SOURCE_DIR "." /* the project's root */
#endif

#define COUNT(array) (sizeof(array) / sizeof *(array))

static struct region *region;
static char folder[PATH_MAX], source_folder[PATH_MAX];
static char data_folder[PATH_MAX]; /* UNIT_DATA, "" without */

/* ---- Bytes and files ------------------------------------------------------------------------------------------- */

static inline struct bytes bytes(const void *data, size_t size)
{
    return (struct bytes){ data, size };
}

#define LITERAL(text) bytes(text, sizeof(text) - 1)

static inline struct bytes join(struct bytes a, struct bytes b)
{
    uint8_t *both = region_alloc(region, a.size + b.size);

    if (a.size)
        memcpy(both, a.data, a.size);
    if (b.size)
        memcpy(both + a.size, b.data, b.size);
    return bytes(both, a.size + b.size);
}

static inline struct bytes head(struct bytes b, size_t size)
{
    return bytes(b.data, size < b.size ? size : b.size);
}

static inline struct bytes zeros(size_t size)
{
    return bytes(region_alloc(region, size), size);
}

/* The same bytes, one of them changed. */
static inline struct bytes flipped(struct bytes b, size_t at)
{
    uint8_t *copy = region_copy(region, b.data, b.size);

    copy[at] ^= 0x55;
    return bytes(copy, b.size);
}

static inline void put(const char *path, struct bytes b)
{
    struct diag d = { 0 };

    assert_int_equal(file_write(path, b.data, b.size, &d), OK);
}

static inline struct bytes gzip(struct bytes in)
{
    size_t room = in.size + 1024;
    uint8_t *out = region_alloc(region, room);
    z_stream z;

    memset(&z, 0, sizeof z);
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (Bytef *)(uintptr_t)in.data;
    z.avail_in = (uInt)in.size;
    z.next_out = out;
    z.avail_out = (uInt)room;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    room -= z.avail_out;
    deflateEnd(&z);
    return bytes(out, room);
}

static inline struct bytes xz(struct bytes in)
{
    size_t room = lzma_stream_buffer_bound(in.size), size = 0;
    uint8_t *out = region_alloc(region, room);

    assert_int_equal(lzma_easy_buffer_encode(6, LZMA_CHECK_CRC64, NULL, in.data, in.size, out, &size, room), LZMA_OK);
    return bytes(out, size);
}

struct member {
    const char *name;
    struct bytes content;
    int method;
};

static inline void put_zip(const char *path, const struct member *members, size_t count)
{
    zip_t *z = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, NULL);

    assert_non_null(z);
    for (size_t i = 0; i < count; i++) {
        struct bytes c = members[i].content;
        zip_int64_t at = zip_file_add(z, members[i].name, zip_source_buffer(z, c.data, c.size, 0), 0);
        assert_true(at >= 0);
        assert_int_equal(zip_set_file_compression(z, (zip_uint64_t)at, members[i].method, 0), 0);
    }
    assert_int_equal(zip_close(z), 0);
}

static inline struct bytes get(const char *path)
{
    struct diag d = { 0 };
    struct bytes b;

    assert_int_equal(file_read(region, path, &b, &d), OK);
    return b;
}

/* ---- Files of each form ---------------------------------------------------------------------------------------- */

/* An IDX file of this type and shape; the axes end with -1. */
static inline struct bytes idx(uint8_t type, struct bytes data, ...)
{
    uint8_t header[4 + 4 * 16] = { 0, 0, type };
    size_t rank = 0;
    va_list axes;

    va_start(axes, data);
    for (int64_t axis; rank < 16 && (axis = va_arg(axes, int64_t)) >= 0; rank++)
        for (int i = 0; i < 4; i++)
            header[4 + 4 * rank + (size_t)i] = (uint8_t)(axis >> (24 - 8 * i));
    va_end(axes);
    header[3] = (uint8_t)rank;
    return join(bytes(region_copy(region, header, 4 + 4 * rank), 4 + 4 * rank), data);
}

#define END ((int64_t)-1)
#define AXIS(n) ((int64_t)(n))

static inline struct bytes npy_of(int version, const char *header, struct bytes data)
{
    size_t size = strlen(header), prefix = version == 1 ? 10 : 12;
    uint8_t *file = region_alloc(region, prefix + size);

    memcpy(file, "\x93NUMPY", 6);
    file[6] = (uint8_t)version;
    file[8] = (uint8_t)size;
    file[9] = (uint8_t)(size >> 8);
    memcpy(file + prefix, header, size);
    return join(bytes(file, prefix + size), data);
}

static inline struct bytes npy(const char *descr, const char *shape, struct bytes data)
{
    return npy_of(1, region_text(region, "{'descr': '%s', 'fortran_order': False, 'shape': %s, }\n", descr, shape),
                  data);
}

static inline struct bytes cifar(size_t count)
{
    uint8_t *records = region_array(region, count, 3073);

    for (size_t i = 0; i < count; i++) {
        records[i * 3073] = (uint8_t)((i + 7) % 10);
        for (size_t p = 0; p < 3072; p++)
            records[i * 3073 + 1 + p] = (uint8_t)(i * 31 + p / 1024 * 100 + p % 1024 % 97);
    }
    return bytes(records, count * 3073);
}

static const uint8_t six[] = { 1, 2, 3, 250, 251, 252 };

/* A folder "f" of three samples and two that do not fit, with this y_labels.csv. */
static inline void put_folder(const char *csv)
{
    mkdir("f", 0777);
    put("f/y_labels.csv", bytes(csv, strlen(csv)));
    put("f/b.bin", bytes(six, 2));
    put("f/a.bin", bytes(six + 2, 2));
    put("f/with space.bin", bytes(six + 4, 2));
    put("f/long.bin", bytes(six, 3));
    put("f/empty.bin", bytes(six, 0));
}

/* ---- Reading and expecting ------------------------------------------------------------------------------------- */

static inline struct dataset read_ok(const char *data, const char *labels, size_t limit)
{
    struct diag d = { 0 };
    struct dataset set;
    int status = dataset_read(region, data, labels, limit, &set, &d);

    if (status != OK)
        print_error("%s: %s\n", data, d.message);
    assert_int_equal(status, OK);
    assert_null(d.message);
    assert_null(d.notes);
    assert_string_equal(set.path, data);
    assert_int_equal(set.count, set.samples.shape[0]);
    return set;
}

static inline void expect_failure(int status, const char *data, const char *labels, const char *message)
{
    struct diag d = { 0 };
    struct dataset set;

    assert_int_equal(dataset_read(region, data, labels, 0, &set, &d), status);
    assert_non_null(d.message);
    assert_string_equal(d.message, message);
    diag_clear(&d);
}

static inline void expect_array(struct array a, enum data_type type, const char *shape, const void *data, size_t size)
{
    char text[200] = "";
    size_t count = 1;

    for (int i = 0; i < a.rank; i++) {
        snprintf(text + strlen(text), sizeof text - strlen(text), i ? " %zu" : "%zu", a.shape[i]);
        count *= a.shape[i];
    }
    assert_string_equal(data_type_name(a.type), data_type_name(type));
    assert_string_equal(text, shape);
    assert_int_equal(count * data_type_bytes(type), size);
    assert_memory_equal(a.data, data, size);
}

static inline void expect_labels(const struct dataset *set, const int32_t *labels, size_t count)
{
    assert_int_equal(set->count, count);
    assert_non_null(set->labels);
    assert_memory_equal(set->labels, labels, count * sizeof *labels);
}

/* ---- Set-up ---------------------------------------------------------------------------------------------------- */

static inline int remove_folder(const char *path)
{
    DIR *entries = opendir(path);
    struct dirent *entry;

    while (entries && (entry = readdir(entries)))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            if (unlink(entry->d_name) < 0 && chdir(entry->d_name) == 0) {
                remove_folder(".");
                if (chdir("..") == 0)
                    rmdir(entry->d_name);
            }
    return entries ? closedir(entries) : -1;
}

static inline int set_up(void **state)
{
    const char *base = getenv("TMPDIR"), *data = getenv("UNIT_DATA");

    (void)state;
    if (!realpath(SOURCE_DIR, source_folder))
        return -1;
    if (data && *data && !realpath(data, data_folder))
        data_folder[0] = '\0';
    snprintf(folder, sizeof folder, "%s/test_data.XXXXXX", base && *base ? base : P_tmpdir);
    return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static inline int tear_down(void **state)
{
    (void)state;
    remove_folder(".");
    return chdir("/") == 0 ? rmdir(folder) : -1;
}

static inline int region_up(void **state)
{
    (void)state;
    region = region_new();
    return 0;
}

static inline int region_down(void **state)
{
    (void)state;
    region_free(region);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, region_up, region_down)

#endif
