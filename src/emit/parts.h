/* parts.h - what the files of this folder share. */
#ifndef EMIT_PARTS_H
#define EMIT_PARTS_H

#include <stdio.h>

#include "emit/emit.h"

/* The texts under construction. */
struct writing {
    const struct emission *emission;
    FILE *steps;   /* parameter structs, for NAME.c */
    FILE *weights; /* constant arrays, for NAME_weights.c */
    FILE *externs; /* their declarations, for NAME.c */
    int step;      /* the step being written */
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
enum place { PLACE_PLAIN, PLACE_ROM, PLACE_FAR };

void emit_s8(struct writing *w, enum place place, const char *what, const int8_t *values, size_t count);
void emit_u8(struct writing *w, enum place place, const char *what, const uint8_t *values, size_t count);
void emit_u16(struct writing *w, enum place place, const char *what, const uint16_t *values, size_t count);
void emit_s32(struct writing *w, enum place place, const char *what, const int32_t *values, size_t count);

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

/* "lenet" as "LENET". */
const char *emit_upper(struct region *r, const char *name);

#endif
