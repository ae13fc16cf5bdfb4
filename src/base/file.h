/* file.h - whole files in and out. Reads a file at once; writes by temporary name and rename, so that a failed or
 * interrupted run leaves neither half a file nor a damaged old one. "-" is stdin or stdout. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/region.h"

struct bytes {
    const uint8_t *data;
    size_t size;
};

/* Reads path whole into the region. JOB_FAILED if it cannot be read, is a folder, or is larger than 1 GiB. */
int file_read(struct region *r, const char *path, struct bytes *out, struct diag *d);

/* Writes size bytes under path. The data goes to a temporary file beside it, is flushed to disk and renamed. JOB_FAILED
 * if any of that fails (no such folder, no permission, disk full); the old file is then untouched. */
int file_write(const char *path, const void *data, size_t size, struct diag *d);

#endif
