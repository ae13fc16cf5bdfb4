/* port.c - the CPU families and how each packs weights. */
#include "port/port.h"

#include <limits.h>
#include <string.h>

static void pack_signed(const int8_t *weights, uint8_t *to)
{
    memcpy(to, weights, 4);
}

/* Lanes: bytes 0 and 2 are one product's, bytes 1 and 3 the other's. */
static void pack_offset(const int8_t *weights, uint8_t *to)
{
    for (int b = 0; b < 4; b++)
        to[b] = (uint8_t)(weights[b] + 128);
}

/* Two weights in one 32-bit operand of the MPY32: w0 + w1 * 2^24, low word first. */
static void pack_pair(const int8_t *weights, uint8_t *to)
{
    uint32_t pair = (uint32_t)(int32_t)weights[0] + ((uint32_t)(int32_t)weights[1] << 24);

    for (int i = 0; i < 4; i++)
        to[i] = (uint8_t)(pair >> 8 * i);
}

static void put_16(uint8_t *to, int value)
{
    to[0] = (uint8_t)(value & 0xff);
    to[1] = (uint8_t)(value >> 8 & 0xff);
}

static void entry_plain(int is_long, int offset, int delta, int weight, uint8_t *to)
{
    (void)delta;
    if (is_long) {
        put_16(to, offset);
        put_16(to + 2, weight);
    } else {
        to[0] = (uint8_t)offset;
        to[1] = (uint8_t)weight;
    }
}

/* Long: the offset in bytes, so that one load and no shift gives it. */
static void entry_word(int is_long, int offset, int delta, int weight, uint8_t *to)
{
    entry_plain(is_long, is_long ? 4 * offset : offset, delta, weight, to);
}

/* Long: the offset in bytes, and the weight in those of a table of 16-bit squares. */
static void entry_squares(int is_long, int offset, int delta, int weight, uint8_t *to)
{
    entry_plain(is_long, is_long ? 4 * offset : offset, delta, is_long ? 2 * weight : weight, to);
}

/* Long: the offset in bytes in the upper 9 bits, so that one shift gives it; the weight below. */
static void entry_armv6m(int is_long, int offset, int delta, int weight, uint8_t *to)
{
    uint32_t word = (uint32_t)(4 * offset) << 23 | ((uint32_t)weight & 0x7fffff);

    if (is_long) {
        put_16(to, (int)(word & 0xffff));
        put_16(to + 2, (int)(word >> 16));
    } else {
        entry_plain(is_long, offset, delta, weight, to);
    }
}

/* Short: half of the offset in bytes. */
static void entry_avr(int is_long, int offset, int delta, int weight, uint8_t *to)
{
    entry_plain(is_long, is_long ? offset : 2 * offset, delta, weight, to);
}

/* The weight first, which goes to the multiplier. Long: what to add to the address; short: half of the offset in bytes.
 */
static void entry_msp430x(int is_long, int offset, int delta, int weight, uint8_t *to)
{
    if (is_long) {
        put_16(to, weight);
        put_16(to + 2, 4 * delta);
    } else {
        to[0] = (uint8_t)weight;
        to[1] = (uint8_t)(2 * offset);
    }
}

#define PACKED_SIGNED .block = 4, .tap_bytes = 4, .pack = pack_signed
#define PACKED_OFFSET .block = 4, .tap_bytes = 4, .x_offset = 128, .w_offset = 128, .pack = pack_offset
#define PACKED_PAIRS .block = 2, .tap_bytes = 4, .pack = pack_pair
#define ENTRIES(form) .entry = entry_##form, .length_scale = 1, .long_convolutions = 1, .sum_bits = 32
#define LONG_SUMS(bits) .long_sum_bits = bits
#define STEPS .after = { UNIT_AFTER_STEPS, UNIT_AFTER_BENT }
#define DIVIDED .after = { UNIT_AFTER_DIVIDED, UNIT_AFTER_DIVIDED_BENT }
#define ROUNDED .requant = UNIT_REQUANT_ONCE
#define COPIES_WORDS .copy_align = 4, .copy_bytes = 4 /* targets/common/memory.c */

static const struct port ports[] = {
    { .name = "c", .rows = INT_MAX, PACKED_SIGNED, ENTRIES(plain), LONG_SUMS(32), STEPS, ROUNDED },
    { .name = "armv6m",
      COPIES_WORDS,
      .lanes = 1,
      PACKED_OFFSET,
      ENTRIES(armv6m),
      .index_by_bits = 2,
      LONG_SUMS(23),
      .plane_reach = 127,
      .compares = 1,
      STEPS,
      ROUNDED },
    { .name = "rv32",
      COPIES_WORDS,
      .rows = 16,
      PACKED_SIGNED,
      ENTRIES(word),
      .code = &port_code_rv32,
      LONG_SUMS(32),
      .requant = UNIT_REQUANT_HIGH,
      .in_place = 4 },
    { .name = "rv32i",
      COPIES_WORDS,
      .rows = 16,
      .squares = 1,
      PACKED_SIGNED,
      ENTRIES(squares),
      .code = &port_code_rv32i,
      LONG_SUMS(32),
      DIVIDED,
      ROUNDED,
      .divides = 1 },
    { .name = "armv6m_squares",
      COPIES_WORDS,
      .base = "rv32i",
      .last = "armv6m",
      .rows = 16,
      .squares = 1,
      PACKED_SIGNED,
      ENTRIES(squares),
      .index_by_bits = 2,
      LONG_SUMS(32),
      DIVIDED,
      ROUNDED,
      .divides = 1 },
    { .name = "avr",
      .seeds = 1,
      .bytes = 1,
      .rows = INT_MAX,
      PACKED_OFFSET,
      .entry = entry_avr,
      .code = &port_code_avr,
      .length_scale = 1,
      .sum_bits = 24,
      .sum_zero = UNIT_PREFIX_SUM_ZERO,
      LONG_SUMS(24),
      .after = { UNIT_AFTER_BYTES, UNIT_AFTER_STEPS, UNIT_AFTER_BENT },
      ROUNDED,
      .far_section = ".text.unit_far,\\\"ax\\\",@progbits" },
    { .name = "msp430x",
      .copy_align = 2,
      .copy_bytes = 16, /* targets/msp430fr5994/runtime.S */
      PACKED_PAIRS,
      .mpy = 1,
      .entry = entry_msp430x,
      .length_scale = 2,
      .index_by_bits = 1,
      .far_index = 1,
      .loops = 1,
      .long_start_scale = UNIT_PREFIX_LONG_BYTES,
      .long_convolutions = 1,
      .sum_bits = 32,
      LONG_SUMS(32),
      .compares = 2,
      .whole_rows = 1,
      .after = { UNIT_AFTER_COARSE, UNIT_AFTER_FINE },
      ROUNDED,
      .far_section = ".upper,\\\"a\\\",@progbits" },
};

const struct port *port_named(const char *name)
{
    for (size_t i = 0; i < sizeof ports / sizeof *ports; i++)
        if (!strcmp(ports[i].name, name))
            return &ports[i];
    return NULL;
}

static int moves(const struct mac_layer *m)
{
    return m->scaling || m->fallback;
}

int port_moves(const struct program *p)
{
    for (int i = 0; i < p->layer_count; i++)
        if (moves(&p->layers[i]))
            return 1;
    return 0;
}

const struct mac_layer *port_unmoved(const struct program *p)
{
    for (int i = 0; i < p->step_count; i++)
        if (p->steps[i].mac >= 0 && moves(&p->layers[p->steps[i].mac]) && p->kernels[i].kernel != unit_prefix_s8 &&
            p->kernels[i].kernel != unit_prefix_depthwise_s8)
            return &p->layers[p->steps[i].mac];
    return NULL;
}

void port_own_functions(struct program *p)
{
    for (int i = 0; i < p->step_count; i++)
        if (p->kernels[i].kernel == unit_log_softmax_f32) {
            struct unit_log_softmax_f32 *op = (struct unit_log_softmax_f32 *)p->kernels[i].op;
            op->exp = unit_exp_f32;
            op->log = unit_log_f32;
        }
}
