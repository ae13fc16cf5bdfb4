/* test_import.c - a model cut short anywhere, or with any byte changed, is refused or run; it never crashes, hangs or
 * asks for more than its size justifies. (Sanitizers see the rest: make check.) */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "import/import.h"
#include "layout/layout.h"

enum { MEMORY_LIMIT = 1 << 20 /* of importing and lowering a model of a few kilobytes */ };

static void import_all(const uint8_t *data, size_t size)
{
    struct region *r = region_new();
    struct diag d = { 0 };
    struct graph g;
    struct program p;
    int status = import_bytes(r, (struct bytes){ data, size }, "m", &g, &d);

    if (status == OK)
        status = lower(r, &g, NULL, "m", &p, &d);
    if (status == OK)
        status = layout_arena(r, &p, "m", &d);
    assert_true(status == OK || (status == BAD_INPUT && d.message));
    assert_true(region_used(r) < MEMORY_LIMIT + 8 * size);
    diag_clear(&d);
    region_free(r);
}

static struct bytes load(struct region *r, const char *path)
{
    struct bytes b;
    struct diag d = { 0 };

    assert_int_equal(file_read(r, path, &b, &d), OK);
    return b;
}

/* Every step-th model: 1 all of them. */
static void for_each_model(void (*visit)(const char *path), size_t step)
{
    glob_t found;

    assert_int_equal(glob(TEST_ROOT "/tests/models/ops/*.tflite", 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i += step)
        visit(found.gl_pathv[i]);
    globfree(&found);
}

static void cut_short(const char *path)
{
    struct region *r = region_new();
    struct bytes b = load(r, path);

    for (size_t size = 0; size < b.size; size++) {
        uint8_t *exact = region_copy(r, b.data, size); /* so that a sanitizer sees the end */
        if (b.size < 3000 || size % 7 == 0)
            import_all(exact, size);
        if (region_used(r) > 1 << 22) {
            region_free(r);
            r = region_new();
            b = load(r, path);
        }
    }
    region_free(r);
}

/* Every bit flipped, and the bytes that offsets and counts like least. */
static void change_bytes(const char *path)
{
    static const uint8_t values[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };
    struct region *r = region_new();
    struct bytes b = load(r, path);
    uint8_t *changed = region_copy(r, b.data, b.size);

    for (size_t i = 0; i < b.size; i++) {
        for (int bit = 0; bit < 8; bit++) {
            changed[i] = (uint8_t)(b.data[i] ^ 1 << bit);
            import_all(changed, b.size);
        }
        for (size_t k = 0; k < sizeof values; k++) {
            changed[i] = values[k];
            import_all(changed, b.size);
        }
        changed[i] = b.data[i];
    }
    region_free(r);
}

static void every_truncation_survives(void **unused)
{
    (void)unused;
    for_each_model(cut_short, 6);
}

static void every_changed_byte_survives(void **unused)
{
    (void)unused;
    for_each_model(change_bytes, 24);
}

/* All 255 other values of every byte, on the smallest model that has a layer with MACs. */
static void every_value_of_every_byte_survives(void **unused)
{
    struct region *r = region_new();
    struct bytes b = load(r, TEST_ROOT "/tests/models/ops/fc_basic.tflite");
    uint8_t *changed = region_copy(r, b.data, b.size);

    (void)unused;
    for (size_t i = 0; i < b.size; i++) {
        for (int value = 0; value < 256; value++) {
            changed[i] = (uint8_t)value;
            import_all(changed, b.size);
        }
        changed[i] = b.data[i];
    }
    region_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_truncation_survives),
        cmocka_unit_test(every_changed_byte_survives),
        cmocka_unit_test(every_value_of_every_byte_survives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
