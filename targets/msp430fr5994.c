/* msp430fr5994 - TI MSP430FR5994, 16-bit MSP430X with 20-bit addresses.
 *
 * Memory: 256 KB FRAM, of which 48 KB below and 208 KB above 64 KB; 8 KB SRAM of which 4 KB are shared with the LEA
 * (SLASE54D, table 9-41). Clock: 8 MHz, the highest without FRAM wait states (SLAU367P, FRAM controller). */
#include "target/target.h"

const struct target target_msp430fr5994 = {
    .name = "msp430fr5994", .cpu = "MSP430X", .clock_hz = 8000000, .flash_bytes = 256 * 1024, .ram_bytes = 8 * 1024,
    .toolchain = "clang-14", .package = "clang-14",
};
