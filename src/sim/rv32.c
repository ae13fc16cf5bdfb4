/* rv32.c - RV32I with M, C and E: execution. One cycle an instruction: what is counted is retired instructions.
 * Encodings are in rv32_decode.c, the second cost model in rv32_hazard3.c.
 *
 * Instructions are decoded when they are first met; each halfword of executable memory has a slot for the one that
 * begins there. Traps and interrupts are not modelled: they end the run.
 */
#include "sim/rv32.h"

#include <stdlib.h>

/* Console and exit as on QEMU's virt board: its UART and its test finisher. */
enum { RISCV_MACHINE = 243, UART = 0x10000000, FINISHER = 0x100000 };

/* ---- Slots ---- */

static void create(struct region *r, struct sim *s)
{
    struct rv *v = region_alloc(r, sizeof *v);

    s->core = v;
    for (int i = 0; i < s->span_count; i++)
        if (s->span[i].access & SIM_EXECUTE)
            v->slots[i].of = core_memory(s->span[i].size / 2, sizeof *v->slots[i].of);
}

static void destroy(struct sim *s)
{
    struct rv *v = s->core;

    for (int i = 0; i < s->span_count; i++)
        free(v->slots[i].of);
}

/* Of the slots of span i, forgets those of instructions that share a byte with [from, end). */
static void forget(const struct rv *v, int i, uint32_t from, uint32_t end)
{
    const struct rv_slots *slots = &v->slots[i];

    from = from < 3 ? 0 : from - 3;
    from = from < slots->first ? slots->first : from;
    end = end > slots->end ? slots->end : end;
    for (uint32_t at = from & ~(uint32_t)1; at < end; at += 2)
        slots->of[at >> 1].kind = UNKNOWN;
}

static void written(struct sim *s, sim_addr at, size_t size)
{
    const struct span *p = core_span(s, at, size);

    forget(s->core, (int)(p - s->span), at - p->base, at - p->base + (uint32_t)size);
}

/* The instruction at pc. NULL: no code may be there. */
static inline const struct rv_insn *fetch(struct sim *s, struct rv *v, uint32_t pc, struct span **span)
{
    struct span *p = *span;
    struct rv_slots *slots;
    struct rv_insn *i;
    uint32_t at = pc - p->base;

    if (at >= p->size) {
        p = core_span(s, pc, 2);
        if (!p || !(p->access & SIM_EXECUTE))
            return NULL;
        *span = p;
        at = pc - p->base;
    }
    slots = &v->slots[p - s->span];
    i = &slots->of[at >> 1];
    if (i->kind == UNKNOWN) {
        *i = rv_decode(access_get(p, pc, p->size - at < 4 ? 2 : 4), pc, s->chip->isa);
        if (slots->end == 0 || at < slots->first)
            slots->first = at;
        if (at + 2 > slots->end)
            slots->end = at + 2;
    }
    return i;
}

/* ---- Instructions ---- */

static uint32_t divide(enum rv_kind kind, uint32_t a, uint32_t b)
{
    int is_signed = kind == DIV || kind == REM, is_rest = kind == REM || kind == REMU;

    if (b == 0)
        return is_rest ? a : UINT32_MAX;
    if (is_signed && a == 0x80000000 && b == UINT32_MAX)
        return is_rest ? 0 : a;
    if (is_signed)
        return (uint32_t)(is_rest ? (int32_t)a % (int32_t)b : (int32_t)a / (int32_t)b);
    return is_rest ? a % b : a / b;
}

static inline uint32_t alu(enum rv_kind kind, uint32_t a, uint32_t b)
{
    switch (kind) {
    case ADD:
        return a + b;
    case SUB:
        return a - b;
    case SLL:
        return a << (b & 31);
    case SLT:
        return (int32_t)a < (int32_t)b;
    case SLTU:
        return a < b;
    case XOR:
        return a ^ b;
    case SRL:
        return a >> (b & 31);
    case SRA:
        return (uint32_t)((int32_t)a >> (b & 31));
    case OR:
        return a | b;
    case AND:
        return a & b;
    case MUL:
        return a * b;
    case MULH:
        return (uint32_t)(((int64_t)(int32_t)a * (int32_t)b) >> 32);
    case MULHSU:
        return (uint32_t)(((int64_t)(int32_t)a * (int64_t)b) >> 32);
    case MULHU:
        return (uint32_t)(((uint64_t)a * b) >> 32);
    default:
        return divide(kind, a, b);
    }
}

static inline int taken(enum rv_kind kind, uint32_t a, uint32_t b)
{
    switch (kind) {
    case BEQ:
        return a == b;
    case BNE:
        return a != b;
    case BLT:
        return (int32_t)a < (int32_t)b;
    case BGE:
        return (int32_t)a >= (int32_t)b;
    case BLTU:
        return a < b;
    default:
        return a >= b;
    }
}

static inline uint32_t get(struct sim *s, uint32_t at, uint32_t size)
{
    const struct span *p = access_span(s, at, size, SIM_READ);

    return p ? access_get(p, at, size) : 0;
}

static inline uint32_t load(struct sim *s, enum rv_kind kind, uint32_t at)
{
    switch (kind) {
    case LB:
        return (uint32_t)(int32_t)(int8_t)get(s, at, 1);
    case LH:
        return (uint32_t)(int32_t)(int16_t)get(s, at, 2);
    case LW:
        return get(s, at, 4);
    case LBU:
        return get(s, at, 1);
    default:
        return get(s, at, 2);
    }
}

static void device(struct sim *s, uint32_t at, uint32_t value)
{
    if (at == UART)
        core_console(s, (char)value);
    else
        core_fault(s, 0, "the program ended with 0x%" PRIx32, value);
}

static inline void store(struct sim *s, enum rv_kind kind, uint32_t at, uint32_t value)
{
    uint32_t size = 1u << (kind - SB);
    const struct span *p;

    if (at == UART || at == FINISHER) {
        device(s, at, value);
        return;
    }
    p = access_span(s, at, size, SIM_WRITE);
    if (!p)
        return;
    access_put(p, at, value, size);
    forget(s->core, (int)(p - s->span), at - p->base, at - p->base + size);
}

/* A new sp below what sim_watch_stack allows, where the old one was not. */
static void watch_stack(struct sim *s, uint32_t before, uint32_t sp)
{
    if (sp < s->stack_lowest && before >= s->stack_lowest)
        core_fault(s, 0, "stack overrun: sp is 0x%08" PRIx32, sp);
}

static int is_link(uint32_t r)
{
    return r == 1 || r == 5;
}

/* JAL and JALR: calls write a link register, returns jump through one. */
static inline uint32_t jump(struct sim *s, struct rv *v, const struct rv_insn *i, uint32_t pc)
{
    uint32_t to = i->kind == JAL ? (uint32_t)i->imm : (v->x[i->rs1] + (uint32_t)i->imm) & ~(uint32_t)1;

    if (is_link(i->rd))
        core_called(s, pc, pc + i->length, s->cycles);
    else if (i->kind == JALR)
        core_returned(s, to, s->cycles + 1);
    v->x[i->rd] = pc + i->length;
    return to;
}

/* The cycle counter is the instruction counter. Bit 7 of the CSR's number: the upper half. */
static uint32_t counter(const struct sim *s, uint32_t csr)
{
    return (uint32_t)(csr & 0x80 ? s->instructions >> 32 : s->instructions);
}

static void trap(struct sim *s, const struct rv_insn *i)
{
    if (i->kind == ECALL)
        core_fault(s, 0, "environment call");
    else if (i->kind == EBREAK)
        core_fault(s, 0, "breakpoint");
    else
        core_fault(s, 0, "illegal instruction 0x%0*" PRIx32, 2 * i->length, (uint32_t)i->imm);
}

/* Jumps and what is rare; returns where control goes. */
static inline uint32_t other(struct sim *s, struct rv *v, const struct rv_insn *i, uint32_t pc)
{
    if (i->kind == JAL || i->kind == JALR)
        return jump(s, v, i, pc);
    if (i->kind == COUNTER)
        v->x[i->rd] = counter(s, (uint32_t)i->imm);
    else if (i->kind != FENCE)
        trap(s, i);
    return pc + i->length;
}

/* One instruction; returns where control goes. */
static inline uint32_t execute(struct sim *s, struct rv *v, const struct rv_insn *i, uint32_t pc)
{
    uint32_t *x = v->x, a = x[i->rs1], b = x[i->rs2], imm = (uint32_t)i->imm, sp = x[2];
    enum rv_kind kind = (enum rv_kind)i->kind;

    if (kind <= ALU_LAST) {
        x[i->rd] = alu(kind, a, b + imm);
        if (i->rd == 2)
            watch_stack(s, sp, x[2]);
    } else if (kind <= LOAD_LAST) {
        x[i->rd] = load(s, kind, a + imm);
    } else if (kind <= STORE_LAST) {
        store(s, kind, a + imm, b);
    } else if (kind <= BRANCH_LAST) {
        return taken(kind, a, b) ? imm : pc + i->length;
    } else {
        return other(s, v, i, pc);
    }
    return pc + i->length;
}

/* ---- The machine ---- */

static enum core_end run(struct sim *s, sim_addr stop, uint64_t until)
{
    struct rv *v = s->core;
    struct span *p = &s->span[0];

    s->fault[0] = 0;
    do {
        uint32_t pc = v->pc, next;
        const struct rv_insn *i = fetch(s, v, pc, &p);
        if (!i)
            return core_fault(s, pc, "execution of unmapped memory");
        next = execute(s, v, i, pc);
        if (s->fault[0]) {
            s->fault_at = pc;
            return CORE_FAULT;
        }
        if (s->options.hazard3)
            rv_hazard3_count(s, &v->hazard3, i, pc, next);
        v->pc = next;
        s->cycles++;
        s->instructions++;
        p->spent[(pc - p->base) >> 1]++;
        if (next == stop)
            return CORE_STOPPED;
    } while (s->cycles < until);
    return CORE_LIMIT;
}

static void reset(struct sim *s)
{
    struct rv *v = s->core;

    memset(v->x, 0, sizeof v->x);
    v->pc = s->entry;
    v->hazard3 = (struct rv_hazard3){ .predicted = 1 };
    for (int i = 0; i < s->span_count; i++)
        forget(v, i, 0, s->span[i].size);
}

static uint32_t get_register(const struct sim *s, int n)
{
    const struct rv *v = s->core;

    return n == 32 ? v->pc : v->x[n];
}

static void set_register(struct sim *s, int n, uint32_t value)
{
    struct rv *v = s->core;

    if (n == 32)
        v->pc = value;
    else if (n)
        v->x[n] = value;
}

const struct sim_core sim_core_rv32 = {
    .elf_machine = RISCV_MACHINE,
    .address_bits = 32,
    .create = create,
    .destroy = destroy,
    .reset = reset,
    .run = run,
    .get_register = get_register,
    .set_register = set_register,
    .written = written,
};
