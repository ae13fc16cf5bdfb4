/* cortex-m0plus - ARMv6-M at the size of Microchip's SAM D21 G18: 48 MHz, 256 KB flash, 32 KB SRAM, single-cycle
 * multiplier (SAM D21 data sheet; cycles: ARM DDI 0484C, table 3.1). */
#include "target/target.h"

const struct target target_cortex_m0plus = {
    .name = "cortex-m0plus",
    .cpu = "ARMv6-M",
    .clock_hz = 48000000,
    .flash_bytes = 256 * 1024,
    .ram_bytes = 32 * 1024,
    .port = "armv6m",
    .ram_reserve_bytes = 1024,
    .toolchain = "arm-none-eabi-gcc",
    .package = "gcc-arm-none-eabi",
    .compile = "arm-none-eabi-gcc -mcpu=cortex-m0plus -mthumb -O2 -ffreestanding -ffunction-sections "
               "-fno-tree-loop-distribute-patterns",
    .link = "arm-none-eabi-gcc -mcpu=cortex-m0plus -mthumb -nostdlib -Wl,--gc-sections -T link.ld",
    .link_end = "-lgcc",
    .files = "cortex-m0plus/link.ld cortex-m0plus/start.c common/memory.c",
    .simulator = "own, ARMv6-M",
    /* 4.6 mA at 48 MHz, 3.3 V, Fibonacci from flash (SAM D21 data sheet, electrical characteristics) */
    .cycle_nj = 0.316,
    .energy_source = "SAM D21: 4.6 mA at 48 MHz, 3.3 V",
    .costs = &costs_cortex_m0plus,
};
