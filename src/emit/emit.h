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
    const char *model;       /* for comments: the file's name */
    const char *fingerprint;
    const char *plan;       /* one line on the plan, or NULL: dense */
    const void *test_input; /* of input 0, and the output 0 it gives: compiled in as NAME_selftest() */
    const void *test_output;
};

/* What the emitted files need of the chip, the compiler's code apart. */
struct emitted_sizes {
    uint64_t parameter_bytes; /* constants in flash */
    uint64_t ram_bytes;       /* arena, and constants that the chip cannot read from flash */
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
 * `unit emit` did not write: nothing is touched then. BAD_INPUT if the network has several inputs or outputs. The text
 * depends on the emission alone. */
int emit_network(struct region *r, const struct emission *e, struct emitted *out, struct diag *d);

/* The input that NAME_selftest() feeds, for a network input of int8, uint8 or float. */
void emit_test_input(const struct tensor *t, void *to);

/* 1 if text is a C identifier that no keyword of C99 is. */
int emit_is_identifier(const char *text);

#endif
