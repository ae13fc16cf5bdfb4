/* dataset.h - samples and labels from files: IDX, NPY, NPZ, CIFAR-10 binary, a folder of raw .bin samples; plain, gzip
 * or xz.
 *
 * Knows nothing of networks: a dataset holds what the file says, run/ fits it to a network's input.
 */
#ifndef DATA_DATASET_H
#define DATA_DATASET_H

#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/file.h"
#include "base/region.h"

enum { DATA_RANK_MAX = 8 };

enum data_type { DATA_UINT8, DATA_INT8, DATA_INT16, DATA_INT32, DATA_INT64, DATA_FLOAT32, DATA_FLOAT64 };

size_t data_type_bytes(enum data_type type);
const char *data_type_name(enum data_type type); /* "uint8" */

/* An array, row-major, in the byte order of this machine. */
struct array {
    enum data_type type;
    int rank; /* 0..DATA_RANK_MAX */
    size_t shape[DATA_RANK_MAX];
    const void *data;
};

/* Element i of an array as a real number; 64-bit integers above 2^53 are rounded. */
double array_value(const struct array *a, size_t i);

struct dataset {
    struct array samples;  /* first axis the sample */
    size_t count;          /* samples.shape[0] */
    const int32_t *labels; /* [count], or NULL where there are none */
    int planar;            /* 1: CIFAR-10 planes were turned into rows, columns, channels (informational) */
    int shapeless;         /* 1: raw bytes from a folder; only their number is known, not type or shape */
    const char *path;
};

/* Reads samples from data_path and labels from labels_path (NULL: those inside the data, if any; both paths in the
 * forms of the contract: a file or a folder, NPZ members as FILE.npz:name). limit > 0 keeps only the first samples.
 * JOB_FAILED if a file cannot be read. BAD_INPUT if it is of no known form or damaged, holds no samples, or the labels
 * do not fit in number (too few or too many; message gives both numbers) or are negative or not whole numbers. */
int dataset_read(struct region *r, const char *data_path, const char *labels_path, size_t limit, struct dataset *out,
                 struct diag *d);

/* Reads one NPY file (for `unit run --input`). Same errors. */
int npy_read(struct region *r, const char *path, struct array *out, struct diag *d);

/* Encodes an array as an NPY file (version 1.0), in the region, ready for file_write. */
struct bytes npy_encode(struct region *r, const struct array *a);

#endif
