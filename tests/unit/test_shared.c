/* test_shared.c - the networks of UNIT_DATA against outputs of LiteRT's reference kernels, by their hashes
 * (tests/models/shared.golden, made by tools/goldens.py). Skipped, loudly, where UNIT_DATA is missing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <nettle/sha2.h>

#include "import/import.h"
#include "layout/layout.h"
#include "run/engine.h"

enum { SKIPPED = 77, FEWEST = 13 };

struct golden {
    char file[128], model_sha[65], output_sha[65];
    unsigned long long seed;
    size_t samples;
};

static const char *models;

static void hex_digest(struct sha256_ctx *hash, char hex[65])
{
    uint8_t digest[SHA256_DIGEST_SIZE];

    sha256_digest(hash, sizeof digest, digest);
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}

static uint64_t splitmix64(uint64_t x)
{
    uint64_t z = x + UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* Input number `input` of sample `n`, as the head of shared.golden defines it. */
static void make_input(const struct tensor *t, uint64_t seed, size_t n, int input, uint8_t *to)
{
    for (size_t i = 0; i < tensor_elements(t); i++) {
        uint64_t place = ((uint64_t)n * 8 + (uint64_t)input) << 32;
        uint8_t byte = (uint8_t)(splitmix64(seed + place + (i >> 2 * (n & 3))) >> 56);
        float real = (float)byte / 255;
        if (t->type == TYPE_FLOAT32)
            memcpy(to + 4 * i, &real, 4);
        else
            to[i] = byte;
    }
}

static void run_all(struct region *r, struct engine *e, const struct golden *golden, char hex[65])
{
    const struct program *p = engine_program(e);
    struct sha256_ctx hash;

    sha256_init(&hash);
    for (size_t n = 0; n < golden->samples; n++) {
        for (int i = 0; i < p->network.input_count; i++) {
            uint8_t *x = region_alloc(r, p->network.inputs[i].bytes);
            make_input(&p->graph->tensors[p->graph->inputs[i]], golden->seed, n, i, x);
            engine_feed(e, 0, i, x);
        }
        engine_run(e, 0, 0, p->step_count, NULL);
        for (int i = 0; i < p->network.output_count; i++)
            sha256_update(&hash, p->network.outputs[i].bytes, engine_arena(e, 0) + p->network.outputs[i].at);
    }
    hex_digest(&hash, hex);
}

static void check(const struct golden *golden)
{
    struct region *r = region_new();
    struct diag d = { 0 };
    struct sha256_ctx hash;
    struct bytes file;
    struct graph g;
    struct program p;
    char hex[65];
    const char *path = region_text(r, "%s/%s", models, golden->file);

    if (file_read(r, path, &file, &d) != OK || import_bytes(r, file, path, &g, &d) != OK)
        fail_msg("%s", d.message);
    sha256_init(&hash);
    sha256_update(&hash, file.size, file.data);
    hex_digest(&hash, hex);
    assert_string_equal(hex, golden->model_sha);
    assert_int_equal(lower(r, &g, NULL, path, &p, &d), OK);
    assert_int_equal(layout_arena(r, &p, path, &d), OK);
    run_all(r, engine_new(r, &p, KERNELS_FAST, 1), golden, hex);
    if (strcmp(hex, golden->output_sha) != 0)
        fail_msg("%s: outputs differ from the reference's", golden->file);
    region_free(r);
}

static void shared_networks_equal_the_reference(void **unused)
{
    FILE *list = fopen(TEST_ROOT "/tests/models/shared.golden", "r");
    char line[512];
    int count = 0;

    (void)unused;
    assert_non_null(list);
    while (fgets(line, sizeof line, list)) {
        struct golden golden;
        if (line[0] == '#')
            continue;
        assert_int_equal(sscanf(line, "%127s %64s %llu %zu %64s", golden.file, golden.model_sha, &golden.seed,
                                &golden.samples, golden.output_sha),
                         5);
        check(&golden);
        count++;
    }
    fclose(list);
    assert_true(count >= FEWEST);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(shared_networks_equal_the_reference) };
    const char *data = getenv("UNIT_DATA");
    char path[4096];

    snprintf(path, sizeof path, "%s/models", data ? data : TEST_ROOT "/../shared");
    models = path;
    if (access(models, R_OK) != 0) {
        printf("skipped: no models in %s; docs/data.md says how to get them\n", models);
        return SKIPPED;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
