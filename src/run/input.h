/* input.h - fits a dataset to a network's input: shape, scale, quantisation. */
#ifndef RUN_INPUT_H
#define RUN_INPUT_H

#include "data/dataset.h"
#include "lower/program.h"

/* real = scale * raw + offset, for data that are not quantised already. */
struct feeding {
    int has_scale, has_offset; /* given by the user */
    double scale, offset;
    int raw_type; /* enum data_type of shapeless data, or -1: what their size tells */
};

/* Samples as the network takes them, one after the other. */
struct inputs {
    size_t count, sample_bytes;
    const uint8_t *data;
    const int32_t *labels; /* [count] or NULL */
    const char *note;      /* how raw values became real ones, for people; NULL if they were taken as they are */
};

/* The rules of the contract (Data): data of the network's own 8-bit type are taken as they are; others become real
 * values (uint8: scale 1 or 1/255 by the network's input scale, if none is given; other types: 1) and are quantised,
 * rounding half away from zero, saturating. BAD_INPUT if the shape does not fit (axes of size 1 aside) or a label is
 * not below classes; BAD_USAGE if a scale is given for data that are quantised already. */
int inputs_fit(struct region *r, const struct program *p, int input, const struct dataset *data,
               const struct feeding *feeding, size_t classes, struct inputs *out, struct diag *d);

/* The same for one array whose first axis is the sample (`unit run`): float is quantised by the input's own scale. */
int inputs_fit_array(struct region *r, const struct program *p, int input, const struct array *a, const char *path,
                     struct inputs *out, struct diag *d);

#endif
