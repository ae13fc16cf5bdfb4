/* msp430x.c - the CPUXv2 of an MSP430FR5994: 20-bit registers and addresses (SLAU367P, chapter 4), the MPY32, FRAM wait
 * states and their read cache, and enough of the watchdog and Timer_A for start-up code.
 *
 * Instructions are decoded once; each even address has a slot for the one that begins there, forgotten when memory
 * under it is written. The read cache is a model: its size (four lines of 64 bits) is documented, associativity and
 * replacement are not; here 2 sets of 2 lines, the least recently used is replaced, writes go around it.
 */
#include "sim/core.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sim/mpy32.h"
#include "sim/msp430x.h"

enum { PC = 0, SP = 1, SR = 2, CG = 3, MSP430_MACHINE = 105, PERIPHERALS = 0x1000, MASK20 = 0xFFFFF };
enum { FLAG_C = 1, FLAG_Z = 2, FLAG_N = 4, CPU_OFF = 16, FLAG_V = 256 };
enum { CONSOLE = 0x0010, TIMER = 0x0350, RESET_VECTOR = 0xFFFE };

struct msp {
    uint32_t r[16];
    struct mpy32 mpy;
    uint8_t peripherals[PERIPHERALS];
    struct msp430x_insn *slots[SPANS_MAX];
    uint64_t now;        /* when the instruction under way ends */
    uint32_t line[2][2]; /* the cache: line numbers, the one used last first */
    int failed;
};

/* ---- Memory ---------------------------------------------------------------------------------------------------------
 */

static void fail(struct sim *s, struct msp *m, const char *what, uint32_t at)
{
    if (!m->failed)
        core_fault(s, 0, "%s 0x%05" PRIx32, what, at);
    m->failed = 1;
}

static void wait_for(struct sim *s)
{
    s->cycles += (uint64_t)s->options.wait_states;
    s->wait_cycles += (uint64_t)s->options.wait_states;
}

/* A read of FRAM through the cache. */
static void cached_read(struct sim *s, struct msp *m, uint32_t at)
{
    uint32_t line = at >> 3, *set = m->line[line & 1], other = set[0];

    s->wait_accesses++;
    if (set[0] == line)
        return;
    if (set[1] != line)
        wait_for(s);
    set[0] = line;
    set[1] = other;
}

static inline uint8_t *place(struct sim *s, struct msp *m, uint32_t at, uint32_t bytes, int is_write)
{
    for (int i = s->span_count - 1; i >= 0; i--) {
        struct span *p = &s->span[i];
        uint32_t offset = at - p->base;
        if (offset >= p->size)
            continue;
        if (at & (bytes - 1)) {
            fail(s, m, "unaligned access to", at);
            return NULL;
        }
        if (is_write && m->slots[i])
            m->slots[i][offset >> 1].op = OP_UNKNOWN;
        if (s->options.wait_states && p->map->waits) {
            if (is_write)
                s->wait_accesses++, wait_for(s);
            else
                cached_read(s, m, at);
        }
        return p->bytes + offset;
    }
    fail(s, m, "access to unmapped memory at", at);
    return NULL;
}

static uint16_t read_peripheral(struct sim *s, struct msp *m, uint32_t at, uint32_t bytes)
{
    uint16_t value;

    if (at >= MPY32_FIRST && at <= MPY32_LAST) {
        value = mpy32_read(&m->mpy, at & ~1u, m->now);
        return bytes == 1 ? (uint8_t)(value >> 8 * (at & 1)) : value;
    }
    if ((at & ~1u) == TIMER)
        return (uint16_t)s->cycles;
    value = m->peripherals[at];
    return bytes == 1 ? value : (uint16_t)(value | m->peripherals[at + 1] << 8);
}

static void write_peripheral(struct sim *s, struct msp *m, uint32_t at, uint16_t value, uint32_t bytes)
{
    if (at >= MPY32_FIRST && at <= MPY32_LAST) {
        mpy32_write(&m->mpy, at, value, bytes == 1, m->now);
        return;
    }
    if (at == CONSOLE)
        core_console(s, (char)value);
    m->peripherals[at] = (uint8_t)value;
    if (bytes == 2)
        m->peripherals[at + 1] = (uint8_t)(value >> 8);
}

static inline uint16_t read_word(struct sim *s, struct msp *m, uint32_t at)
{
    const uint8_t *p;
    uint16_t value = 0;

    if (at < PERIPHERALS) {
        if (!(at & 1))
            return read_peripheral(s, m, at, 2);
        fail(s, m, "unaligned access to", at);
        return 0;
    }
    p = place(s, m, at, 2, 0);
    if (p)
        memcpy(&value, p, 2);
    return value;
}

static inline void write_word(struct sim *s, struct msp *m, uint32_t at, uint16_t value)
{
    uint8_t *p;

    if (at < PERIPHERALS) {
        if (at & 1)
            fail(s, m, "unaligned access to", at);
        else
            write_peripheral(s, m, at, value, 2);
        return;
    }
    p = place(s, m, at, 2, 1);
    if (p)
        memcpy(p, &value, 2);
}

/* 8 or 16 bits, or 20 in two words. */
static inline uint32_t load(struct sim *s, struct msp *m, uint32_t at, int bits)
{
    const uint8_t *p;

    if (bits == 16)
        return read_word(s, m, at);
    if (bits == 20)
        return read_word(s, m, at) | (uint32_t)(read_word(s, m, (at + 2) & MASK20) & 15) << 16;
    if (at < PERIPHERALS)
        return read_peripheral(s, m, at, 1) & 0xFF;
    p = place(s, m, at, 1, 0);
    return p ? *p : 0;
}

static inline void store(struct sim *s, struct msp *m, uint32_t at, uint32_t value, int bits)
{
    uint8_t *p;

    if (bits == 8) {
        if (at < PERIPHERALS) {
            write_peripheral(s, m, at, (uint16_t)(value & 0xFF), 1);
            return;
        }
        p = place(s, m, at, 1, 1);
        if (p)
            *p = (uint8_t)value;
        return;
    }
    write_word(s, m, at, (uint16_t)value);
    if (bits == 20)
        write_word(s, m, (at + 2) & MASK20, (uint16_t)(value >> 16));
}

/* ---- Registers and flags --------------------------------------------------------------------------------------------
 */

static inline uint32_t mask_of(int bits)
{
    return ((uint32_t)1 << bits) - 1;
}

static void set_register_value(struct sim *s, struct msp *m, uint32_t reg, uint32_t value)
{
    if (reg == CG)
        return;
    if (reg == PC || reg == SP)
        value &= ~1u;
    m->r[reg] = value & MASK20;
    if (reg == SP && m->r[SP] < s->stack_lowest) {
        m->failed = 1;
        core_fault(s, 0, "stack overrun: SP is 0x%05" PRIx32, m->r[SP]);
    }
    if (reg == SR && (value & CPU_OFF)) {
        m->failed = 1;
        core_fault(s, 0, "the CPU was switched off");
    }
}

static inline void set_flags(struct msp *m, uint32_t result, int bits, int carry, int overflow)
{
    uint32_t flags = m->r[SR] & ~(uint32_t)(FLAG_C | FLAG_Z | FLAG_N | FLAG_V);

    if (carry)
        flags |= FLAG_C;
    if (overflow)
        flags |= FLAG_V;
    if (!result)
        flags |= FLAG_Z;
    if (result >> (bits - 1) & 1)
        flags |= FLAG_N;
    m->r[SR] = flags;
}

static inline uint32_t add(struct msp *m, uint32_t a, uint32_t b, uint32_t carry, int bits)
{
    uint32_t mask = mask_of(bits), sum = (a & mask) + (b & mask) + carry, result = sum & mask;

    set_flags(m, result, bits, (int)(sum >> bits & 1), (int)(((a ^ result) & (b ^ result)) >> (bits - 1) & 1));
    return result;
}

/* Decimal addition, digit by digit. */
static uint32_t add_decimal(struct msp *m, uint32_t a, uint32_t b, uint32_t carry, int bits)
{
    uint32_t result = 0;

    for (int at = 0; at < bits; at += 4) {
        uint32_t digit = (a >> at & 15) + (b >> at & 15) + carry;
        carry = digit > 9;
        result |= ((digit + (carry ? 6 : 0)) & 15) << at;
    }
    set_flags(m, result, bits, (int)carry, 0);
    return result;
}

/* ---- Operands -------------------------------------------------------------------------------------------------------
 */

static inline uint32_t indexed(const struct msp *m, uint32_t reg, uint32_t x, int wide)
{
    uint32_t base = m->r[reg], sum = base + x;

    return wide || base > 0xFFFF ? sum & MASK20 : sum & 0xFFFF;
}

static inline uint32_t source(struct sim *s, struct msp *m, const struct msp430x_insn *i)
{
    uint32_t at;

    switch (i->src_mode) {
    case MODE_REGISTER:
        return m->r[i->src];
    case MODE_VALUE:
        return i->src_x;
    case MODE_ABSOLUTE:
        return load(s, m, i->src_x, i->bits);
    case MODE_INDEXED:
        return load(s, m, indexed(m, i->src, i->src_x, i->wide), i->bits);
    case MODE_INDIRECT:
        return load(s, m, m->r[i->src], i->bits);
    default:
        at = m->r[i->src];
        m->r[i->src] = (at + (i->bits == 20 ? 4 : i->bits == 16 || i->src == SP ? 2 : 1)) & MASK20;
        return load(s, m, at, i->bits);
    }
}

/* Address of a single operand that is read and written back; for @Rn+ the register has moved on. */
static uint32_t operand_address(struct msp *m, const struct msp430x_insn *i)
{
    uint32_t at = m->r[i->src];

    if (i->src_mode == MODE_ABSOLUTE)
        return i->src_x;
    if (i->src_mode == MODE_INDEXED)
        return indexed(m, i->src, i->src_x, i->wide);
    if (i->src_mode == MODE_INCREMENT)
        m->r[i->src] = (at + (i->bits == 20 ? 4 : i->bits == 16 ? 2 : 1)) & MASK20;
    return at;
}

/* ---- Instructions ---------------------------------------------------------------------------------------------------
 */

static inline uint32_t logic(struct msp *m, uint32_t result, int bits)
{
    set_flags(m, result, bits, result != 0, 0);
    return result;
}

/* The result of a two-operand instruction; flags set. */
static inline uint32_t combine(struct msp *m, enum msp430x_op op, uint32_t a, uint32_t b, int bits)
{
    uint32_t mask = mask_of(bits), carry = m->r[SR] & FLAG_C, result;

    a &= mask;
    b &= mask;
    switch (op) {
    case OP_MOV:
        return a;
    case OP_ADD:
        return add(m, a, b, 0, bits);
    case OP_ADDC:
        return add(m, a, b, carry, bits);
    case OP_SUBC:
        return add(m, ~a, b, carry, bits);
    case OP_SUB:
    case OP_CMP:
        return add(m, ~a, b, 1, bits);
    case OP_DADD:
        return add_decimal(m, a, b, carry, bits);
    case OP_BIT:
    case OP_AND:
        return logic(m, a & b, bits);
    case OP_BIC:
        return b & ~a;
    case OP_BIS:
        return a | b;
    default:
        result = logic(m, a ^ b, bits);
        if (a & b & (mask ^ mask >> 1))
            m->r[SR] |= FLAG_V;
        return result;
    }
}

static inline void two_operands(struct sim *s, struct msp *m, const struct msp430x_insn *i)
{
    enum msp430x_op op = (enum msp430x_op)i->op;
    uint32_t a = source(s, m, i), at, result;

    if (i->dst_mode == MODE_REGISTER) {
        result = combine(m, op, a, m->r[i->dst], i->bits);
        if (op == OP_CMP || op == OP_BIT)
            return;
        if (i->dst > CG)
            m->r[i->dst] = result;
        else
            set_register_value(s, m, i->dst, result);
        return;
    }
    at = i->dst_mode == MODE_ABSOLUTE ? i->dst_x : indexed(m, i->dst, i->dst_x, i->wide);
    result = combine(m, op, a, op == OP_MOV ? 0 : load(s, m, at, i->bits), i->bits);
    if (op != OP_CMP && op != OP_BIT)
        store(s, m, at, result, i->bits);
}

/* RRC, RRA, RRU, SWPB, SXT. */
static uint32_t rotate(struct msp *m, enum msp430x_op op, uint32_t x, int bits)
{
    uint32_t mask = mask_of(bits), sign = mask ^ mask >> 1, result;

    x &= mask;
    switch (op) {
    case OP_RRC:
        result = x >> 1 | (m->r[SR] & FLAG_C ? sign : 0);
        break;
    case OP_RRA:
        result = x >> 1 | (x & sign);
        break;
    case OP_RRU:
        result = x >> 1;
        break;
    case OP_SWPB:
        return (x & 0xF0000) | (x >> 8 & 0xFF) | (x << 8 & 0xFF00);
    default:
        result = (uint32_t)(int32_t)(int8_t)x & mask;
        set_flags(m, result, bits, result != 0, 0);
        return result;
    }
    set_flags(m, result, bits, (int)(x & 1), 0);
    return result;
}

static void one_operand(struct sim *s, struct msp *m, const struct msp430x_insn *i)
{
    enum msp430x_op op = (enum msp430x_op)i->op;
    uint32_t at;

    if (i->src_mode == MODE_REGISTER) {
        /* SXT Rn extends through bit 19, whatever its size (SLAU367P, 4.6.2.49) */
        uint32_t result = rotate(m, op, m->r[i->src], op == OP_SXT ? 20 : i->bits);
        set_register_value(s, m, i->src, result);
        return;
    }
    at = operand_address(m, i);
    store(s, m, at, rotate(m, op, load(s, m, at, i->bits), i->bits), i->bits);
}

static void push(struct sim *s, struct msp *m, uint32_t value, int bits)
{
    set_register_value(s, m, SP, m->r[SP] - (bits == 20 ? 4 : 2));
    if (!m->failed)
        store(s, m, m->r[SP], value, bits == 8 ? 8 : bits);
}

static uint32_t pop(struct sim *s, struct msp *m, int bits)
{
    uint32_t value = load(s, m, m->r[SP], bits);

    m->r[SP] = (m->r[SP] + (bits == 20 ? 4 : 2)) & MASK20;
    return value;
}

/* Pushes Rdst, Rdst - 1, ...; pops Rdst, Rdst + 1, ... */
static void push_many(struct sim *s, struct msp *m, const struct msp430x_insn *i)
{
    for (int k = 0; k < i->count && !m->failed; k++)
        if (i->op == OP_PUSHM)
            push(s, m, m->r[(i->dst - k) & 15], i->bits);
        else
            set_register_value(s, m, (uint32_t)(i->dst + k) & 15, pop(s, m, i->bits));
}

/* RRCM, RRAM, RLAM, RRUM: one place at a time. */
static void rotate_many(struct sim *s, struct msp *m, const struct msp430x_insn *i)
{
    uint32_t x = m->r[i->dst];

    for (int k = 0; k < i->count; k++)
        switch (i->op) {
        case OP_RLAM:
            x = add(m, x, x, 0, i->bits);
            break;
        case OP_RRCM:
            x = rotate(m, OP_RRC, x, i->bits);
            break;
        case OP_RRAM:
            x = rotate(m, OP_RRA, x, i->bits);
            break;
        default:
            x = rotate(m, OP_RRU, x, i->bits);
            break;
        }
    set_register_value(s, m, i->dst, x);
}

static int jumps(const struct msp *m, uint32_t condition)
{
    uint32_t f = m->r[SR];

    switch (condition) {
    case 0:
        return !(f & FLAG_Z);
    case 1:
        return (f & FLAG_Z) != 0;
    case 2:
        return !(f & FLAG_C);
    case 3:
        return (f & FLAG_C) != 0;
    case 4:
        return (f & FLAG_N) != 0;
    case 5:
        return !(f & FLAG_N) == !(f & FLAG_V);
    case 6:
        return !(f & FLAG_N) != !(f & FLAG_V);
    default:
        return 1;
    }
}

static void call(struct sim *s, struct msp *m, const struct msp430x_insn *i, uint32_t pc)
{
    uint32_t to = source(s, m, i), back = pc + i->length;

    push(s, m, i->op == OP_CALLA ? back : back & 0xFFFF, i->op == OP_CALLA ? 20 : 16);
    core_called(s, pc, back, s->cycles);
    set_register_value(s, m, PC, to);
}

static void address_instruction(struct sim *s, struct msp *m, const struct msp430x_insn *i)
{
    uint32_t a, at;

    if (i->op != OP_MOVA) {
        a = source(s, m, i);
        a = i->op == OP_ADDA ? add(m, a, m->r[i->dst], 0, 20) : add(m, ~a, m->r[i->dst], 1, 20);
        if (i->op != OP_CMPA)
            set_register_value(s, m, i->dst, a);
        return;
    }
    a = source(s, m, i);
    if (i->dst_mode == MODE_REGISTER) {
        set_register_value(s, m, i->dst, a);
        return;
    }
    at = i->dst_mode == MODE_ABSOLUTE ? i->dst_x : indexed(m, i->dst, i->dst_x, 1);
    store(s, m, at, a, 20);
}

/* RPT: the register form again and again. Returns the further cycles. */
static uint32_t repeat(struct sim *s, struct msp *m, const struct msp430x_insn *i)
{
    uint32_t times = i->repeat & 0x80 ? (m->r[i->repeat & 15] & 15) + 1 : i->repeat;

    for (uint32_t k = 1; k < times; k++)
        if (i->op <= OP_AND)
            two_operands(s, m, i);
        else
            one_operand(s, m, i);
    return times - 1;
}

static inline void execute(struct sim *s, struct msp *m, const struct msp430x_insn *i, uint32_t pc)
{
    switch ((enum msp430x_op)i->op) {
    case OP_MOV:
    case OP_ADD:
    case OP_ADDC:
    case OP_SUBC:
    case OP_SUB:
    case OP_CMP:
    case OP_DADD:
    case OP_BIT:
    case OP_BIC:
    case OP_BIS:
    case OP_XOR:
    case OP_AND:
        two_operands(s, m, i);
        break;
    case OP_RRC:
    case OP_RRA:
    case OP_RRU:
    case OP_SWPB:
    case OP_SXT:
        one_operand(s, m, i);
        break;
    case OP_PUSH:
        push(s, m, source(s, m, i), i->bits);
        break;
    case OP_CALL:
    case OP_CALLA:
        call(s, m, i, pc);
        break;
    case OP_RETI:
        m->r[SR] = pop(s, m, 16);
        set_register_value(s, m, PC, pop(s, m, 16) | (m->r[SR] >> 12) << 16);
        m->r[SR] &= 0xFFF;
        break;
    case OP_JUMP:
        if (jumps(m, i->count))
            m->r[PC] = i->dst_x;
        break;
    case OP_PUSHM:
    case OP_POPM:
        push_many(s, m, i);
        break;
    case OP_RRCM:
    case OP_RRAM:
    case OP_RLAM:
    case OP_RRUM:
        rotate_many(s, m, i);
        break;
    case OP_MOVA:
    case OP_CMPA:
    case OP_ADDA:
    case OP_SUBA:
        address_instruction(s, m, i);
        break;
    default:
        m->failed = 1;
        core_fault(s, pc, "illegal instruction");
        break;
    }
}

/* ---- The machine
 * ------------------------------------------------------------------------------------------------------ */

static const struct msp430x_insn *slot(struct sim *s, struct msp *m, uint32_t pc, struct span **span)
{
    struct span *p = *span;
    struct msp430x_insn *i;
    uint16_t words[4] = { 0 };
    uint32_t offset = pc - p->base, left;

    if (offset >= p->size) {
        p = core_span(s, pc, 2);
        if (!p)
            return NULL;
        *span = p;
        offset = pc - p->base;
    }
    i = &m->slots[p - s->span][offset >> 1];
    if (!i->length || i->op == OP_UNKNOWN) {
        left = p->size - offset;
        memcpy(words, p->bytes + offset, left < 8 ? left : 8);
        *i = msp430x_decode(words, pc);
    }
    return i;
}

/* Words of an instruction are read through the cache. */
static void fetch_waits(struct sim *s, struct msp *m, const struct span *p, uint32_t pc, uint32_t length)
{
    for (uint32_t k = 0; p->map->waits && k < length; k += 2)
        cached_read(s, m, pc + k);
}

static int is_return(const struct msp430x_insn *i)
{
    return (i->op == OP_MOV || i->op == OP_MOVA) && i->dst == PC && i->dst_mode == MODE_REGISTER && i->src == SP &&
           i->src_mode == MODE_INCREMENT;
}

static enum core_end run(struct sim *s, sim_addr stop, uint64_t until)
{
    struct msp *m = s->core;
    struct span *p = &s->span[s->span_count - 1];

    do {
        uint32_t pc = m->r[PC];
        const struct msp430x_insn *found = slot(s, m, pc, &p);
        struct msp430x_insn i;
        uint64_t before = s->cycles;
        if (!found)
            return core_fault(s, pc, "execution of unmapped memory");
        i = *found; /* it may overwrite itself */
        if (s->options.wait_states)
            fetch_waits(s, m, p, pc, i.length);
        m->now = s->cycles + i.cycles;
        m->r[PC] = pc + i.length;
        execute(s, m, &i, pc);
        s->cycles += i.cycles;
        if (i.repeat > 1)
            s->cycles += repeat(s, m, &i);
        s->instructions++;
        p->spent[(pc - p->base) >> 1] += s->cycles - before;
        if (is_return(&i))
            core_returned(s, m->r[PC], s->cycles);
        if (m->mpy.spoiled) {
            m->failed = 1;
            core_fault(s, pc, "%s", m->mpy.spoiled);
        }
        if (m->failed) {
            s->fault_at = pc;
            return CORE_FAULT;
        }
        if (m->r[PC] == stop)
            return CORE_STOPPED;
    } while (s->cycles < until);
    return CORE_LIMIT;
}

static void create(struct region *r, struct sim *s)
{
    struct msp *m = region_alloc(r, sizeof *m);

    s->core = m;
    for (int i = 0; i < s->span_count; i++)
        m->slots[i] = calloc(s->span[i].size / 2, sizeof(struct msp430x_insn));
}

static void destroy(struct sim *s)
{
    struct msp *m = s->core;

    for (int i = 0; i < s->span_count; i++)
        free(m->slots[i]);
}

static void reset(struct sim *s)
{
    struct msp *m = s->core;
    uint8_t vector[2] = { 0, 0 };

    memset(m->r, 0, sizeof m->r);
    memset(m->peripherals, 0, sizeof m->peripherals);
    memset(m->line, 0xFF, sizeof m->line);
    mpy32_reset(&m->mpy);
    m->failed = 0;
    for (int i = 0; i < s->span_count; i++)
        memset(m->slots[i], 0, s->span[i].size / 2 * sizeof(struct msp430x_insn));
    sim_read(s, RESET_VECTOR, vector, 2);
    m->r[PC] = (uint32_t)(vector[0] | vector[1] << 8);
    if (!m->r[PC])
        m->r[PC] = s->entry;
}

static void forget(struct sim *s, sim_addr at, size_t size)
{
    struct msp *m = s->core;

    for (int i = 0; i < s->span_count; i++)
        for (sim_addr k = at & ~1u; k < at + size; k += 2)
            if (k - s->span[i].base < s->span[i].size)
                m->slots[i][(k - s->span[i].base) >> 1].op = OP_UNKNOWN;
}

static uint32_t get_register(const struct sim *s, int n)
{
    const struct msp *m = s->core;

    return m->r[n];
}

static void set_register(struct sim *s, int n, uint32_t value)
{
    struct msp *m = s->core;

    m->r[n] = value & MASK20;
}

const struct sim_core sim_core_msp430x = {
    .elf_machine = MSP430_MACHINE,
    .create = create,
    .destroy = destroy,
    .reset = reset,
    .run = run,
    .get_register = get_register,
    .set_register = set_register,
    .written = forget,
};
