/* rt_port.h (ARMv6-M) - two products in one multiplication, for Cortex-M0, M0+ and M1.
 *
 * Weights are stored as w + 128, four outputs a word:      | w3 | w2 | w1 | w0 |
 * masked, a word is two operands of 16-bit lanes:           | 0  | w2 | 0  | w0 |   | 0  | w3 | 0  | w1 |
 * and one MULS by an activation x + 128 (0..255) gives two products of 16 bits each, at most 255 * 255, without a carry
 * between the lanes. Per pair of lanes two sums are kept: S of the whole words and H of the upper lanes alone; both are
 * exact modulo 2^32, so the lower lane's sum is S - H * 2^16. The offsets are undone once a window: see rt_packed.h.
 *
 * 14.5 cycles for four connections and 4 for eight steps of the loop (DDI 0484C, table 3.1).
 */
#ifndef RT_PORT_H
#define RT_PORT_H

#include "rt_beyond.h"
#include "rt_flash.h"

enum { RT_BLOCK = 4, RT_X_OFFSET = 128, RT_W_OFFSET = 128, RT_TAP_BYTES = 4, RT_DOT_MAX = 65535 };

/* The word in W times x; B is free. S02, H02, S13, H13 are r8 to r11. */
#define RT_LANES(W)                                                                                                    \
    "lsrs r4, " W ", #8\n\t"                                                                                           \
    "ands " W ", r2\n\t"                                                                                               \
    "ands r4, r2\n\t"                                                                                                  \
    "muls " W ", r5\n\t"                                                                                               \
    "muls r4, r5\n\t"                                                                                                  \
    "add r8, " W "\n\t"                                                                                                \
    "lsrs " W ", " W ", #16\n\t"                                                                                       \
    "add r9, " W "\n\t"                                                                                                \
    "add r10, r4\n\t"                                                                                                  \
    "lsrs r4, r4, #16\n\t"                                                                                             \
    "add r11, r4\n\t"

#define RT_PAIR(I, J)                                                                                                  \
    "ldmia r1!, {r3, r6}\n\t"                                                                                          \
    "ldrb r5, [r0, #" I "]\n\t" RT_LANES("r3") "ldrb r5, [r0, #" J "]\n\t" RT_LANES("r6")

#define RT_CLEAR_SUMS                                                                                                  \
    "movs r3, #0\n\t"                                                                                                  \
    "mov r8, r3\n\t"                                                                                                   \
    "mov r9, r3\n\t"                                                                                                   \
    "mov r10, r3\n\t"                                                                                                  \
    "mov r11, r3\n\t"

/* acc (r7) += the lanes' sums */
#define RT_ADD_SUMS                                                                                                    \
    "mov r3, r9\n\t"                                                                                                   \
    "ldr r4, [r7, #8]\n\t"                                                                                             \
    "adds r4, r4, r3\n\t"                                                                                              \
    "str r4, [r7, #8]\n\t"                                                                                             \
    "lsls r3, r3, #16\n\t"                                                                                             \
    "mov r4, r8\n\t"                                                                                                   \
    "subs r4, r4, r3\n\t"                                                                                              \
    "ldr r3, [r7]\n\t"                                                                                                 \
    "adds r4, r4, r3\n\t"                                                                                              \
    "str r4, [r7]\n\t"                                                                                                 \
    "mov r3, r11\n\t"                                                                                                  \
    "ldr r4, [r7, #12]\n\t"                                                                                            \
    "adds r4, r4, r3\n\t"                                                                                              \
    "str r4, [r7, #12]\n\t"                                                                                            \
    "lsls r3, r3, #16\n\t"                                                                                             \
    "mov r4, r10\n\t"                                                                                                  \
    "subs r4, r4, r3\n\t"                                                                                              \
    "ldr r3, [r7, #4]\n\t"                                                                                             \
    "adds r4, r4, r3\n\t"                                                                                              \
    "str r4, [r7, #4]\n\t"

/* acc[b] += sum over i < k of x[i] * w[i][b], as stored; returns where w goes on. */
static inline rt_far rt_dot(const uint8_t *x, rt_far w, uint16_t k, int32_t acc[RT_BLOCK])
{
    register const uint8_t *r0 __asm__("r0") = x;
    register rt_far r1 __asm__("r1") = w;
    register uint32_t r2 __asm__("r2") = 0x00ff00ff;
    register int32_t *r7 __asm__("r6") = acc;
    register uint32_t r3 __asm__("r3") = k;

    __asm__ volatile(".syntax unified\n\t"
                     "push {r7}\n\t"
                     "mov r7, r6\n\t"
                     "adds r5, r0, r3\n\t"
                     "mov r12, r5\n\t" /* end of x */
                     "lsrs r4, r3, #3\n\t"
                     "lsls r4, r4, #3\n\t"
                     "adds r4, r0, r4\n\t"
                     "mov lr, r4\n\t" /* end of whole eights */
                     RT_CLEAR_SUMS "cmp r0, lr\n\t"
                     "beq 2f\n"
                     "1:\n\t" RT_PAIR("0", "1") RT_PAIR("2", "3") RT_PAIR("4", "5")
                         RT_PAIR("6", "7") "adds r0, #8\n\t"
                                           "cmp r0, lr\n\t"
                                           "bne 1b\n"
                                           "2:\n\t"
                                           "cmp r0, r12\n\t"
                                           "beq 4f\n"
                                           "3:\n\t"
                                           "ldmia r1!, {r3}\n\t"
                                           "ldrb r5, [r0]\n\t" RT_LANES("r3") "adds r0, #1\n\t"
                                                                              "cmp r0, r12\n\t"
                                                                              "bne 3b\n"
                                                                              "4:\n\t" RT_ADD_SUMS "pop {r7}\n\t"
                     : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3), "+r"(r7)
                     :
                     : "r4", "r5", "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory");
    return r1;
}

/* An activation that is not left out: |x - zp| and where its weights lie in a block, one word. */
struct rt_entry {
    uint16_t magnitude, at;
};

static inline struct rt_entry rt_entry(uint16_t k, uint8_t magnitude)
{
    struct rt_entry e;

    e.magnitude = magnitude;
    e.at = (uint16_t)(k * RT_TAP_BYTES);
    return e;
}

/* acc[b] += sum over the entries of magnitude * w[at][b]: 18 cycles an entry. */
static inline void rt_dot_list(const struct rt_entry *entry, uint16_t count, rt_far w, int32_t acc[RT_BLOCK])
{
    register const struct rt_entry *r0 __asm__("r0") = entry;
    register rt_far r1 __asm__("r1") = w;
    register uint32_t r2 __asm__("r2") = 0x00ff00ff;
    register int32_t *r7 __asm__("r6") = acc;
    register const struct rt_entry *r3 __asm__("r3") = entry + count;

    if (!count)
        return;
    __asm__ volatile(".syntax unified\n\t"
                     "push {r7}\n\t"
                     "mov r7, r6\n\t"
                     "mov r12, r3\n\t" /* end of the list */
                     RT_CLEAR_SUMS "1:\n\t"
                     "ldmia r0!, {r3}\n\t"
                     "uxtb r5, r3\n\t"
                     "lsrs r3, r3, #16\n\t"
                     "ldr r3, [r1, r3]\n\t" RT_LANES("r3") "cmp r0, r12\n\t"
                                                           "bne 1b\n\t" RT_ADD_SUMS "pop {r7}\n\t"
                     : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3), "+r"(r7)
                     :
                     : "r4", "r5", "r8", "r9", "r10", "r11", "r12", "cc", "memory");
}

#define RT_HAS_ADD_BEYOND
/* See rt_loops.h. */
static inline void rt_add_beyond(int32_t *sums, int16_t x, rt_far w, uint8_t cut, uint16_t count)
{
    const int32_t x_and_cut[2] = { x, cut };
    uint16_t fours = (uint16_t)((uintptr_t)w & 3 ? 0 : count & ~3);

    if (fours)
        unit_add_beyond(sums, w, fours, x_and_cut);
    for (; fours < count; fours++) {
        int8_t weight = w[fours];
        if (weight > cut || -weight > cut)
            sums[fours] += x * weight;
    }
}

#include "rt_loops.h"

#endif
