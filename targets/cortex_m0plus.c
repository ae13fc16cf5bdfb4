/* cortex-m0plus - ARMv6-M at the size of Microchip's SAM D21 G18: 48 MHz, 256 KB flash, 32 KB SRAM, single-cycle
 * multiplier (SAM D21 data sheet; cycles: ARM DDI 0484C, table 3.1). A Cortex-M0+ may have the small multiplier
 * instead, whose MULS takes 32 cycles: the same chip otherwise, with kernels that hardly multiply. */
#include "target/target.h"

#define COMPILE(cpu)                                                                                                   \
    "arm-none-eabi-gcc -mcpu=" cpu " -mthumb -O2 -ffreestanding -ffunction-sections "                                  \
    "-fno-tree-loop-distribute-patterns"

/* 4.6 mA at 48 MHz, 3.3 V, Fibonacci from flash (SAM D21 data sheet, electrical characteristics) */
#define CHIP                                                                                                           \
    .name = "cortex-m0plus", .cpu = "ARMv6-M", .clock_hz = 48000000, .flash_bytes = 256 * 1024,                        \
    .ram_bytes = 32 * 1024, .ram_reserve_bytes = 1024, .toolchain = "arm-none-eabi-gcc",                               \
    .package = "gcc-arm-none-eabi",                                                                                    \
    .link = "arm-none-eabi-gcc -mcpu=cortex-m0plus -mthumb -nostdlib -Wl,--gc-sections -T link.ld",                    \
    .link_end = "-lgcc", .files = "cortex-m0plus/link.ld cortex-m0plus/start.c common/memory.c",                       \
    .simulator = "own, ARMv6-M", .cycle_nj = 0.316, .energy_source = "SAM D21: 4.6 mA at 48 MHz, 3.3 V"

static const struct target small = {
    CHIP,
    .label = "cortex-m0plus with multiplications of 32 cycles",
    .multiply_cycles = 32,
    .port = "armv6m_squares",
    .compile = COMPILE("cortex-m0plus.small-multiply"),
};

const struct target target_cortex_m0plus = {
    CHIP, .slow = &small, .port = "armv6m", .compile = COMPILE("cortex-m0plus"), .costs = &costs_cortex_m0plus,
};
