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
    uint64_t *cycles;       /* [samples] */
    double *step_cycles;    /* [steps], mean */
    uint64_t *sample_steps; /* [samples][steps] cycles */
    uint8_t *outputs;       /* [samples][bytes of all outputs], as the chip computed them */
    uint64_t flash_bytes;   /* what the ELF file loads */
    uint64_t static_bytes;  /* variables in RAM, arena included, the harness's buffers left out */
    uint64_t stack_bytes;   /* deepest use, by painting */
    uint64_t slow_bytes;    /* arena beyond RAM (FRAM) */
    uint64_t worst_case;    /* cycles; worst.c says of what */
    uint64_t *step_worst;   /* [steps] the part of each */
    double wait_cycles;     /* of the cycles, mean: waits for memory under the model of --wait-states, */
    double wait_accesses;   /* and accesses that could have waited */
    double model_cycles;    /* mean, by the simulator's second cost model; 0: it has none */
    uint64_t instructions;  /* simulated for all samples, */
    double seconds;         /* and the processor time that took here */
};

struct bench_options {
    struct sim_options sim;
    int threads;
    uint64_t cycle_limit; /* for one inference */
};

/* Machines with a firmware loaded, a thread each. */
struct machines;

/* Loads and runs up to the first inference, with the multiplier of the firmware's target; the workshop may be closed
 * then. JOB_FAILED with the simulator's message.
 */
int machines_open(struct region *r, const struct firmware *f, const struct bench_options *options,
                  struct machines **out, struct diag *d);
void machines_close(struct machines *m);

/* Runs the samples (each all network inputs in a row), then what is needed for the worst case. JOB_FAILED with the
 * simulator's message if a run fails; INTERRUPTED. */
int machines_measure(struct machines *m, const uint8_t *samples, size_t count, struct measurement *out, struct diag *d);

#endif
