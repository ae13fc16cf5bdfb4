/* atmega1284p - Microchip ATmega1284P, 8-bit AVR with a two-cycle 8x8 multiplier: 128 KB flash, 16 KB SRAM, at most 20
 * MHz (data sheet, features); stated at 8 MHz, what it runs at on two cells. */
#include "target/target.h"

const struct target target_atmega1284p = {
    .name = "atmega1284p",
    .cpu = "AVR",
    .clock_hz = 8000000,
    .flash_bytes = 128 * 1024,
    .ram_bytes = 16 * 1024,
    .port = "avr",
    .near_flash_bytes = 64 * 1024,
    .plain_in_ram = 1,
    .floats = FLOATS_SINGLE, /* avr-gcc 5.4: double is float */
    .ram_reserve_bytes = 1024,
    .toolchain = "avr-gcc",
    .package = "gcc-avr avr-libc",
    .compile = "avr-gcc -mmcu=atmega1284p -std=gnu99 -O2 -ffunction-sections",
    .link = "avr-gcc -mmcu=atmega1284p -Wl,--gc-sections -Wl,--defsym=__stack_top=0x804100",
    .link_end = "-lm",
    .files = "",
    .simulator = "libsimavr",
    /* 0.4 mA at 1 MHz, 1.8 V (ATmega1284P data sheet, features) */
    .cycle_nj = 0.72,
    .energy_source = "ATmega1284P: 0.4 mA at 1 MHz, 1.8 V",
    .costs = &costs_atmega1284p,
};
