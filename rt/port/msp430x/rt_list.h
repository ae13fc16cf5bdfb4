/* rt_list.h - the activations of a strip that are not left out, and rows of positions over such lists. */
#ifndef RT_LIST_H
#define RT_LIST_H

#define LIST_X 0
#define LIST_ROW_STEP 2
#define LIST_ROWS 4
#define LIST_RUN 6
#define LIST_COLUMNS 8
#define LIST_OFFSET 10
#define LIST_COLUMN_SKIP 12
#define LIST_ORIGIN 14
#define LIST_CUT 16
#define LIST_START 18
#define LIST_OUT 20

#define SPARSE_BASE 0
#define SPARSE_AFTER 4
#define SPARSE_Y 6
#define SPARSE_PAIRS 8
#define SPARSE_POSITIONS 10
#define SPARSE_ACT_MIN 12
#define SPARSE_MOST 14
#define SPARSE_PAIR_STEP 16
#define SPARSE_START_STEP 18
#define SPARSE_SHIFT_STEP 20
#define SPARSE_SPAN 22
#define SPARSE_OUTPUTS 24
#define SPARSE_WINDOWS_END 26
#define SPARSE_WINDOW 28

#define SPARSE_WINDOW_BYTES 10

#ifndef __ASSEMBLER__

#include <stddef.h>
#include <stdint.h>

/* x - zero point, and where its weights lie behind those of the strip's first value: 4 bytes a connection. */
struct rt_entry {
    int16_t x;
    uint16_t at;
};

/* Columns of a strip, inside the input: `columns` of `rows` runs of `run` values each. */
struct rt_list {
    const int8_t *x;
    uint16_t row_step; /* from behind a run to the next row's */
    uint16_t rows, run, columns;
    uint16_t offset;      /* of the first value */
    uint16_t column_skip; /* of rows outside the input, 4 bytes a value */
    int16_t origin;       /* zero point less cut */
    uint16_t cut;
    struct rt_entry **start; /* [columns] where a column's entries begin; moves on */
    struct rt_entry *out;    /* moves on */
};

/* rt_list.S: lists the values with |x - zp| > cut. */
void rt_list_columns(struct rt_list *list);

enum { RT_SPARSE_WINDOWS = 9 };

struct rt_sparse_window {
    uint16_t scratch[3];     /* for the loop */
    uint16_t shift;          /* from base to the weights' begin as this window's entries see them */
    struct rt_entry **start; /* of its first column */
};

struct rt_sparse_row {
    uint32_t base; /* address of the weights, less the largest shift */
    const uint16_t *after;
    int8_t *y;
    uint16_t pairs, positions;
    uint16_t act_min, most;               /* as in struct rt_row */
    uint16_t pair_step;                   /* bytes of a pair's weights */
    uint16_t start_step, shift_step;      /* what starts gain and shifts lose from position to position */
    uint16_t span;                        /* bytes of `start` that a window spans */
    uint16_t outputs;                     /* out_c */
    struct rt_sparse_window *windows_end; /* behind the last */
    struct rt_sparse_window window[RT_SPARSE_WINDOWS];
};

typedef char rt_sparse_row_is_as_assembly_has_it[offsetof(struct rt_sparse_row, window) == SPARSE_WINDOW ? 1 : -1];
typedef char rt_list_is_as_assembly_has_it[offsetof(struct rt_list, out) == LIST_OUT ? 1 : -1];

/* mpy_s8_xcut.S: all pairs of outputs at row->positions positions; y and the windows move on. */
void rt_sparse_positions(struct rt_sparse_row *row);

#endif
#endif
