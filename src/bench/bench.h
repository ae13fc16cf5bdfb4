/* bench.h - a network on a simulated chip: emitted, cross-compiled, run sample by sample, every output byte compared.
 */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include "emit/emit.h"
#include "sim/sim.h"

/* A temporary folder in which firmware for one target is built. Objects of the runtime, which is the same for every
 * network, are kept from one build to the next. */
struct workshop {
    const struct target *target;
    const char *folder;
    int extra_memory; /* link for more flash and RAM than the chip has */
};

/* JOB_FAILED if the folder cannot be made. */
int workshop_open(struct region *r, const struct target *t, int extra_memory, struct workshop *out, struct diag *d);

/* Deletes the folder. */
void workshop_close(const struct workshop *w);

/* Firmware that runs a network. */
struct firmware {
    const struct emission *emission;
    struct emitted emitted;
    const char *folder, *elf;
};

/* Emits into the workshop's folder (whatever e->folder says), compiles and links; the firmware built there before is
 * gone. JOB_FAILED if the toolchain is missing (names the packages), or with the compiler's first message and the
 * command. */
int firmware_build(struct region *r, const struct workshop *w, const struct emission *e, struct firmware *out,
                   struct diag *d);

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
