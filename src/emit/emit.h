/* emit.h - a program to plain C for a chip: NAME.c, NAME.h, NAME_weights.c, the runtime files it needs, CMakeLists.txt
 * and report.txt. This folder alone writes C. */
#ifndef EMIT_EMIT_H
#define EMIT_EMIT_H

#include "base/table.h"
#include "lower/program.h"
#include "port/port.h"
#include "target/target.h"

struct emission {
    const struct program *program; /* laid out; its layers packed for `port`, if there is one */
    const struct target *target;
    const struct port *port; /* NULL: plain kernels */
    const char *name;        /* a C identifier; every symbol begins with it */
    const char *folder;      /* made if it does not exist */
    const char *path;        /* of the model, for messages */
    const char *model;       /* for comments: the file's name */
    const char *fingerprint;
    const char *plan;           /* one line on the plan, or NULL: dense */
    const uint8_t *test_output; /* what the input of emit_test_input gives, all outputs in a row: for NAME_selftest() */
    const struct emit_figures *figures; /* NULL: not measured, and why in words: */
    const char *no_figures;
    int any_size; /* 1: also networks that the chip cannot hold */
};

/* Measured on the chip, for the header to state. */
struct emit_figures {
    uint64_t flash_bytes;  /* code, start-up included, and constants */
    uint64_t static_bytes; /* of RAM, without the arena */
    uint64_t stack_bytes;
    uint64_t worst_case; /* cycles: docs/adr/0030 says of what */
};

/* How constants are read: through pointers, by rt_rom_* or by far addresses (rt_port.h). */
enum place { PLACE_PLAIN, PLACE_ROM, PLACE_FAR, PLACE_COUNT };

/* What the emitted files need of the chip, the compiler's code apart. */
struct emitted_sizes {
    uint64_t parameter_bytes;          /* constants in flash */
    uint64_t place_bytes[PLACE_COUNT]; /* the same by place */
    uint64_t *step_bytes;              /* the same by step */
};

/* What emit_network wrote. */
struct emitted {
    struct emitted_sizes sizes;
    int file_count;
    const struct emitted_file {
        const char *name; /* in the folder */
        int is_runtime;   /* 1: the same text for every network on the target */
    } * files;
};

/* Writes the files. JOB_FAILED if the folder or a file cannot be written, or a file of the same name stands there that
 * `unit emit` did not write, or the network does not fit the target: nothing is touched then. The text depends on the
 * emission alone. */
int emit_network(struct region *r, const struct emission *e, struct emitted *out, struct diag *d);

/* The next network input that NAME_selftest() feeds; inputs are made in order from a state that begins at
 * EMIT_TEST_SEED. */
enum { EMIT_TEST_SEED = 1 };
void emit_test_input(const struct tensor *t, uint32_t *state, void *to);

/* The C name of a kernel, "unit_packed_s8". */
const char *emit_kernel_symbol(unit_kernel *kernel);

/* 1 if text is a C identifier that no keyword of C99 is. */
int emit_is_identifier(const char *text);

#endif
