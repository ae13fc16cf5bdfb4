/* rv32_hazard3.c - cycles as on Hazard3, the RISC-V core of RP2350, in its fastest configuration and with memory that
 * never waits (Hazard3 manual, "Instruction Cycle Counts"): one cycle an instruction, and more for
 *
 *   a result of a load that the next instruction needs before its last stage   1
 *   jumps; branches that are not predicted right                              1
 *   a target that is a 32-bit instruction across a word boundary              1
 *   divisions                                                                17, signed ones 18 (the most they take)
 *
 * A branch is predicted not taken unless it is the last backward branch that was taken.
 */
#include "sim/rv32.h"

enum { NO_BRANCH = 1 };

/* A store's data are not needed before its last stage. */
static int waits_for(const struct rv_insn *i, uint32_t loading)
{
    int is_store = i->kind > LOAD_LAST && i->kind <= STORE_LAST;

    return loading && (i->rs1 == loading || (i->rs2 == loading && !is_store));
}

/* Penalty for the prediction, which this branch then changes. */
static int predict(struct rv_hazard3 *h, sim_addr pc, sim_addr target, int taken)
{
    int predicted = h->predicted == pc;

    if (taken && target < pc)
        h->predicted = pc;
    else if (predicted && !taken)
        h->predicted = NO_BRANCH;
    return predicted != taken;
}

/* Whether a 32-bit instruction begins at `at`, in the middle of a word. */
static int is_split(const struct sim *s, sim_addr at)
{
    uint16_t half = 0;

    return (at & 2) && sim_read(s, at, &half, 2) && (half & 3) == 3;
}

void rv_hazard3_count(struct sim *s, struct rv_hazard3 *h, const struct rv_insn *i, sim_addr pc, sim_addr next)
{
    int is_load = i->kind > ALU_LAST && i->kind <= LOAD_LAST, is_jump = i->kind == JAL || i->kind == JALR;
    int is_branch = i->kind > STORE_LAST && i->kind <= BRANCH_LAST, goes = next != pc + i->length;
    int cost = 1 + waits_for(i, h->loading) + is_jump;

    h->loading = is_load && i->rd != NOWHERE ? i->rd : 0;
    if (is_branch)
        cost += predict(h, pc, next, goes);
    if (is_jump || goes)
        cost += is_split(s, next);
    if (i->kind >= DIV && i->kind <= REMU)
        cost += i->kind == DIV || i->kind == REM ? 18 : 17;
    s->model_cycles += (uint64_t)cost;
}
