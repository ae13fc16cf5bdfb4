/* target.h - the chips UnIT knows: one const row a chip, in targets/NAME.c with the source of every figure. */
#ifndef TARGET_TARGET_H
#define TARGET_TARGET_H

#include "target/costs.h"

/* What floating point the compiler brings. */
enum target_floats { FLOATS_DOUBLE, FLOATS_SINGLE, FLOATS_NONE };

struct target {
    const char *name, *cpu;
    uint32_t clock_hz;         /* at which times are stated; 0: does not apply */
    uint32_t waiting_clock_hz; /* the highest clock, at which flash needs wait states; 0: as clock_hz */
    uint64_t flash_bytes;      /* for code and parameters; 0: does not apply */
    uint64_t ram_bytes;
    const char *port;          /* CPU family of its packed kernels: a folder of rt/port; NULL: plain kernels */
    uint32_t near_flash_bytes; /* of flash, what plain addresses reach; 0: all */
    int far_apart;             /* 1: far constants lie behind that, 0: wherever there is room */
    int plain_in_ram;          /* 1: constants read through pointers are copied to RAM at start */
    enum target_floats floats;
    uint32_t ram_reserve_bytes; /* of RAM, kept free for stack and variables */
    const char
        *slow_memory_section; /* section of other writable memory (FRAM), for arenas too large for RAM; or NULL */
    const char *toolchain;    /* the compiler's command */
    const char *package;      /* the Debian packages that firmware for it needs */
    /* Commands, words separated by single spaces, run where the sources lie. */
    const char *compile; /* "-c FILE -o OBJECT" is added for each file */
    const char *link;    /* "-o ELF OBJECTS" is added, and: */
    const char *link_end;
    const char *files;     /* of targets/: linker script, start-up, what the compiler's runtime lacks */
    const char *simulator; /* how code for it is run here; NULL: not in this version */
    const char *counts;    /* what its cycles are, where they are not cycles; NULL: cycles */
    double cycle_nj;       /* energy a cycle in nanojoules, and where the figure comes from; 0: no sourced figure */
    const char *energy_source;
    const struct cost_table *costs; /* what its kernels take; NULL: not measured */
    const struct target *slow;      /* the same chip with a slow multiplier (--multiplier 32); NULL: there is none */
    int multiply_cycles;            /* of a multiplication: 32 with the slow one, else 0 */
    const char *label;              /* name, with what sets it apart from another target of that name; NULL: name */
};

/* X(identifier): every chip, a row of targets/. */
#define TARGETS(X) X(host) X(msp430fr5994) X(cortex_m0plus) X(atmega1284p) X(rv32imc) X(rv32ic)

#define X(id) extern const struct target target_##id;
TARGETS(X)
#undef X

/* All of them, in that order, NULL at the end. */
const struct target *const *target_all(void);

/* By name; NULL if there is none. */
const struct target *target_named(const char *name);

/* "host, msp430fr5994, ...": for messages. */
const char *target_names(void);

/* Its name for comments and tables, with what sets it apart. */
const char *target_label(const struct target *t);

/* 1 if its toolchain is on the PATH and this version can run its code. */
int target_available(const struct target *t);

#endif
