/* dataset_internal.h - what the readers of this folder share: where bytes come from, arrays as files hold them, the
 * forms.
 *
 * Reading has three steps: dataset.c opens a path, source_recognise unpacks its bytes and finds their form, and the
 * form's `take` gets an array of samples or of labels out of them. All but the first, and folder.c, works on bytes in
 * memory.
 */
#ifndef DATA_DATASET_INTERNAL_H
#define DATA_DATASET_INTERNAL_H

#include "data/dataset.h"

/* ---- Where bytes come from ------------------------------------------------------------------------------------- */

struct source {
    const char *path;   /* as given, for messages; "standard input" for "-" */
    const char *file;   /* the path without a member's name */
    const char *member; /* of FILE.npz:name, or NULL */
    int is_folder;
    struct bytes bytes; /* unpacked; empty for a folder */
    const struct data_form *form;
};

/* What a form is asked for: the samples, the labels of a path given by --labels, or the labels that lie inside the
 * samples' path. Only the last may be missing (out->array.data is NULL then). */
enum role { ROLE_SAMPLES, ROLE_LABELS, ROLE_OWN_LABELS };

struct taken {
    struct array array;
    size_t total;      /* elements of the first axis before any limit */
    const char *where; /* for messages: the path, of an NPZ file with the array's name */
};

/* A form of data: the row of a table in dataset.c. */
struct data_form {
    const char *name;
    int (*matches)(const struct source *s);
    /* Decodes the first `limit` elements of the first axis (0: all) into *out, zeroed before. */
    int (*take)(struct region *r, const struct source *s, enum role role, size_t limit, struct taken *out,
                struct diag *d);
};

int idx_matches(const struct source *s);
int idx_take(struct region *r, const struct source *s, enum role role, size_t limit, struct taken *out, struct diag *d);
int npy_matches(const struct source *s);
int npy_take(struct region *r, const struct source *s, enum role role, size_t limit, struct taken *out, struct diag *d);
int npz_matches(const struct source *s);
int npz_take(struct region *r, const struct source *s, enum role role, size_t limit, struct taken *out, struct diag *d);
int cifar_matches(const struct source *s);
int cifar_take(struct region *r, const struct source *s, enum role role, size_t limit, struct taken *out,
               struct diag *d);
int folder_matches(const struct source *s);
int folder_take(struct region *r, const struct source *s, enum role role, size_t limit, struct taken *out,
                struct diag *d);

/* Unpacks the raw bytes of a file (gzip, xz) into s->bytes and finds their form, given the paths in s. */
int source_recognise(struct region *r, struct bytes raw, struct source *s, struct diag *d);

/* Does the name end in `ending`, leaving out a .gz or .xz behind it? */
int source_is_named(const struct source *s, const char *ending);

/* ---- Arrays as a file holds them ------------------------------------------------------------------------------- */

struct stored {
    char kind;    /* 'u', 'i', 'f' */
    size_t width; /* bytes an element: 1, 2, 4, 8 */
    int big_endian;
    int fortran; /* first axis fastest */
    int rank;
    size_t shape[DATA_RANK_MAX];
    struct bytes data; /* borrowed from the file */
};

/* Can this kind and width be decoded? */
int array_knows(char kind, size_t width);

/* BAD_INPUT unless the shape needs exactly the bytes that are there. */
int array_check(const struct stored *s, const char *where, struct diag *d);

/* The first `limit` elements of the first axis (0: all) of a checked array in this machine's byte order, row-major.
 * uint16 becomes int32, uint32 and uint64 become int64 (above 2^63-1: BAD_INPUT); every other type stays. Borrows
 * from the file where its bytes can be used as they are. */
int array_decode(struct region *r, const struct stored *s, size_t limit, const char *where, struct array *out,
                 struct diag *d);

/* Checks and decodes, and fills the rest of *out; a single number counts as one element. */
int array_take(struct region *r, const struct stored *s, size_t limit, const char *where, struct taken *out,
               struct diag *d);

/* BAD_INPUT unless there is at least one sample with at least one element. */
int array_check_samples(const struct array *a, const char *where, struct diag *d);

/* Elements of an array; its shape has been checked. */
size_t array_elements(const struct array *a);

struct shape_text {
    char text[DATA_RANK_MAX * 22 + 3];
};

struct shape_text array_shape_text(int rank, const size_t *shape); /* "(10, 28, 28)" */

int idx_parse(struct bytes file, const char *where, struct stored *out, struct diag *d);
int npy_parse(struct bytes file, const char *where, struct stored *out, struct diag *d);

/* ---- Labels ---------------------------------------------------------------------------------------------------- */

/* Whole numbers from 0 out of an array of any type, which must hold `samples` of them before any limit. */
int labels_take(struct region *r, const struct taken *labels, size_t samples, const int32_t **out, struct diag *d);

/* ---- y_labels.csv ---------------------------------------------------------------------------------------------- */

struct folder_row {
    const char *file; /* borrowed from the text, not terminated */
    int file_size;
    int32_t label;
    size_t line;
};

/* The rows of `file,classes,label` text; at least one. */
int folder_parse(struct region *r, struct bytes text, const char *where, struct folder_row **rows, size_t *count,
                 struct diag *d);

#endif
