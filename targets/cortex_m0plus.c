/* cortex-m0plus - ARMv6-M at the size of Microchip's SAM D21 G18: 48 MHz, 256 KB flash, 32 KB SRAM, single-cycle multiplier
 * (SAM D21 data sheet; cycles: ARM DDI 0484C, table 3.1). */
#include "target/target.h"

const struct target target_cortex_m0plus = {
    .name = "cortex-m0plus", .cpu = "ARMv6-M", .clock_hz = 48000000, .flash_bytes = 256 * 1024, .ram_bytes = 32 * 1024,
    .toolchain = "arm-none-eabi-gcc", .package = "gcc-arm-none-eabi",
};
