/* rv32ic - as rv32imc, without a multiplier: products are sums. */
#include "target/target.h"

const struct target target_rv32ic = {
    .name = "rv32ic",
    .cpu = "RV32IC",
    .port = "rv32i",
    .toolchain = "riscv64-unknown-elf-gcc",
    .package = "gcc-riscv64-unknown-elf",
    .compile = "riscv64-unknown-elf-gcc -march=rv32ic -mabi=ilp32 -O2 -ffreestanding -ffunction-sections "
               "-fno-tree-loop-distribute-patterns",
    .link = "riscv64-unknown-elf-gcc -march=rv32ic -mabi=ilp32 -nostdlib -Wl,--gc-sections -T link.ld",
    .link_end = "-lgcc",
    .files = "rv32/link.ld rv32/start.S common/memory.c",
    .simulator = "own, RV32",
    .counts = "retired instructions",
    .costs = &costs_rv32ic,
};
