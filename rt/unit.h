/* unit.h - the UnIT runtime: int8 neural-network kernels for microcontrollers, in freestanding C99.
 *
 * A network is a constant description (struct unit_network): an array of steps, each a kernel, its parameters and the
 * places of its tensors in one arena that the caller hands over. Nothing is allocated, nothing is printed, there is no
 * mutable static; the only functions called from outside are memcpy and memset.
 *
 *     static uint8_t arena[KWS_ARENA_BYTES];
 *     const void *in[] = { samples };  void *out[] = { scores };
 *     int err = unit_run(&kws, arena, in, out);
 *
 * Every kernel has one signature, unit_kernel. `op` points to the parameter struct named in the kernel's comment; `t`
 * holds the tensors in the order the comment gives: inputs, output, then scratch where the kernel needs some. The plain
 * C kernels here define what is right; a faster port has the same signature and must give the same bytes.
 *
 * Tensors are dense, row-major, NHWC. Quantised values are real = scale * (q - zero_point); weights have zero point 0.
 * Arithmetic follows TFLite's int8 specification (ai.google.dev, "LiteRT 8-bit quantization specification") and its
 * reference kernels to the last bit; rt_fixed.h has the rounding, docs/numerics.md the list of rules a kernel follows.
 *
 * Errors: kernels cannot fail. Shapes, ranges and accumulator bounds are proved when a network is lowered, not here.
 */
#ifndef UNIT_H
#define UNIT_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define UNIT_VERSION "0.1.0"

enum {
    UNIT_OK = 0,
    UNIT_E_ARGUMENT = -1, /* unit_run: a null pointer */
    UNIT_RANK_MAX = 6,    /* highest tensor rank a kernel takes */
    UNIT_STEP_TENSORS = 4 /* most tensors a step has, scratch included */
};

/* ---- A network ------------------------------------------------------------------------------------------------ */

typedef void unit_kernel(const void *op, void *const t[]);

struct unit_step {
    unit_kernel *kernel;
    const void *op;                 /* the kernel's parameter struct */
    uint32_t at[UNIT_STEP_TENSORS]; /* arena offset in bytes of each tensor the kernel takes, in its order */
};

struct unit_port { /* a network input or output */
    uint32_t at;   /* arena offset in bytes */
    uint32_t bytes;
};

struct unit_network {
    const struct unit_step *steps;
    const struct unit_port *inputs, *outputs;
    uint16_t step_count, input_count, output_count;
    uint32_t arena_bytes;
};

/* unit_run - one inference.
 *
 * net    the network; constant, may be in flash
 * arena  net->arena_bytes bytes, aligned to 4; contents need not be kept between calls and are overwritten
 * in     net->input_count pointers, each to inputs[i].bytes bytes; copied into the arena
 * out    net->output_count pointers, each to outputs[i].bytes bytes; filled from the arena
 *
 * Returns UNIT_OK or UNIT_E_ARGUMENT.
 */
int unit_run(const struct unit_network *net, void *arena, const void *const in[], void *const out[]);

/* ---- Thresholds: which products are left out ------------------------------------------------------------------- */

/* A product x*w (x centred: q - zero_point, so -255..255; w: -128..127) is executed where |x|*|w| > T. Asking that
 * costs the multiplication it wants to save, so one operand is divided out once and the other compared often: the
 * quotient is called the *cut* on the other operand. rt_cut.h defines the cuts, docs/method.md their error bounds. */
enum unit_division {
    UNIT_DIVISION_EXACT, /* floor(T/d) */
    UNIT_DIVISION_SHIFT, /* T >> floor(log2 d) */
    UNIT_DIVISION_TREE,  /* binary search of d among 16 pivots, stored quotient of the pivot */
    UNIT_DIVISION_MSB    /* bits(x) + bits(w) > bits(T) + 1: no quotient, bit lengths only */
};

enum { UNIT_TREE_LEAVES = 16 };

/* A run of neighbouring outputs that share one threshold, for kernels that divide at run time. */
struct unit_cut_run {
    uint16_t outputs;    /* how many outputs, >= 1 */
    uint16_t threshold;  /* T in integer product units, 0..32640 */
    const uint8_t *tree; /* UNIT_DIVISION_TREE: quotient of each of the UNIT_TREE_LEAVES pivots, saturated at 255 */
};

/* ---- Layers with multiply-accumulates --------------------------------------------------------------------------- */

/* y[o] = clamp(out_zp + requant(bias[o] + sum over executed (x - in_zp) * w, mult[o], shift[o]), act_min, act_max)
 *
 * mult is Q0.31, shift counts bits, positive to the left. Taps outside the input count as in_zp and are no MACs. */
struct unit_conv2d_s8 {
    uint16_t in_h, in_w, in_c;
    uint16_t out_h, out_w, out_c;
    uint16_t kernel_h, kernel_w;
    uint16_t stride_h, stride_w, dilation_h, dilation_w;
    int16_t pad_top, pad_left; /* rows above and columns left of the input */
    int16_t in_zp, out_zp;     /* -128..127 */
    int16_t act_min, act_max;  /* -128..127, the fused activation */
    const int8_t *weights;     /* conv2d: [out_c][kernel_h][kernel_w][in_c]; depthwise: [kernel_h][kernel_w][out_c] */
    const int32_t *bias;       /* [out_c]; never NULL */
    const int32_t *mult;       /* [out_c] */
    const int8_t *shift;       /* [out_c] */
    uint16_t x_cut;            /* _xcut kernels: activations with |x| <= x_cut are left out; 0 skips zeros only */
    const uint8_t *cut;        /* _cut kernels: laid out as weights; executed where |x| > cut, 255 is never */
};

/* CONV_2D. op: struct unit_conv2d_s8. t: input, output (must not overlap). */
unit_kernel unit_conv2d_s8;
unit_kernel unit_conv2d_s8_xcut;
unit_kernel unit_conv2d_s8_cut;

/* DEPTHWISE_CONV_2D: output channel o reads input channel o / (out_c / in_c). op: struct unit_conv2d_s8. t: input,
 * output (must not overlap). */
unit_kernel unit_depthwise_conv2d_s8;
unit_kernel unit_depthwise_conv2d_s8_xcut;
unit_kernel unit_depthwise_conv2d_s8_cut;

struct unit_fully_connected_s8 {
    uint32_t rows;    /* independent input vectors */
    uint16_t in, out; /* elements of an input and of an output vector */
    int16_t in_zp, out_zp;
    int16_t act_min, act_max;
    const int8_t *weights;           /* [out][in] */
    const int32_t *bias;             /* [out]; never NULL */
    const int32_t *mult;             /* [out] if per_channel, else [1] */
    const int8_t *shift;             /* as mult */
    const int32_t *delta;            /* as mult: moves the rounding border, see rt_requant_away in rt_fixed.h */
    uint8_t per_channel;             /* 0 or 1 */
    uint16_t x_cut;                  /* _xcut: as in unit_conv2d_s8 */
    uint8_t division;                /* _cut: enum unit_division */
    const struct unit_cut_run *runs; /* _cut: they cover the out outputs in order */
    const uint8_t *cut;              /* _stored: laid out as weights; executed where |x| > cut, 255 is never */
};

/* FULLY_CONNECTED. op: struct unit_fully_connected_s8. t: input, output; _xcut and _cut take a third tensor: scratch of
 * 4 * out bytes, aligned to 4. Input and output must not overlap. */
unit_kernel unit_fully_connected_s8;
unit_kernel unit_fully_connected_s8_xcut;
unit_kernel unit_fully_connected_s8_cut;
unit_kernel unit_fully_connected_s8_stored;

/* ---- The same layers for small CPUs -------------------------------------------------------------------------------
 */

/* Where weights lie. On most chips flash is memory like any other. On AVR it is read by its own instruction, and on the
 * MSP430 the upper FRAM needs 20-bit addresses: there a cell holds the address of the weights. */
#if defined __AVR__ || defined __MSP430__
typedef const uint32_t *unit_weights;
#else
typedef const void *unit_weights;
#endif

/* A function in assembly, whatever it takes. */
typedef void unit_loop(void);

/* Where the index of lists of weights lies: on the MSP430 as weights. */
#if defined __MSP430__
typedef unit_weights unit_index;
#else
typedef const uint8_t *unit_index;
#endif

/* A convolution or fully connected layer in the form that small CPUs run fastest. The input is laid out row by row in
 * strips (rt_packed.h) and weights are stored block by block in the order that the port's inner loop reads them
 * (rt_port.h: RT_BLOCK outputs a block, weights offset or paired as the CPU likes it; src/port packs them). A fully
 * connected layer has one row and column of in_c values for each of its rows. The zero point is folded into the bias:
 *
 *   y[o] = clamp(out_zp + requant(bias[o] + sum over executed of x * w), act_min, act_max)
 *
 * Rounding and zero point are one constant, `add`, where lowering has proved that to be the same
 * (src/port/requant_fit.h).
 *
 * Connections are in the order [kernel_w][kernel_h][in_c], or where the port reads windows in place (src/port/port.h:
 * in_place), [kernel_h][kernel_w][in_c]; depthwise: [kernel_h][kernel_w]. */
enum unit_requant {
    UNIT_REQUANT_TWICE,   /* t = round(a * mult / 2^31); y = (t + (t >> 31) + add) >> shift, clamped; shift is 1..31 */
    UNIT_REQUANT_ONCE,    /* y = (round(a * 2^left * mult / 2^31) + add) >> shift, clamped */
    UNIT_REQUANT_HIGH,    /* y = (floor(a * 2^left * mult / 2^32) + add) >> shift, clamped */
    UNIT_REQUANT_DIVIDED, /* by rt_step_divided (rt_steps.h): mult is [scales][5], steps and bend; the sum at which
                           * steps begin is in the bias */
    UNIT_REQUANT_LONG     /* as rt_requant or, if add is not NULL, as rt_requant_away with add for its delta */
};

struct unit_packed_s8 {
    uint16_t in_h, in_w, in_c;
    uint16_t out_h, out_w, out_c;
    uint16_t kernel_h, kernel_w;
    uint16_t stride_h, stride_w, dilation_h, dilation_w;
    int16_t pad_top, pad_left;
    int16_t in_zp, out_zp;
    int16_t act_min, act_max;
    uint16_t pool_h, pool_w; /* 0, or a maximum over windows of so many positions, side by side, follows: out_h / pool_h
                              * by out_w / pool_w outputs */
    uint16_t taps;           /* connections of an output: kernel_h * kernel_w * in_c; depthwise: kernel_h * kernel_w */
    uint16_t x_cut;          /* _xcut: activations with |x - in_zp| <= x_cut are left out */
    unit_weights weights;    /* [blocks][taps][RT_BLOCK]; depthwise and _cut: see there */
    unit_weights cut;        /* _cut with a stored cut: beside the weights; executed where |x| > cut, 255 is never */
    const int32_t *bias;     /* [out_c], rounded up to whole blocks */
    const int32_t *mult;     /* [out_c] if scale_step is 1, [1] if it is 0; as are */
    const int8_t *shift;
    const int32_t *add;
    uint8_t scale_step;              /* 0 or 1 */
    uint8_t requant;                 /* enum unit_requant */
    uint8_t left;                    /* UNIT_REQUANT_ONCE, _HIGH: sums are shifted left by so much first */
    const struct unit_cut_run *runs; /* _cut of fully connected layers, with: */
    uint8_t division;                /* enum unit_division */
};

/* CONV_2D and FULLY_CONNECTED, with a MAX_POOL_2D behind them where pool_h is set: sums are compared before they are
 * requantised, which grows with the sum. Three rules: every product; the activations beyond x_cut only, listed once a
 * strip; UnIT as published, a stored cut for each connection (weights and cuts: [out_c][taps] bytes). op: struct
 * unit_packed_s8. t: input, output, scratch: struct rt_strip of rt_packed.h says how much. */
unit_kernel unit_packed_s8;
unit_kernel unit_packed_s8_xcut;
unit_kernel unit_packed_s8_cut;

/* UnIT as published for FULLY_CONNECTED: one quotient an activation and run. Weights: [taps][out_c] bytes. t: input,
 * output, scratch: of 4 * out_c bytes. */
unit_kernel unit_packed_fc_s8_cut;

/* DEPTHWISE_CONV_2D: every product; those of activations beyond x_cut; those beyond each connection's cut. Weights and
 * cuts: [out_c][taps] bytes. t: input, output, scratch: of kernel_h * kernel_w * in_c bytes rounded up to 4. */
unit_kernel unit_packed_depthwise_s8;
unit_kernel unit_packed_depthwise_s8_xcut;
unit_kernel unit_packed_depthwise_s8_cut;

/* ---- The same layers for the MPY32 multiplier of the MSP430 --------------------------------------------------------
 */

/* A convolution or fully connected layer for a multiplier that takes 16 x 32 bits and adds to a 64-bit result. Outputs
 * go in pairs: their weights are one operand w0 + w1 * 2^24, so that one product serves both and the result holds the
 * first sum in bits 0..23 and the second in bits 24..47. A sum is counted from the least one that gives more than
 * act_min, plus 2^23: its highest bit then tells outputs that stay at act_min, which need no requantisation. The
 * others:
 *
 *   y = act_min + min(act_max - act_min, ((T * mult >> 16) + add) >> 20)     T: a lane, 24 bits; all modulo 2^32
 *
 * Lowering proves for every sum that can occur that a lane holds it and that this is what the layer's own rounding
 * gives (src/port/step_fit.h); where it cannot, the layer stays a unit_packed_s8.
 *
 * Connections are in the order [kernel_w][kernel_h][in_c]. Of an odd number of outputs the second is worked out twice:
 * pairs are (0, 1), (1, 2), (3, 4) ... */
struct unit_mpy_s8 {
    uint16_t in_h, in_w, in_c;
    uint16_t out_h, out_w, out_c; /* before pooling; out_c is 2 or more */
    uint16_t kernel_h, kernel_w, stride_h, stride_w;
    int16_t pad_top, pad_left;
    uint16_t pool_h, pool_w; /* a maximum over windows of so many positions, side by side; 1, 1: none */
    uint16_t taps;           /* kernel_h * kernel_w * in_c */
    uint16_t x_cut;          /* _xcut: activations with |x - in_zp| <= x_cut are left out */
    int16_t in_zp, act_min, act_max;
    unit_weights weights;            /* [(out_c + 1) / 2][taps] operands of 32 bits, low byte first */
    const uint16_t *after;           /* [(out_c + 1) / 2][UNIT_MPY_AFTER] */
    const struct unit_cut_run *runs; /* _cut of fully connected layers, with: */
    uint8_t division;                /* enum unit_division */
};

/* Of a pair: what both lanes begin with (bias less the least sum, plus 2^23; 3 words, low first); mult and add of
 * either output (low words first); how far the next pair's outputs lie behind (1 or 2). */
enum { UNIT_MPY_AFTER = 12 };

/* CONV_2D and FULLY_CONNECTED. op: struct unit_mpy_s8. t: input, output, scratch (src/port/lower_mpy.c says how much).
 * Every product, without and with pooling (the zero point is in the bias); the products of activations beyond x_cut
 * only (centred). */
unit_kernel unit_mpy_s8;
unit_kernel unit_mpy_pool_s8;
unit_kernel unit_mpy_s8_xcut;

/* The same with one sum at a time, of 32 bits, counted from the least one that gives more than act_min. `after` is
 * [out_c][UNIT_MPY_SINGLE_AFTER]: what a sum begins with, mult, add (2 words each, low first), how far the next output
 * lies behind. Depthwise layers have taps in the order [kernel_w][kernel_h] and outputs in another one: channel c * m +
 * i, where m is out_c / in_c, is number i * in_c + c.
 *
 * unit_mpy_depthwise_s8: every product; weights [out_c][taps]. _cut: as UnIT prunes it (CONV_2D with or without
 * pooling); weights [out_c][taps] of 2 bytes, the weight and the |x| at which it wakes, weight 0 for what never does.
 * _fc_s8_cut: an activation's quotient is worked out once a run and compared with the weights' magnitudes; weights
 * [taps][blocks], a block being UNIT_MPY_BLOCK magnitudes, then as many weights, and the last block of each run filled
 * up with zeros; scratch: 4 bytes for each output of a block. */
unit_kernel unit_mpy_depthwise_s8;
unit_kernel unit_mpy_depthwise_s8_cut;
unit_kernel unit_mpy_s8_cut;
unit_kernel unit_mpy_fc_s8_cut;

enum { UNIT_MPY_SINGLE_AFTER = 7, UNIT_MPY_BLOCK = 8 };

/* ---- Two products in one multiplication ----------------------------------------------------------------------------
 */

/* Layers for CPUs that multiply 32 by 32 bits to 32 in a cycle or two, and no wider (ARMv6-M). Activations are pairs
 * x0 + x1 * 2^16, weights w1 + w0 * 2^16; modulo 2^32
 *
 *   (x0 + x1 * 2^16) * (w1 + w0 * 2^16) = x0 * w1 + (x0 * w0 + x1 * w1) * 2^16
 *
 * and rounding away the lower half leaves the sum of both products exactly, as both halves fit 16 bits with a sign. The
 * one exception, twice -128 by -128, is kept out by lowering: no two weights of a pair are -128.
 *
 * A layer's outputs rise with its sums, so a sum becomes an output by the steps of a line in 32-bit arithmetic
 * (rt_steps.h), where lowering has found one that steps at the same sums (src/port/steps_fit.h). */
struct unit_lanes_s8 {
    struct unit_packed_s8 layer; /* geometry, pooling, scale_step; its weights lie as follows, the rest of its
                                  * requantisation is not used */
    /* weights: [blocks of two outputs][pairs][4]: w1 of both outputs, w0 of both, 128 added to each. Pair i holds the
     * connections 2i and 2i + 1 in the order [kernel_w][kernel_h][in_c]; if in_c is a multiple of 4, those of each four
     * are paired 0 with 2 and 1 with 3.
     * bias: [out_c], rounded up to even, less the sum at which the steps begin */
    const int32_t *steps; /* [out_c][3] if layer.scale_step is 1, [1][3] if it is 0: see rt_steps.h */
    const int32_t *bends; /* as steps, [2] each; or NULL */
    uint16_t pairs;
    uint16_t y_h, y_w; /* of the output, behind pooling */
    uint16_t rows;     /* of positions that share weights once unpacked; 0: weights are used as they come */
};

/* CONV_2D and FULLY_CONNECTED, with a MAX_POOL_2D behind them where pool_h is set. op: struct unit_lanes_s8. t: input
 * (aligned to 4), output, scratch (aligned to 4): as rt_lanes.h lays it out. */
unit_kernel unit_lanes_s8;

/* The same without the activations with |x - in_zp| <= layer.x_cut. There a multiplication serves two outputs: weights
 * are [blocks of four outputs][taps][4] bytes, 128 added to each, in the order [kernel_w][kernel_h][in_c]; activations
 * are centred; pairs and rows are not used. */
unit_kernel unit_lanes_s8_xcut;

/* The same for DEPTHWISE_CONV_2D. Here a pair is one input of two rows of outputs, x0 + x1 * 2^16, and a weight is
 * multiplied with both; two products are summed before the upper half is taken. */
struct unit_lanes_depthwise_s8 {
    struct unit_packed_s8 layer; /* as in unit_lanes_s8; weights: [out_c][taps] bytes, [kernel_h][kernel_w] */
    const int32_t *steps, *bends;
    uint16_t rows; /* of outputs at a time, even; their channels are worked out one after another */
};

/* op: struct unit_lanes_depthwise_s8. t: input, output, scratch (aligned to 4): as rt_lanes.h lays it out. */
unit_kernel unit_lanes_depthwise_s8;

/* ---- Two positions a weight, in bytes ---------------------------------------------------------------------------- */

/* Layers for CPUs that multiply 8 by 8 bits (AVR). Activations and weights have 128 added, so that products need no
 * sign; sums count in 24 bits, modulo 2^24, and what the offset of the weights adds to them is taken off at the start,
 * 128 times the sum of the window. Positions go in pairs, side by side in a row or, where rows have an odd number of
 * them, the last ones of two rows: a weight is loaded once for both. A sum becomes an output by steps (rt_steps.h)
 * whose words are arranged for whole bytes:
 *
 *   range   bits 0..23: as there; bit 24: `by_16`
 *   mult    the slope is mult / 2^16 at 2^24 a step, of u, or of 16 * u where by_16 is set
 *   add     as there */
struct unit_bytes_s8 {
    struct unit_packed_s8 layer; /* geometry (without dilation), pooling (none, or two by two), scale_step, activation;
                                  * the rest of its requantisation is not used */
    /* weights: blocks of outputs (rt_bytes.h: rt_bytes_block), in each [taps][outputs], 128 added; connections in the
     * order [kernel_w][kernel_h][in_c].
     * bias: [out_c], less the sum at which the steps begin; sums with it keep to 24 bits and a sign */
    const int32_t *steps; /* [out_c][3] if layer.scale_step is 1, [1][3] if it is 0 */
    const int32_t *bends; /* as steps, [2] each; or NULL */
};

/* CONV_2D and FULLY_CONNECTED, with a MAX_POOL_2D behind them where pool_h is set. op: struct unit_bytes_s8. t: input,
 * output, scratch as rt_bytes.h lays it out. */
unit_kernel unit_bytes_s8;

/* ---- No multiplication ------------------------------------------------------------------------------------------- */

/* Layers for CPUs without a multiplier (RV32IC). As x * w = (x^2 + w^2 - (x - w)^2) / 2, a product takes one look at a
 * table of squares: the sums of w^2 are constants, those of x^2 are worked out once for all outputs. Twice a sum
 * becomes an output by steps (rt_steps.h). */
struct unit_squares_s8 {
    struct unit_packed_s8 layer; /* geometry (without dilation), pooling (none, or two by two), scale_step, activation;
                                  * the rest of its requantisation is not used */
    /* weights: [blocks of 4 outputs][taps][4], connections in the order [kernel_w][kernel_h][in_c].
     * bias: [out_c], rounded up to whole blocks: twice the bias less the sum at which the steps begin, and the sum of
     * the squares of the weights */
    const int32_t *steps; /* [out_c][3] if layer.scale_step is 1, [1][3] if it is 0 */
    const int32_t *bends; /* as steps, [2] each; or NULL */
};

/* CONV_2D and FULLY_CONNECTED, with a MAX_POOL_2D behind them where pool_h is set. op: struct unit_squares_s8. t:
 * input, output, scratch (aligned to 4) as rt_squares.h lays it out. */
unit_kernel unit_squares_s8;

/* ---- Skipping that costs nothing: sorted prefixes ------------------------------------------------------------------
 */

/* A layer whose connections wake at powers of two: connection (o, k) executes where the bit length of |x - in_zp|
 * (0..8) is at least its own waking length (1..8), or never. Then the connections that an activation executes are a
 * prefix of a list sorted by waking length, and what sleeps is neither loaded nor tested; connections that never wake
 * are not stored.
 *
 * CONV_2D and FULLY_CONNECTED scatter: an input element (y, x, c) adds x * w to sums of the output rows it touches. The
 * sums are a ring of output rows, zeroed when a row is first touched and requantised (with a maximum where pooled) when
 * its last input row has passed. There is a list for each column class, channel and kernel row; kernel rows stand in
 * the order last, last less period, ..., last but one, last but one less period, ..., period = stride_h / gcd(stride_h,
 * dilation_h):
 *
 *   list = columns[x].list / UNIT_PREFIX_INDEX_BYTES + c * groups + order(ky) * parts + part
 *   for each entry below index[list].length[bits - 1]:
 *       sum[oy][columns[x].at + UNIT_PREFIX_PART * part + entry.offset] += (in - in_zp) * entry.weight
 *
 * A class holds the kernel columns that meet the output from there, so that borders and strides are exact; or, where
 * few products fall outside, one class serves all columns of a stride and a row of sums has margins that they fall
 * into. A list that spans more than UNIT_PREFIX_PART sums is in several parts. docs/method.md derives all this. */
struct unit_prefix_column {
    uint16_t list; /* where the lists of the column's class begin, in bytes of the index */
    uint16_t at;   /* in a row of sums: the first output element that this column meets */
};

enum {
    UNIT_PREFIX_PART = 127,      /* sums; twice a length or an offset is a byte */
    UNIT_PREFIX_VISITS_MAX = 16, /* lists of a channel that one input row runs */
    UNIT_PREFIX_ENTRY_BYTES = 2,
    UNIT_PREFIX_SUM_ZERO = 0x8000, /* sums of 24 bits begin here, far from where their third byte changes */
    UNIT_PREFIX_LONG_BYTES = 4,
    UNIT_PREFIX_ROW_BYTES = 1,
    UNIT_PREFIX_INDEX_BYTES = 10 /* start: index of the first entry, 16 bits, low byte first; length by bits 1..8.
                                  * MSP430X, long (starts in bytes), and ARMv6-M: of all groups the starts, then the
                                  * lengths by 1 bit, ... */
};

/* Thresholds that move: all cuts of a layer are multiplied with 2^(-step / 2), and so is what the plan compensates. A
 * layer whose input is smaller than it was where its plan was tuned takes as many steps as that says, and a level of
 * the plan takes some back. rt_scale.h is the rule, docs/method.md derives it. */
enum { UNIT_SCALE_STEPS = 8 };

struct unit_scaling {
    uint16_t every, count; /* size of an input: the largest |x - in_zp| of elements 0, every, 2 * every .., `count` of
                            * them; 0: it is not looked at, and every step is 0 */
    uint8_t limits[UNIT_SCALE_STEPS]; /* falling; an input takes a step for each that is above its size */
    const uint8_t *level;             /* the level that is set */
    const int8_t *lifts;              /* [levels] steps that a level takes back */
    const int32_t *compensation;      /* [levels][out_c] the level's bias less the network's; below 2^22 */
    const uint8_t *table; /* [256] as unit_prefix_table, of step 0; those of other steps lie behind and before */
};

/* What becomes of an input that would wake so much that the layer takes too long: where more than `limit` of its
 * elements lie outside low .. low + span (|x - in_zp| above some magnitude), the layer's cuts are multiplied with a
 * power of two, whatever the input's size and the level; what the plan compensates stays. docs/method.md derives it. */
struct unit_fallback {
    uint16_t limit;
    int8_t low;
    uint8_t span;         /* at most 127 */
    const uint8_t *table; /* [256] as unit_prefix_table */
};

/* How a sum becomes an output, by `after`: numbers of 32 bits for each output, low half first.
 *
 *   COARSE, FINE  least (the least sum that gives more than act_min, less the bias), mult, add:
 *                 y = act_min + min(act_max - act_min, ((T * mult >> 16) + add) >> 16 (COARSE) or 20 (FINE)), T = sum -
 *                 least; for the multiplier of the MSP430
 *   STEPS, BENT   start (what to add to the sum), range, mult, add; BENT also bend, bend_add: the line of rt_steps.h
 *   DIVIDED, DIVIDED_BENT  the same for rt_step_divided
 *   BYTES         for 8-bit CPUs, whose sums begin at UNIT_PREFIX_SUM_ZERO: start and range in 3 bytes each, mult in 4,
 * add << 4 in 5, act_max in 1, the output where nothing is executed in 1, low bytes first, one unused; the output is
 * bits 36..43 of mult * u + (add << 12) */
enum unit_after {
    UNIT_AFTER_NONE,
    UNIT_AFTER_COARSE,
    UNIT_AFTER_FINE,
    UNIT_AFTER_STEPS,
    UNIT_AFTER_BENT,
    UNIT_AFTER_BYTES,
    UNIT_AFTER_DIVIDED,
    UNIT_AFTER_DIVIDED_BENT
};

/* What entries are: an offset (below UNIT_PREFIX_PART) and a weight; the same in 16 bits each, low byte first, which is
 * faster; or the weights alone of a row of sums, from offset 0 on, which every element executes that is not zero. CODE:
 * instructions of the CPU, some for each connection, the last connection of a list first and a return behind the first
 * one, at which its start points; entries, and starts, count halves of a word. */
enum unit_prefix_entries {
    UNIT_PREFIX_SHORT,
    UNIT_PREFIX_LONG,
    UNIT_PREFIX_ROW,
    UNIT_PREFIX_CODE,
    UNIT_PREFIX_COMPARED,
    UNIT_PREFIX_COMPARED_ROW
};

struct unit_prefix_s8 {
    struct unit_packed_s8 layer; /* geometry, pooling, bias and requantisation; weights, cut and runs are not used */
    unit_weights entries;        /* [][UNIT_PREFIX_ENTRY_BYTES, _LONG_BYTES or _ROW_BYTES], as `wide` says */
    unit_index index;            /* [lists][UNIT_PREFIX_INDEX_BYTES] */
    const struct unit_prefix_column *columns; /* [in_w] */
    const struct unit_scaling *scaling;       /* NULL: thresholds stand still */
    const struct unit_fallback *fallback;     /* NULL: no input takes too long */
    const uint16_t *after;  /* MSP430, or NULL: [out_c][UNIT_PREFIX_AFTER], requantisation with the bias in it */
    uint16_t groups, parts; /* groups: kernel_h * parts */
    uint16_t rows;          /* of the ring */
    uint16_t row_elements;  /* of a row of sums, margins included; the output begins at: */
    uint16_t origin;
    uint16_t lists, entry_count; /* in all; not read by the kernel */
    uint8_t after_form;          /* enum unit_after */
    uint8_t wide;                /* enum unit_prefix_entries */
    uint8_t quiet;  /* MSP430, ARMv6-M: magnitudes up to this one wake no connection, where thresholds stand still */
    uint8_t near;   /* MSP430: short entries have their offsets in bytes, not half of them */
    uint8_t narrow; /* MSP430: sums, and the least ones in `after`, keep to 20 bits with sign if they begin at: */
    int32_t start;  /* where not narrow: 0 */
#if defined __MSP430__
    unit_loop *row, *outputs; /* of rt_port.h; outputs: NULL for UNIT_AFTER_NONE */
#endif
};

/* CONV_2D and FULLY_CONNECTED, with a MAX_POOL_2D behind them where pool_h is set. op: struct unit_prefix_s8. t: input,
 * output, scratch: of 4 * rows * row_elements bytes; with `scaling` more, for what moves with the thresholds
 * (src/port/prefix_after.c). */
unit_kernel unit_prefix_s8;

/* CONV_2D with a cut of any size for each connection, which is compared with every activation that is not zero: the
 * published method. As unit_prefix_s8, but for entries of 4 bytes: weight, 4 * offset (16 bits, low byte first), cut;
 * all of a list are gone through, and those run whose cut is below |in - in_zp|. MSP430X: rows of sums as with
 * UNIT_PREFIX_ROW, of 2 bytes: the least magnitude that executes a connection, weight. */
unit_kernel unit_prefix_s8_compared;

/* DEPTHWISE_CONV_2D: output channels one after another, each with a plane of sums. The plane has margins that products
 * outside the output fall into. A channel has a list for each phase of the stride, list = rows[y].list +
 * columns[x].list:
 *
 *   for each entry below index[o][list].length[bits - 1]:
 *       plane[rows[y].at + columns[x].at + entry.offset] += (in - in_zp) * entry.weight */
struct unit_prefix_depthwise_s8 {
    struct unit_packed_s8 layer;
    unit_weights entries; /* [][UNIT_PREFIX_LONG_BYTES]: offset, weight: 16 bits each, low byte first */
    unit_index index;     /* [out_c][lists][UNIT_PREFIX_INDEX_BYTES] */
    const struct unit_prefix_column *rows, *columns; /* [in_h], [in_w] */
    const struct unit_scaling *scaling;              /* NULL: thresholds stand still */
    const struct unit_fallback *fallback;            /* NULL: no input takes too long */
    const uint16_t *after;                           /* as in struct unit_prefix_s8 */
    uint16_t lists;                                  /* of a channel: stride_h * stride_w */
    uint16_t plane_w, plane_h;                       /* margins included */
    uint16_t origin;                                 /* where the output begins in the plane */
    uint8_t after_form;
    uint16_t entry_count; /* in all; not read by the kernel */
};

/* op: struct unit_prefix_depthwise_s8. t: input, output, scratch: of 4 * plane_h * plane_w bytes. */
unit_kernel unit_prefix_depthwise_s8;

/* ---- Pooling and reduction --------------------------------------------------------------------------------------- */

struct unit_pool_s8 {
    uint16_t in_h, in_w, channels;
    uint16_t out_h, out_w;
    uint16_t filter_h, filter_w, stride_h, stride_w;
    int16_t pad_top, pad_left;
    int16_t act_min, act_max;
};

/* MAX_POOL_2D and AVERAGE_POOL_2D on raw quantised values: input and output have the same scale and zero point; an
 * average is rounded half away from zero, over the taps inside the input. op: struct unit_pool_s8. t: input, output. */
unit_kernel unit_max_pool_s8;
unit_kernel unit_average_pool_s8;

struct unit_mean_s8 {
    uint8_t rank;                   /* 1..UNIT_RANK_MAX */
    uint8_t reduced[UNIT_RANK_MAX]; /* 1 where the axis is averaged away */
    uint16_t shape[UNIT_RANK_MAX];  /* of the input */
    int16_t in_zp, out_zp;
    int32_t mult; /* in_scale / out_scale with the element count folded in, Q0.31 */
    int8_t shift;
    uint32_t count; /* elements averaged into one output */
};

/* MEAN over any set of axes. op: struct unit_mean_s8. t: input, output, scratch of 4 bytes an output element. */
unit_kernel unit_mean_s8;

/* ---- Element by element ------------------------------------------------------------------------------------------ */

/* Two operands broadcast against each other: element strides of 0 repeat. Equal neighbouring axes are merged when the
 * network is lowered, so plain elementwise work has rank 1. */
struct unit_broadcast {
    uint8_t rank;                                              /* 1..UNIT_RANK_MAX */
    uint32_t shape[UNIT_RANK_MAX];                             /* of the output */
    uint32_t a_stride[UNIT_RANK_MAX], b_stride[UNIT_RANK_MAX]; /* elements */
};

struct unit_add_s8 {
    struct unit_broadcast over;
    uint8_t subtract; /* 1: a - b */
    int16_t a_zp, b_zp, out_zp;
    int32_t a_mult, b_mult, out_mult; /* Q0.31; operands are first shifted left by left_shift */
    int8_t a_shift, b_shift, out_shift, left_shift;
    int16_t act_min, act_max;
    const int8_t *a, *b; /* a constant operand, or NULL: then it is a tensor */
};

/* ADD and SUB. op: struct unit_add_s8. t: the operands that are not constant, output (may be the place of an operand
 * that is not broadcast). */
unit_kernel unit_add_s8;

/* The same for two tensors of one shape, where one factor an operand gives the same bytes for every pair of operands
 * (src/port/lower_sum.h): y = clamp((a * a_mult + b * b_mult + add) >> shift). */
struct unit_sum_s8 {
    uint32_t count; /* elements */
    int32_t a_mult, b_mult, add;
    uint8_t shift;
    int16_t act_min, act_max;
};

/* op: struct unit_sum_s8. t: both operands, output (may be the place of one of them). */
unit_kernel unit_sum_s8;

struct unit_mul_s8 {
    struct unit_broadcast over;
    int16_t a_zp, b_zp, out_zp;
    int32_t mult;
    int8_t shift;
    int16_t act_min, act_max;
    const int8_t *a, *b; /* as in unit_add_s8 */
};

/* MUL. op: struct unit_mul_s8. t: as unit_add_s8. */
unit_kernel unit_mul_s8;

struct unit_lut_8 {
    uint32_t count;       /* elements */
    const uint8_t *table; /* [256]; y = table[(uint8_t)x] on the bytes as they lie in memory */
};

/* Any function of one 8-bit value: RELU, RELU6, LEAKY_RELU, LOGISTIC, TANH, and QUANTIZE between 8-bit types. op:
 * struct unit_lut_8. t: input, output (may be the same place). */
unit_kernel unit_lut_8;

struct unit_softmax_s8 {
    uint32_t rows;
    uint16_t depth;   /* elements a row */
    int32_t mult;     /* beta * in_scale * 2^26, Q0.31 */
    int8_t shift;     /* 0..31 */
    int16_t diff_min; /* elements this far or farther below the largest count as 0; negative */
};

/* SOFTMAX over the last axis, output scale 1/256 and zero point -128, in integers only. op: struct unit_softmax_s8. t:
 * input, output (may be the same place). */
unit_kernel unit_softmax_s8;

struct unit_softmax_table_s8 {
    uint32_t rows;
    uint16_t depth;              /* elements a row */
    uint16_t count;              /* elements so many steps below the largest and farther count as 0 */
    const int32_t *exponentials; /* [count] of elements 0, 1, 2 ... steps below the largest, Q0.31 */
};

/* SOFTMAX, the same to the last bit, with a table of exponentials: for CPUs that multiply slowly. op: struct
 * unit_softmax_table_s8. t: as unit_softmax_s8. */
unit_kernel unit_softmax_s8_table;

struct unit_quantize_f32_s8 {
    uint32_t count;
    float scale;
    int16_t zp;       /* of the stored byte: -128..127, or 0..255 for a uint8 output */
    int16_t min, max; /* -128..127, or 0..255 for a uint8 output */
};

/* QUANTIZE float to 8 bits: round(x / scale) half away from zero, plus zp, saturated; NaN gives zp.
 * op: struct unit_quantize_f32_s8. t: float input, 8-bit output. */
unit_kernel unit_quantize_f32_s8;

struct unit_dequantize_f32 {
    uint32_t count;
    float scale;
    int16_t zp;
    uint8_t is_unsigned; /* the input is uint8 */
};

/* DEQUANTIZE 8 bits to float. op: struct unit_dequantize_f32. t: 8-bit input, float output. */
unit_kernel unit_dequantize_f32;

/* exp(x) for x <= 0 and log(x) for x >= 1 without libm, correctly rounded but for one case in a hundred million. They
 * need a 64-bit double. */
float unit_exp_f32(float x);
float unit_log_f32(float x);

struct unit_log_softmax_s8 {
    struct unit_softmax_s8 exp; /* rows, depth, and the exponentials' factor with beta 1 */
    int32_t divisor_mult;       /* 1 / (in_scale * 2^26), to bring a logarithm back to input steps */
    int8_t divisor_shift;
};

/* LOG_SOFTMAX over the last axis, output scale 16/256 and zero point 127, in integers only. op: struct
 * unit_log_softmax_s8. t: input,
 * output (may be the same place). */
unit_kernel unit_log_softmax_s8;

struct unit_log_softmax_f32 {
    uint32_t rows;
    uint16_t depth;
    float (*exp)(float),
        (*log)(float); /* unit_exp_f32 and unit_log_f32, or libm's: TFLite's last bit is that of its libm */
};

/* LOG_SOFTMAX on floats, for networks that end DEQUANTIZE, LOG_SOFTMAX. op: struct unit_log_softmax_f32. t: input,
 * output (may be the same place). */
unit_kernel unit_log_softmax_f32;

/* ---- Moving data: any element size ------------------------------------------------------------------------------- */

struct unit_copy {
    uint32_t rows;               /* repeat this often: */
    uint32_t bytes;              /*   copy so many bytes */
    uint32_t from_step, to_step; /*   and go on by so many */
    uint32_t to_start;           /* first byte written in the output */
    const void *from;            /* a constant source, or NULL: then it is the input tensor */
};

/* A slice of CONCATENATION, or a constant brought into the arena. op: struct unit_copy. t: input (absent if constant),
 * output. */
unit_kernel unit_copy;

struct unit_pad {
    uint8_t rank, element_bytes;
    uint16_t shape[UNIT_RANK_MAX]; /* of the input */
    uint16_t before[UNIT_RANK_MAX], after[UNIT_RANK_MAX];
    uint8_t value; /* every byte of the padding (the zero point of int8 data) */
};

/* PAD. op: struct unit_pad. t: input, output. */
unit_kernel unit_pad;

struct unit_transpose {
    uint8_t rank, element_bytes;
    uint16_t shape[UNIT_RANK_MAX];       /* of the output */
    uint32_t from_stride[UNIT_RANK_MAX]; /* bytes in the input for a step along each output axis */
};

/* TRANSPOSE. op: struct unit_transpose. t: input, output. */
unit_kernel unit_transpose;

#ifdef __cplusplus
}
#endif
#endif
