/* rv32imc - a small RISC-V core with multiplier and compressed instructions. No chip in particular: clock and memories are
 * the chip's, so none are stated; time is counted in retired instructions. */
#include "target/target.h"

const struct target target_rv32imc = {
    .name = "rv32imc", .cpu = "RV32IMC", .toolchain = "riscv64-unknown-elf-gcc", .package = "gcc-riscv64-unknown-elf",
};
