/* msp430x_execute.c - what MSP430X instructions do (SLAU367P, section 4.6), but for format I. */
#include "sim/msp430x_operands.h"

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
        write_register(m, i->src, rotate(m, i->op, m->r[i->src] & mask_of(bits), bits));
        return;
    }
    at = source_address(m, i, i->src_mode);
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
    write_register(m, i->dst, x);
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
    msp430x_check_sp(m);
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
        write_register(m, i->dst + k, value);
    }
}

static void call(struct msp *m, const struct msp430x_insn *i)
{
    uint64_t began = m->sim->cycles - m->fetch_waits;
    uint32_t back = m->r[MSP_PC], to = source(m, i);

    push(m, back, i->bits);
    core_called(m->sim, back - i->length, back, began);
    msp430x_set_special(m, MSP_PC, to);
}

static void do_return(struct msp *m, const struct msp430x_insn *i)
{
    msp430x_set_special(m, MSP_PC, pop(m, i->bits));
    core_returned(m->sim, m->r[MSP_PC], m->sim->cycles + i->cycles);
}

static void return_from_interrupt(struct msp *m, const struct msp430x_insn *i)
{
    uint32_t status = pop(m, 16), pc = pop(m, 16);

    (void)i;
    msp430x_set_special(m, MSP_SR, status & 0xFFF);
    msp430x_set_special(m, MSP_PC, pc | (status >> 12) << 16);
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
        write_register(m, i->dst, a);
    else
        store_result(m, i, i->dst_mode == MODE_ABSOLUTE ? i->dst_x : indexed(m, i->dst, i->dst_x, 1), a);
}

static void address_arithmetic(struct msp *m, const struct msp430x_insn *i)
{
    uint32_t a = source(m, i), b = m->r[i->dst], result;

    result = i->op == OP_ADDA ? add(m, a, b, 0, 20) : add(m, ~a & MSP_MASK, b, 1, 20);
    if (i->op != OP_CMPA)
        write_register(m, i->dst, result);
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
    if (i->op <= OP_AND)
        return msp430x_two_operands(i->op, i->src_mode, i->dst_mode);
    return executors[i->op];
}
