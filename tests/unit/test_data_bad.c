/* test_data_bad.c - what src/data/ must refuse: tables of bytes and the exact message. */
#define _XOPEN_SOURCE 700 /* realpath, P_tmpdir */
#include "data_files.h"

#include "data/decompress.h"
#include "data/sink.h"

struct bad {
    struct bytes file;
    const char *message; /* without "a: " in front */
};

static void expect_all_bad(const char *name, const struct bad *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        put(name, cases[i].file);
        expect_failure(BAD_INPUT, name, NULL, region_text(region, "%s: %s", name, cases[i].message));
    }
}

/* ---- IDX -------------------------------------------------------------------------------------------------------- */

static void test_idx_bad(void **state)
{
    const struct bytes good = idx(0x08, bytes(six, 6), AXIS(2), AXIS(3), END);
    const int64_t huge = UINT32_MAX;
    const struct bad cases[] = {
        { LITERAL(""), "is empty; give IDX, NPY, NPZ or CIFAR-10 data" },
        { LITERAL("\0\0\x08"), "not IDX, NPY, NPZ or CIFAR-10 data; convert it to one of them" },
        { LITERAL("\0\1\x08\1\0\0\0\1\7"), "not IDX, NPY, NPZ or CIFAR-10 data; convert it to one of them" },
        { LITERAL("\0\0\x0a\1\0\0\0\1\7"), "not IDX, NPY, NPZ or CIFAR-10 data; convert it to one of them" },
        { head(good, 4), "the IDX header is cut short; copy the file again" },
        { head(good, 11), "the IDX header is cut short; copy the file again" },
        { head(good, 17), "shape (2, 3) needs 6 bytes of data, there are 5; it is cut short, copy it again" },
        { join(good, LITERAL("x")), "shape (2, 3) needs 6 bytes of data, there are 7; the header is damaged" },
        { LITERAL("\0\0\x08\0"), "the IDX header says 0 axes; 1 to 8 can be read" },
        { LITERAL("\0\0\x08\11"), "the IDX header says 9 axes; 1 to 8 can be read" },
        { idx(0x08, LITERAL(""), AXIS(0), AXIS(3), END), "holds no samples; give at least one" },
        { idx(0x08, LITERAL(""), AXIS(3), AXIS(0), END),
          "shape (3, 0) holds nothing; give samples of at least one element" },
        { idx(0x0e, LITERAL("12"), huge, huge, huge, END),
          "shape (4294967295, 4294967295, 4294967295) is impossible; the header is damaged" },
        { idx(0x0e, LITERAL("12345678"), huge, huge, END), /* 2^67: over 64 bits only with the element's width */
          "shape (4294967295, 4294967295) is impossible; the header is damaged" },
    };

    (void)state;
    expect_all_bad("a", cases, COUNT(cases));
}

/* ---- NPY -------------------------------------------------------------------------------------------------------- */

static void test_npy_bad(void **state)
{
    const struct bytes good = npy("|u1", "(2, 3)", bytes(six, 6));
    const char *garbage = "the NPY header cannot be understood; save a plain array by numpy.save";
    const struct bad cases[] = {
        { head(good, 6), "the NPY header is cut short; copy the file again" },
        { head(good, 11), "the NPY header is cut short; copy the file again" },
        { head(good, 30), "the NPY header is cut short; copy the file again" },
        { head(good, good.size - 1),
          "shape (2, 3) needs 6 bytes of data, there are 5; it is cut short, copy it again" },
        { join(good, LITERAL("x")), "shape (2, 3) needs 6 bytes of data, there are 7; the header is damaged" },
        { npy_of(4, "{}", LITERAL("")), "NPY version 4 is unknown; save the array again by numpy.save" },
        { npy_of(0, "{}", LITERAL("")), "NPY version 0 is unknown; save the array again by numpy.save" },
        { npy_of(1, "  ", LITERAL("")), garbage },
        { npy_of(1, "{}", LITERAL("")), garbage },
        { npy_of(1, "{'descr': '|u1', 'shape': (2, 3)}", bytes(six, 6)), garbage },
        { npy_of(1, "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), 'more': 1}", bytes(six, 6)), garbage },
        { npy_of(1, "{'descr': '|u1', 'fortran_order': 0, 'shape': (2, 3)}", bytes(six, 6)), garbage },
        { npy_of(1, "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3)} x", bytes(six, 6)), garbage },
        { npy_of(1, "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3)", bytes(six, 6)), garbage },
        { npy_of(1, "{'descr': '|u1, 'fortran_order': False, 'shape': (2, 3)}", bytes(six, 6)), garbage },
        { npy_of(1, "{'descr': '|u1', 'descr': '|u1', 'fortran_order': False, 'shape': (2, 3)}", bytes(six, 6)),
          garbage },
        { npy("|u1", "(2, -3)", bytes(six, 6)), garbage },
        { npy("|u1", "(2 3)", bytes(six, 6)), garbage },
        { npy("|u1", "[2, 3]", bytes(six, 6)), garbage },
        { npy("|u1", "(2, 18446744073709551616)", bytes(six, 6)), garbage },
        { npy("|u1", "(4294967296, 4294967296)", bytes(six, 6)),
          "shape (4294967296, 4294967296) is impossible; the header is damaged" },
        { npy("<f8", "(2305843009213693952,)", bytes(six, 6)),
          "shape (2305843009213693952) is impossible; the header is damaged" },
        { npy("|u1", "(1, 1, 1, 1, 1, 1, 1, 1, 1)", LITERAL("x")), "the array has 9 axes; up to 8 can be read" },
        { npy("<f2", "(1,)", LITERAL("ab")),
          "elements of type '<f2' cannot be read; convert them by astype('float32') or an integer type" },
        { npy("<c8", "(1,)", LITERAL("abcdefgh")),
          "elements of type '<c8' cannot be read; convert them by astype('float32') or an integer type" },
        { npy("<i3", "(1,)", LITERAL("abc")),
          "elements of type '<i3' cannot be read; convert them by astype('float32') or an integer type" },
        { npy("u1", "(1,)", LITERAL("a")),
          "elements of type 'u1' cannot be read; convert them by astype('float32') or an integer type" },
        { npy("|u1", "(0, 3)", LITERAL("")), "holds no samples; give at least one" },
        { npy("|u1", "(3, 0)", LITERAL("")), "shape (3, 0) holds nothing; give samples of at least one element" },
        { npy("|u1", "()", LITERAL("a")), "holds a single number; the first axis must count samples" },
    };

    (void)state;
    expect_all_bad("a", cases, COUNT(cases));
}

static void test_npy_read_bad(void **state)
{
    struct diag d = { 0 };
    struct array a;

    (void)state;
    put("a", idx(0x08, bytes(six, 6), AXIS(6), END));
    assert_int_equal(npy_read(region, "a", &a, &d), BAD_INPUT);
    assert_string_equal(d.message, "a: not an NPY file; save the array by numpy.save");
    diag_clear(&d);
    put("a", npy("|u1", "(0, 3)", LITERAL("")));
    assert_int_equal(npy_read(region, "a", &a, &d), BAD_INPUT);
    assert_string_equal(d.message, "a: holds no samples; give at least one");
    diag_clear(&d);
    assert_int_equal(npy_read(region, "none", &a, &d), JOB_FAILED);
    assert_string_equal(d.message, "none: cannot read: No such file or directory; check the path");
    diag_clear(&d);
}

/* ---- gzip and xz ------------------------------------------------------------------------------------------------ */

static void test_compressed_bad(void **state)
{
    const struct bytes plain = idx(0x08, zeros(3000), AXIS(3000), END);
    const struct bytes g = gzip(plain), x = xz(plain);
    const struct bad cases[] = {
        { LITERAL("\x1f\x8b"), "the gzip data is cut short; copy the file again" },
        { head(g, 12), "the gzip data is cut short; copy the file again" },
        { head(g, g.size - 1), "the gzip data is cut short; copy the file again" },
        { flipped(g, g.size - 1), "the gzip data is damaged; copy the file again" },
        { flipped(g, g.size - 6), "the gzip data is damaged; copy the file again" },
        { flipped(g, 2), "the gzip data is damaged; copy the file again" },
        { join(g, LITERAL("garbage")), "the gzip data is damaged; copy the file again" },
        { join(g, head(g, 20)), "the gzip data is cut short; copy the file again" },
        { head(x, 6), "the xz data is cut short; copy the file again" },
        { head(x, x.size - 1), "the xz data is cut short; copy the file again" },
        { flipped(x, 9), "the xz data is damaged; copy the file again" },
        { flipped(x, x.size - 1), "the xz data is damaged; copy the file again" },
        { join(x, LITERAL("garbage, and more of it")), "the xz data is damaged; copy the file again" },
        { gzip(LITERAL("")), "is empty; give IDX, NPY, NPZ or CIFAR-10 data" },
        { gzip(gzip(plain)), "not IDX, NPY, NPZ or CIFAR-10 data; convert it to one of them" },
    };

    (void)state;
    expect_all_bad("a", cases, COUNT(cases));
}

/* Every byte of an xz stream is covered by a sum or is fixed. */
static void test_xz_every_byte(void **state)
{
    const struct bytes packed = xz(idx(0x08, zeros(3000), AXIS(3000), END));

    (void)state;
    for (size_t i = 6; i < packed.size; i++) {
        struct diag d = { 0 };
        struct bytes out;
        assert_int_equal(decompress(region, flipped(packed, i), "a", sink_limit, &out, &d), BAD_INPUT);
        diag_clear(&d);
        assert_int_equal(decompress(region, head(packed, i), "a", sink_limit, &out, &d), BAD_INPUT);
        assert_string_equal(d.message, "a: the xz data is cut short; copy the file again");
        diag_clear(&d);
    }
}

static void expect_unpacked(struct bytes packed, size_t limit, const char *message)
{
    struct diag d = { 0 };
    struct bytes out;
    int status = decompress(region, packed, "a", limit, &out, &d);

    assert_int_equal(status, message ? BAD_INPUT : OK);
    if (message)
        assert_string_equal(d.message, message);
    diag_clear(&d);
}

static void test_unpacked_size_is_bounded(void **state)
{
    const struct bytes big = zeros(1 << 20);

    (void)state;
    expect_unpacked(gzip(big), 1 << 20, NULL);
    expect_unpacked(xz(big), 1 << 20, NULL);
    expect_unpacked(gzip(big), (1 << 20) - 1, "a: unpacks to more than 1048575 bytes; use fewer samples");
    expect_unpacked(xz(big), (1 << 20) - 1, "a: unpacks to more than 1048575 bytes; use fewer samples");
}

/* 320 MiB of zeros in a few dozen kilobytes: below 4 GiB, but no data. */
static void test_small_bomb(void **state)
{
    const struct bytes part = xz(zeros(20 << 20));
    struct bytes bomb = part;

    (void)state;
    for (int i = 0; i < 4; i++)
        bomb = join(bomb, bomb);
    expect_unpacked(bomb, sink_limit, "a: unpacks to more than 1000 times its size; if it shall, unpack it first");
}

/* ---- NPZ -------------------------------------------------------------------------------------------------------- */

static void test_npz_bad(void **state)
{
    const struct bytes x = npy("|u1", "(3, 2)", bytes(six, 6));
    struct member members[] = { { "images.npy", x, ZIP_CM_DEFLATE }, { "notes", LITERAL("text"), ZIP_CM_STORE } };
    struct bytes good;

    (void)state;
    put_zip("a.npz", members, 2);
    expect_failure(BAD_INPUT, "a.npz", NULL, "a.npz: has no array 'x', but images, notes; name one as FILE.npz:NAME");
    expect_failure(BAD_INPUT, "a.npz:images", "a.npz",
                   "a.npz: has no array 'y', but images, notes; name one as FILE.npz:NAME");
    expect_failure(BAD_INPUT, "a.npz:notes", NULL, "a.npz:notes: not an NPY file; save the array by numpy.save");
    expect_failure(JOB_FAILED, "none.npz:x", NULL,
                   "none.npz:x: cannot read: No such file or directory; check the path");
    members[0].name = "x.npy";
    members[1] = (struct member){ "y.npy", npy("|u1", "(2,)", LITERAL("\0\1")), ZIP_CM_STORE };
    put_zip("a.npz", members, 2);
    expect_failure(BAD_INPUT, "a.npz", NULL, "a.npz:y: 2 labels for 3 samples; give one label a sample");
    put_zip("a.npz", &(struct member){ "x.npy", x, ZIP_CM_STORE }, 1);
    good = get("a.npz");
    put("a.npz", head(good, good.size - 5));
    expect_failure(BAD_INPUT, "a.npz", NULL,
                   "a.npz: the NPZ archive is damaged (Not a zip archive); copy the file again");
    put("a.npz", flipped(good, 30 + 5 + x.size - 1)); /* header, name, the last byte of the array */
    expect_failure(BAD_INPUT, "a.npz", NULL, "a.npz:x: the NPZ archive is damaged (CRC error); copy the file again");
    put("a.npz", LITERAL("PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"));
    expect_failure(BAD_INPUT, "a.npz", NULL, "a.npz: the NPZ archive is empty; save arrays by numpy.savez");
    put("a", x);
    expect_failure(BAD_INPUT, "a:x", NULL, "a: NPY data has no named arrays; leave out ':x'");
}

static void test_numpy_bad(void **state)
{
    const char *base = region_text(region, "%s/tests/data/numpy.npz", source_folder);
    static const char *const cases[][2] = {
        { "u8_large", "element 0 is above 2^63-1; save the array as a smaller type" },
        { "half", "elements of type '<f2' cannot be read; convert them by astype('float32') or an integer type" },
        { "text", "elements of type '<U2' cannot be read; convert them by astype('float32') or an integer type" },
        { "object", "elements of type '|O' cannot be read; convert them by astype('float32') or an integer type" },
        { "record", "the NPY header cannot be understood; save a plain array by numpy.save" },
        { "scalar", "holds a single number; the first axis must count samples" },
        { "empty", "holds no samples; give at least one" },
        { "hollow", "shape (3, 0) holds nothing; give samples of at least one element" },
        { "deep", "the array has 9 axes; up to 8 can be read" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *path = region_text(region, "%s:%s", base, cases[i][0]);
        expect_failure(BAD_INPUT, path, NULL, region_text(region, "%s: %s", path, cases[i][1]));
    }
}

/* ---- CIFAR-10 --------------------------------------------------------------------------------------------------- */

static void test_cifar_bad(void **state)
{
    const char *size =
        "%zu bytes are no whole number of CIFAR-10 records (3073 bytes); copy it again, or give its folder "
        "if it is one raw sample";
    struct bytes records = cifar(3);
    struct bad cases[] = {
        { head(records, records.size - 1), region_text(region, size, records.size - 1) },
        { join(records, LITERAL("x")), region_text(region, size, records.size + 1) },
        { flipped(records, 3073), "record 1 has label 93, CIFAR-10 ends at 9; give CIFAR-10 records, IDX, NPY or NPZ" },
    };

    (void)state;
    expect_all_bad("a.bin", cases, COUNT(cases));
    put("a.dat", records);
    expect_failure(BAD_INPUT, "a.dat", NULL, "a.dat: not IDX, NPY, NPZ or CIFAR-10 data; convert it to one of them");
}

/* ---- A folder --------------------------------------------------------------------------------------------------- */

static void test_folder_bad(void **state)
{
    static const char *const line = "f/y_labels.csv: line %d is not `file,classes,label` with a label below classes; "
                                    "mend it";
    static const struct {
        const char *csv;
        int line;
    } cases[] = {
        { "b.bin,12,3\na.bin,12\n", 2 },
        { "b.bin,12,3,4\n", 1 },
        { "b.bin,12,12\n", 1 },
        { "b.bin,12,-1\n", 1 },
        { "b.bin,twelve,3\n", 1 },
        { "b.bin,12,3.0\n", 1 },
        { ",12,3\n", 1 },
        { "../f/b.bin,12,3\n", 1 },
        { "b.bin,99999999999,3\n", 1 },
        { "\n\nfile,classes,label\n", 3 },
        { "b.bin,2147483647,2147483647\n", 1 },
        { "b.bin,12,\n", 1 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        put_folder(cases[i].csv);
        expect_failure(BAD_INPUT, "f", NULL, region_text(region, line, cases[i].line));
    }
    put_folder("\r\n\n");
    expect_failure(BAD_INPUT, "f", NULL, "f/y_labels.csv: names no samples; give a line `file,classes,label` for each");
    put_folder("b.bin,12,3\nlong.bin,12,3\n");
    expect_failure(BAD_INPUT, "f", NULL, "f/long.bin: 3 bytes, but the first sample has 2; give samples of one size");
    put_folder("empty.bin,12,3\n");
    expect_failure(BAD_INPUT, "f", NULL, "f/empty.bin: the sample is empty; give samples of at least one byte");
    put_folder("..,12,3\n");
    expect_failure(BAD_INPUT, "f", NULL, "f/..: not a file; y_labels.csv must name files of raw samples");
    put_folder("b.bin,12,3\n");
    expect_failure(BAD_INPUT, "f:x", NULL, "f: folder data has no named arrays; leave out ':x'");
    unlink("f/y_labels.csv");
    expect_failure(BAD_INPUT, "f", NULL,
                   "f: this folder has no y_labels.csv; give one with lines `file,classes,label`");
}

static void test_folder_missing(void **state)
{
    struct diag d = { 0 };
    struct dataset set;

    (void)state;
    put_folder("b.bin,12,3\nlost.bin,12,3\na.bin,12,3\ngone.bin,12,0\n");
    assert_int_equal(dataset_read(region, "f", NULL, 0, &set, &d), BAD_INPUT);
    assert_string_equal(d.notes, "f/lost.bin: named by line 2 of y_labels.csv, but missing\n"
                                 "f/gone.bin: named by line 4 of y_labels.csv, but missing\n");
    assert_string_equal(d.message, "f: 2 of 4 files are missing; add them or remove their lines");
    diag_clear(&d);
    assert_int_equal(read_ok("f", NULL, 1).count, 1); /* what is not read need not be there */
}

/* ---- Labels ----------------------------------------------------------------------------------------------------- */

static void test_labels_bad(void **state)
{
    const struct bad cases[] = {
        { npy("|u1", "(1,)", LITERAL("\0")), "l: 1 labels for 2 samples; give one label a sample" },
        { npy("|u1", "(3,)", LITERAL("\0\1\2")), "l: 3 labels for 2 samples; give one label a sample" },
        { npy("|u1", "(0,)", LITERAL("")), "l: 0 labels for 2 samples; give one label a sample" },
        { npy("|u1", "(2, 3)", bytes(six, 6)), "l: labels of shape (2, 3); give one class number a sample" },
        { npy("|u1", "()", LITERAL("a")), "l: labels of shape (); give one class number a sample" },
        { npy("|i1", "(2,)", LITERAL("\0\xff")), "l: label 1 is -1; give whole numbers from 0" },
        { npy("<i8", "(2,)", LITERAL("\0\0\0\0\0\0\0\x80\0\0\0\0\0\0\0\0")),
          "l: label 0 is -9.223372037e+18; give whole numbers from 0" },
        { npy("<u4", "(2,)", LITERAL("\0\0\0\0\0\0\0\x80")), "l: label 1 is 2147483648; give whole numbers from 0" },
        { npy("<f4", "(2,)", LITERAL("\0\0\x20\x40\0\0\0\0")), "l: label 0 is 2.5; give whole numbers from 0" },
        { npy("<f4", "(2,)", LITERAL("\0\0\0\0\0\0\xc0\x7f")), "l: label 1 is nan; give whole numbers from 0" },
        { npy("<f8", "(2,)", LITERAL("\0\0\0\0\0\0\xf0\x7f\0\0\0\0\0\0\0\0")),
          "l: label 0 is inf; give whole numbers from 0" },
        { LITERAL("4\n5\n"), "l: not IDX, NPY, NPZ or CIFAR-10 data; convert it to one of them" },
    };

    (void)state;
    put("a", npy("|u1", "(2, 3)", bytes(six, 6)));
    for (size_t i = 0; i < COUNT(cases); i++) {
        put("l", cases[i].file);
        expect_failure(BAD_INPUT, "a", "l", cases[i].message);
    }
    expect_failure(JOB_FAILED, "a", "none", "none: cannot read: No such file or directory; check the path");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_idx_bad),        TEST(test_npy_bad),       TEST(test_npy_read_bad),
        TEST(test_compressed_bad), TEST(test_xz_every_byte), TEST(test_unpacked_size_is_bounded),
        TEST(test_small_bomb),     TEST(test_npz_bad),       TEST(test_numpy_bad),
        TEST(test_cifar_bad),      TEST(test_folder_bad),    TEST(test_folder_missing),
        TEST(test_labels_bad),
    };

    return cmocka_run_group_tests_name("data_bad", tests, set_up, tear_down);
}
