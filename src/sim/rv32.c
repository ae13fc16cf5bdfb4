/* rv32.c - RV32I with M, C and E as options (The RISC-V Instruction Set Manual, volume I, 20191213). One cycle an
 * instruction: what is counted is retired instructions.
 *
 * Compressed instructions are expanded to their 32-bit equivalents when they are first met; each halfword of memory has
 * a slot for the instruction that begins there.
 */
#include "sim/core.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { RISCV_MACHINE = 243, UART = 0x10000000, FINISHER = 0x100000, SPANS = 2 };

/* A decoded instruction: what it does, its registers and immediate. kind 0 is a slot not yet decoded. */
enum kind {
    UNKNOWN,
    LUI,
    AUIPC,
    JAL,
    JALR,
    BEQ,
    BNE,
    BLT,
    BGE,
    BLTU,
    BGEU,
    LB,
    LH,
    LW,
    LBU,
    LHU,
    SB,
    SH,
    SW,
    ADDI,
    SLTI,
    SLTIU,
    XORI,
    ORI,
    ANDI,
    SLLI,
    SRLI,
    SRAI,
    ADD,
    SUB,
    SLL,
    SLT,
    SLTU,
    XOR,
    SRL,
    SRA,
    OR,
    AND,
    MUL,
    MULH,
    MULHSU,
    MULHU,
    DIV,
    DIVU,
    REM,
    REMU,
    FENCE,
    ECALL,
    EBREAK,
    CSR,
    ILLEGAL
};

struct decoded {
    uint8_t kind, rd, rs1, rs2;
    uint8_t length;
    int32_t imm;
};

struct rv {
    uint32_t x[33]; /* x[32]: writes to x0 go there */
    uint32_t pc;
    struct decoded *slots[SPANS_MAX];
    int failed;
};

/* ---- Decoding -----------------------------------------------------------------------------------------------------
 */

static uint32_t bits(uint32_t op, int from, int count)
{
    return op >> from & ((1u << count) - 1);
}

static int32_t extend(uint32_t value, int width)
{
    uint32_t sign = 1u << (width - 1);

    return (int32_t)((value ^ sign) - sign);
}

static int32_t immediate_b(uint32_t op)
{
    return extend(bits(op, 31, 1) << 12 | bits(op, 7, 1) << 11 | bits(op, 25, 6) << 5 | bits(op, 8, 4) << 1, 13);
}

static int32_t immediate_j(uint32_t op)
{
    return extend(bits(op, 31, 1) << 20 | bits(op, 12, 8) << 12 | bits(op, 20, 1) << 11 | bits(op, 21, 10) << 1, 21);
}

static enum kind arithmetic(uint32_t op)
{
    static const uint8_t base[8] = { ADD, SLL, SLT, SLTU, XOR, SRL, OR, AND };
    static const uint8_t multiply[8] = { MUL, MULH, MULHSU, MULHU, DIV, DIVU, REM, REMU };
    uint32_t f3 = bits(op, 12, 3), f7 = op >> 25;

    if (f7 == 0)
        return (enum kind)base[f3];
    if (f7 == 1)
        return (enum kind)multiply[f3];
    if (f7 == 32 && (f3 == 0 || f3 == 5))
        return f3 ? SRA : SUB;
    return ILLEGAL;
}

static enum kind arithmetic_immediate(uint32_t op)
{
    static const uint8_t kinds[8] = { ADDI, SLLI, SLTI, SLTIU, XORI, SRLI, ORI, ANDI };
    uint32_t f3 = bits(op, 12, 3), f7 = op >> 25;

    if (f3 == 1)
        return f7 ? ILLEGAL : SLLI;
    if (f3 == 5)
        return f7 == 0 ? SRLI : f7 == 32 ? SRAI : ILLEGAL;
    return (enum kind)kinds[f3];
}

static enum kind system_kind(uint32_t op)
{
    if (op == 0x73)
        return ECALL;
    if (op == 0x100073)
        return EBREAK;
    return bits(op, 12, 3) ? CSR : ILLEGAL;
}

static struct decoded decode_32(uint32_t op)
{
    static const uint8_t loads[8] = { LB, LH, LW, ILLEGAL, LBU, LHU, ILLEGAL, ILLEGAL };
    static const uint8_t branches[8] = { BEQ, BNE, ILLEGAL, ILLEGAL, BLT, BGE, BLTU, BGEU };
    static const uint8_t stores[8] = { SB, SH, SW, ILLEGAL, ILLEGAL, ILLEGAL, ILLEGAL, ILLEGAL };
    struct decoded d = { .kind = ILLEGAL, .length = 4 };
    uint32_t f3 = bits(op, 12, 3);

    d.rd = (uint8_t)bits(op, 7, 5), d.rs1 = (uint8_t)bits(op, 15, 5), d.rs2 = (uint8_t)bits(op, 20, 5);
    d.imm = (int32_t)op >> 20;
    switch (op & 127) {
    case 0x37:
    case 0x17:
        d.kind = (op & 127) == 0x37 ? LUI : AUIPC;
        d.imm = (int32_t)(op & 0xfffff000);
        break;
    case 0x6f:
        d.kind = JAL, d.imm = immediate_j(op);
        break;
    case 0x67:
        d.kind = f3 ? ILLEGAL : JALR;
        break;
    case 0x63:
        d.kind = branches[f3], d.imm = immediate_b(op);
        break;
    case 0x03:
        d.kind = loads[f3];
        break;
    case 0x23:
        d.kind = stores[f3], d.imm = extend(bits(op, 25, 7) << 5 | bits(op, 7, 5), 12);
        break;
    case 0x13:
        d.kind = (uint8_t)arithmetic_immediate(op);
        if (f3 == 1 || f3 == 5)
            d.imm = d.rs2;
        break;
    case 0x33:
        d.kind = (uint8_t)arithmetic(op);
        break;
    case 0x0f:
        d.kind = FENCE;
        break;
    case 0x73:
        d.kind = (uint8_t)system_kind(op), d.imm = (int32_t)(op >> 20);
        break;
    default:
        break;
    }
    return d;
}

static struct decoded make(enum kind kind, uint32_t rd, uint32_t rs1, uint32_t rs2, int32_t imm)
{
    struct decoded d = { (uint8_t)kind, (uint8_t)rd, (uint8_t)rs1, (uint8_t)rs2, 2, imm };

    return d;
}

/* Quadrant 1, funct3 100: shifts, ANDI and register operations on x8..x15. */
static struct decoded decode_c_alu(uint32_t op)
{
    static const uint8_t kinds[4] = { SUB, XOR, OR, AND };
    uint32_t r = 8 + bits(op, 7, 3), shift = bits(op, 12, 1) << 5 | bits(op, 2, 5);

    switch (bits(op, 10, 2)) {
    case 0:
        return make(shift & 32 ? ILLEGAL : SRLI, r, r, 0, (int32_t)shift);
    case 1:
        return make(shift & 32 ? ILLEGAL : SRAI, r, r, 0, (int32_t)shift);
    case 2:
        return make(ANDI, r, r, 0, extend(shift, 6));
    default:
        return make(bits(op, 12, 1) ? ILLEGAL : (enum kind)kinds[bits(op, 5, 2)], r, r, 8 + bits(op, 2, 3), 0);
    }
}

static int32_t immediate_cj(uint32_t op)
{
    return extend(bits(op, 12, 1) << 11 | bits(op, 8, 1) << 10 | bits(op, 9, 2) << 8 | bits(op, 6, 1) << 7 |
                      bits(op, 7, 1) << 6 | bits(op, 2, 1) << 5 | bits(op, 11, 1) << 4 | bits(op, 3, 3) << 1,
                  12);
}

static int32_t immediate_cb(uint32_t op)
{
    return extend(bits(op, 12, 1) << 8 | bits(op, 5, 2) << 6 | bits(op, 2, 1) << 5 | bits(op, 10, 2) << 3 |
                      bits(op, 3, 2) << 1,
                  9);
}

static struct decoded decode_c0(uint32_t op)
{
    uint32_t rd = 8 + bits(op, 2, 3), rs1 = 8 + bits(op, 7, 3);
    uint32_t word = bits(op, 5, 1) << 6 | bits(op, 10, 3) << 3 | bits(op, 6, 1) << 2;
    uint32_t wide = bits(op, 7, 4) << 6 | bits(op, 11, 2) << 4 | bits(op, 5, 1) << 3 | bits(op, 6, 1) << 2;

    switch (op >> 13) {
    case 0:
        return make(wide ? ADDI : ILLEGAL, rd, 2, 0, (int32_t)wide);
    case 2:
        return make(LW, rd, rs1, 0, (int32_t)word);
    case 6:
        return make(SW, 0, rs1, rd, (int32_t)word);
    default:
        return make(ILLEGAL, 0, 0, 0, 0);
    }
}

static struct decoded decode_c1(uint32_t op)
{
    uint32_t rd = bits(op, 7, 5), small = bits(op, 12, 1) << 5 | bits(op, 2, 5);
    int32_t imm = extend(small, 6);
    uint32_t stack =
        bits(op, 12, 1) << 9 | bits(op, 3, 2) << 7 | bits(op, 5, 1) << 6 | bits(op, 2, 1) << 5 | bits(op, 6, 1) << 4;

    switch (op >> 13) {
    case 0:
        return make(ADDI, rd, rd, 0, imm);
    case 1:
        return make(JAL, 1, 0, 0, immediate_cj(op));
    case 2:
        return make(ADDI, rd, 0, 0, imm);
    case 3:
        if (rd == 2)
            return make(stack ? ADDI : ILLEGAL, 2, 2, 0, extend(stack, 10));
        return make(small ? LUI : ILLEGAL, rd, 0, 0, (int32_t)((uint32_t)imm << 12));
    case 4:
        return decode_c_alu(op);
    case 5:
        return make(JAL, 0, 0, 0, immediate_cj(op));
    default:
        return make(op >> 13 == 6 ? BEQ : BNE, 0, 8 + bits(op, 7, 3), 0, immediate_cb(op));
    }
}

static struct decoded decode_c2(uint32_t op)
{
    uint32_t rd = bits(op, 7, 5), rs2 = bits(op, 2, 5), shift = bits(op, 12, 1) << 5 | rs2;
    uint32_t from = bits(op, 2, 2) << 6 | bits(op, 12, 1) << 5 | bits(op, 4, 3) << 2,
             to = bits(op, 7, 2) << 6 | bits(op, 9, 4) << 2;

    switch (op >> 13) {
    case 0:
        return make(shift & 32 ? ILLEGAL : SLLI, rd, rd, 0, (int32_t)shift);
    case 2:
        return make(rd ? LW : ILLEGAL, rd, 2, 0, (int32_t)from);
    case 4:
        if (!bits(op, 12, 1))
            return rs2 ? make(ADD, rd, 0, rs2, 0) : make(rd ? JALR : ILLEGAL, 0, rd, 0, 0);
        if (rs2)
            return make(ADD, rd, rd, rs2, 0);
        return rd ? make(JALR, 1, rd, 0, 0) : make(EBREAK, 0, 0, 0, 0);
    case 6:
        return make(SW, 0, 2, rs2, (int32_t)to);
    default:
        return make(ILLEGAL, 0, 0, 0, 0);
    }
}

static int uses_upper(const struct decoded *d)
{
    return (d->rd | d->rs1 | d->rs2) & 16;
}

static struct decoded decode(const struct sim *s, uint32_t op)
{
    struct decoded d;

    if ((op & 3) == 3)
        d = decode_32(op);
    else if (s->options.no_compressed)
        d = make(ILLEGAL, 0, 0, 0, 0);
    else
        d = (op & 3) == 0 ? decode_c0(op & 0xffff) : (op & 3) == 1 ? decode_c1(op & 0xffff) : decode_c2(op & 0xffff);
    if (s->options.no_multiplier && d.kind >= MUL && d.kind <= REMU)
        d.kind = ILLEGAL;
    if (s->options.embedded && d.kind != LUI && d.kind != AUIPC && d.kind != JAL && uses_upper(&d))
        d.kind = ILLEGAL;
    if (d.rd == 0)
        d.rd = 32;
    return d;
}

/* ---- Memory ---------------------------------------------------------------------------------------------------------
 */

static uint8_t *place(struct sim *s, struct rv *v, uint32_t at, uint32_t size, unsigned access)
{
    for (int i = s->span_count - 1; i >= 0; i--) {
        struct span *p = &s->span[i];
        if (at - p->base >= p->size)
            continue;
        if (at & (size - 1)) {
            core_fault(s, 0, "unaligned access to 0x%08" PRIx32, at);
        } else if (!(p->access & access)) {
            core_fault(s, 0, "write to flash at 0x%08" PRIx32, at);
        } else {
            if (access == SIM_WRITE && v->slots[i])
                v->slots[i][(at - p->base) >> 1].kind = UNKNOWN;
            return p->bytes + (at - p->base);
        }
        v->failed = 1;
        return NULL;
    }
    v->failed = 1;
    core_fault(s, 0, "access to unmapped memory at 0x%08" PRIx32, at);
    return NULL;
}

static inline uint32_t load(struct sim *s, struct rv *v, uint32_t at, uint32_t size)
{
    const uint8_t *p = place(s, v, at, size, SIM_READ);
    uint32_t word = 0;

    if (p)
        memcpy(&word, p, size);
    return word;
}

static void store(struct sim *s, struct rv *v, uint32_t at, uint32_t value, uint32_t size)
{
    uint8_t *p;

    if (at == UART && size == 1) {
        core_console(s, (char)value);
        return;
    }
    if (at == FINISHER) {
        v->failed = 1;
        core_fault(s, 0, "the program ended with 0x%" PRIx32, value);
        return;
    }
    p = place(s, v, at, size, SIM_WRITE);
    if (p)
        memcpy(p, &value, size);
}

/* ---- Execution ------------------------------------------------------------------------------------------------------
 */

static uint32_t divide(enum kind kind, uint32_t a, uint32_t b)
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

static uint32_t csr(const struct sim *s, uint32_t number)
{
    uint64_t count = number & 2 ? s->instructions : s->cycles;

    if ((number & 0x37c) != 0x300 && (number & 0xf7c) != 0xb00 && (number & 0xf7c) != 0xc00)
        return 0;
    return (uint32_t)(number & 0x80 ? count >> 32 : count);
}

static int is_link(uint32_t r)
{
    return r == 1 || r == 5;
}

static void watch_stack(struct sim *s, struct rv *v, uint32_t before)
{
    if (v->x[2] < s->stack_lowest && before >= s->stack_lowest) {
        v->failed = 1;
        core_fault(s, 0, "stack overrun: sp is 0x%08" PRIx32, v->x[2]);
    }
}

/* One instruction; returns where control goes. */
static inline uint32_t execute(struct sim *s, struct rv *v, const struct decoded *d, uint32_t pc)
{
    uint32_t *x = v->x, a = x[d->rs1], b = x[d->rs2], imm = (uint32_t)d->imm, next = pc + d->length;

    switch ((enum kind)d->kind) {
    case LUI:
        x[d->rd] = imm;
        break;
    case AUIPC:
        x[d->rd] = pc + imm;
        break;
    case JAL:
        if (is_link(d->rd))
            core_called(s, pc, next, s->cycles);
        x[d->rd] = next;
        return pc + imm;
    case JALR:
        if (is_link(d->rd))
            core_called(s, pc, next, s->cycles);
        x[d->rd] = next;
        if (!is_link(d->rd))
            core_returned(s, (a + imm) & ~1u, s->cycles + 1);
        return (a + imm) & ~1u;
    case BEQ:
        return a == b ? pc + imm : next;
    case BNE:
        return a != b ? pc + imm : next;
    case BLT:
        return (int32_t)a < (int32_t)b ? pc + imm : next;
    case BGE:
        return (int32_t)a >= (int32_t)b ? pc + imm : next;
    case BLTU:
        return a < b ? pc + imm : next;
    case BGEU:
        return a >= b ? pc + imm : next;
    case LB:
        x[d->rd] = (uint32_t)(int32_t)(int8_t)load(s, v, a + imm, 1);
        break;
    case LH:
        x[d->rd] = (uint32_t)(int32_t)(int16_t)load(s, v, a + imm, 2);
        break;
    case LW:
        x[d->rd] = load(s, v, a + imm, 4);
        break;
    case LBU:
        x[d->rd] = load(s, v, a + imm, 1);
        break;
    case LHU:
        x[d->rd] = load(s, v, a + imm, 2);
        break;
    case SB:
        store(s, v, a + imm, b, 1);
        break;
    case SH:
        store(s, v, a + imm, b, 2);
        break;
    case SW:
        store(s, v, a + imm, b, 4);
        break;
    case ADDI:
        x[d->rd] = a + imm;
        if (d->rd == 2)
            watch_stack(s, v, a);
        break;
    case SLTI:
        x[d->rd] = (int32_t)a < d->imm;
        break;
    case SLTIU:
        x[d->rd] = a < imm;
        break;
    case XORI:
        x[d->rd] = a ^ imm;
        break;
    case ORI:
        x[d->rd] = a | imm;
        break;
    case ANDI:
        x[d->rd] = a & imm;
        break;
    case SLLI:
        x[d->rd] = a << imm;
        break;
    case SRLI:
        x[d->rd] = a >> imm;
        break;
    case SRAI:
        x[d->rd] = (uint32_t)((int32_t)a >> imm);
        break;
    case ADD:
        x[d->rd] = a + b;
        break;
    case SUB:
        x[d->rd] = a - b;
        break;
    case SLL:
        x[d->rd] = a << (b & 31);
        break;
    case SLT:
        x[d->rd] = (int32_t)a < (int32_t)b;
        break;
    case SLTU:
        x[d->rd] = a < b;
        break;
    case XOR:
        x[d->rd] = a ^ b;
        break;
    case SRL:
        x[d->rd] = a >> (b & 31);
        break;
    case SRA:
        x[d->rd] = (uint32_t)((int32_t)a >> (b & 31));
        break;
    case OR:
        x[d->rd] = a | b;
        break;
    case AND:
        x[d->rd] = a & b;
        break;
    case MUL:
        x[d->rd] = a * b;
        break;
    case MULH:
        x[d->rd] = (uint32_t)(((int64_t)(int32_t)a * (int32_t)b) >> 32);
        break;
    case MULHSU:
        x[d->rd] = (uint32_t)(((int64_t)(int32_t)a * (int64_t)b) >> 32);
        break;
    case MULHU:
        x[d->rd] = (uint32_t)(((uint64_t)a * b) >> 32);
        break;
    case DIV:
    case DIVU:
    case REM:
    case REMU:
        x[d->rd] = divide((enum kind)d->kind, a, b);
        break;
    case FENCE:
        break;
    case CSR:
        x[d->rd] = csr(s, imm);
        break;
    case ECALL:
    case EBREAK:
        v->failed = 1;
        core_fault(s, pc, "the program ended");
        break;
    default:
        v->failed = 1;
        core_fault(s, pc, "illegal instruction");
        break;
    }
    return next;
}

static struct decoded *slot(struct sim *s, struct rv *v, uint32_t pc, struct span **span)
{
    struct span *p = *span;
    struct decoded *d;
    uint32_t op = 0;

    if (pc - p->base >= p->size) {
        p = core_span(s, pc, 2);
        if (!p || !(p->access & SIM_EXECUTE))
            return NULL;
        *span = p;
    }
    d = &v->slots[p - s->span][(pc - p->base) >> 1];
    if (d->kind == UNKNOWN) {
        memcpy(&op, p->bytes + (pc - p->base), p->size - (pc - p->base) < 4 ? 2 : 4);
        *d = decode(s, op);
    }
    return d;
}

static enum core_end run(struct sim *s, sim_addr stop, uint64_t until)
{
    struct rv *v = s->core;
    struct span *p = &s->span[0];

    do {
        uint32_t pc = v->pc;
        const struct decoded *d = slot(s, v, pc, &p);
        if (!d)
            return core_fault(s, pc, "execution of unmapped memory");
        v->pc = execute(s, v, d, pc);
        s->cycles++;
        s->instructions++;
        p->spent[(pc - p->base) >> 1]++;
        if (v->failed) {
            s->fault_at = pc;
            return CORE_FAULT;
        }
        if (v->pc == stop)
            return CORE_STOPPED;
    } while (s->cycles < until);
    return CORE_LIMIT;
}

static void create(struct region *r, struct sim *s)
{
    struct rv *v = region_alloc(r, sizeof *v);

    s->core = v;
    for (int i = 0; i < s->span_count; i++)
        if (s->span[i].access & SIM_EXECUTE)
            v->slots[i] = calloc(s->span[i].size / 2, sizeof(struct decoded));
}

static void destroy(struct sim *s)
{
    struct rv *v = s->core;

    for (int i = 0; i < s->span_count; i++)
        free(v->slots[i]);
}

static void forget(struct sim *s, sim_addr at, size_t size)
{
    struct rv *v = s->core;

    for (int i = 0; i < s->span_count; i++)
        for (sim_addr k = at; v->slots[i] && k < at + size; k += 2)
            if (k - s->span[i].base < s->span[i].size)
                v->slots[i][(k - s->span[i].base) >> 1].kind = UNKNOWN;
}

static void reset(struct sim *s)
{
    struct rv *v = s->core;

    memset(v->x, 0, sizeof v->x);
    v->failed = 0;
    v->pc = s->entry;
    for (int i = 0; i < s->span_count; i++)
        if (v->slots[i])
            memset(v->slots[i], 0, s->span[i].size / 2 * sizeof(struct decoded));
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
    .create = create,
    .destroy = destroy,
    .reset = reset,
    .run = run,
    .get_register = get_register,
    .set_register = set_register,
    .written = forget,
};
