/* embedded.h - the files of rt/ and of targets/NAME/, as they were when the tool was built: embedded_files.c is made by
 * cmake/embed.cmake. */
#ifndef EMIT_EMBEDDED_H
#define EMIT_EMBEDDED_H

#include <stddef.h>

struct embedded_file {
    const char *name; /* "rt/conv2d_s8.c", "targets/rv32/link.ld" */
    const unsigned char *text;
    size_t size;
};

extern const struct embedded_file embedded_files[]; /* a NULL name ends them */

/* NULL if there is none of that name. */
const struct embedded_file *embedded_find(const char *name);

#endif
