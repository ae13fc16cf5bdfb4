/* rv32ic - as rv32imc, without a multiplier: products are sums. */
#include "target/target.h"

const struct target target_rv32ic = {
    .name = "rv32ic", .cpu = "RV32IC", .toolchain = "riscv64-unknown-elf-gcc", .package = "gcc-riscv64-unknown-elf",
};
