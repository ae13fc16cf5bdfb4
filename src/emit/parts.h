/* parts.h - what the files of this folder share. */
#ifndef EMIT_PARTS_H
#define EMIT_PARTS_H

#include <stdio.h>

#include "emit/emit.h"

/* The texts under construction. */
struct writing {
    const struct emission *emission;
    FILE *steps;    /* parameter structs, for NAME.c */
    FILE *weights;  /* constant arrays, for NAME_weights.c */
    FILE *externs;  /* their declarations, for NAME.c */
    int step;       /* the step being written */
    unsigned lifts; /* bit l: emit_fallback_table has written the table of lift l */
    struct emitted_sizes sizes;
};

/* operators.c: the runtime file that holds a kernel, its C name, and what writes its parameter struct. */
struct emitted_kernel {
    unit_kernel *kernel;
    const char *symbol, *file;
    void (*write)(struct writing *w, const void *op);
};

const struct emitted_kernel *emit_kernel(unit_kernel *kernel);

/* arrays.c: a constant array NAME_step<k>_<what> for NAME_weights.c. Writes what refers to it to w->steps, or NULL for
 * no array. Plain arrays are read through pointers; others as rt_port.h says: rom by rt_rom_*, far by 20- or 24-bit
 * addresses. */

void emit_s8(struct writing *w, enum place place, const char *what, const int8_t *values, size_t count);
void emit_u8(struct writing *w, enum place place, const char *what, const uint8_t *values, size_t count);
void emit_u16(struct writing *w, enum place place, const char *what, const uint16_t *values, size_t count);
void emit_s32(struct writing *w, enum place place, const char *what, const int32_t *values, size_t count);

/* A table that a layer's magnitudes are looked up in where its input falls back (unit_fallback); written once for each
 * lift. Writes what refers to it to w->steps. */
void emit_fallback_table(struct writing *w, int lift, const uint8_t *table);

/* NAME_scale_tables, which layers whose thresholds move look magnitudes up in (unit_scaling). */
void emit_scale_tables(struct writing *w);

/* files.c: the output folder. Files are collected, checked and written together. */
struct out_file {
    const char *name;
    const char *text;
    size_t size;
    int is_runtime;
};

enum { OUT_FILES_MAX = 96 };

struct out_files {
    struct out_file file[OUT_FILES_MAX];
    int count;
};

/* fit.c: 1 if RAM is too small for the arena and it goes to other writable memory. */
int emit_arena_is_slow(const struct emission *e);

/* fit.c: JOB_FAILED if the chip's memories are too small; BAD_INPUT if it needs floats that the compiler lacks. */
int emit_fits(struct region *r, const struct emission *e, const struct emitted_sizes *sizes, struct diag *d);

void emit_add_file(struct out_files *files, const char *name, const char *text, size_t size);

/* Adds the runtime files that hold the program's kernels and all they include. */
void emit_add_runtime(struct region *r, const struct emission *e, struct out_files *files);

int emit_write_files(struct region *r, const struct out_files *files, const char *folder, struct diag *d);

/* source.c and header.c: the text of NAME.c and NAME_weights.c, and of NAME.h. */
void emit_source(struct region *r, const struct emission *e, struct out_files *files, struct emitted_sizes *sizes);
void emit_header(struct region *r, const struct emission *e, const struct emitted_sizes *sizes,
                 struct out_files *files);

/* report.c: report.txt and CMakeLists.txt; last, as they list the files. */
void emit_report(struct region *r, const struct emission *e, const struct emitted_sizes *sizes,
                 struct out_files *files);

/* First words of every emitted file: how a later run knows that it may replace it. */
#define EMIT_MARK "Made by unit emit"

/* text.c: a text under construction. text_close gives it back in the region. */
struct text {
    FILE *stream;
    char *bytes;
    size_t size;
};

FILE *text_open(struct text *t);
const char *text_close(struct region *r, struct text *t);
void emit_add_text(struct region *r, struct out_files *files, const char *name, struct text *t);

/* A network input or output as the emitted code names it. Several of a kind are numbered from 0. */
struct emit_port {
    const struct tensor *tensor;
    const char *label;  /* "input", "output1" */
    const char *macro;  /* "INPUT", "OUTPUT1" */
    const char *number; /* "", "1" */
};

struct emit_ports {
    const struct emit_port *port; /* inputs, then outputs */
    int inputs, count;
};

struct emit_ports emit_ports(struct region *r, const struct program *p);

/* "int kws_run(const kws_input_t input[KWS_INPUT_SIZE], kws_output_t output[KWS_OUTPUT_SIZE])" */
void emit_prototype(FILE *to, const char *name, const char *upper, const struct emit_ports *ports);

/* "lenet" as "LENET". */
const char *emit_upper(struct region *r, const char *name);

#endif
