/* rt_tile.h (RV32I) - the dense inner loop without a multiplier: four outputs (or two) at four positions. A band holds
 * activations as addresses in a table of squares, so that with twice a weight added they are where (x - w)^2 stands:
 * an addition, a load and an addition a connection, 3.75 instructions with its share of the loads. All sums stay in
 * registers.
 *
 * A window is so many stretches of words. A stretch is taken in chunks of four, a smaller one first, which begins
 * inside the unrolled code.
 */
#ifndef RT_TILE_H
#define RT_TILE_H

#include <stdint.h>

#include "rt_squares.h"

enum {
    RT_CHUNK = 4,
#ifdef __riscv_compressed /* code of a tap: shifts and additions have 2 bytes, what else there is 4 */
    RT_TAP_4_CODE = 4 * 4 + 4 * (4 + 2 + 4 * (4 + 4 + 2)),
    RT_TAP_2_CODE = 4 * 4 + 2 * (4 + 2 + 4 * (4 + 4 + 2))
#else
    RT_TAP_4_CODE = 60 * 4,
    RT_TAP_2_CODE = 32 * 4
#endif
};

/* The windows of a layer, in bytes. The loop reads the fields by their offsets. */
struct rt_shape {
    uint32_t stretch;        /* 0 */
    uint32_t step;           /* 4: from a stretch to the next */
    uint32_t first;          /* 8: size of a stretch's first chunk */
    uint32_t first_w;        /* 12: its weights */
    uint32_t next;           /* 16: from the end of a stretch to the end of the next one's first chunk */
    uint32_t weights;        /* 20: of a block */
    uint32_t code_4, code_2; /* of the taps that the first chunk leaves out */
};

/* `stretches` of `taps` values, `step` words apart. */
static inline struct rt_shape rt_shape(uint16_t stretches, uint16_t taps, uint16_t step)
{
    uint32_t first = ((taps - 1u) & (RT_CHUNK - 1)) + 1;
    struct rt_shape s = { .stretch = 4u * taps, .step = 4u * step, .first = 4 * first, .first_w = 4 * first };

    s.next = s.step - s.stretch + s.first;
    for (; stretches; stretches--) /* multiplications are calls */
        s.weights += s.stretch;
    for (; first < RT_CHUNK; first++) {
        s.code_4 += RT_TAP_4_CODE;
        s.code_2 += RT_TAP_2_CODE;
    }
    return s;
}

/* clang-format off */
/* One output's weight and the activations of the four positions. */
#define RT_OUTPUT(AT, S0, S1, S2, S3)                                                                                  \
    "lb a7, " AT "(a4)\n\t"                                                                                            \
    "slli a7, a7, 1\n\t"                                                                                               \
    "add ra, t0, a7\n\t"                                                                                               \
    "lhu ra, 0(ra)\n\t"                                                                                                \
    "add " S0 ", " S0 ", ra\n\t"                                                                                       \
    "add ra, t1, a7\n\t"                                                                                               \
    "lhu ra, 0(ra)\n\t"                                                                                                \
    "add " S1 ", " S1 ", ra\n\t"                                                                                       \
    "add ra, t2, a7\n\t"                                                                                               \
    "lhu ra, 0(ra)\n\t"                                                                                                \
    "add " S2 ", " S2 ", ra\n\t"                                                                                       \
    "add ra, a6, a7\n\t"                                                                                               \
    "lhu ra, 0(ra)\n\t"                                                                                                \
    "add " S3 ", " S3 ", ra\n\t"

#define RT_ACTIVATIONS(I)                                                                                              \
    "lw t0, 4*" I "(a0)\n\t"                                                                                           \
    "lw t1, 4*" I "(a1)\n\t"                                                                                           \
    "lw t2, 4*" I "(a2)\n\t"                                                                                           \
    "lw a6, 4*" I "(a3)\n\t"

/* The tap I behind the pointers (which is negative). */
#define RT_TAP_2(I)                                                                                                    \
    RT_ACTIVATIONS(I)                                                                                                  \
    RT_OUTPUT("4*" I, "s0", "s1", "s2", "s3")                                                                          \
    RT_OUTPUT("4*" I "+1", "s4", "s5", "s6", "s7")
#define RT_TAP_4(I)                                                                                                    \
    RT_TAP_2(I)                                                                                                        \
    RT_OUTPUT("4*" I "+2", "s8", "s9", "s10", "s11")                                                                   \
    RT_OUTPUT("4*" I "+3", "t3", "t4", "t5", "t6")

#define RT_ADVANCE_ALL(BY)                                                                                             \
    "add a0, a0, " BY "\n\t"                                                                                           \
    "add a1, a1, " BY "\n\t"                                                                                           \
    "add a2, a2, " BY "\n\t"                                                                                           \
    "add a3, a3, " BY "\n\t"

/* a0..a3: windows, a4: weights, a5: struct rt_shape, a6: code of the taps that the first chunk leaves out, t0: sums.
 * Keeps the stack as it was. */
#define RT_TAPS(TAP)                                                                                                   \
    "addi sp, sp, -32\n\t"                                                                                             \
    "sw t0, 20(sp)\n\t"                                                                                                \
    "lw t0, 4(a5)\n\t"                                                                                                 \
    "lw t1, 8(a5)\n\t"                                                                                                 \
    "lw t2, 12(a5)\n\t"                                                                                                \
    "lw ra, 16(a5)\n\t"                                                                                                \
    "lw a7, 20(a5)\n\t"                                                                                                \
    "sw t0, 0(sp)\n\t" /* step */                                                                                      \
    "sw t2, 4(sp)\n\t" /* first_w */                                                                                   \
    "sw ra, 8(sp)\n\t" /* next */                                                                                      \
    "add a7, a7, a4\n\t"                                                                                               \
    "sw a7, 12(sp)\n\t" /* end of the weights */                                                                       \
    "la a7, 2f\n\t"                                                                                                    \
    "add a7, a7, a6\n\t"                                                                                               \
    "sw a7, 16(sp)\n\t" /* where a stretch begins */                                                                   \
    "lw a5, 0(a5)\n\t"                                                                                                 \
    "add a5, a5, a0\n\t" /* end of the first window's stretch */                                                       \
    RT_ADVANCE_ALL("t1")                                                                                               \
    "add a4, a4, t2\n\t"                                                                                               \
    "jr a7\n\t"                                                                                                        \
    "1:\n"                                                                                                             \
    "addi a0, a0, 16\n\t"                                                                                              \
    "addi a1, a1, 16\n\t"                                                                                              \
    "addi a2, a2, 16\n\t"                                                                                              \
    "addi a3, a3, 16\n\t"                                                                                              \
    "addi a4, a4, 16\n\t"                                                                                              \
    "2:\n"                                                                                                             \
    TAP("-4") TAP("-3") TAP("-2") TAP("-1")                                                                            \
    "bne a0, a5, 1b\n\t"                                                                                               \
    "lw a7, 12(sp)\n\t"                                                                                                \
    "beq a4, a7, 3f\n\t"                                                                                               \
    "lw a7, 8(sp)\n\t"                                                                                                 \
    RT_ADVANCE_ALL("a7")                                                                                               \
    "lw a7, 4(sp)\n\t"                                                                                                 \
    "add a4, a4, a7\n\t"                                                                                               \
    "lw a7, 0(sp)\n\t"                                                                                                 \
    "add a5, a5, a7\n\t"                                                                                               \
    "lw a7, 16(sp)\n\t"                                                                                                \
    "jr a7\n\t"                                                                                                        \
    "3:\n"                                                                                                             \
    "lw t0, 20(sp)\n\t"                                                                                                \
    "addi sp, sp, 32\n\t"

#define RT_CLEAR(S0, S1, S2, S3)                                                                                       \
    "li " S0 ", 0\n\t"                                                                                                 \
    "li " S1 ", 0\n\t"                                                                                                 \
    "li " S2 ", 0\n\t"                                                                                                 \
    "li " S3 ", 0\n\t"

#define RT_STORE(AT, S0, S1, S2, S3)                                                                                   \
    "sw " S0 ", " AT "(t0)\n\t"                                                                                        \
    "sw " S1 ", " AT "+4(t0)\n\t"                                                                                      \
    "sw " S2 ", " AT "+8(t0)\n\t"                                                                                      \
    "sw " S3 ", " AT "+12(t0)\n\t"
/* clang-format on */

#define RT_BEGIN_2 RT_CLEAR("s0", "s1", "s2", "s3") RT_CLEAR("s4", "s5", "s6", "s7")
#define RT_BEGIN_4 RT_BEGIN_2 RT_CLEAR("s8", "s9", "s10", "s11") RT_CLEAR("t3", "t4", "t5", "t6")
#define RT_END_2 RT_STORE("0", "s0", "s1", "s2", "s3") RT_STORE("16", "s4", "s5", "s6", "s7")
#define RT_END_4 RT_END_2 RT_STORE("32", "s8", "s9", "s10", "s11") RT_STORE("48", "t3", "t4", "t5", "t6")

#define RT_TILE_OPERANDS(CODE)                                                                                         \
    register const uint32_t *a0 __asm__("a0") = x[0], *a1 __asm__("a1") = x[1];                                        \
    register const uint32_t *a2 __asm__("a2") = x[2], *a3 __asm__("a3") = x[3];                                        \
    register const int8_t *a4 __asm__("a4") = w;                                                                       \
    register const struct rt_shape *a5 __asm__("a5") = s;                                                              \
    register uint32_t a6 __asm__("a6") = (CODE);                                                                       \
    register int32_t *t0 __asm__("t0") = sums
#define RT_TILE_IO "+r"(a0), "+r"(a1), "+r"(a2), "+r"(a3), "+r"(a4), "+r"(a5), "+r"(a6), "+r"(t0)

/* sums[output][position] = sum over the window of (x[position] - w[output])^2, for the four outputs of a block; x
 * points to RT_SQUARES_TILE windows. */
static inline void rt_tile_4(const struct rt_shape *s, const uint32_t *const x[RT_SQUARES_TILE], const int8_t *w,
                             int32_t sums[4 * RT_SQUARES_TILE])
{
    RT_TILE_OPERANDS(s->code_4);

    __asm__ volatile(RT_BEGIN_4 RT_TAPS(RT_TAP_4) RT_END_4:RT_TILE_IO
                     :
                     : "a7", "ra", "t1", "t2", "t3", "t4", "t5", "t6", "s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7",
                       "s8", "s9", "s10", "s11", "memory");
}

/* The same for the first two outputs of a block. */
static inline void rt_tile_2(const struct rt_shape *s, const uint32_t *const x[RT_SQUARES_TILE], const int8_t *w,
                             int32_t sums[2 * RT_SQUARES_TILE])
{
    RT_TILE_OPERANDS(s->code_2);

    __asm__ volatile(RT_BEGIN_2 RT_TAPS(RT_TAP_2) RT_END_2:RT_TILE_IO
                     :
                     : "a7", "ra", "t1", "t2", "s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "memory");
}

/* sums[output] += (x - w[output])^2 over a stretch of one window, for four outputs; returns where weights go on. */
static inline const int8_t *rt_add_stretch(const uint32_t *x, uint32_t bytes, const int8_t *w, int32_t *sums)
{
    int32_t s0 = sums[0], s1 = sums[1], s2 = sums[2], s3 = sums[3];

    for (const uint32_t *end = x + (bytes >> 2); x != end; x++, w += RT_SQUARES_BLOCK) {
        const uint16_t *at = (const uint16_t *)(uintptr_t)*x;
        s0 += at[w[0]];
        s1 += at[w[1]];
        s2 += at[w[2]];
        s3 += at[w[3]];
    }
    sums[0] = s0, sums[1] = s1, sums[2] = s2, sums[3] = s3;
    return w;
}

#endif
