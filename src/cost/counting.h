/* counting.h - what the files of this folder share: a step of a packed program as the counts see it. */
#ifndef COST_COUNTING_H
#define COST_COUNTING_H

#include "cost/cost.h"

struct counted;

/* Adds what it is named for to n[COST_FEATURE_COUNT]. `in` is the step's input; NULL: as much as any can make it. */
typedef void count_part(const struct counted *s, const int8_t *in, double *n);

enum { COUNT_PARTS_MAX = 4 };

/* What makes up a kernel; CALLS, ROWS, ELEMENTS and OUTPUTS go without saying. */
struct composition {
    unit_kernel *kernel;
    uint8_t block;  /* outputs worked out together; 0: the port's */
    uint8_t packed; /* its op begins with a struct unit_packed_s8, whose requant holds */
    count_part *part[COUNT_PARTS_MAX];
};

/* kernels.c: an empty one for kernels that need no more. */
const struct composition *composition_of(unit_kernel *kernel, const struct port *port);

struct counted {
    unit_kernel *kernel;
    const struct composition *parts;
    const void *op;
    const struct mac_layer *layer; /* NULL: no MACs */
    const struct port *port;
    int first, last; /* steps of the plain program that it stands for: first..last-1 */
    int in, out;     /* tensors */
    size_t in_elements, out_elements;
    int rows, columns;             /* of positions; those that pooling leaves out are not worked out */
    int pool_h, pooled;            /* rows and positions of a pool; 1: none */
    int block;                     /* outputs worked out together */
    int cut;                       /* activations up to it are not listed */
    int thresholds;                /* of a fully connected layer that divides at run time */
    int y_min, y_max;              /* bounds of the output */
    enum cost_feature output_kind; /* COST_OUTPUTS, _SECOND, _THIRD or _LONG */
    double shifts;                 /* COST_SHIFTS */
    struct counter *executed;      /* of kernels that compare each connection; else NULL */
    struct quiet *quiet;           /* of the prefix kernel that scatters; else NULL */
    int fallen;                    /* of the most that any input can make it: that of inputs that fall back */
};

/* parts.c: what follows from the shape. */
count_part count_strips, count_blocks, count_tiles, count_bands, count_pairs, count_sweeps, count_lanes, count_planes,
    count_taps, count_gathers;
count_part count_outputs; /* `in` is the output */

/* rows.c: the output row that meets input row y through kernel row ky, of the rows that are worked out; or -1. */
int row_met(const struct counted *s, int y, int ky);

/* The columns first .. last - 1 of row y between those at its ends that are zero; 0 if there are none. NULL: all. */
int row_columns(const struct counted *s, const int8_t *in, int y, int *first, int *last);

/* quiet.c: rows and columns of the input that are zero, and positions that therefore nothing is added to. */
struct quiet {
    uint32_t *low, *high; /* [rows] the sums that something may be added to: low .. high - 1, none if high is 0 */
    uint8_t *position;    /* [positions, or pools of them] 1 where that is none */
    int count;
};

/* Finds s->quiet. */
void quiet_find(const struct counted *s, const int8_t *in);

struct quiet *quiet_new(struct region *r, const struct counted *s);

/* others.c: layers without MACs. */
count_part count_pool, count_mean, count_copy, count_pad, count_transpose, count_add, count_mul, count_softmax,
    count_softmax_table, count_log_softmax, count_log_softmax_floats, count_dequantize;

/* scans.c: what is looked through for activations to list; then windows.c: activations in windows that are listed,
 * compared or executed. */
count_part count_scans;
count_part count_listed, count_compared, count_executed;

/* lists.c: what the prefix kernels run. */
count_part count_lists, count_channel_lists;

/* 1 if the kernel is one of these, without comparisons. */
int counts_lists(const struct counted *s);

/* Where its columns find their lists, and its rows; NULL: by the kernel rows through which they meet outputs. */
const struct unit_prefix_column *lists_columns(const struct counted *s);
const struct unit_prefix_column *lists_rows(const struct counted *s);

/* Adds what one element of the input is counted for at a magnitude, by a table of lengths (NULL: unit_prefix_table). */
void lists_count_element(const struct counted *s, const uint8_t *table, size_t element, int magnitude, double *n);

/* costing.c: a step, with room for what is found out anew for each input, in r: threads share the rest. */
struct counted counting_step(struct region *r, const struct costing *c, int step);

/* counts[COST_FEATURE_COUNT] of a step, as large as any input can make them, and those of unit_run itself. */
void counting_most(const struct counted *s, double *counts);
void counting_run(const struct costing *c, double *counts);

#endif
