/* armv6m_control.c - ARMv6-M branches, special registers, hints and barriers, and what raises an exception (A5.2.5 to
 * A5.3, B4.2). Exceptions are not modelled: they end the run with a line that says which. */
#include "sim/armv6m.h"

enum { SEMIHOSTING = 0xAB, SPSEL = 2 };

/* ---- Branches ---- */

/* The condition in bits 3:0 of code (A6.3). */
static inline uint32_t holds(const struct arm *a, uint32_t code)
{
    uint32_t positive;

    switch (code >> 1 & 7) {
    case 0:
        positive = a->z;
        break;
    case 1:
        positive = a->c;
        break;
    case 2:
        positive = a->n;
        break;
    case 3:
        positive = a->v;
        break;
    case 4:
        positive = a->c & ~a->z;
        break;
    case 5:
        positive = a->n == a->v;
        break;
    default:
        positive = (a->n == a->v) & ~a->z;
        break;
    }
    return positive ^ (code & 1);
}

static uint32_t b_condition(struct arm *a, uint32_t op)
{
    if (!holds(a, op >> 8))
        return 1;
    arm_branch(a, a->r[PC] + (uint32_t)((int8_t)(op & 255) * 2));
    return 2;
}

static uint32_t b(struct arm *a, uint32_t op)
{
    arm_branch(a, a->r[PC] + (((op & 0x7ff) ^ 0x400) - 0x400) * 2);
    return 2;
}

static uint32_t bx(struct arm *a, uint32_t op)
{
    arm_branch_exchange(a, a->r[op >> 3 & 15]);
    core_returned(a->sim, a->pc, a->sim->cycles + 2);
    return 2;
}

static uint32_t blx(struct arm *a, uint32_t op)
{
    uint32_t to = a->r[op >> 3 & 15];

    core_called(a->sim, arm_here(a), a->pc, a->began);
    a->r[LR] = a->pc | 1;
    arm_branch_exchange(a, to);
    return 2;
}

static uint32_t bl(struct arm *a, uint32_t op)
{
    uint32_t sign = op >> 26 & 1, i1 = ~(op >> 13 ^ sign) & 1, i2 = ~(op >> 11 ^ sign) & 1;
    uint32_t offset = i1 << 23 | i2 << 22 | (op >> 16 & 0x3ff) << 12 | (op & 0x7ff) << 1;

    core_called(a->sim, arm_here(a), a->pc, a->began);
    a->r[LR] = a->pc | 1;
    arm_branch(a, a->r[PC] + offset - (sign << 24));
    return 3;
}

/* ---- Exceptions ---- */

static uint32_t undefined(struct arm *a, uint32_t op)
{
    core_fault(a->sim, 0, "illegal instruction 0x%04" PRIx32, op);
    return 0;
}

static uint32_t svc(struct arm *a, uint32_t op)
{
    core_fault(a->sim, 0, "supervisor call %" PRIu32, op & 255);
    return 0;
}

/* Semihosting (Arm 100863): 3 is SYS_WRITEC, 4 SYS_WRITE0; any other call ends the program. */
static uint32_t semihosting(struct arm *a)
{
    struct sim *s = a->sim;
    char c = 0;

    if (a->r[0] == 3 && sim_read(s, a->r[1], &c, 1)) {
        core_console(s, c);
    } else if (a->r[0] == 4) {
        for (uint32_t at = a->r[1]; sim_read(s, at, &c, 1) && c; at++)
            core_console(s, c);
    } else {
        core_fault(s, 0, "the program ended");
    }
    return 1;
}

static uint32_t bkpt(struct arm *a, uint32_t op)
{
    if ((op & 255) == SEMIHOSTING)
        return semihosting(a);
    core_fault(a->sim, 0, "breakpoint %" PRIu32, op & 255);
    return 0;
}

/* ---- Hints ---- */

/* NOP, YIELD, SEV, and those the architecture has not given a meaning yet. */
static uint32_t nop(struct arm *a, uint32_t op)
{
    (void)a, (void)op;
    return 1;
}

/* An event may be pending at any time, so going on is right. */
static uint32_t wfe(struct arm *a, uint32_t op)
{
    (void)a, (void)op;
    return 2;
}

static uint32_t wfi(struct arm *a, uint32_t op)
{
    (void)op;
    core_fault(a->sim, 0, "the program waits for an interrupt");
    return 0;
}

/* ---- Special registers (B1.4, B4.2) ---- */

static uint32_t cps(struct arm *a, uint32_t op)
{
    a->primask = op >> 4 & 1;
    return 1;
}

/* Main (0) or process stack pointer (1). */
static uint32_t *stack_pointer(struct arm *a, uint32_t process)
{
    return process == (a->control & SPSEL) / SPSEL ? &a->r[SP] : &a->other_sp;
}

static uint32_t mrs(struct arm *a, uint32_t op)
{
    uint32_t *to = &a->r[op >> 8 & 15], number = op & 255;

    if (to >= &a->r[SP])
        return undefined(a, op);
    if (number < 4) /* APSR, IAPSR, EAPSR, XPSR */
        *to = arm_flags(a);
    else if (number >= 5 && number <= 7) /* IPSR, EPSR, IEPSR: no exception is active, and EPSR reads as 0 */
        *to = 0;
    else if (number == 8 || number == 9)
        *to = *stack_pointer(a, number - 8);
    else if (number == 16)
        *to = a->primask;
    else if (number == 20)
        *to = a->control;
    else
        return undefined(a, op);
    return 3;
}

static void set_control(struct arm *a, uint32_t x)
{
    uint32_t sp = a->r[SP];

    if (((x ^ a->control) & SPSEL) == 0)
        return;
    a->control ^= SPSEL;
    arm_set_sp(a, a->other_sp);
    a->other_sp = sp;
}

static uint32_t msr(struct arm *a, uint32_t op)
{
    uint32_t from = op >> 16 & 15, number = op & 255, x = a->r[from];

    if (from >= SP)
        return undefined(a, op);
    if (number < 4)
        arm_set_flags(a, x);
    else if ((number == 8 || number == 9) && stack_pointer(a, number - 8) == &a->r[SP])
        arm_set_sp(a, x);
    else if (number == 8 || number == 9)
        a->other_sp = x & ~(uint32_t)3;
    else if (number == 16)
        a->primask = x & 1;
    else if (number == 20)
        set_control(a, x);
    else if (number < 5 || number > 7) /* IPSR and EPSR ignore writes */
        return undefined(a, op);
    return 3;
}

static uint32_t barrier(struct arm *a, uint32_t op)
{
    (void)a, (void)op;
    return 3;
}

static uint32_t isb(struct arm *a, uint32_t op)
{
    (void)op;
    a->fetched = NO_WORD;
    return 3;
}

/* ---- The 32-bit instructions (A5.3); their op is both halfwords ---- */

static const struct {
    uint32_t mask, match;
    arm_instruction *run;
} wide_rows[] = {
    { 0xf800d000, 0xf000d000, bl },      { 0xfff0ff00, 0xf3808800, msr },
    { 0xfffff000, 0xf3ef8000, mrs },     { 0xfffffff0, 0xf3bf8f40, barrier }, /* DSB */
    { 0xfffffff0, 0xf3bf8f50, barrier },                                      /* DMB */
    { 0xfffffff0, 0xf3bf8f60, isb },     { 0, 0, undefined },
};

static uint32_t wide(struct arm *a, uint32_t op)
{
    int row = 0;

    op = op << 16 | arm_fetch(a, a->pc);
    a->pc += 2;
    while ((op & wide_rows[row].mask) != wide_rows[row].match)
        row++;
    return wide_rows[row].run(a, op);
}

const struct arm_row arm_control[] = {
    { 0xff87, 0x4700, bx },
    { 0xff87, 0x4780, blx },
    { 0xffef, 0xb662, cps },
    { 0xff00, 0xbe00, bkpt },
    { 0xffff, 0xbf20, wfe },
    { 0xffff, 0xbf30, wfi },
    { 0xff0f, 0xbf00, nop },       /* and other hints */
    { 0xff00, 0xde00, undefined }, /* UDF */
    { 0xff00, 0xdf00, svc },
    { 0xf000, 0xd000, b_condition },
    { 0xf800, 0xe000, b },
    { 0xf800, 0xe800, wide },
    { 0xf000, 0xf000, wide },
    { 0, 0, undefined },
    { 0, 0, NULL },
};
