/* armv6m.c - ARMv6-M as in Cortex-M0+: reset, the loop that fetches and executes, and the machine's registers. The
 * instructions are in armv6m_data.c, armv6m_memory.c and armv6m_control.c. Exceptions and interrupts are not modelled.
 */
#include "sim/armv6m.h"

enum { ARM_MACHINE = 40, HALFWORDS = 1 << 16 };

static void add_rows(arm_instruction **run, const struct arm_row *table)
{
    for (uint32_t op = 0; op < HALFWORDS; op++)
        for (const struct arm_row *row = table; row->run && !run[op]; row++)
            if ((op & row->mask) == row->match)
                run[op] = row->run;
}

static void create(struct region *r, struct sim *s)
{
    struct arm *a = region_alloc(r, sizeof *a);

    a->sim = s;
    a->run = region_array(r, HALFWORDS, sizeof *a->run);
    add_rows(a->run, arm_data);
    add_rows(a->run, arm_memory);
    add_rows(a->run, arm_control);
    s->core = a;
}

/* SP and PC from the vector table (B1.5.5). */
static void reset(struct sim *s)
{
    struct arm *a = s->core;
    arm_instruction **run = a->run;

    *a = (struct arm){ .sim = s, .run = run, .fetched = NO_WORD, .code = &s->span[0] };
    a->r[SP] = access_get(a->code, a->code->base, 4) & ~(uint32_t)3;
    a->pc = access_get(a->code, a->code->base + 4, 4) & ~(uint32_t)1;
}

/* 0 after a fault: the machine stays at the instruction. */
static inline int step(struct sim *s, struct arm *a)
{
    uint32_t here = a->pc, op, cycles;

    a->began = s->cycles;
    op = arm_fetch(a, here);
    a->r[PC] = here + 4;
    a->pc = here + 2;
    cycles = a->run[op](a, op);
    if (s->fault[0]) {
        a->pc = s->fault_at = here;
        return 0;
    }
    s->cycles += cycles;
    s->instructions++;
    a->code->spent[(here - a->code->base) >> 1] += s->cycles - a->began;
    return 1;
}

static enum core_end run(struct sim *s, sim_addr stop, uint64_t until)
{
    struct arm *a = s->core;

    s->fault[0] = 0;
    do {
        if (!step(s, a))
            return CORE_FAULT;
        if (a->pc == stop)
            return CORE_STOPPED;
    } while (s->cycles < until);
    return CORE_LIMIT;
}

static uint32_t get_register(const struct sim *s, int n)
{
    const struct arm *a = s->core;

    return n < PC ? a->r[n] : n == PC ? a->pc : arm_flags(a);
}

static void set_register(struct sim *s, int n, uint32_t value)
{
    struct arm *a = s->core;

    if (n < PC)
        a->r[n] = value;
    else if (n == PC)
        arm_branch(a, value);
    else
        arm_set_flags(a, value);
}

const struct sim_core sim_core_armv6m = {
    .elf_machine = ARM_MACHINE,
    .address_bits = 32,
    .create = create,
    .reset = reset,
    .run = run,
    .get_register = get_register,
    .set_register = set_register,
};
