/* msp430fr5994 - TI MSP430FR5994, 16-bit MSP430X with 20-bit addresses.
 *
 * Memory: 256 KB FRAM, of which 48 KB below and 208 KB above 64 KB; 8 KB SRAM of which 4 KB are shared with the LEA
 * (SLASE54D, table 9-41). Clock: 8 MHz, the highest without FRAM wait states (SLAU367P, FRAM controller). */
#include "target/target.h"

const struct target target_msp430fr5994 = {
    .name = "msp430fr5994",
    .cpu = "MSP430X",
    .clock_hz = 8000000,
    .waiting_clock_hz = 16000000,
    .flash_bytes = 256 * 1024,
    .ram_bytes = 8 * 1024,
    .port = "msp430x",
    .near_flash_bytes = 0xBF80, /* FRAM below 64 KB, vectors and signatures left out */
    .far_apart = 1,
    .floats = FLOATS_NONE, /* LLVM brings no runtime library for this CPU */
    .ram_reserve_bytes = 1024,
    .slow_memory_section = ".fram",
    .toolchain = "clang-14",
    .package = "clang-14 lld-14",
    .compile = "clang-14 --target=msp430 -mhwmult=f5series -O2 -ffreestanding",
    .link = "ld.lld-14 -n --gc-sections -T link.ld",
    .files = "msp430fr5994/link.ld msp430fr5994/start.S msp430fr5994/runtime.S",
    .simulator = "own, MSP430X",
    /* 118 uA/MHz at 3.0 V, active from FRAM (SLASE54D, features) */
    .cycle_nj = 0.354,
    .energy_source = "SLASE54D: 118 uA/MHz at 3.0 V",
    .costs = &costs_msp430fr5994,
};
