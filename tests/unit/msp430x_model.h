/* msp430x_model.h - an MSP430X as SLAU367P, chapter 4, describes it: the other opinion that the simulator is held
 * against. It reads instruction words one after the other as it goes, keeps a flat megabyte of memory, and takes flags
 * from exact arithmetic. It knows no cycles, and nothing of src/sim/. Where the guide leaves something open the comment
 * says what was chosen. */
#ifndef TEST_MSP430X_MODEL_H
#define TEST_MSP430X_MODEL_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum model_end {
    MODEL_OK,
    MODEL_ILLEGAL, /* undefined by the guide, or forbidden by an erratum */
    MODEL_UNALIGNED,
    MODEL_UNMAPPED,
    MODEL_READ_ONLY,
    MODEL_NO_CODE, /* execution of what is not memory */
    MODEL_OFF,     /* CPUOFF was set */
    MODEL_DEVICE   /* an access to a peripheral: not this model's business */
};

enum { MODEL_MEGABYTE = 1 << 20, MODEL_WRITES = 80 };

struct model {
    uint32_t r[16];
    uint8_t *memory;
    enum model_end end;             /* of the instruction under way; the first one counts */
    int v_undefined;                /* the instruction left V undefined */
    uint32_t written[MODEL_WRITES]; /* addresses of the bytes the instruction wrote */
    int write_count;
};

/* Where an operand is, or what it is. */
struct place {
    enum { IN_REGISTER, IN_MEMORY, IS_VALUE } kind;
    uint32_t at; /* register number, address or value */
};

enum { PC, SP, SR, CG };
enum { CARRY = 0x001, ZERO = 0x002, NEGATIVE = 0x004, OFF = 0x010, OVERFLOW = 0x100 };

static inline void model_stop(struct model *m, enum model_end end)
{
    if (m->end == MODEL_OK)
        m->end = end;
}

/* ---- Memory: SLASE54D, table 9-41 -----------------------------------------------------------------------------------
 */

static inline enum model_end model_region(uint32_t at, int is_write, int is_code)
{
    if (at < 0x1000)
        return is_code ? MODEL_NO_CODE : MODEL_DEVICE;
    if (at < 0x1800)
        return is_write ? MODEL_READ_ONLY : MODEL_OK; /* boot loader */
    if (at < 0x1A00)
        return MODEL_OK; /* information memory */
    if (at < 0x1B00)
        return is_code ? MODEL_NO_CODE : is_write ? MODEL_READ_ONLY : MODEL_OK; /* descriptors */
    if ((at >= 0x1C00 && at < 0x3C00) || (at >= 0x4000 && at < 0x44000))
        return MODEL_OK;
    return is_code ? MODEL_NO_CODE : MODEL_UNMAPPED;
}

static inline uint32_t model_byte(struct model *m, uint32_t at)
{
    enum model_end region = model_region(at, 0, 0);

    if (region != MODEL_OK)
        model_stop(m, region);
    return m->memory[at];
}

static inline void model_put_byte(struct model *m, uint32_t at, uint32_t value)
{
    enum model_end region = model_region(at, 1, 0);

    if (region != MODEL_OK)
        model_stop(m, region);
    if (m->end != MODEL_OK)
        return;
    m->memory[at] = (uint8_t)value;
    if (m->write_count < MODEL_WRITES)
        m->written[m->write_count++] = at;
}

/* Words lie at even addresses, low byte first; 20 bits in two of them, the upper 12 bits of the second unused. */
static inline uint32_t model_read(struct model *m, uint32_t at, int bits)
{
    if (bits > 8 && at % 2)
        model_stop(m, MODEL_UNALIGNED);
    if (m->end != MODEL_OK)
        return 0;
    if (bits == 8)
        return model_byte(m, at);
    if (bits == 16)
        return model_byte(m, at) + 256 * model_byte(m, at + 1);
    return model_read(m, at, 16) + 65536 * (model_read(m, (at + 2) % MODEL_MEGABYTE, 16) % 16);
}

static inline void model_write(struct model *m, uint32_t at, uint32_t value, int bits)
{
    if (bits > 8 && at % 2)
        model_stop(m, MODEL_UNALIGNED);
    if (m->end != MODEL_OK)
        return;
    model_put_byte(m, at, value % 256);
    if (bits > 8)
        model_put_byte(m, at + 1, value / 256 % 256);
    if (bits > 16)
        model_write(m, (at + 2) % MODEL_MEGABYTE, value / 65536, 16);
}

/* The next word of the instruction; PC moves past it. */
static inline uint32_t model_fetch(struct model *m)
{
    uint32_t at = m->r[PC];

    if (model_region(at, 0, 1) != MODEL_OK) {
        model_stop(m, MODEL_NO_CODE);
        return 0;
    }
    m->r[PC] = (at + 2) % MODEL_MEGABYTE;
    return m->memory[at] + 256u * m->memory[at + 1];
}

/* ---- Registers and flags --------------------------------------------------------------------------------------------
 */

/* A result in a register: bits beyond its size are cleared (4.4.1); PC and SP are even; R3 keeps nothing. */
static inline void model_set(struct model *m, uint32_t reg, uint32_t value, int bits)
{
    value %= 1u << bits;
    if (reg == CG)
        return;
    if (reg == PC || reg == SP)
        value -= value % 2;
    if (reg == SR) {
        value %= 65536;
        if (value & OFF)
            model_stop(m, MODEL_OFF);
    }
    m->r[reg] = value;
}

static inline int64_t model_signed(uint32_t value, int bits)
{
    return value >> (bits - 1) ? (int64_t)value - ((int64_t)1 << bits) : value;
}

static inline void model_flag(struct model *m, uint32_t flag, int set)
{
    m->r[SR] = set ? m->r[SR] | flag : m->r[SR] & ~flag;
}

static inline void model_flags(struct model *m, uint32_t result, int bits, int carry, int overflow)
{
    model_flag(m, NEGATIVE, model_signed(result, bits) < 0);
    model_flag(m, ZERO, result == 0);
    model_flag(m, CARRY, carry);
    model_flag(m, OVERFLOW, overflow);
}

static inline int model_fits(int64_t value, int bits)
{
    return value >= -((int64_t)1 << (bits - 1)) && value < (int64_t)1 << (bits - 1);
}

static inline uint32_t model_add(struct model *m, uint32_t a, uint32_t b, uint32_t carry, int bits)
{
    uint32_t sum = a + b + carry, result = sum % (1u << bits);

    model_flags(m, result, bits, sum >= 1u << bits,
                !model_fits(model_signed(a, bits) + model_signed(b, bits) + carry, bits));
    return result;
}

/* dst - src, less one if there was a borrow, which is no carry. */
static inline uint32_t model_subtract(struct model *m, uint32_t src, uint32_t dst, int borrow, int bits)
{
    int64_t difference = (int64_t)dst - src - borrow;
    uint32_t result = (uint32_t)(difference + ((int64_t)1 << bits)) % (1u << bits);

    model_flags(m, result, bits, difference >= 0,
                !model_fits(model_signed(dst, bits) - model_signed(src, bits) - borrow, bits));
    return result;
}

/* Digits above 9 are undefined: they are taken for what they weigh. */
static inline uint32_t model_add_decimal(struct model *m, uint32_t a, uint32_t b, uint32_t carry, int bits)
{
    uint32_t result = 0;

    for (uint32_t weight = 1; weight < 1u << bits; weight *= 16) {
        uint32_t digit = a / weight % 16 + b / weight % 16 + carry;
        carry = digit >= 10;
        result += (carry ? digit - 10 : digit) % 16 * weight;
    }
    model_flags(m, result, bits, (int)carry, 0);
    m->v_undefined = 1;
    return result;
}

/* ---- Operands -------------------------------------------------------------------------------------------------------
 */

/* What the extension word says: none, or its bits. */
struct extension {
    int present;
    uint32_t word;
};

/* x(Rn), EDE, &EDE (4.4.2 to 4.4.4): high are bits 19..16 of the index or address of an extended instruction. */
static inline uint32_t model_memory_operand(struct model *m, uint32_t reg, int extended, uint32_t high)
{
    uint32_t base = reg == SR ? 0 : m->r[reg], word = model_fetch(m);

    if (extended)
        return (base + high * 65536 + word) % MODEL_MEGABYTE;
    if (reg == SR)
        return word;
    if (base < 65536)
        return (base + word) % 65536;
    return (uint32_t)((int64_t)base + (int16_t)word + MODEL_MEGABYTE) % MODEL_MEGABYTE;
}

static inline struct place model_constant(uint32_t reg, uint32_t as)
{
    static const uint32_t r2[4] = { 0, 0, 4, 8 }, r3[4] = { 0, 1, 2, 0xFFFFF };

    return (struct place){ IS_VALUE, reg == SR ? r2[as] : r3[as] };
}

static inline int model_is_constant(uint32_t reg, uint32_t as)
{
    return reg == CG || (reg == SR && as > 1);
}

static inline struct place model_source(struct model *m, uint32_t reg, uint32_t as, int bits, int extended,
                                        uint32_t high)
{
    uint32_t at = m->r[reg], step = bits == 20 ? 4 : bits == 16 || reg == SP ? 2 : 1;

    if (model_is_constant(reg, as))
        return model_constant(reg, as);
    if (as == 0)
        return (struct place){ reg == PC ? IS_VALUE : IN_REGISTER, reg == PC ? at : reg };
    if (as == 1)
        return (struct place){ IN_MEMORY, model_memory_operand(m, reg, extended, high) };
    if (reg == PC && as == 3)
        return (struct place){ IS_VALUE, (extended ? high * 65536 : 0) + model_fetch(m) };
    if (reg == PC)
        model_stop(m, MODEL_ILLEGAL); /* CPU22 */
    if (as == 3)
        m->r[reg] = (at + step) % MODEL_MEGABYTE;
    return (struct place){ IN_MEMORY, at };
}

static inline uint32_t model_value(struct model *m, struct place p, int bits)
{
    if (p.kind == IN_MEMORY)
        return model_read(m, p.at, bits);
    return (p.kind == IN_REGISTER ? m->r[p.at] : p.at) % (1u << bits);
}

static inline void model_store(struct model *m, struct place p, uint32_t value, int bits)
{
    if (m->end != MODEL_OK)
        return;
    if (p.kind == IN_MEMORY)
        model_write(m, p.at, value, bits);
    else
        model_set(m, p.at, value, bits);
}

static inline void model_push(struct model *m, uint32_t value, int bits)
{
    m->r[SP] = (m->r[SP] + MODEL_MEGABYTE - (bits == 20 ? 4 : 2)) % MODEL_MEGABYTE;
    model_write(m, m->r[SP], value, bits);
}

static inline uint32_t model_pop(struct model *m, int bits)
{
    uint32_t value = model_read(m, m->r[SP], bits);

    m->r[SP] = (m->r[SP] + (bits == 20 ? 4 : 2)) % MODEL_MEGABYTE;
    return value;
}

/* ---- Format I -------------------------------------------------------------------------------------------------------
 */

static inline uint32_t model_logic(struct model *m, uint32_t result, int bits, int overflow)
{
    model_flags(m, result, bits, result != 0, overflow);
    return result;
}

static inline uint32_t model_combine(struct model *m, uint32_t op, uint32_t src, uint32_t dst, int bits)
{
    uint32_t carry = m->r[SR] & CARRY;

    switch (op) {
    case 0x4:
        return src;
    case 0x5:
        return model_add(m, src, dst, 0, bits);
    case 0x6:
        return model_add(m, src, dst, carry, bits);
    case 0x7:
        return model_subtract(m, src, dst, !carry, bits);
    case 0x8:
    case 0x9:
        return model_subtract(m, src, dst, 0, bits);
    case 0xA:
        return model_add_decimal(m, src, dst, carry, bits);
    case 0xB:
    case 0xF:
        return model_logic(m, src & dst, bits, 0);
    case 0xC:
        return dst - (src & dst);
    case 0xD:
        return src | dst;
    default:
        return model_logic(m, src ^ dst, bits, model_signed(src, bits) < 0 && model_signed(dst, bits) < 0);
    }
}

static inline void model_two(struct model *m, uint32_t word, int bits, struct extension e)
{
    uint32_t op = word >> 12, reg = word & 15, src, dst = 0;
    struct place from = model_source(m, word >> 8 & 15, word >> 4 & 3, bits, e.present, e.word >> 7 & 15);
    struct place to = { IN_REGISTER, reg };

    src = model_value(m, from, bits);
    if (word & 0x80) {
        if (reg == CG)
            m->end = MODEL_ILLEGAL;
        to = (struct place){ IN_MEMORY, model_memory_operand(m, reg, e.present, e.word & 15) };
    }
    if (op != 4)
        dst = model_value(m, to, bits);
    src = model_combine(m, op, src, dst, bits);
    if (op != 0x9 && op != 0xB)
        model_store(m, to, src, bits);
}

/* ---- Format II ------------------------------------------------------------------------------------------------------
 */

static inline uint32_t model_rotate(struct model *m, uint32_t value, uint32_t into_top, int bits)
{
    uint32_t result = value / 2 + (into_top ? 1u << (bits - 1) : 0);

    model_flags(m, result, bits, value % 2, 0);
    return result;
}

static inline uint32_t model_swap(uint32_t x)
{
    return x / 65536 * 65536 + x % 256 * 256 + x / 256 % 256;
}

static inline void model_call(struct model *m, uint32_t to, int bits)
{
    model_push(m, bits == 20 ? m->r[PC] : m->r[PC] % 65536, bits);
    if (m->end == MODEL_OK)
        model_set(m, PC, to, 20);
}

/* zero_carry: RRC takes C for 0. */
static inline void model_one(struct model *m, uint32_t word, int bits, struct extension e, int zero_carry)
{
    uint32_t op = word >> 7 & 7, value;
    struct place p = model_source(m, word & 15, word >> 4 & 3, bits, e.present, e.word & 15);

    if (p.kind == IS_VALUE && op < 4) /* an immediate or a constant cannot be changed, and PC is not rotated */
        model_stop(m, MODEL_ILLEGAL);
    if (op == 3 && p.kind == IN_REGISTER) { /* a register is extended through bit 19 */
        value = model_value(m, p, 8);
        value = value >= 128 ? value + 0xFFF00 : value;
        model_store(m, p, model_logic(m, value, 20, 0), 20);
        return;
    }
    value = model_value(m, p, bits);
    if (op == 0)
        value = model_rotate(m, value, !zero_carry && (m->r[SR] & CARRY), bits);
    else if (op == 1)
        value = model_swap(value);
    else if (op == 2)
        value = model_rotate(m, value, value >> (bits - 1), bits);
    else if (op == 3)
        value = model_logic(m, (value % 256 + (value % 256 >= 128 ? 0xFFF00 : 0)) % (1u << bits), bits, 0);
    if (op == 4)
        model_push(m, value, bits);
    else if (op == 5)
        model_call(m, value, 16);
    else
        model_store(m, p, value, bits);
}

/* ---- MSP430X --------------------------------------------------------------------------------------------------------
 */

static inline int model_size(uint32_t word, struct extension e)
{
    int byte = word >> 6 & 1;

    return e.present && !(e.word & 0x40) ? 20 : byte ? 8 : 16;
}

/* Register mode: repetition, and carry as 0 for the four instructions that take it in (table 4-11). */
static inline void model_repeat(struct model *m, uint32_t word, int bits, struct extension e)
{
    uint32_t times = 1 + (e.word & 0x80 ? m->r[e.word & 15] % 16 : e.word & 15), op = word >> 12;
    int zero_carry = e.word >> 8 & 1, takes_carry = op == 6 || op == 7 || op == 10;
    struct extension none = { 1, 0 };

    for (; times > 0 && m->end == MODEL_OK; times--)
        if (op >= 4) {
            if (zero_carry && takes_carry)
                model_flag(m, CARRY, 0);
            model_two(m, word, bits, none);
        } else {
            model_one(m, word, bits, none, zero_carry);
        }
}

/* 1 if the source is an immediate, an index or an address. */
static inline int model_takes_word(uint32_t word, int two)
{
    uint32_t reg = two ? word >> 8 & 15 : word & 15, as = word >> 4 & 3;

    return (as == 1 && reg != CG) || (as == 3 && reg == PC);
}

static inline void model_extended(struct model *m, uint32_t extension)
{
    uint32_t word = model_fetch(m), op = word >> 7 & 7, as = word >> 4 & 3;
    struct extension e = { 1, extension };
    int two = word >= 0x4000, byte = word >> 6 & 1, bits = model_size(word, e), registers;
    int swap_or_extend = !two && (op == 1 || op == 3);

    if (!two && (word < 0x1000 || word >= 0x1280))
        model_stop(m, MODEL_ILLEGAL);
    if ((bits == 20 && byte == swap_or_extend) || (bits == 8 && swap_or_extend))
        model_stop(m, MODEL_ILLEGAL);
    registers = as == 0 && !(two && (word & 0x80));
    if (registers) {
        /* repeating a PUSHX, or an instruction on PC, is undefined */
        if ((extension & 0x630) || ((extension & 0x8F) && (two ? !(word & 15) || !(word >> 8 & 15) : op == 4)))
            model_stop(m, MODEL_ILLEGAL);
        if (m->end == MODEL_OK)
            model_repeat(m, word, bits, e);
    } else {
        if ((extension & 0x30) || (!two && (extension & 0x780)))
            model_stop(m, MODEL_ILLEGAL);
        if (!model_takes_word(word, two) && (extension & (two ? 0x780 : 0xF)))
            model_stop(m, MODEL_ILLEGAL); /* upper bits of nothing */
        if (two && !(word & 0x80) && (extension & 0xF))
            model_stop(m, MODEL_ILLEGAL);
        if (m->end != MODEL_OK)
            return;
        if (two)
            model_two(m, word, bits, e);
        else
            model_one(m, word, bits, e, 0);
    }
}

/* z16(Rn): a signed distance from 20 bits, from its own address for PC. */
static inline uint32_t model_z16(struct model *m, uint32_t reg)
{
    uint32_t base = m->r[reg], word = model_fetch(m);

    if (reg == SR || reg == CG)
        model_stop(m, MODEL_ILLEGAL);
    return (uint32_t)((int64_t)base + (int16_t)word + MODEL_MEGABYTE) % MODEL_MEGABYTE;
}

/* The operand of MOVA @Rn, @Rn+ and CALLA @Rn, @Rn+. */
static inline uint32_t model_indirect(struct model *m, uint32_t reg, int increments)
{
    uint32_t at = m->r[reg];

    if (reg == PC || reg == SR || reg == CG)
        model_stop(m, MODEL_ILLEGAL);
    if (increments)
        m->r[reg] = (at + 4) % MODEL_MEGABYTE;
    return model_read(m, at, 20);
}

/* RRCM, RRAM, RLAM, RRUM by n places. */
static inline void model_rotate_many(struct model *m, uint32_t word, int bits)
{
    uint32_t reg = word & 15, value = m->r[reg] % (1u << bits);

    for (uint32_t n = (word >> 10 & 3) + 1; n > 0; n--)
        switch (word >> 8 & 3) {
        case 0:
            value = model_rotate(m, value, m->r[SR] & CARRY, bits);
            break;
        case 1:
            value = model_rotate(m, value, value >> (bits - 1), bits);
            break;
        case 2:
            value = model_add(m, value, value, 0, bits);
            m->v_undefined = 1;
            break;
        default:
            value = model_rotate(m, value, 0, bits);
            break;
        }
    model_set(m, reg, value, bits);
}

static inline void model_address(struct model *m, uint32_t word)
{
    uint32_t high = word >> 8 & 15, low = word & 15, next = m->r[PC], value, at;

    switch (word >> 4 & 15) {
    case 0x0:
    case 0x1:
        value = model_indirect(m, high, word >> 4 & 1);
        break;
    case 0x2:
        at = high * 65536 + model_fetch(m);
        value = model_read(m, at, 20);
        break;
    case 0x3:
        value = model_read(m, model_z16(m, high), 20);
        break;
    case 0x4:
    case 0x5:
        model_rotate_many(m, word, word & 0x10 ? 16 : 20);
        return;
    case 0x6:
        at = low * 65536 + model_fetch(m);
        model_write(m, at, high == PC ? next : m->r[high], 20);
        return;
    case 0x7:
        at = model_z16(m, low);
        model_write(m, at, high == PC ? next : m->r[high], 20);
        return;
    case 0x8:
    case 0x9:
    case 0xA:
    case 0xB:
        value = high * 65536 + model_fetch(m);
        break;
    default:
        value = high == CG ? 0 : m->r[high];
        break;
    }
    if (m->end != MODEL_OK)
        return;
    if ((word & 0x80) && (word & 0x30) == 0x20)
        value = model_add(m, value, m->r[low], 0, 20);
    else if ((word & 0x80) && (word & 0x10))
        value = model_subtract(m, value, m->r[low], 0, 20);
    if ((word & 0xB0) != 0x90)
        model_set(m, low, value, 20);
}

static inline void model_calla(struct model *m, uint32_t word)
{
    uint32_t low = word & 15, at, value;

    switch (word >> 4 & 15) {
    case 0x4:
        value = m->r[low];
        break;
    case 0x5:
        value = model_read(m, model_z16(m, low), 20);
        break;
    case 0x6:
    case 0x7:
        value = model_indirect(m, low, word >> 4 & 1);
        break;
    case 0x8:
    case 0x9:
        at = m->r[PC];
        at = ((word & 0x10 ? at : 0) + low * 65536 + model_fetch(m)) % MODEL_MEGABYTE;
        value = model_read(m, at, 20);
        break;
    case 0xB:
        value = low * 65536 + model_fetch(m);
        break;
    default:
        model_stop(m, MODEL_ILLEGAL);
        return;
    }
    model_call(m, value, 20);
}

/* Registers that are SP are pushed and popped as they are by then. */
static inline void model_push_pop_many(struct model *m, uint32_t word)
{
    uint32_t count = (word >> 4 & 15) + 1, reg = word & 15;
    int bits = word & 0x100 ? 16 : 20, pops = word >> 9 & 1;

    for (uint32_t k = 0; k < count; k++)
        if (pops ? reg + k > 15 || reg + k == SR : k > reg)
            model_stop(m, MODEL_ILLEGAL); /* beyond the last register; CPU21 */
    for (uint32_t k = 0; k < count && m->end == MODEL_OK; k++)
        if (pops)
            model_set(m, reg + k, model_pop(m, bits), bits);
        else
            model_push(m, m->r[reg - k] % (1u << bits), bits);
}

static inline void model_return_from_interrupt(struct model *m)
{
    uint32_t status = model_pop(m, 16), pc = model_pop(m, 16);

    if (m->end != MODEL_OK)
        return;
    model_set(m, SR, status % 4096, 16);
    model_set(m, PC, status / 4096 * 65536 + pc, 20);
}

static inline void model_jump(struct model *m, uint32_t word)
{
    uint32_t sr = m->r[SR], at = m->r[PC];
    int n = (sr & NEGATIVE) != 0, v = (sr & OVERFLOW) != 0, z = (sr & ZERO) != 0, c = (sr & CARRY) != 0;
    int taken[8] = { !z, z, !c, c, n, n == v, n != v, 1 };
    int distance = (int)(word & 0x1FF) - (int)(word & 0x200);
    uint32_t next = m->memory[at] + 256u * m->memory[at + 1];

    if (model_region(at, 0, 1) == MODEL_OK && next < 0x1000 && ((next & 0xFF) == 0x40 || (next & 0xFF) == 0x50))
        model_stop(m, MODEL_ILLEGAL); /* CPU40 */
    else if (taken[word >> 10 & 7])
        m->r[PC] = (uint32_t)((int)at + 2 * distance + MODEL_MEGABYTE) % MODEL_MEGABYTE;
}

/* Executes one instruction. */
static inline enum model_end model_step(struct model *m)
{
    struct extension none = { 0, 0 };
    uint32_t word;

    m->end = MODEL_OK;
    m->v_undefined = 0;
    m->write_count = 0;
    word = model_fetch(m);
    if (m->end != MODEL_OK)
        return m->end;
    if (word >= 0x4000)
        model_two(m, word, model_size(word, none), none);
    else if (word >= 0x2000)
        model_jump(m, word);
    else if (word >= 0x1800)
        model_extended(m, word);
    else if (word >= 0x1400)
        model_push_pop_many(m, word);
    else if (word == 0x1300)
        model_return_from_interrupt(m);
    else if (word >= 0x1300)
        model_calla(m, word);
    else if (word < 0x1000)
        model_address(m, word);
    else if ((word & 0x40) && (word >> 7 & 1)) /* SWPB, SXT and CALL have no byte form */
        model_stop(m, MODEL_ILLEGAL);
    else
        model_one(m, word, model_size(word, none), none, 0);
    return m->end;
}

#endif
