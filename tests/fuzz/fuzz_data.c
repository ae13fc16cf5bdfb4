/* fuzz_data.c - any bytes as a data file: unpacked, recognised and decoded, as samples and as labels. */
#include <stdint.h>
#include <string.h>

#include "data/dataset_internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_as(const uint8_t *data, size_t size, const char *name, enum role role)
{
    struct region *r = region_new();
    struct diag d = { 0 };
    struct source s = { .path = name, .file = name };
    struct taken taken;

    memset(&taken, 0, sizeof taken);
    if (source_recognise(r, (struct bytes){ region_copy(r, data, size), size }, &s, &d) == OK)
        (void)s.form->take(r, &s, role, role == ROLE_SAMPLES ? 2 : 0, &taken, &d);
    diag_clear(&d);
    region_free(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    read_as(data, size, "fuzz", ROLE_SAMPLES);
    read_as(data, size, "fuzz.bin", ROLE_SAMPLES);
    read_as(data, size, "fuzz", ROLE_LABELS);
    return 0;
}
