/* fuzz_elf.c - any bytes as firmware: loaded into the chip they are for, run a little, looked up. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "sim/sim.h"

enum { CYCLES = 2000, MACHINE_AT = 18 /* of e_machine, whose low byte tells the chips apart */ };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *chip_for(const uint8_t *data, size_t size)
{
    switch (size > MACHINE_AT ? data[MACHINE_AT] : 0) {
    case 40:
        return "cortex-m0plus";
    case 243:
        return "rv32imc";
    default:
        return "msp430fr5994";
    }
}

/* A file of the bytes, by a name without a place in the file system. */
static const char *file_of(const uint8_t *data, size_t size)
{
    static char path[64];
    static int file = -1;

    if (file < 0) {
        char name[] = "/tmp/unit-fuzz-elf-XXXXXX";
        file = mkstemp(name);
        unlink(name);
        snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    }
    if (file < 0 || ftruncate(file, 0) || pwrite(file, data, size, 0) != (ssize_t)size)
        abort();
    return path;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct region *r = region_new();
    struct diag d = { 0 };
    struct sim *s = sim_open(r, sim_chip_named(chip_for(data, size)), file_of(data, size), NULL, &d);
    sim_addr at;

    if (s) {
        sim_symbol(s, "main", &at, NULL);
        sim_run(s, 0, CYCLES, &d);
        sim_close(s);
    }
    diag_clear(&d);
    region_free(r);
    return 0;
}
