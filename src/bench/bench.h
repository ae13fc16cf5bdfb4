/* bench.h - a network on a simulated chip: emitted, cross-compiled, run sample by sample, every output byte compared.
 */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include "emit/emit.h"
#include "sim/sim.h"

/* Firmware that runs the network, built in a temporary folder. */
struct firmware {
    const struct emission *emission;
    struct emitted_sizes sizes;
    const char *folder, *elf;
};

/* Emits into a new temporary folder and builds. JOB_FAILED if the toolchain is missing (names the packages), or with
 * the compiler's first message and the command. extra_memory: link for more flash and RAM than the chip has. */
int firmware_build(struct region *r, const struct emission *e, int extra_memory, struct firmware *out, struct diag *d);

/* Deletes the folder. */
void firmware_remove(const struct firmware *f);

/* What a run of samples measured. */
struct measurement {
    size_t samples;
    uint64_t *cycles;      /* [samples] */
    double *step_cycles;   /* [steps], mean */
    uint8_t *outputs;      /* [samples][output bytes], as the chip computed them */
    uint64_t flash_bytes;  /* what the ELF file loads */
    uint64_t static_bytes; /* .data and .bss, the harness's buffers left out, arena included */
    uint64_t stack_bytes;  /* deepest use, by painting */
    uint64_t slow_bytes;   /* static memory beyond RAM (FRAM) */
};

struct bench_options {
    struct sim_options sim;
    int threads;
    uint64_t cycle_limit; /* for one inference */
};

/* Runs the samples (each network.inputs[0].bytes long) on as many machines as threads. JOB_FAILED with the simulator's
 * message if one of them fails; INTERRUPTED. */
int measure(struct region *r, const struct firmware *f, const uint8_t *samples, size_t count,
            const struct bench_options *options, struct measurement *out, struct diag *d);

#endif
