/* costs.h - what kernels cost on a chip: cycles as a sum of terms, each so many cycles times a number that can be
 * counted without running the kernel.
 *
 * A chip's table is targets/costs_NAME.c. `unit bench --target NAME --calibrate-costs` measures random layers on the
 * simulator, chooses the terms that explain a kernel best, and writes the table. docs/costs.md describes the model.
 */
#ifndef TARGET_COSTS_H
#define TARGET_COSTS_H

#include <stddef.h>

#include <unit.h>

/* X(name, text): what is counted, for one run of a kernel; 0 where a kernel has nothing of the kind. A position is a
 * place of the window: a row of a fully connected layer; those that pooling leaves out are not worked out. A strip is
 * what the windows of one row of positions cover. A block is the outputs that a kernel works out together. Activations
 * are measured from their zero point; one that the kernel leaves out is not listed. */
// clang-format off
#define COST_FEATURES(X) \
    X(CALLS, "run of the kernel") \
    X(ROWS, "row of positions") \
    X(STRIP_ROWS, "row of the input that a strip holds") \
    X(STRETCHES, "column of a row of the input that a strip holds") \
    X(STRETCHES_FOURS, "such a column, channels in fours") \
    X(LAID_OUT, "element of a strip, an odd number of channels") \
    X(LAID_TWOS, "element of a strip, channels in twos") \
    X(LAID_FOURS, "element of a strip, channels in fours") \
    X(LAID_ONES, "element of a strip, one channel") \
    X(LAID_TWICE, "element of a strip that is held twice, shifted") \
    X(LAID_OUTSIDE, "element of a strip outside the input") \
    X(STRIPS_OUTSIDE, "row of a strip outside the input") \
    X(STRIPS_BEYOND, "row of a strip that begins or ends outside the input") \
    X(WINDOWS_APART, "window that is laid out by itself") \
    X(POSITIONS, "position") \
    X(POSITIONS_SECOND, "position of a layer whose sums do not take the first form of constants") \
    X(POSITIONS_QUIET, "position, or pool, that nothing is added to") \
    X(POSITION_COLUMNS, "position and kernel column") \
    X(BLOCKS, "position and block") \
    X(MACS, "product, outputs of whole blocks") \
    X(TILES, "four positions, all inside or all at edges, and block") \
    X(TILE_ROWS, "such a tile and kernel row") \
    X(TILE_MACS, "product of a tile") \
    X(LEFT, "position beyond tiles, and block") \
    X(LEFT_MACS, "product beyond tiles") \
    X(SWEEPS, "row of positions, or rows together, and block") \
    X(UNPACKED, "pair of weights unpacked for some rows") \
    X(PLANES, "channel and some rows, or all") \
    X(PLANE, "element of a channel's plane") \
    X(TAP_ROWS, "position, output and kernel row") \
    X(OUTPUTS, "output element, but of the layers that follow") \
    X(OUTPUTS_SECOND, "output element of a layer whose sums take the second form of constants, or one with a bend") \
    X(INSIDE_SECOND, "such an element, between the bounds") \
    X(OUTPUTS_THIRD, "output element of a layer whose sums take the third form of constants") \
    X(INSIDE_THIRD, "such an element, between the bounds") \
    X(OUTPUTS_QUIET, "output element of a position that nothing is added to") \
    X(OUTPUTS_LONG, "output element that is requantised the long way") \
    X(OUTPUT_ROWS, "row, or rows together, of one channel of the output") \
    X(OUTPUTS_ABOVE, "output element of other layers above the least value") \
    X(OUTPUTS_INSIDE, "output element of other layers between the bounds") \
    X(SHIFTS, "output element and bit of its scale's shift") \
    X(POOLS, "pool of positions") \
    X(POOLED, "sum that goes into a maximum") \
    X(POOLED_OTHER, "such a sum of a pool that is not 2 by 2") \
    X(EDGES, "position whose window is gathered, as it hangs over the edge") \
    X(GATHERED_TAPS, "tap of such a window") \
    X(GATHERED, "element of such a window") \
    X(SCANS, "strip whose elements are looked through, once for each side of the zero point that they may lie on") \
    X(SCAN_COLUMNS, "column of such a strip inside the input") \
    X(SCAN_OUTSIDE, "column of such a strip outside the input") \
    X(SCAN_RUNS, "elements of such a column that are looked through together") \
    X(SCANNED, "element that is looked through") \
    X(LISTED, "listed element of a strip") \
    X(LISTED_MINUS, "listed element of a strip below its zero point") \
    X(LISTED_SIGNED, "element of a strip that is looked at twice, as it may lie below the zero point") \
    X(POSITION_LISTED, "listed element of a window") \
    X(BLOCK_LISTED, "listed element of a window, and block") \
    X(BLOCK_LISTED_FAR, "listed element more than 128 from the zero point of a window, and block") \
    X(BLOCKS_SOME, "position, of a pool if there are any, with listed elements, and block") \
    X(OUTPUTS_SOME, "output element of such a position or pool") \
    X(BLOCKS_PLUS, "position with listed elements above the zero point, and block") \
    X(BLOCKS_MINUS, "position with listed elements below the zero point, and block") \
    X(BLOCKS_SIGNED, "position and block, where elements may lie below the zero point") \
    X(MACS_SIGNED, "product where activations may lie below the zero point") \
    X(COMPARED, "connection of an activation that is not zero") \
    X(EXECUTED, "executed connection") \
    X(QUOTIENTS, "activation that is not zero, and threshold") \
    X(COLUMNS, "column of a row of the input, between those at its ends that are zero") \
    X(COLUMNS_AWAKE, "such a column; one of a single channel only if it is not zero") \
    X(ELEMENTS, "element of the input") \
    X(WATCHES, "input that is looked through for a fallback") \
    X(WATCHED, "element of such an input") \
    X(ENDS, "element of the input that is zero like all others from there to an end of its row") \
    X(AWAKE, "element of the input that is not zero") \
    X(AWAKE_LONG, "such an element, where entries are long") \
    X(VISITS, "list that an element looks up") \
    X(LISTS, "list that is run") \
    X(LISTS_ODD, "list of an odd number of entries that is run") \
    X(ENTRIES, "entry of a list that is run") \
    X(SHORT_LISTS, "list of short entries that is run") \
    X(SHORT_ENTRIES, "short entry of a list that is run") \
    X(CODE_LISTS, "list of instructions that is run") \
    X(CODE_ENTRIES, "connection of such a list that is run") \
    X(ROW_RUNS, "row of weights that is run") \
    X(ROW_ENTRIES, "weight of a row that is run") \
    X(ROW_REST, "such a weight beyond whole eights") \
    X(ROW_LISTS, "row of the input and list of a channel that it may run") \
    X(ROW_VISITS, "row of the input and output row that it meets") \
    X(INPUT_ROWS, "row of the input") \
    X(INPUT_ROWS_AWAKE, "row of the input that is not all zero") \
    X(INPUT_ROWS_MET, "such a row that meets a row of outputs") \
    X(STRIDED, "row of the input and kernel row that is passed over, as strides leave it out") \
    X(ROWS_WRITTEN, "row of outputs, pooled if they are") \
    X(ROWS_TOUCHED, "such a row, something of which is added to") \
    X(SUMS, "sum set to zero") \
    X(TAPS, "element of a pooling window") \
    X(RUNS, "row of a pooling window, or such a window as wide as the input") \
    X(LARGEST, "element of a row of SOFTMAX that is its largest") \
    X(EXPONENTIALS, "other such element whose exponential counts; all of them where those come from a table") \
    X(FACTORS, "factor of such an exponential") \
    X(MOVED, "byte that memcpy moves with others") \
    X(MOVED_SINGLY, "byte that memcpy moves by itself")
// clang-format on

#define X(name, text) COST_##name,
enum cost_feature { COST_FEATURES(X) COST_FEATURE_COUNT };
#undef X

enum { COST_TERMS_MAX = 24 };

struct cost_term {
    enum cost_feature feature;
    double cycles; /* each; more than 0, or 0 behind the last term */
};

/* A kernel on CONV_2D and its like or, where that differs, on FULLY_CONNECTED. kernel NULL: what unit_run does besides:
 * CALLS are steps, ELEMENTS bytes of the network's inputs and outputs. */
struct kernel_cost {
    unit_kernel *kernel;
    uint8_t fully_connected;
    double most; /* no measured run took more than so many times what the terms say; 1 or more */
    struct cost_term terms[COST_TERMS_MAX];
};

struct cost_table {
    const struct kernel_cost *rows;
    int count;
};

extern const struct cost_table costs_msp430fr5994, costs_cortex_m0plus, costs_atmega1284p, costs_rv32imc, costs_rv32ic;

#endif
