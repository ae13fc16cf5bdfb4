/* rt_port.h (AVR) - packed layers for AVR with MUL and ELPM: weights and activations as unsigned bytes, so that a
 * product needs no sign extension; 24-bit sums in registers; an activation is loaded once for four outputs.
 *
 * A connection costs 8 cycles (ELPM 3, MUL 2, ADD, ADC, ADC) and a quarter of the 2 for the activation and of the loop.
 */
#ifndef RT_PORT_H
#define RT_PORT_H

#include <avr/io.h>
#include <avr/pgmspace.h>

#include "unit.h"

/* 256 products of at most 255 * 255 stay within 24 bits. */
enum { RT_BLOCK = 4, RT_X_OFFSET = 128, RT_W_OFFSET = 128, RT_TAP_BYTES = 4, RT_DOT_MAX = 256 };

/* Where constants go: weights anywhere in flash, behind the code (src/port/port.c), what rt_rom_* reads in its first 64
 * KB. avr-ld 2.26 gathers every .progmem*, .progmemx.* among them, in front. */
#define RT_ROM PROGMEM
#define RT_FAR_CELL(array)                                                                                             \
    __asm__(".pushsection .rodata\n" #array "_cell: .long " #array "\n.popsection");                                   \
    extern const uint32_t array##_cell[];
#define RT_WEIGHTS(array) (array##_cell)

typedef uint32_t rt_far; /* a byte address in flash */

static inline rt_far rt_far_from(unit_weights w)
{
    return *w;
}

static inline int8_t rt_far_s8(rt_far at)
{
    return (int8_t)pgm_read_byte_far(at);
}

static inline int32_t rt_rom_s32(const int32_t *at)
{
    return (int32_t)pgm_read_dword(at);
}

static inline uint8_t rt_rom_u8(const uint8_t *at)
{
    return pgm_read_byte(at);
}

static inline uint16_t rt_rom_u16(const uint16_t *at)
{
    return pgm_read_word(at);
}

static inline int8_t rt_rom_s8(const int8_t *at)
{
    return (int8_t)pgm_read_byte(at);
}

#define RT_PRODUCT_OF(A0, A1, A2)                                                                                      \
    "elpm r25, Z+\n\t"                                                                                                 \
    "mul r24, r25\n\t"                                                                                                 \
    "add " A0 ", r0\n\t"                                                                                               \
    "adc " A1 ", r1\n\t"                                                                                               \
    "adc " A2 ", r14\n\t"

#define RT_STEP                                                                                                        \
    "ld r24, X+\n\t" RT_PRODUCT_OF("r2", "r3", "r4") RT_PRODUCT_OF("r5", "r6", "r7") RT_PRODUCT_OF("r8", "r9", "r10")  \
        RT_PRODUCT_OF("r11", "r12", "r13")

/* acc[b] += sum over i < k of x[i] * w[i][b], as stored; returns where w goes on. k is 1..256. */
static inline rt_far rt_dot(const uint8_t *x, rt_far w, uint16_t k, int32_t acc[RT_BLOCK])
{
    uint8_t sums[12], pairs = (uint8_t)(k >> 1), odd = (uint8_t)(k & 1), *to = sums;
    uint16_t low = (uint16_t)w;
    const uint8_t *from = x;

    RAMPZ = (uint8_t)(w >> 16);
    __asm__ volatile(
        "clr r14\n\t"
        "movw r2, r14\n\t clr r3\n\t movw r4, r2\n\t movw r6, r2\n\t movw r8, r2\n\t"
        "movw r10, r2\n\t movw r12, r2\n\t clr r2\n\t clr r4\n\t clr r6\n\t clr r8\n\t clr r10\n\t clr r12\n\t"
        "tst %[odd]\n\t"
        "breq 1f\n\t" RT_STEP "tst %[pairs]\n\t"
        "breq 2f\n"
        "1:\n\t" RT_STEP RT_STEP "dec %[pairs]\n\t"
        "breq 2f\n\t"
        "rjmp 1b\n"
        "2:\n\t"
        "movw r26, %[to]\n\t"
        "st X+, r2\n\t st X+, r3\n\t st X+, r4\n\t st X+, r5\n\t st X+, r6\n\t st X+, r7\n\t"
        "st X+, r8\n\t st X+, r9\n\t st X+, r10\n\t st X+, r11\n\t st X+, r12\n\t st X+, r13\n\t"
        "clr r1\n\t"
        : "+x"(from), "+z"(low), [pairs] "+r"(pairs), "=m"(sums)
        : [odd] "r"(odd), [to] "r"(to)
        : "r0", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r24", "r25",
          "memory");
    for (uint8_t b = 0; b < RT_BLOCK; b++)
        acc[b] += (int32_t)(sums[3 * b] | (uint16_t)(sums[3 * b + 1] << 8) | (uint32_t)sums[3 * b + 2] << 16);
    return w + (uint32_t)k * RT_TAP_BYTES;
}

/* An activation that is not left out: |x - zp| and where its weights lie in a block. */
struct rt_entry {
    uint8_t magnitude;
    uint16_t at;
};

static inline struct rt_entry rt_entry(uint16_t k, uint8_t magnitude)
{
    struct rt_entry e;

    e.magnitude = magnitude;
    e.at = (uint16_t)(k * RT_TAP_BYTES);
    return e;
}

/* The same as rt_dot for the activations and weights of a list, count is 1..255: 46 cycles an entry.
 * Not inline: it needs most registers. */
__attribute__((noinline, unused)) static const struct rt_entry *
rt_dot_entries(const struct rt_entry *entry, uint8_t count, rt_far w, int32_t acc[RT_BLOCK])
{
    uint8_t sums[12], *to = sums, high = (uint8_t)(w >> 16);
    uint16_t low = (uint16_t)w;

    __asm__ volatile(
        "clr r14\n\t clr r2\n\t clr r3\n\t movw r4, r2\n\t movw r6, r2\n\t movw r8, r2\n\t"
        "movw r10, r2\n\t movw r12, r2\n"
        "1:\n\t"
        "ld r24, X+\n\t"
        "ld r30, X+\n\t"
        "ld r31, X+\n\t"
        "add r30, %A[low]\n\t"
        "adc r31, %B[low]\n\t"
        "mov r25, %[high]\n\t"
        "adc r25, r14\n\t"
        "out %[rampz], r25\n\t" RT_PRODUCT_OF("r2", "r3", "r4") RT_PRODUCT_OF("r5", "r6", "r7")
            RT_PRODUCT_OF("r8", "r9", "r10") RT_PRODUCT_OF(
                "r11", "r12",
                "r13") "dec %[count]\n\t"
                       "brne 1b\n\t"
                       "movw r30, %[to]\n\t"
                       "st Z+, r2\n\t st Z+, r3\n\t st Z+, r4\n\t st Z+, r5\n\t st Z+, r6\n\t st Z+, r7\n\t"
                       "st Z+, r8\n\t st Z+, r9\n\t st Z+, r10\n\t st Z+, r11\n\t st Z+, r12\n\t st Z+, r13\n\t"
                       "clr r1\n\t"
        : "+x"(entry), [count] "+r"(count), "=m"(sums)
        : [low] "r"(low), [high] "r"(high), [to] "r"(to), [rampz] "I"(_SFR_IO_ADDR(RAMPZ))
        : "r0", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r24", "r25", "r30",
          "r31", "memory");
    for (uint8_t b = 0; b < RT_BLOCK; b++)
        acc[b] += (int32_t)(sums[3 * b] | (uint16_t)(sums[3 * b + 1] << 8) | (uint32_t)sums[3 * b + 2] << 16);
    return entry;
}

/* acc[b] += sum over the entries of magnitude * w[at][b]. */
static inline void rt_dot_list(const struct rt_entry *entry, uint16_t count, rt_far w, int32_t acc[RT_BLOCK])
{
    while (count) {
        uint8_t now = (uint8_t)(count > 255 ? 255 : count);
        entry = rt_dot_entries(entry, now, w, acc);
        count = (uint16_t)(count - now);
    }
}

/* Up to 255 taps of rt_dot_cut: 14 cycles for one that is left out, 38 for one that is not. Weights lie `behind` bytes
 * from where the cut after a tap's lies. Not inline: it needs most registers. */
__attribute__((noinline, unused)) static int32_t rt_dot_cut_taps(const int16_t *x, rt_far cut, uint32_t behind,
                                                                 uint8_t k)
{
    uint8_t sum[3], *to = sum;
    uint16_t low = (uint16_t)cut;

    RAMPZ = (uint8_t)(cut >> 16);
    __asm__ volatile("clt\n\t clr r2\n\t clr r3\n\t clr r4\n\t clr r5\n"
                     "1:\n\t"
                     "ld r19, X+\n\t"
                     "ld r20, X+\n\t"
                     "elpm r23, Z+\n\t"
                     "tst r20\n\t"
                     "brmi 4f\n\t"
                     "cp r23, r19\n\t"
                     "brcs 3f\n"
                     "2:\n\t"
                     "dec %[k]\n\t"
                     "brne 1b\n\t"
                     "rjmp 6f\n"
                     "3:\n\t" /* executed */
                     "movw r6, r30\n\t"
                     "in r21, %[rampz]\n\t"
                     "mov r22, r21\n\t"
                     "add r30, %A[behind]\n\t"
                     "adc r31, %B[behind]\n\t"
                     "adc r22, %C[behind]\n\t"
                     "out %[rampz], r22\n\t"
                     "elpm r23, Z\n\t"
                     "out %[rampz], r21\n\t"
                     "movw r30, r6\n\t"
                     "mulsu r23, r19\n\t"
                     "brts 5f\n\t"
                     "sbc r4, r5\n\t" /* carry: the product is negative */
                     "add r2, r0\n\t"
                     "adc r3, r1\n\t"
                     "adc r4, r5\n\t"
                     "rjmp 2b\n"
                     "4:\n\t" /* negative */
                     "neg r19\n\t"
                     "set\n\t"
                     "cp r23, r19\n\t"
                     "brcs 3b\n\t"
                     "clt\n\t"
                     "rjmp 2b\n"
                     "5:\n\t"
                     "clt\n\t"
                     "adc r4, r5\n\t"
                     "sub r2, r0\n\t"
                     "sbc r3, r1\n\t"
                     "sbc r4, r5\n\t"
                     "rjmp 2b\n"
                     "6:\n\t"
                     "movw r30, %[to]\n\t"
                     "st Z+, r2\n\t st Z+, r3\n\t st Z+, r4\n\t"
                     "clr r1\n\t"
                     : "+x"(x), "+z"(low), [k] "+r"(k), "=m"(sum)
                     : [behind] "r"(behind), [to] "r"(to), [rampz] "I"(_SFR_IO_ADDR(RAMPZ))
                     : "r0", "r2", "r3", "r4", "r5", "r6", "r7", "r19", "r20", "r21", "r22", "r23", "memory");
    return (int32_t)((uint32_t)(sum[0] | (uint16_t)(sum[1] << 8)) | (uint32_t)sum[2] << 16) << 8 >> 8;
}

/* Sum of x[i] * w[i] over the taps with |x[i]| > cut[i]; x is centred. */
static inline int32_t rt_dot_cut(const int16_t *x, rt_far w, rt_far cut, uint16_t k)
{
    uint32_t behind = w - cut - 1;
    int32_t sum = 0;

    while (k) {
        uint8_t now = (uint8_t)(k > 255 ? 255 : k);
        sum += rt_dot_cut_taps(x, cut, behind, now);
        x += now;
        cut += now;
        k = (uint16_t)(k - now);
    }
    return sum;
}
#define RT_HAS_DOT_CUT

#include "rt_compare.h"
#include "rt_loops.h"

#endif
