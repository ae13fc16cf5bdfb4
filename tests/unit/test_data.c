/* test_data.c - src/data/ reads back what is in files of every form: files that this test writes itself (gzip, xz and
 * zip through the libraries), one that numpy wrote (tools/data_samples.py), the inputs that fuzzing found, and, where
 * UNIT_DATA names them, recorded data sets with known contents. What must be refused is in test_data_bad.c. */
#define _XOPEN_SOURCE 700 /* realpath, P_tmpdir */
#include "data_files.h"

/* ---- IDX ------------------------------------------------------------------------------------------------------- */

static void test_idx_types(void **state)
{
    static const int16_t i2[] = { 1, -2 };
    static const int32_t i4[] = { 65536, -2 };
    static const float f4[] = { 1.0f, -0.5f };
    static const double f8[] = { 1.0, -0.5 };

    (void)state;
    put("a", idx(0x08, bytes(six, 6), AXIS(2), AXIS(3), END));
    expect_array(read_ok("a", NULL, 0).samples, DATA_UINT8, "2 3", six, 6);
    put("a", idx(0x09, bytes(six, 6), AXIS(6), END));
    expect_array(read_ok("a", NULL, 0).samples, DATA_INT8, "6", six, 6);
    put("a", idx(0x0b, LITERAL("\0\1\xff\xfe"), AXIS(2), AXIS(1), END));
    expect_array(read_ok("a", NULL, 0).samples, DATA_INT16, "2 1", i2, sizeof i2);
    put("a", idx(0x0c, LITERAL("\0\1\0\0\xff\xff\xff\xfe"), AXIS(2), END));
    expect_array(read_ok("a", NULL, 0).samples, DATA_INT32, "2", i4, sizeof i4);
    put("a", idx(0x0d, LITERAL("\x3f\x80\0\0\xbf\0\0\0"), AXIS(1), AXIS(2), AXIS(1), END));
    expect_array(read_ok("a", NULL, 0).samples, DATA_FLOAT32, "1 2 1", f4, sizeof f4);
    put("a", idx(0x0e, LITERAL("\x3f\xf0\0\0\0\0\0\0\xbf\xe0\0\0\0\0\0\0"), AXIS(2), END));
    expect_array(read_ok("a", NULL, 0).samples, DATA_FLOAT64, "2", f8, sizeof f8);
}

static void test_limit(void **state)
{
    static const int32_t labels[] = { 5, 6, 7 };

    (void)state;
    put("a", idx(0x08, bytes(six, 6), AXIS(3), AXIS(2), END));
    put("l", idx(0x08, LITERAL("\5\6\7"), AXIS(3), END));
    for (size_t limit = 0; limit < 5; limit++) {
        struct dataset set = read_ok("a", "l", limit);
        size_t count = limit == 1 || limit == 2 ? limit : 3;
        expect_array(set.samples, DATA_UINT8, region_text(region, "%zu 2", count), six, count * 2);
        expect_labels(&set, labels, count);
    }
    put("l", idx(0x08, LITERAL("\5\6"), AXIS(2), END));
    expect_failure(BAD_INPUT, "a", "l", "l: 2 labels for 3 samples; give one label a sample");
}

static void test_npy_versions(void **state)
{
    static const char header[] = "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }\n";
    static const char *const forms[] = {
        "{\"shape\":(2,3),\"fortran_order\":False,\"descr\":\"|u1\"}",
        "{'descr': '<u1', 'fortran_order': False, 'shape': (2L, 3L)}      \n",
        " { 'fortran_order' : False ,\n'shape' : ( 2 , 3 , ) ,\t'descr' : '>u1' , } ",
    };

    (void)state;
    for (int version = 1; version <= 3; version++) {
        put("a", npy_of(version, header, bytes(six, 6)));
        expect_array(read_ok("a", NULL, 0).samples, DATA_UINT8, "2 3", six, 6);
    }
    for (size_t i = 0; i < COUNT(forms); i++) {
        put("a", npy_of(1, forms[i], bytes(six, 6)));
        expect_array(read_ok("a", NULL, 0).samples, DATA_UINT8, "2 3", six, 6);
    }
}

static void test_npy_types(void **state)
{
    static const int16_t i2[] = { 1, -2 };
    static const int32_t u2[] = { 65535, 1 };

    (void)state;
    put("a", npy("<i2", "(2,)", LITERAL("\1\0\xfe\xff")));
    expect_array(read_ok("a", NULL, 0).samples, DATA_INT16, "2", i2, sizeof i2);
    put("a", npy(">i2", "(2,)", LITERAL("\0\1\xff\xfe")));
    expect_array(read_ok("a", NULL, 0).samples, DATA_INT16, "2", i2, sizeof i2);
    put("a", npy("<u2", "(1, 2)", LITERAL("\xff\xff\1\0")));
    expect_array(read_ok("a", NULL, 0).samples, DATA_INT32, "1 2", u2, sizeof u2);
}

static void test_npy_round_trip(void **state)
{
    static const size_t shapes[][DATA_RANK_MAX] = { { 6 }, { 2, 3 }, { 1, 2, 3 }, { 1, 1, 1, 1, 3, 1, 1, 2 } };
    static const int ranks[] = { 1, 2, 3, 8 };
    static const char *const texts[] = { "6", "2 3", "1 2 3", "1 1 1 1 3 1 1 2" };
    uint8_t noise[48];

    (void)state;
    for (size_t i = 0; i < sizeof noise; i++)
        noise[i] = (uint8_t)(i * 37 + 11);
    for (enum data_type type = DATA_UINT8; type <= DATA_FLOAT64; type++)
        for (size_t i = 0; i < COUNT(ranks); i++) {
            struct array a = { .type = type, .rank = ranks[i], .data = noise }, back;
            struct diag d = { 0 };
            struct bytes file;
            memcpy(a.shape, shapes[i], sizeof a.shape);
            file = npy_encode(region, &a);
            assert_int_equal((file.size - 6 * data_type_bytes(type)) % 64, 0);
            put("a.npy", file);
            assert_int_equal(npy_read(region, "a.npy", &back, &d), OK);
            expect_array(back, type, texts[i], noise, 6 * data_type_bytes(type));
            put("a.npy", xz(file));
            assert_int_equal(npy_read(region, "a.npy", &back, &d), OK);
            expect_array(back, type, texts[i], noise, 6 * data_type_bytes(type));
        }
}

/* The header numpy itself writes for this array, and NPY files that numpy wrote, are in test_numpy. */
static void test_npy_header_bytes(void **state)
{
    struct array a = { .type = DATA_UINT8, .rank = 1, .shape = { 6 }, .data = six };
    struct bytes file = npy_encode(region, &a);
    static const char header[] = "\x93NUMPY\1\0v\0{'descr': '|u1', 'fortran_order': False, 'shape': (6,), }";

    (void)state;
    assert_int_equal(file.size, 128 + 6);
    assert_memory_equal(file.data, header, sizeof header - 1);
    assert_int_equal(file.data[126], ' ');
    assert_int_equal(file.data[127], '\n');
}

/* ---- gzip and xz ----------------------------------------------------------------------------------------------- */

static void test_compressed(void **state)
{
    const struct bytes plain = idx(0x08, bytes(six, 6), AXIS(2), AXIS(3), END);
    const struct bytes front = head(plain, 7), back = bytes(plain.data + 7, plain.size - 7);
    const struct bytes files[] = {
        plain,
        gzip(plain),
        xz(plain),
        join(gzip(front), gzip(back)),
        join(xz(front), xz(back)),
        join(gzip(plain), zeros(512)),
        join(join(xz(front), zeros(8)), xz(back)),
        join(gzip(LITERAL("")), gzip(plain)),
    };

    (void)state;
    for (size_t i = 0; i < COUNT(files); i++) {
        put("a", files[i]);
        expect_array(read_ok("a", NULL, 0).samples, DATA_UINT8, "2 3", six, 6);
    }
}

/* ---- NPZ ------------------------------------------------------------------------------------------------------- */

static void test_npz(void **state)
{
    const struct bytes x = npy("|u1", "(3, 2)", bytes(six, 6)), y = npy("|i1", "(3,)", LITERAL("\2\0\1"));
    static const int methods[] = { ZIP_CM_STORE, ZIP_CM_DEFLATE };
    static const int32_t labels[] = { 2, 0, 1 }, others[] = { 1, 2, 3 };

    (void)state;
    for (size_t i = 0; i < COUNT(methods); i++) {
        const struct member members[] = {
            { "x.npy", x, methods[i] },
            { "y.npy", y, methods[i] },
            { "other.npy", npy("<f4", "(3, 1)", LITERAL("\0\0\x80\x3f\0\0\0\x40\0\0\x40\x40")), methods[i] },
        };
        struct dataset set;
        put_zip("a.npz", members, COUNT(members));
        set = read_ok("a.npz", NULL, 0);
        expect_array(set.samples, DATA_UINT8, "3 2", six, 6);
        expect_labels(&set, labels, 3);
        set = read_ok("a.npz", "a.npz:other", 2);
        expect_labels(&set, others, 2);
        assert_null(read_ok("a.npz:x", NULL, 0).labels);
        set = read_ok("a.npz:x", "a.npz", 0);
        expect_labels(&set, labels, 3);
        assert_null(read_ok("a.npz:other.npy", NULL, 0).labels);
    }
    put_zip("a.npz", &(struct member){ "x.npy", x, ZIP_CM_DEFLATE }, 1);
    assert_null(read_ok("a.npz", NULL, 0).labels);
    put("b:x.npz", xz(get("a.npz")));
    assert_int_equal(read_ok("b:x.npz", NULL, 0).count, 3);
    assert_int_equal(read_ok("b:x.npz:x", NULL, 1).count, 1);
}

/* ---- What numpy wrote ------------------------------------------------------------------------------------------ */

#define NUMPY(name) read_ok(region_text(region, "%s/tests/data/numpy.npz:" name, source_folder), NULL, 0).samples

static void test_numpy(void **state)
{
    const char *path = region_text(region, "%s/tests/data/numpy.npz", source_folder);
    static const int32_t labels[] = { 2, 0, 1 };
    static const uint8_t boolean[] = { 1, 0, 0, 1 };
    static const int64_t u4[] = { 0, UINT32_MAX }, u8[] = { 0, INT64_MAX }, i8[] = { -1, (int64_t)1 << 40 };
    static const double f8[] = { 0.5, -1e300 };
    struct dataset set = read_ok(path, NULL, 0);
    float quarters[12];
    int32_t big[12];
    int8_t x[12];

    (void)state;
    for (int i = 0; i < 12; i++) {
        x[i] = (int8_t)(i - 6);
        quarters[i] = (float)i / 4;
        big[i] = i * 1000 - 5000;
    }
    expect_array(set.samples, DATA_INT8, "3 2 2", x, sizeof x);
    expect_labels(&set, labels, 3);
    expect_array(NUMPY("fortran"), DATA_FLOAT32, "3 2 2", quarters, sizeof quarters);
    set = read_ok(region_text(region, "%s:fortran", path), NULL, 2);
    expect_array(set.samples, DATA_FLOAT32, "2 2 2", quarters, 8 * sizeof *quarters);
    expect_array(NUMPY("big"), DATA_INT32, "3 4", big, sizeof big);
    expect_array(NUMPY("bool"), DATA_UINT8, "2 2", boolean, sizeof boolean);
    expect_array(NUMPY("u4"), DATA_INT64, "2", u4, sizeof u4);
    expect_array(NUMPY("u8"), DATA_INT64, "2", u8, sizeof u8);
    expect_array(NUMPY("i8_big"), DATA_INT64, "2", i8, sizeof i8);
    expect_array(NUMPY("f8"), DATA_FLOAT64, "2", f8, sizeof f8);
}

/* ---- CIFAR-10 -------------------------------------------------------------------------------------------------- */

static void expect_cifar(struct dataset set, size_t count)
{
    const struct bytes records = cifar(count);
    const uint8_t *pixel = set.samples.data;

    assert_int_equal(set.count, count);
    assert_int_equal(set.samples.rank, 4);
    assert_int_equal(set.samples.shape[1] * set.samples.shape[2], 1024);
    assert_int_equal(set.samples.shape[3], 3);
    assert_int_equal(set.planar, 1);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(set.labels[i], (i + 7) % 10);
        for (size_t p = 0; p < 1024; p++)
            for (size_t c = 0; c < 3; c++)
                assert_int_equal(*pixel++, records.data[i * 3073 + 1 + c * 1024 + p]);
    }
}

static void test_cifar(void **state)
{
    static const int32_t others[] = { 3, 3, 3 };
    struct dataset set;

    (void)state;
    put("a.bin", cifar(3));
    expect_cifar(read_ok("a.bin", NULL, 0), 3);
    expect_cifar(read_ok("a.bin", NULL, 2), 2);
    put("a.bin.gz", gzip(cifar(3)));
    expect_cifar(read_ok("a.bin.gz", NULL, 0), 3);
    put("a.bin.xz", xz(cifar(3)));
    expect_cifar(read_ok("a.bin.xz", NULL, 0), 3);
    put("l", idx(0x08, LITERAL("\3\3\3"), AXIS(3), END));
    set = read_ok("a.bin", "l", 0);
    expect_labels(&set, others, 3);
    set = read_ok("l", "a.bin", 0);
    assert_int_equal(set.labels[2], 9);
    put("idx.bin", idx(0x08, zeros(3073 - 8), AXIS(3073 - 8), END)); /* its size is a record's */
    assert_int_equal(read_ok("idx.bin", NULL, 0).count, 3065);
}

/* ---- A folder -------------------------------------------------------------------------------------------------- */

static void test_folder(void **state)
{
    static const char *const texts[] = {
        "b.bin,12,3\na.bin,12,11\nwith space.bin,12,0\n",
        "b.bin, 12, 3\r\n\r\na.bin, 12, 11\r\nwith space.bin, 12, 0",
        ("\xef\xbb\xbf"
         "file,classes,label\nb.bin,12,3\na.bin,12,11\n  with space.bin ,12,00\n\n"),
    };
    static const int32_t labels[] = { 3, 11, 0 }, others[] = { 7, 8, 9 };
    struct dataset set;

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        put_folder(texts[i]);
        set = read_ok("f", NULL, 0);
        expect_array(set.samples, DATA_UINT8, "3 2", six, 6);
        expect_labels(&set, labels, 3);
    }
    set = read_ok("f/", NULL, 2);
    expect_array(set.samples, DATA_UINT8, "2 2", six, 4);
    expect_labels(&set, labels, 2);
    put("l", npy("<i8", "(3,)", LITERAL("\7\0\0\0\0\0\0\0\x8\0\0\0\0\0\0\0\x9\0\0\0\0\0\0\0")));
    set = read_ok("f", "l", 0);
    expect_labels(&set, others, 3);
    set = read_ok("l", "f", 0);
    expect_labels(&set, labels, 3);
}

/* ---- Labels and paths ------------------------------------------------------------------------------------------ */

static void test_labels(void **state)
{
    const struct bytes good[] = {
        npy("|u1", "(2,)", LITERAL("\0\4")),
        npy("|b1", "(2,)", LITERAL("\0\1")),
        npy("<i2", "(2, 1)", LITERAL("\0\0\4\0")),
        npy(">u4", "(2, 1, 1)", LITERAL("\0\0\0\0\0\0\0\4")),
        npy("<f4", "(2,)", LITERAL("\0\0\0\x80\0\0\x80\x40")), /* -0.0 and 4.0 */
        npy("<f8", "(2,)", LITERAL("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x10\x40")),
        gzip(idx(0x08, LITERAL("\0\4"), AXIS(2), END)),
        idx(0x0c, LITERAL("\0\0\0\0\0\0\0\4"), AXIS(2), AXIS(1), END),
    };

    (void)state;
    put("a", npy("|u1", "(2, 3)", bytes(six, 6)));
    assert_null(read_ok("a", NULL, 0).labels);
    for (size_t i = 0; i < COUNT(good); i++) {
        struct dataset set;
        put("l", good[i]);
        set = read_ok("a", "l", 0);
        assert_int_equal(set.labels[0], 0);
        assert_int_equal(set.labels[1], i == 1 ? 1 : 4);
    }
}

static void test_paths(void **state)
{
    int saved = dup(STDIN_FILENO);

    (void)state;
    expect_failure(JOB_FAILED, "none", NULL, "none: cannot read: No such file or directory; check the path");
    expect_failure(JOB_FAILED, "none/", NULL, "none/: cannot read: No such file or directory; check the path");
    put("a", npy("|u1", "(2, 3)", bytes(six, 6)));
    expect_failure(JOB_FAILED, "a/b", NULL, "a/b: cannot read: Not a directory; try again elsewhere");
    put("bad\nname", LITERAL("x"));
    expect_failure(BAD_INPUT, "bad\nname", NULL,
                   "bad?name: not IDX, NPY, NPZ or CIFAR-10 data; convert it to one of them");
    assert_non_null(freopen("a", "rb", stdin));
    expect_array(read_ok("-", NULL, 0).samples, DATA_UINT8, "2 3", six, 6);
    expect_failure(BAD_INPUT, "-", NULL, "standard input: is empty; give IDX, NPY, NPZ or CIFAR-10 data");
    dup2(saved, STDIN_FILENO);
    close(saved);
}

/* ---- What fuzzing found ---------------------------------------------------------------------------------------- */

/* None of these may do worse than be refused, with one line. */
static void test_fuzz_corpus(void **state)
{
    const char *path = region_text(region, "%s/tests/fuzz/corpus/data", source_folder);
    DIR *entries = opendir(path);
    struct dirent *entry;
    int files = 0;

    (void)state;
    assert_non_null(entries);
    while ((entry = readdir(entries))) {
        const char *file = region_text(region, "%s/%s", path, entry->d_name);
        struct diag d = { 0 };
        struct dataset set;
        int status;
        if (entry->d_name[0] == '.')
            continue;
        status = dataset_read(region, file, NULL, 0, &set, &d);
        assert_true(status == OK ? !d.message : status == BAD_INPUT && d.message && !strchr(d.message, '\n'));
        diag_clear(&d);
        files++;
    }
    closedir(entries);
    assert_true(files > 0);
}

/* ---- Recorded data --------------------------------------------------------------------------------------------- */

static void expect_counts(const struct dataset *set, const size_t *counts, size_t classes)
{
    size_t found[16] = { 0 };

    assert_non_null(set->labels);
    for (size_t i = 0; i < set->count; i++) {
        assert_true(set->labels[i] >= 0 && (size_t)set->labels[i] < classes);
        found[set->labels[i]]++;
    }
    for (size_t i = 0; i < classes; i++)
        assert_int_equal(found[i], counts[i]);
}

/* The sum zlib gives for the samples; the expected ones were worked out with numpy. */
static unsigned long sum_of(const struct array *a)
{
    size_t size = data_type_bytes(a->type);

    for (int i = 0; i < a->rank; i++)
        size *= a->shape[i];
    return crc32(0, a->data, (uInt)size);
}

static struct dataset read_recorded(const char *data, const char *labels)
{
    return read_ok(region_text(region, "%s/data/%s", data_folder, data),
                   labels ? region_text(region, "%s/data/%s", data_folder, labels) : NULL, 0);
}

static void test_recorded(void **state)
{
    static const size_t mnist[] = { 980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009 };
    static const size_t cifar4000[] = { 396, 366, 420, 384, 422, 393, 414, 385, 407, 413 };
    static const size_t kws[] = { 92, 92, 81, 89, 70, 84, 75, 78, 84, 89, 80, 86 };
    static const size_t ic[] = { 21, 17, 28, 25, 14, 22, 14, 17, 26, 16 };
    struct dataset set;

    (void)state;
    if (!*data_folder)
        skip();
    set = read_recorded("mnist/t10k-images-idx3-ubyte.gz", "mnist/t10k-labels-idx1-ubyte.gz");
    expect_counts(&set, mnist, COUNT(mnist));
    assert_int_equal(sum_of(&set.samples), 0xe4ca5f57u);
    set = read_recorded("cifar10/cifar10_train4000_lossless.bin.xz", NULL);
    expect_counts(&set, cifar4000, COUNT(cifar4000));
    assert_int_equal(sum_of(&set.samples), 0xc157fd26u);
    set = read_recorded("mlperf_tiny/kws01.npz", NULL);
    expect_counts(&set, kws, COUNT(kws));
    assert_int_equal(sum_of(&set.samples), 0x56ddafc4u);
    set = read_recorded("mlperf_tiny/ic01.npz", NULL);
    expect_counts(&set, ic, COUNT(ic));
    assert_int_equal(sum_of(&set.samples), 0x5047e0f7u);
    set = read_recorded("har/hapt_raw_6ch_50hz.npz:win_start", "har/hapt_raw_6ch_50hz.npz:win_label");
    assert_int_equal(set.count, 10411);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_idx_types),      TEST(test_limit),
        TEST(test_npy_versions),   TEST(test_npy_types),
        TEST(test_npy_round_trip), TEST(test_npy_header_bytes),
        TEST(test_compressed),     TEST(test_npz),
        TEST(test_numpy),          TEST(test_cifar),
        TEST(test_folder),         TEST(test_labels),
        TEST(test_paths),          TEST(test_fuzz_corpus),
        TEST(test_recorded),
    };

    return cmocka_run_group_tests_name("data", tests, set_up, tear_down);
}
