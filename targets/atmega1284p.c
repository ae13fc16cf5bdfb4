/* atmega1284p - Microchip ATmega1284P, 8-bit AVR with a two-cycle 8x8 multiplier: 128 KB flash, 16 KB SRAM, at most 20 MHz
 * (data sheet, features); stated at 8 MHz, what it runs at on two cells. */
#include "target/target.h"

const struct target target_atmega1284p = {
    .name = "atmega1284p", .cpu = "AVR", .clock_hz = 8000000, .flash_bytes = 128 * 1024, .ram_bytes = 16 * 1024,
    .toolchain = "avr-gcc", .package = "gcc-avr",
};
