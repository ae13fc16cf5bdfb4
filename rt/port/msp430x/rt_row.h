/* rt_row.h - what C hands to the loops of mpy_s8.S and its like: a row of positions. */
#ifndef RT_ROW_H
#define RT_ROW_H

#define ROW_WEIGHTS 0
#define ROW_AFTER 2
#define ROW_Y 4
#define ROW_PAIRS 6
#define ROW_POSITIONS 8
#define ROW_X_STEP 10
#define ROW_ACT_MIN 12
#define ROW_MOST 14
#define ROW_PASSES 16
#define ROW_ENTRY 18
#define ROW_WINDOWS_END 20
#define ROW_WINDOW 22

#ifndef __ASSEMBLER__

#include <stddef.h>

#include "rt_memory.h"
#include "unit.h"

enum { RT_WINDOWS_MAX = 9, RT_UNROLLED = 32, RT_STEP_BYTES = 12 };

struct rt_row {
    unit_weights weights;
    const uint16_t *after;
    int8_t *y;
    uint16_t pairs, positions;
    uint16_t x_step; /* bytes from a position to the next */
    uint16_t act_min;
    uint16_t most;                         /* largest y - act_min, 4 bits up, and 15 */
    uint16_t passes;                       /* through the unrolled steps; */
    const void *entry;                     /* the first begins here */
    void *windows_end;                     /* behind the last of: */
    const uint8_t *window[RT_WINDOWS_MAX]; /* of the first position; they move on */
};

typedef char rt_row_is_as_assembly_has_it[offsetof(struct rt_row, window) == ROW_WINDOW ? 1 : -1];

/* Fields that are the same for every row. steps_end: where the unrolled steps end. */
static inline void rt_row_begin(struct rt_row *row, const struct unit_mpy_s8 *p, const uint8_t *steps_end)
{
    uint16_t first = (uint16_t)((p->taps - 1) % RT_UNROLLED + 1);

    row->weights = p->weights;
    row->after = p->after;
    row->pairs = (uint16_t)((p->out_c + 1) / 2);
    row->act_min = (uint16_t)p->act_min;
    row->most = (uint16_t)(((uint16_t)(p->act_max - p->act_min) << 4) | 15);
    row->passes = (uint16_t)((p->taps + RT_UNROLLED - 1) / RT_UNROLLED);
    row->entry = steps_end - first * RT_STEP_BYTES;
    row->windows_end = row->window + p->pool_h * p->pool_w;
}

/* mpy_s8.S, mpy_pool_s8.S: all pairs of outputs at row->positions positions; y and the windows move on. */
void rt_dense_row(struct rt_row *row);
void rt_dense_pool_row(struct rt_row *row);
extern const uint8_t rt_dense_steps_end[], rt_dense_pool_steps_end[];

/* mpy_depthwise_s8.S, mpy_depthwise_s8_cut.S: all channels at row->positions positions. pairs are channels, passes taps
 * beyond the unrolled ones; with any, the entry is _more. */
void rt_depthwise_row(struct rt_row *row);
void rt_depthwise_cut_row(struct rt_row *row);
extern const uint8_t rt_depthwise_steps_end[], rt_depthwise_more[];
extern const uint8_t rt_depthwise_cut_steps_end[], rt_depthwise_cut_more[];

/* mpy_s8_cut.S: all outputs at row->positions positions. pairs are outputs; the entry lies before the end of the steps
 * for bytes or for words |x| and x. */
enum { RT_CUT_UNROLLED = 16, RT_CUT_STEP_BYTES = 16, RT_CUT_SIGNED_STEP_BYTES = 20 };
void rt_cut_row(struct rt_row *row);
extern const uint8_t rt_cut_steps_end[], rt_cut_signed_steps_end[];

#endif
#endif
