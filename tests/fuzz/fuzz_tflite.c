/* fuzz_tflite.c - any bytes as a model: imported, lowered, laid out and, if small enough, run once. */
#include <stdint.h>
#include <stdlib.h>

#include "import/import.h"
#include "layout/layout.h"

enum { ARENA_LIMIT = 1 << 22, MAC_LIMIT = 1 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void run_once(struct region *r, const struct program *p)
{
    const void *in[64];
    void *out[64];

    if (p->network.arena_bytes > ARENA_LIMIT || program_macs(p) > MAC_LIMIT || p->network.input_count > 64 ||
        p->network.output_count > 64)
        return;
    for (int i = 0; i < p->network.input_count; i++)
        in[i] = region_alloc(r, p->network.inputs[i].bytes);
    for (int i = 0; i < p->network.output_count; i++)
        out[i] = region_alloc(r, p->network.outputs[i].bytes);
    unit_run(&p->network, region_alloc(r, p->network.arena_bytes), in, out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct region *r = region_new();
    struct diag d = { 0 };
    struct graph g;
    struct program p;
    struct bytes file = { region_copy(r, data, size), size };

    if (import_bytes(r, file, "fuzz", &g, &d) == OK && lower(r, &g, NULL, "fuzz", &p, &d) == OK &&
        layout_arena(r, &p, "fuzz", &d) == OK)
        run_once(r, &p);
    diag_clear(&d);
    region_free(r);
    return 0;
}
