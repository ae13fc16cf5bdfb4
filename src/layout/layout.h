/* layout.h - places a program's tensors in one arena, by lifetime and offset. */
#ifndef LAYOUT_LAYOUT_H
#define LAYOUT_LAYOUT_H

#include "lower/program.h"

/* A stretch of arena that is needed from step `first` to step `last`, both included. */
struct block {
    uint32_t bytes;
    int first, last;
    uint32_t at; /* set by layout_place, a multiple of 4 */
};

/* Places blocks so that no two that live at the same time overlap, in as small an arena as greedy orders find; the
 * arena's size is returned. UINT64_MAX if it exceeds 4 GiB. O(n^2 log n), a hundred times. */
uint64_t layout_place(struct block *blocks, int count);

/* Places every tensor and scratch buffer of the program and completes program->network. Network inputs are live from
 * the start, outputs to the end; a step that may work in place does so where its input ends there. BAD_INPUT if the
 * arena would exceed 2 GiB. */
int layout_arena(struct region *r, struct program *p, const char *path, struct diag *d);

#endif
