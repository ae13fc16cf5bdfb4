/* msp430x_execute.c - what each MSP430X instruction does (SLAU367P, section 4.6). */
#include "sim/msp430x_machine.h"

#include <inttypes.h>

static inline uint32_t mask_of(int bits)
{
    return ((uint32_t)1 << bits) - 1;
}

/* ---- Registers and flags --------------------------------------------------------------------------------------------
 */

static void check_sp(struct msp *m)
{
    if (m->r[MSP_SP] < m->sim->stack_lowest)
        msp430x_fail(m, "stack overrun: SP is 0x%05" PRIx32, m->r[MSP_SP]);
}

/* The registers that are more than storage: PC, SP, SR, CG. */
static void set_special(struct msp *m, uint32_t reg, uint32_t value)
{
    if (reg == MSP_CG)
        return;
    m->r[reg] = value & (reg == MSP_SR ? 0xFFFF : MSP_MASK & ~1u);
    if (reg == MSP_SP)
        check_sp(m);
    if (reg == MSP_SR && (value & MSP_CPU_OFF))
        msp430x_fail(m, "the CPU was switched off");
}

static inline void set_register(struct msp *m, uint32_t reg, uint32_t value)
{
    if (reg > MSP_CG)
        m->r[reg] = value;
    else
        set_special(m, reg, value);
}

static inline void set_flags(struct msp *m, uint32_t result, int bits, uint32_t carry, uint32_t overflow)
{
    uint32_t flags = m->r[MSP_SR] & ~(uint32_t)(MSP_C | MSP_Z | MSP_N | MSP_V);

    flags |= carry ? MSP_C : 0;
    flags |= overflow ? MSP_V : 0;
    flags |= result ? 0 : MSP_Z;
    flags |= result >> (bits - 1) & 1 ? MSP_N : 0;
    m->r[MSP_SR] = flags;
}

/* a and b within `bits`. */
static inline uint32_t add(struct msp *m, uint32_t a, uint32_t b, uint32_t carry, int bits)
{
    uint32_t sum = a + b + carry, result = sum & mask_of(bits);

    set_flags(m, result, bits, sum >> bits & 1, ((a ^ result) & (b ^ result)) >> (bits - 1) & 1);
    return result;
}

static inline uint32_t logic(struct msp *m, uint32_t result, int bits)
{
    set_flags(m, result, bits, result != 0, 0);
    return result;
}

/* Decimal addition, digit by digit. The guide leaves V undefined: 0 here. */
static uint32_t add_decimal(struct msp *m, uint32_t a, uint32_t b, uint32_t carry, int bits)
{
    uint32_t result = 0;

    for (int at = 0; at < bits; at += 4) {
        uint32_t digit = (a >> at & 15) + (b >> at & 15) + carry;
        carry = digit > 9;
        result |= ((digit + (carry ? 6 : 0)) & 15) << at;
    }
    set_flags(m, result, bits, carry, 0);
    return result;
}

/* ---- Operands -------------------------------------------------------------------------------------------------------
 */

/* x(Rn): below 64 KB a plain instruction's sum stays there (4.4.2). */
static inline uint32_t indexed(const struct msp *m, uint32_t reg, uint32_t x, int wide)
{
    uint32_t base = m->r[reg], sum = base + x;

    return wide || base > 0xFFFF ? sum & MSP_MASK : sum & 0xFFFF;
}

static inline uint32_t step_of(const struct msp430x_insn *i)
{
    return i->bits == 20 ? 4 : i->bits == 16 || i->src == MSP_SP ? 2 : 1;
}

/* The address of a source in memory; @Rn+ moves its register on. */
static inline uint32_t source_address(struct msp *m, const struct msp430x_insn *i)
{
    uint32_t at = m->r[i->src];

    switch (i->src_mode) {
    case MODE_ABSOLUTE:
        return i->src_x;
    case MODE_INDEXED:
        return indexed(m, i->src, i->src_x, i->wide);
    case MODE_INCREMENT:
        m->r[i->src] = (at + step_of(i)) & MSP_MASK;
        return at;
    default:
        return at;
    }
}

static inline uint32_t load_source(struct msp *m, const struct msp430x_insn *i, uint32_t at)
{
    m->now = m->sim->cycles + i->read_at;
    return msp_load(m, at, i->bits);
}

/* The source, within the instruction's bits. */
static inline uint32_t source(struct msp *m, const struct msp430x_insn *i)
{
    if (i->src_mode == MODE_REGISTER)
        return m->r[i->src] & mask_of(i->bits);
    if (i->src_mode == MODE_VALUE)
        return i->src_x & mask_of(i->bits);
    return load_source(m, i, source_address(m, i));
}

/* Results are written in the last cycles of an instruction. */
static inline void store_result(struct msp *m, const struct msp430x_insn *i, uint32_t at, uint32_t value)
{
    m->now = m->sim->cycles + i->cycles;
    msp_store(m, at, value, i->bits);
}

/* ---- Two operands ---------------------------------------------------------------------------------------------------
 */

/* The result of src and dst; flags set. */
static inline uint32_t combine(struct msp *m, int op, uint32_t a, uint32_t b, int bits)
{
    uint32_t mask = mask_of(bits), carry = m->r[MSP_SR] & MSP_C, result;

    switch (op) {
    case OP_MOV:
        return a;
    case OP_ADD:
        return add(m, a, b, 0, bits);
    case OP_ADDC:
        return add(m, a, b, carry, bits);
    case OP_SUBC:
        return add(m, ~a & mask, b, carry, bits);
    case OP_SUB:
    case OP_CMP:
        return add(m, ~a & mask, b, 1, bits);
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
        if ((a & b) >> (bits - 1) & 1)
            m->r[MSP_SR] |= MSP_V;
        return result;
    }
}

/* The cycle in which a destination in memory is read: before its words are written, if they are. */
static inline uint32_t read_cycle(const struct msp430x_insn *i, int only_reads)
{
    uint32_t words = i->bits == 20 ? 2 : 1;

    return i->cycles + 1 - (only_reads ? words : 2 * words);
}

/* op is known where this is inlined. */
static inline void two_operands(struct msp *m, const struct msp430x_insn *i, int op)
{
    uint32_t a = source(m, i), at, result;
    int bits = i->bits, reads = op == OP_CMP || op == OP_BIT;

    if (i->dst_mode == MODE_REGISTER) {
        result = combine(m, op, a, m->r[i->dst] & mask_of(bits), bits);
        if (!reads)
            set_register(m, i->dst, result);
        return;
    }
    at = i->dst_mode == MODE_ABSOLUTE ? i->dst_x : indexed(m, i->dst, i->dst_x, i->wide);
    if (op == OP_MOV) {
        store_result(m, i, at, a);
        return;
    }
    m->now = m->sim->cycles + read_cycle(i, reads);
    result = combine(m, op, a, msp_load(m, at, bits), bits);
    if (!reads)
        store_result(m, i, at, result);
}

#define TWO_OPERANDS(name, op)                                                                                         \
    static void name(struct msp *m, const struct msp430x_insn *i)                                                      \
    {                                                                                                                  \
        two_operands(m, i, op);                                                                                        \
    }

TWO_OPERANDS(do_mov, OP_MOV)
TWO_OPERANDS(do_add, OP_ADD)
TWO_OPERANDS(do_addc, OP_ADDC)
TWO_OPERANDS(do_subc, OP_SUBC)
TWO_OPERANDS(do_sub, OP_SUB)
TWO_OPERANDS(do_cmp, OP_CMP)
TWO_OPERANDS(do_dadd, OP_DADD)
TWO_OPERANDS(do_bit, OP_BIT)
TWO_OPERANDS(do_bic, OP_BIC)
TWO_OPERANDS(do_bis, OP_BIS)
TWO_OPERANDS(do_xor, OP_XOR)
TWO_OPERANDS(do_and, OP_AND)

/* ---- One operand ----------------------------------------------------------------------------------------------------
 */

/* RRC, RRA, RRU, SWPB, SXT of x, which is within `bits`. */
static uint32_t rotate(struct msp *m, int op, uint32_t x, int bits)
{
    uint32_t top = (uint32_t)1 << (bits - 1), result = x >> 1;

    switch (op) {
    case OP_SWPB:
        return (x & 0xF0000) | (x >> 8 & 0xFF) | (x << 8 & 0xFF00);
    case OP_SXT:
        return logic(m, (uint32_t)(int32_t)(int8_t)x & mask_of(bits), bits);
    case OP_RRC:
        result |= m->r[MSP_SR] & MSP_C ? top : 0;
        break;
    case OP_RRA:
        result |= x & top;
        break;
    default:
        break;
    }
    set_flags(m, result, bits, x & 1, 0);
    return result;
}

static void one_operand(struct msp *m, const struct msp430x_insn *i)
{
    uint32_t at, x;

    if (i->src_mode == MODE_REGISTER) {
        /* SXT of a register goes through bit 19 whatever its size (SXT, SXTX in 4.6) */
        int bits = i->op == OP_SXT ? 20 : i->bits;
        set_register(m, i->src, rotate(m, i->op, m->r[i->src] & mask_of(bits), bits));
        return;
    }
    at = source_address(m, i);
    x = load_source(m, i, at);
    store_result(m, i, at, rotate(m, i->op, x, i->bits));
}

/* RRCM, RRAM, RLAM, RRUM: one place after the other. The guide leaves V undefined after RLAM: as after its last ADD. */
static void rotate_many(struct msp *m, const struct msp430x_insn *i)
{
    uint32_t x = m->r[i->dst] & mask_of(i->bits);

    for (int k = 0; k < i->count; k++)
        if (i->op == OP_RLAM)
            x = add(m, x, x, 0, i->bits);
        else
            x = rotate(m, i->op == OP_RRCM ? OP_RRC : i->op == OP_RRAM ? OP_RRA : OP_RRU, x, i->bits);
    set_register(m, i->dst, x);
}

/* RPT and zero carry, around the register form of an instruction. Each further execution takes a cycle. */
static void repeat(struct msp *m, const struct msp430x_insn *i)
{
    uint32_t times = i->repeat & 0x80 ? (m->r[i->repeat & 15] & 15) + 1 : i->repeat;
    struct msp430x_insn once = *i;

    once.repeat = 1;
    once.zero_carry = 0;
    once.execute = msp430x_executor(&once);
    for (uint32_t k = 0; k < times && !m->failed; k++) {
        if (i->zero_carry)
            m->r[MSP_SR] &= ~(uint32_t)MSP_C;
        once.execute(m, &once);
    }
    m->sim->cycles += times - 1;
}

/* ---- Stack and control ----------------------------------------------------------------------------------------------
 */

static void push(struct msp *m, uint32_t value, int bits)
{
    m->r[MSP_SP] = (m->r[MSP_SP] - (bits == 20 ? 4 : 2)) & MSP_MASK;
    check_sp(m);
    if (!m->failed)
        msp_store(m, m->r[MSP_SP], value, bits);
}

static uint32_t pop(struct msp *m, int bits)
{
    uint32_t value = msp_load(m, m->r[MSP_SP], bits);

    m->r[MSP_SP] = (m->r[MSP_SP] + (bits == 20 ? 4 : 2)) & MSP_MASK;
    return value;
}

static void do_push(struct msp *m, const struct msp430x_insn *i)
{
    push(m, source(m, i), i->bits);
}

/* PUSHM takes Rdst, Rdst - 1, ...; POPM Rdst, Rdst + 1, ... A register that is SP is pushed as it is by then. */
static void push_many(struct msp *m, const struct msp430x_insn *i)
{
    for (uint32_t k = 0; k < i->count && !m->failed; k++)
        push(m, m->r[i->dst - k] & mask_of(i->bits), i->bits);
}

static void pop_many(struct msp *m, const struct msp430x_insn *i)
{
    for (uint32_t k = 0; k < i->count && !m->failed; k++) {
        uint32_t value = pop(m, i->bits);
        set_register(m, i->dst + k, value);
    }
}

static void call(struct msp *m, const struct msp430x_insn *i)
{
    uint64_t began = m->sim->cycles - m->fetch_waits;
    uint32_t back = m->r[MSP_PC], to = source(m, i);

    push(m, back, i->bits);
    core_called(m->sim, back - i->length, back, began);
    set_special(m, MSP_PC, to);
}

static void do_return(struct msp *m, const struct msp430x_insn *i)
{
    set_special(m, MSP_PC, pop(m, i->bits));
    core_returned(m->sim, m->r[MSP_PC], m->sim->cycles + i->cycles);
}

static void return_from_interrupt(struct msp *m, const struct msp430x_insn *i)
{
    uint32_t status = pop(m, 16), pc = pop(m, 16);

    (void)i;
    set_special(m, MSP_SR, status & 0xFFF);
    set_special(m, MSP_PC, pc | (status >> 12) << 16);
}

static int jumps(uint32_t flags, uint32_t condition)
{
    switch (condition) {
    case 0:
        return !(flags & MSP_Z);
    case 1:
        return (flags & MSP_Z) != 0;
    case 2:
        return !(flags & MSP_C);
    case 3:
        return (flags & MSP_C) != 0;
    case 4:
        return (flags & MSP_N) != 0;
    case 5:
        return !(flags & MSP_N) == !(flags & MSP_V);
    case 6:
        return !(flags & MSP_N) != !(flags & MSP_V);
    default:
        return 1;
    }
}

static void jump(struct msp *m, const struct msp430x_insn *i)
{
    if (jumps(m->r[MSP_SR], i->count))
        m->r[MSP_PC] = i->dst_x;
}

/* ---- Address instructions -------------------------------------------------------------------------------------------
 */

static void move_address(struct msp *m, const struct msp430x_insn *i)
{
    uint32_t a = source(m, i);

    if (i->dst_mode == MODE_REGISTER)
        set_register(m, i->dst, a);
    else
        store_result(m, i, i->dst_mode == MODE_ABSOLUTE ? i->dst_x : indexed(m, i->dst, i->dst_x, 1), a);
}

static void address_arithmetic(struct msp *m, const struct msp430x_insn *i)
{
    uint32_t a = source(m, i), b = m->r[i->dst], result;

    result = i->op == OP_ADDA ? add(m, a, b, 0, 20) : add(m, ~a & MSP_MASK, b, 1, 20);
    if (i->op != OP_CMPA)
        set_register(m, i->dst, result);
}

static void illegal(struct msp *m, const struct msp430x_insn *i)
{
    static const char *const why[] = {
        [ILLEGAL_UNDEFINED] = "",
        [ILLEGAL_CPU21] = ": POPM into SR (erratum CPU21)",
        [ILLEGAL_CPU22] = ": indirect mode through PC (erratum CPU22)",
        [ILLEGAL_CPU40] = ": jump before a word 0x0X40 or 0x0X50 (erratum CPU40)",
    };

    msp430x_fail(m, "illegal instruction%s", why[i->count]);
}

msp430x_execute *msp430x_executor(const struct msp430x_insn *i)
{
    static msp430x_execute *const executors[] = {
        [OP_MOV] = do_mov,
        [OP_ADD] = do_add,
        [OP_ADDC] = do_addc,
        [OP_SUBC] = do_subc,
        [OP_SUB] = do_sub,
        [OP_CMP] = do_cmp,
        [OP_DADD] = do_dadd,
        [OP_BIT] = do_bit,
        [OP_BIC] = do_bic,
        [OP_BIS] = do_bis,
        [OP_XOR] = do_xor,
        [OP_AND] = do_and,
        [OP_RRC] = one_operand,
        [OP_SWPB] = one_operand,
        [OP_RRA] = one_operand,
        [OP_SXT] = one_operand,
        [OP_RRU] = one_operand,
        [OP_PUSH] = do_push,
        [OP_CALL] = call,
        [OP_CALLA] = call,
        [OP_RETURN] = do_return,
        [OP_RETI] = return_from_interrupt,
        [OP_JUMP] = jump,
        [OP_PUSHM] = push_many,
        [OP_POPM] = pop_many,
        [OP_RRCM] = rotate_many,
        [OP_RRAM] = rotate_many,
        [OP_RLAM] = rotate_many,
        [OP_RRUM] = rotate_many,
        [OP_MOVA] = move_address,
        [OP_CMPA] = address_arithmetic,
        [OP_ADDA] = address_arithmetic,
        [OP_SUBA] = address_arithmetic,
        [OP_ILLEGAL] = illegal,
    };

    if (i->op != OP_ILLEGAL && (i->repeat != 1 || i->zero_carry))
        return repeat;
    return executors[i->op];
}
