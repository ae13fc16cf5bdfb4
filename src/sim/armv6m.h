/* armv6m.h - the ARMv6-M core: its registers, its table of instructions, and what instructions share. Section numbers
 * are those of the ARMv6-M Architecture Reference Manual (DDI 0419E). For this folder only.
 */
#ifndef SIM_ARMV6M_H
#define SIM_ARMV6M_H

#include "sim/access.h"

enum { SP = 13, LR = 14, PC = 15, NO_WORD = 1 };

struct arm;

/* Executes an instruction whose first halfword is op; a->pc is behind that halfword. Returns its cycles without wait
 * states; after a fault (s->fault is set) they do not count. */
typedef uint32_t arm_instruction(struct arm *a, uint32_t op);

struct arm {
    struct sim *sim;
    uint32_t r[16];          /* r[PC]: while an instruction executes, its address + 4, as it reads it */
    uint32_t pc;             /* the instruction after it */
    uint32_t n, z, c, v;     /* flags, each 0 or 1 */
    uint32_t other_sp;       /* of the main and the process stack pointer the one that r[SP] is not */
    uint32_t primask;        /* 0 or 1: kept, though no interrupt comes */
    uint32_t control;        /* bit 1: r[SP] is the process stack pointer */
    uint32_t fetched;        /* flash word that needs no further access, for wait states; NO_WORD: none */
    const struct span *code; /* where the last instruction came from */
    arm_instruction **run;   /* [65536] by first halfword */
    uint64_t began;          /* cycles before this instruction */
};

/* An encoding: the instruction of every halfword op with (op & mask) == match that no earlier row takes. */
struct arm_row {
    uint16_t mask, match;
    arm_instruction *run;
};

/* Tables end with a NULL run. Data: registers only; memory: loads and stores; control: all others. */
extern const struct arm_row arm_data[], arm_memory[], arm_control[];

/* Address of the executing instruction. */
static inline uint32_t arm_here(const struct arm *a)
{
    return a->r[PC] - 4;
}

/* An access to flash waits, if the machine has wait states. */
static inline void arm_wait(struct sim *s, const struct span *p)
{
    if (s->options.wait_states && p->map->waits) {
        s->cycles += (uint64_t)s->options.wait_states;
        s->wait_cycles += (uint64_t)s->options.wait_states;
        s->wait_accesses++;
    }
}

/* The halfword of code at `at`; one access to flash a word. 0 with a fault if no code may be there. */
static inline uint32_t arm_fetch(struct arm *a, uint32_t at)
{
    if (at - a->code->base >= a->code->size) {
        const struct span *p = core_span(a->sim, at, 2);
        if (!p || !(p->access & SIM_EXECUTE)) {
            core_fault(a->sim, 0, "execution of unmapped memory");
            return 0;
        }
        a->code = p;
    }
    if ((at & ~(uint32_t)3) != a->fetched) {
        a->fetched = at & ~(uint32_t)3;
        arm_wait(a->sim, a->code);
    }
    return access_get(a->code, at, 2);
}

/* Control goes to `to`: what was fetched ahead is lost. */
static inline void arm_branch(struct arm *a, uint32_t to)
{
    a->pc = to;
    a->fetched = NO_WORD;
}

/* BX, BLX, POP: bit 0 of the address says Thumb, and nothing else exists (A4.1.1). */
static inline void arm_branch_exchange(struct arm *a, uint32_t to)
{
    if (!(to & 1))
        core_fault(a->sim, 0, "branch to ARM code at 0x%08" PRIx32, to);
    arm_branch(a, to & ~(uint32_t)1);
}

/* Every write to SP: bits 1:0 stay 0 (B1.4.1). */
static inline void arm_set_sp(struct arm *a, uint32_t to)
{
    a->r[SP] = to & ~(uint32_t)3;
    if (a->r[SP] < a->sim->stack_lowest)
        core_fault(a->sim, 0, "stack overrun: SP is 0x%08" PRIx32, a->r[SP]);
}

static inline uint32_t arm_flags(const struct arm *a)
{
    return a->n << 31 | a->z << 30 | a->c << 29 | a->v << 28;
}

static inline void arm_set_flags(struct arm *a, uint32_t apsr)
{
    a->n = apsr >> 31;
    a->z = apsr >> 30 & 1;
    a->c = apsr >> 29 & 1;
    a->v = apsr >> 28 & 1;
}

#endif
