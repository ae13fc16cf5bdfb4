/* rt_port.h (MSP430X) - packed layers on the MPY32 hardware multiplier, weights streamed from upper FRAM.
 *
 * Two outputs share one product: their weights lie in one 32-bit operand w0 + w1 * 2^24, an activation is the 16-bit
 * operand, and the multiplier accumulates x * w0 in bits 0..23 of RES0..RES3 and x * w1 above them. Exact while the
 * lower sum keeps to 24 bits with sign: 511 connections of at most 128 * 128.
 *
 * The order of operands matters (SLAU367P, table 5-1): with the 16-bit value first the last result word is ready 4
 * cycles after OP2H is written, which is when the next MACS write lands. 12 cycles for two connections.
 *
 * The assembler of LLVM knows neither MSP430X instructions nor MOV @Rn+,&abs: they are .word with their meaning beside
 * them. Interrupt handlers must not use the multiplier, nor save registers as 16 bits, while a layer runs.
 */
#ifndef RT_PORT_H
#define RT_PORT_H

#include "unit.h"

enum { RT_BLOCK = 2, RT_X_OFFSET = 0, RT_W_OFFSET = 0, RT_TAP_BYTES = 4, RT_DOT_MAX = 511 };

/* Weights go above 64 KB; a cell below holds their address. */
#define RT_FAR __attribute__((section(".upper"), aligned(2)))
#define RT_ROM __attribute__((aligned(2)))
#define RT_FAR_CELL(array)                                                                                             \
    __asm__(".section .rodata.unit,\"a\",@progbits\n.balign 2\n" #array "_cell: .long " #array "\n.text");             \
    extern const uint32_t array##_cell[];
#define RT_WEIGHTS(array) (array##_cell)

typedef uint32_t rt_far; /* a 20-bit address */

/* The loops of prefix_scatter.S and prefix_rows.S, of which a layer names its own (struct unit_prefix_s8), so that no
 * others are linked. */
unit_loop unit_prefix_row_long, unit_prefix_row_narrow, unit_prefix_row_short, unit_prefix_row_short_narrow,
    unit_prefix_row_near, unit_prefix_row_near_narrow;
unit_loop unit_prefix_outputs_coarse, unit_prefix_outputs_fine, unit_prefix_outputs_pooled_coarse,
    unit_prefix_outputs_pooled_fine, unit_prefix_outputs_narrow_coarse, unit_prefix_outputs_narrow_fine,
    unit_prefix_outputs_narrow_pooled_coarse, unit_prefix_outputs_narrow_pooled_fine;

static inline rt_far rt_far_from(unit_weights w)
{
    return *w;
}

static inline int32_t rt_rom_s32(const int32_t *at)
{
    return *at;
}

static inline uint8_t rt_rom_u8(const uint8_t *at)
{
    return *at;
}

static inline uint16_t rt_rom_u16(const uint16_t *at)
{
    return *at;
}

static inline int8_t rt_rom_s8(const int8_t *at)
{
    return *at;
}

static inline int8_t rt_far_s8(rt_far at)
{
    register const rt_far *p __asm__("r12") = &at;
    register int16_t value __asm__("r13");

    __asm__ volatile(".word 0x0c0c\n\t" /* mova @r12, r12 */
                     "mov.b @r12, r13\n\t"
                     "sxt r13\n\t"
                     : "=r"(value), "+r"(p)
                     :
                     : "memory");
    return (int8_t)value;
}

/* Registers of the MPY32 (SLAU367P, table 5-6) */
#define RT_MACS "0x04c6"
#define RT_OP2 "0x04c8"
#define RT_OP2L "0x04e0"
#define RT_OP2H "0x04e2"

/* Not inlined: LLVM misjudges how far branches over so much assembly reach. */
#define RT_CALLED static inline __attribute__((noinline))

#define RT_CLEAR_RESULT                                                                                                \
    "mov #0, &0x04e4\n\t"                                                                                              \
    "mov #0, &0x04e6\n\t"                                                                                              \
    "mov #0, &0x04e8\n\t"                                                                                              \
    "mov #0, &0x04ea\n\t"

/* acc (r13) += the two lanes of RES0..RES3; uses r11, r12, r14, r15 */
#define RT_ADD_LANES                                                                                                   \
    "mov &0x04e4, r12\n\t"                                                                                             \
    "mov &0x04e6, r11\n\t"                                                                                             \
    "mov r11, r14\n\t"                                                                                                 \
    "sxt r14\n\t" /* r14:r12: lower lane */                                                                            \
    "add r12, 0(r13)\n\t"                                                                                              \
    "addc r14, 2(r13)\n\t"                                                                                             \
    "add r14, r14\n\t" /* carry: the lower lane is negative and has borrowed one */                                    \
    "adc 4(r13)\n\t"                                                                                                   \
    "adc 6(r13)\n\t"                                                                                                   \
    "mov &0x04e8, r12\n\t"                                                                                             \
    "mov &0x04ea, r15\n\t"                                                                                             \
    "swpb r11\n\t"                                                                                                     \
    "mov.b r11, r11\n\t"                                                                                               \
    "swpb r12\n\t"                                                                                                     \
    "swpb r15\n\t"                                                                                                     \
    "and #0xff00, r15\n\t"                                                                                             \
    "mov.b r12, r14\n\t"                                                                                               \
    "bis r14, r15\n\t"                                                                                                 \
    "and #0xff00, r12\n\t"                                                                                             \
    "bis r12, r11\n\t"

/* mov.b @r12+,&MACS; mov @r14+,&OP2L; mov @r14+,&OP2H */
#define RT_STEP ".word 0x4cf2, 0x04c6, 0x4eb2, 0x04e0, 0x4eb2, 0x04e2\n\t"

/* acc[b] += sum over i < k of x[i] * w[i][b]; returns where w goes on. k is 1..511. */
RT_CALLED rt_far rt_dot(const uint8_t *x, rt_far w, uint16_t k, int32_t acc[RT_BLOCK])
{
    uint16_t skipped = (uint16_t)(-(int16_t)k & 7);
    register const uint8_t *r12 __asm__("r12") = x;
    register int32_t *r13 __asm__("r13") = acc;
    register const rt_far *r14 __asm__("r14") = &w;
    register uint16_t r15 __asm__("r15") =
        (uint16_t)((skipped << 3) + (skipped << 2)); /* bytes of the steps left out */
    register uint16_t r11 __asm__("r11") = (uint16_t)((k + 7) >> 3);

    __asm__ volatile(RT_CLEAR_RESULT ".word 0x0e0e\n\t" /* mova @r14, r14 */
                                     "add r15, r0\n"
                                     "1:\n\t" RT_STEP RT_STEP RT_STEP RT_STEP RT_STEP RT_STEP RT_STEP RT_STEP
                                     "dec r11\n\t"
                                     "jnz 1b\n\t" RT_ADD_LANES "add r11, 4(r13)\n\t"
                                     "addc r15, 6(r13)\n\t"
                     : "+r"(r12), "+r"(r13), "+r"(r14), "+r"(r15), "+r"(r11)
                     :
                     : "memory");
    return w + (uint32_t)k * RT_TAP_BYTES;
}

/* An activation that is not left out: |x - zp| and where its weights lie in a block. */
struct rt_entry {
    uint16_t magnitude, at;
};

static inline struct rt_entry rt_entry(uint16_t k, uint8_t magnitude)
{
    struct rt_entry e;

    e.magnitude = magnitude;
    e.at = (uint16_t)(k << 2);
    return e;
}

/* mov @r12+,&MACS; mov @r12+,r14; adda r10,r14; mov @r14+,&OP2L; mov @r14,&OP2H */
#define RT_ENTRY_STEP ".word 0x4cb2, 0x04c6, 0x4c3e, 0x0aee, 0x4eb2, 0x04e0, 0x4ea2, 0x04e2\n\t"

/* acc[b] += sum over the entries of magnitude * w[at][b]; a run of at most 255 stays within 24 bits. */
RT_CALLED void rt_dot_list(const struct rt_entry *entry, uint16_t count, rt_far w, int32_t acc[RT_BLOCK])
{
    while (count) {
        uint16_t now = count > 255 ? 255 : count;
        register const struct rt_entry *r12 __asm__("r12") = entry;
        register int32_t *r13 __asm__("r13") = acc;
        register const rt_far *r14 __asm__("r14") = &w;
        register uint16_t r11 __asm__("r11") = (uint16_t)((now + 3) >> 2);
        register uint16_t r15 __asm__("r15") = (uint16_t)((-(int16_t)now & 3) << 4);
        __asm__ volatile("push r10\n\t" RT_CLEAR_RESULT ".word 0x0e0a\n\t" /* mova @r14, r10 */
                         "add r15, r0\n"
                         "1:\n\t" RT_ENTRY_STEP RT_ENTRY_STEP RT_ENTRY_STEP RT_ENTRY_STEP "dec r11\n\t"
                         "jnz 1b\n\t"
                         "pop r10\n\t" RT_ADD_LANES "add r11, 4(r13)\n\t"
                         "addc r15, 6(r13)\n\t"
                         : "+r"(r12), "+r"(r13), "+r"(r14), "+r"(r15), "+r"(r11)
                         :
                         : "memory");
        entry += now;
        count = (uint16_t)(count - now);
    }
}

#include "rt_loops.h"

#endif
