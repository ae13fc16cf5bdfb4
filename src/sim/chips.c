/* chips.c - the memory maps of the simulated chips. Sources: the comment at each; docs/simulator.md has the tables. */
#include "sim/core.h"

#include <string.h>

/* SLASE54D, table 9-41. What lies below 0x1000 (tiny RAM, peripherals) is the core's own business. SRAM and LEA RAM
 * adjoin. Nothing is in ROM or descriptors unless the ELF file puts it there. */
static const struct sim_memory fr5994[] = {
    { "boot loader ROM", 0x1000, 0x800, SIM_READ | SIM_EXECUTE, 0 },
    { "information FRAM", 0x1800, 0x200, SIM_READ | SIM_WRITE | SIM_EXECUTE, 1 },
    { "device descriptors", 0x1A00, 0x100, SIM_READ, 0 },
    { "SRAM", 0x1C00, 0x2000, SIM_READ | SIM_WRITE | SIM_EXECUTE, 0 },
    { "FRAM", 0x4000, 0x40000, SIM_READ | SIM_WRITE | SIM_EXECUTE, 1 },
    { NULL, 0, 0, 0, 0 },
};

/* SAM D21 G18: 256 KB flash, 32 KB SRAM. */
static const struct sim_memory samd21[] = {
    { "flash", 0, 256 * 1024, SIM_READ | SIM_EXECUTE, 1 },
    { "SRAM", 0x20000000, 32 * 1024, SIM_READ | SIM_WRITE | SIM_EXECUTE, 0 },
    { NULL, 0, 0, 0, 0 },
};

/* No chip in particular: 1 MB of flash and 256 KB of RAM at addresses where QEMU's virt board has memory, with space
 * for more of both. */
static const struct sim_memory rv32[] = {
    { "flash", 0x80000000, 0x100000, SIM_READ | SIM_EXECUTE, 0 },
    { "SRAM", 0x81000000, 0x40000, SIM_READ | SIM_WRITE | SIM_EXECUTE, 0 },
    { NULL, 0, 0, 0, 0 },
};

/* ATmega1284P data sheet: 128 KB flash, 16 KB SRAM at data address 0x100. */
static const struct sim_memory atmega1284p[] = {
    { "flash", 0, 0x20000, SIM_READ | SIM_EXECUTE, 0 },
    { "SRAM", 0x800100, 0x4000, SIM_READ | SIM_WRITE, 0 },
    { NULL, 0, 0, 0, 0 },
};

static const struct sim_chip chips[] = {
    { "msp430fr5994", &sim_core_msp430x, fr5994, 0 },
    { "cortex-m0plus", &sim_core_armv6m, samd21, 0 },
    { "atmega1284p", &sim_core_avr, atmega1284p, 0 },
    { "rv32imc", &sim_core_rv32, rv32, SIM_M },
    { "rv32ic", &sim_core_rv32, rv32, 0 },
    { "rv32ec", &sim_core_rv32, rv32, SIM_E },
};

const struct sim_chip *sim_chip_named(const char *name)
{
    for (size_t i = 0; i < sizeof chips / sizeof *chips; i++)
        if (!strcmp(chips[i].name, name))
            return &chips[i];
    return NULL;
}
