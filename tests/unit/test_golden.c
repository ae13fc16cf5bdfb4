/* test_golden.c - small models, one operator or a few each, against outputs of LiteRT's reference kernels: every byte,
 * with the plain kernels and with this machine's. tools/goldens.py makes NAME.inK.npy and NAME.outK.npy. */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "data/dataset.h"
#include "import/import.h"
#include "layout/layout.h"
#include "run/engine.h"

enum { FEWEST_MODELS = 60 };

static const struct array *load(struct region *r, const char *model, const char *what, int index)
{
    char path[4096];
    struct array *a = region_alloc(r, sizeof *a);
    struct diag d = { 0 };

    snprintf(path, sizeof path, "%.*s.%s%d.npy", (int)(strlen(model) - strlen(".tflite")), model, what, index);
    if (npy_read(r, path, a, &d) != OK)
        fail_msg("%s", d.message);
    return a;
}

/* Runs one sample and says which output differs, or -1. */
static int differing(struct engine *e, const struct array *const *in, const struct array *const *out, size_t sample)
{
    const struct unit_network *net = &engine_program(e)->network;

    for (int i = 0; i < net->input_count; i++)
        engine_feed(e, 0, i, (const uint8_t *)in[i]->data + sample * net->inputs[i].bytes);
    engine_run(e, 0, 0, engine_program(e)->step_count, NULL);
    for (int i = 0; i < net->output_count; i++)
        if (memcmp(engine_arena(e, 0) + net->outputs[i].at,
                   (const uint8_t *)out[i]->data + sample * net->outputs[i].bytes, net->outputs[i].bytes) != 0)
            return i;
    return -1;
}

static void check_model(const char *path, enum kernels kernels)
{
    struct region *r = region_new();
    const struct array *in[8], *out[8];
    struct diag d = { 0 };
    struct graph g;
    struct program p;
    struct engine *e;

    if (import_model(r, path, &g, &d) != OK || lower(r, &g, NULL, path, &p, &d) != OK ||
        layout_arena(r, &p, path, &d) != OK)
        fail_msg("%s%s", d.notes ? d.notes : "", d.message);
    for (int i = 0; i < g.input_count; i++)
        in[i] = load(r, path, "in", i);
    for (int i = 0; i < g.output_count; i++)
        out[i] = load(r, path, "out", i);
    e = engine_new(r, &p, kernels, 1);
    assert_true(in[0]->shape[0] >= 2 && in[0]->shape[0] == out[0]->shape[0]);
    for (size_t sample = 0; sample < in[0]->shape[0]; sample++) {
        int wrong = differing(e, in, out, sample);
        if (wrong >= 0)
            fail_msg("%s: output %d of sample %zu differs (%s kernels)", path, wrong, sample,
                     kernels == KERNELS_PLAIN ? "plain" : "fast");
    }
    region_free(r);
}

static void check_all(enum kernels kernels)
{
    glob_t found;

    assert_int_equal(glob(TEST_ROOT "/tests/models/ops/*.tflite", 0, NULL, &found), 0);
    assert_true(found.gl_pathc >= FEWEST_MODELS);
    for (size_t i = 0; i < found.gl_pathc; i++)
        check_model(found.gl_pathv[i], kernels);
    globfree(&found);
}

static void plain_kernels_equal_the_reference(void **unused)
{
    (void)unused;
    check_all(KERNELS_PLAIN);
}

static void fast_kernels_equal_the_reference(void **unused)
{
    (void)unused;
    check_all(KERNELS_FAST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_kernels_equal_the_reference),
        cmocka_unit_test(fast_kernels_equal_the_reference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
