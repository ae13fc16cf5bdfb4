/* rv32imc - a small RISC-V core with multiplier and compressed instructions. No chip in particular: clock and memories
 * are the chip's, so none are stated; time is counted in retired instructions. */
#include "target/target.h"

const struct target target_rv32imc = {
    .name = "rv32imc",
    .cpu = "RV32IMC",
    .port = "rv32",
    .toolchain = "riscv64-unknown-elf-gcc",
    .package = "gcc-riscv64-unknown-elf",
    .compile = "riscv64-unknown-elf-gcc -march=rv32imc -mabi=ilp32 -O2 -ffreestanding -ffunction-sections "
               "-fno-tree-loop-distribute-patterns",
    .link = "riscv64-unknown-elf-gcc -march=rv32imc -mabi=ilp32 -nostdlib -Wl,--gc-sections -T link.ld",
    .link_end = "-lgcc",
    .files = "rv32/link.ld rv32/start.S common/memory.c",
    .simulator = "own, RV32",
    .counts = "retired instructions",
    .costs = &costs_rv32imc,
};
