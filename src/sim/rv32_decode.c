/* rv32_decode.c - RV32I, M, C and E: encodings (The RISC-V Instruction Set Manual, volume I, 20191213, chapters 2, 4,
 * 7, 16, 24). Of the CSRs only the counters can be read, and none written.
 */
#include "sim/rv32.h"

static uint32_t bits(uint32_t op, int from, int count)
{
    return op >> from & ((1u << count) - 1);
}

static int32_t extend(uint32_t value, int width)
{
    uint32_t sign = 1u << (width - 1);

    return (int32_t)((value ^ sign) - sign);
}

/* ---- Operands, one function a format; what a format does not have stays 0 ---- */

typedef void format(uint32_t op, sim_addr pc, struct rv_insn *i);

static void none(uint32_t op, sim_addr pc, struct rv_insn *i)
{
    (void)op, (void)pc, (void)i;
}

static void registers(uint32_t op, sim_addr pc, struct rv_insn *i)
{
    (void)pc;
    i->rd = (uint8_t)bits(op, 7, 5);
    i->rs1 = (uint8_t)bits(op, 15, 5);
    i->rs2 = (uint8_t)bits(op, 20, 5);
}

static void immediate(uint32_t op, sim_addr pc, struct rv_insn *i)
{
    (void)pc;
    i->rd = (uint8_t)bits(op, 7, 5);
    i->rs1 = (uint8_t)bits(op, 15, 5);
    i->imm = (int32_t)op >> 20;
}

static void shift(uint32_t op, sim_addr pc, struct rv_insn *i)
{
    immediate(op, pc, i);
    i->imm &= 31;
}

static void store(uint32_t op, sim_addr pc, struct rv_insn *i)
{
    (void)pc;
    i->rs1 = (uint8_t)bits(op, 15, 5);
    i->rs2 = (uint8_t)bits(op, 20, 5);
    i->imm = extend(bits(op, 25, 7) << 5 | bits(op, 7, 5), 12);
}

static void branch(uint32_t op, sim_addr pc, struct rv_insn *i)
{
    uint32_t offset = bits(op, 31, 1) << 12 | bits(op, 7, 1) << 11 | bits(op, 25, 6) << 5 | bits(op, 8, 4) << 1;

    i->rs1 = (uint8_t)bits(op, 15, 5);
    i->rs2 = (uint8_t)bits(op, 20, 5);
    i->imm = (int32_t)(pc + (uint32_t)extend(offset, 13));
}

static void upper(uint32_t op, sim_addr pc, struct rv_insn *i)
{
    (void)pc;
    i->rd = (uint8_t)bits(op, 7, 5);
    i->imm = (int32_t)(op & 0xfffff000);
}

static void upper_pc(uint32_t op, sim_addr pc, struct rv_insn *i)
{
    upper(op, pc, i);
    i->imm = (int32_t)((uint32_t)i->imm + pc);
}

static void jump(uint32_t op, sim_addr pc, struct rv_insn *i)
{
    uint32_t offset = bits(op, 31, 1) << 20 | bits(op, 12, 8) << 12 | bits(op, 20, 1) << 11 | bits(op, 21, 10) << 1;

    i->rd = (uint8_t)bits(op, 7, 5);
    i->imm = (int32_t)(pc + (uint32_t)extend(offset, 21));
}

/* ---- Compressed operands; the names are those of table 16.5 to 16.7 ---- */

/* The six-bit immediate of most. */
static int32_t c_imm(uint32_t op)
{
    return extend(bits(op, 12, 1) << 5 | bits(op, 2, 5), 6);
}

/* Registers x8 to x15 in three bits. */
static uint8_t c_register(uint32_t op, int from)
{
    return (uint8_t)(8 + bits(op, from, 3));
}

static void c_addi4spn(uint32_t op, sim_addr pc, struct rv_insn *i)
{
    (void)pc;
    i->rd = c_register(op, 2);
    i->rs1 = 2;
    i->imm = (int32_t)(bits(op, 7, 4) << 6 | bits(op, 11, 2) << 4 | bits(op, 5, 1) << 3 | bits(op, 6, 1) << 2);
}

static int32_t c_word_offset(uint32_t op)
{
    return (int32_t)(bits(op, 5, 1) << 6 | bits(op, 10, 3) << 3 | bits(op, 6, 1) << 2);
}

static void c_lw(uint32_t op, sim_addr pc, struct rv_insn *i)
{
    (void)pc;
    i->rd = c_register(op, 2);
    i->rs1 = c_register(op, 7);
    i->imm = c_word_offset(op);
}

static void c_sw(uint32_t op, sim_addr pc, struct rv_insn *i)
{
    (void)pc;
    i->rs1 = c_register(op, 7);
    i->rs2 = c_register(op, 2);
    i->imm = c_word_offset(op);
}

static void c_addi(uint32_t op, sim_addr pc, struct rv_insn *i)
{
    (void)pc;
    i->rd = i->rs1 = (uint8_t)bits(op, 7, 5);
    i->imm = c_imm(op);
}

static void c_li(uint32_t op, sim_addr pc, struct rv_insn *i)
{
    (void)pc;
    i->rd = (uint8_t)bits(op, 7, 5);
    i->imm = c_imm(op);
}

static void c_lui(uint32_t op, sim_addr pc, struct rv_insn *i)
{
    c_li(op, pc, i);
    i->imm = (int32_t)((uint32_t)i->imm << 12);
}

static void c_addi16sp(uint32_t op, sim_addr pc, struct rv_insn *i)
{
    (void)pc;
    i->rd = i->rs1 = 2;
    i->imm = extend(bits(op, 12, 1) << 9 | bits(op, 3, 2) << 7 | bits(op, 5, 1) << 6 | bits(op, 2, 1) << 5 |
                        bits(op, 6, 1) << 4,
                    10);
}

static void c_jump(uint32_t op, sim_addr pc, struct rv_insn *i)
{
    uint32_t offset = bits(op, 12, 1) << 11 | bits(op, 8, 1) << 10 | bits(op, 9, 2) << 8 | bits(op, 6, 1) << 7 |
                      bits(op, 7, 1) << 6 | bits(op, 2, 1) << 5 | bits(op, 11, 1) << 4 | bits(op, 3, 3) << 1;

    i->imm = (int32_t)(pc + (uint32_t)extend(offset, 12));
}

static void c_jal(uint32_t op, sim_addr pc, struct rv_insn *i)
{
    c_jump(op, pc, i);
    i->rd = 1;
}

static void c_branch(uint32_t op, sim_addr pc, struct rv_insn *i)
{
    uint32_t offset =
        bits(op, 12, 1) << 8 | bits(op, 5, 2) << 6 | bits(op, 2, 1) << 5 | bits(op, 10, 2) << 3 | bits(op, 3, 2) << 1;

    i->rs1 = c_register(op, 7);
    i->imm = (int32_t)(pc + (uint32_t)extend(offset, 9));
}

/* Shifts and ANDI of a small register; the shifts' rows have bit 12 clear. */
static void c_small_immediate(uint32_t op, sim_addr pc, struct rv_insn *i)
{
    (void)pc;
    i->rd = i->rs1 = c_register(op, 7);
    i->imm = c_imm(op);
}

static void c_small_registers(uint32_t op, sim_addr pc, struct rv_insn *i)
{
    (void)pc;
    i->rd = i->rs1 = c_register(op, 7);
    i->rs2 = c_register(op, 2);
}

static void c_lwsp(uint32_t op, sim_addr pc, struct rv_insn *i)
{
    (void)pc;
    i->rd = (uint8_t)bits(op, 7, 5);
    i->rs1 = 2;
    i->imm = (int32_t)(bits(op, 2, 2) << 6 | bits(op, 12, 1) << 5 | bits(op, 4, 3) << 2);
}

static void c_swsp(uint32_t op, sim_addr pc, struct rv_insn *i)
{
    (void)pc;
    i->rs1 = 2;
    i->rs2 = (uint8_t)bits(op, 2, 5);
    i->imm = (int32_t)(bits(op, 7, 2) << 6 | bits(op, 9, 4) << 2);
}

static void c_jr(uint32_t op, sim_addr pc, struct rv_insn *i)
{
    (void)pc;
    i->rs1 = (uint8_t)bits(op, 7, 5);
}

static void c_jalr(uint32_t op, sim_addr pc, struct rv_insn *i)
{
    c_jr(op, pc, i);
    i->rd = 1;
}

static void c_mv(uint32_t op, sim_addr pc, struct rv_insn *i)
{
    (void)pc;
    i->rd = (uint8_t)bits(op, 7, 5);
    i->rs2 = (uint8_t)bits(op, 2, 5);
}

static void c_add(uint32_t op, sim_addr pc, struct rv_insn *i)
{
    c_mv(op, pc, i);
    i->rs1 = i->rd;
}

/* ---- The encodings ---- */

/* The instruction of every op with (op & mask) == match that no earlier row takes; rows of 16-bit instructions have a
 * mask of 16 bits. Reserved encodings stand before the instruction whose form they have. */
struct row {
    uint32_t mask, match;
    enum rv_kind kind;
    format *operands;
};

static const struct row base[] = {
    { 0x0000007f, 0x00000037, ADD, upper },    /* LUI */
    { 0x0000007f, 0x00000017, ADD, upper_pc }, /* AUIPC */
    { 0x0000007f, 0x0000006f, JAL, jump },
    { 0x0000707f, 0x00000067, JALR, immediate },
    { 0x0000707f, 0x00000063, BEQ, branch },
    { 0x0000707f, 0x00001063, BNE, branch },
    { 0x0000707f, 0x00004063, BLT, branch },
    { 0x0000707f, 0x00005063, BGE, branch },
    { 0x0000707f, 0x00006063, BLTU, branch },
    { 0x0000707f, 0x00007063, BGEU, branch },
    { 0x0000707f, 0x00000003, LB, immediate },
    { 0x0000707f, 0x00001003, LH, immediate },
    { 0x0000707f, 0x00002003, LW, immediate },
    { 0x0000707f, 0x00004003, LBU, immediate },
    { 0x0000707f, 0x00005003, LHU, immediate },
    { 0x0000707f, 0x00000023, SB, store },
    { 0x0000707f, 0x00001023, SH, store },
    { 0x0000707f, 0x00002023, SW, store },
    { 0x0000707f, 0x00000013, ADD, immediate },
    { 0x0000707f, 0x00002013, SLT, immediate },
    { 0x0000707f, 0x00003013, SLTU, immediate },
    { 0x0000707f, 0x00004013, XOR, immediate },
    { 0x0000707f, 0x00006013, OR, immediate },
    { 0x0000707f, 0x00007013, AND, immediate },
    { 0xfe00707f, 0x00001013, SLL, shift },
    { 0xfe00707f, 0x00005013, SRL, shift },
    { 0xfe00707f, 0x40005013, SRA, shift },
    { 0xfe00707f, 0x00000033, ADD, registers },
    { 0xfe00707f, 0x40000033, SUB, registers },
    { 0xfe00707f, 0x00001033, SLL, registers },
    { 0xfe00707f, 0x00002033, SLT, registers },
    { 0xfe00707f, 0x00003033, SLTU, registers },
    { 0xfe00707f, 0x00004033, XOR, registers },
    { 0xfe00707f, 0x00005033, SRL, registers },
    { 0xfe00707f, 0x40005033, SRA, registers },
    { 0xfe00707f, 0x00006033, OR, registers },
    { 0xfe00707f, 0x00007033, AND, registers },
    { 0xfe00707f, 0x02000033, MUL, registers },
    { 0xfe00707f, 0x02001033, MULH, registers },
    { 0xfe00707f, 0x02002033, MULHSU, registers },
    { 0xfe00707f, 0x02003033, MULHU, registers },
    { 0xfe00707f, 0x02004033, DIV, registers },
    { 0xfe00707f, 0x02005033, DIVU, registers },
    { 0xfe00707f, 0x02006033, REM, registers },
    { 0xfe00707f, 0x02007033, REMU, registers },
    { 0x0000707f, 0x0000000f, FENCE, none },
    { 0x0000707f, 0x0000100f, FENCE, none }, /* FENCE.I: stores are seen at once anyway */
    { 0xffffffff, 0x00000073, ECALL, none },
    { 0xffffffff, 0x00100073, EBREAK, none },
    { 0xfffff07f, 0xb0002073, COUNTER, immediate }, /* CSRRS rd, mcycle, x0 */
    { 0xfffff07f, 0xb0202073, COUNTER, immediate }, /* minstret */
    { 0xfffff07f, 0xb8002073, COUNTER, immediate }, /* mcycleh */
    { 0xfffff07f, 0xb8202073, COUNTER, immediate }, /* minstreth */
    { 0xfffff07f, 0xc0002073, COUNTER, immediate }, /* cycle */
    { 0xfffff07f, 0xc0202073, COUNTER, immediate }, /* instret */
    { 0xfffff07f, 0xc8002073, COUNTER, immediate }, /* cycleh */
    { 0xfffff07f, 0xc8202073, COUNTER, immediate }, /* instreth */
    { 0, 0, ILLEGAL, none },
};

static const struct row compressed[] = {
    { 0xffe3, 0x0000, ILLEGAL, none }, /* C.ADDI4SPN of 0, and the all-zero halfword */
    { 0xe003, 0x0000, ADD, c_addi4spn },
    { 0xe003, 0x4000, LW, c_lw },
    { 0xe003, 0xc000, SW, c_sw },
    { 0xe003, 0x0001, ADD, c_addi },
    { 0xe003, 0x2001, JAL, c_jal },
    { 0xe003, 0x4001, ADD, c_li },
    { 0xf07f, 0x6001, ILLEGAL, none }, /* C.LUI and C.ADDI16SP of 0 */
    { 0xef83, 0x6101, ADD, c_addi16sp },
    { 0xe003, 0x6001, ADD, c_lui },
    { 0xfc03, 0x8001, SRL, c_small_immediate },
    { 0xfc03, 0x8401, SRA, c_small_immediate },
    { 0xec03, 0x8801, AND, c_small_immediate },
    { 0xfc63, 0x8c01, SUB, c_small_registers },
    { 0xfc63, 0x8c21, XOR, c_small_registers },
    { 0xfc63, 0x8c41, OR, c_small_registers },
    { 0xfc63, 0x8c61, AND, c_small_registers },
    { 0xe003, 0xa001, JAL, c_jump },
    { 0xe003, 0xc001, BEQ, c_branch },
    { 0xe003, 0xe001, BNE, c_branch },
    { 0xf003, 0x0002, SLL, c_addi },
    { 0xef83, 0x4002, ILLEGAL, none }, /* C.LWSP to x0 */
    { 0xe003, 0x4002, LW, c_lwsp },
    { 0xffff, 0x8002, ILLEGAL, none }, /* C.JR x0 */
    { 0xf07f, 0x8002, JALR, c_jr },
    { 0xf003, 0x8002, ADD, c_mv },
    { 0xffff, 0x9002, EBREAK, none },
    { 0xf07f, 0x9002, JALR, c_jalr },
    { 0xf003, 0x9002, ADD, c_add },
    { 0xe003, 0xc002, SW, c_swsp },
    { 0, 0, ILLEGAL, none },
};

static int exists(const struct rv_insn *i, unsigned isa)
{
    if (i->kind >= MUL && i->kind <= REMU && !(isa & SIM_M))
        return 0;
    return !(isa & SIM_E) || !((i->rd | i->rs1 | i->rs2) & 16);
}

struct rv_insn rv_decode(uint32_t op, sim_addr pc, unsigned isa)
{
    int wide = (op & 3) == 3;
    const struct row *row = wide ? base : compressed;
    struct rv_insn i = { .length = wide ? 4 : 2 };

    op = wide ? op : op & 0xffff;
    while ((op & row->mask) != row->match)
        row++;
    i.kind = (uint8_t)row->kind;
    row->operands(op, pc, &i);
    if (i.kind == ILLEGAL || !exists(&i, isa))
        i = (struct rv_insn){ .kind = ILLEGAL, .length = i.length, .imm = (int32_t)op };
    if (i.rd == 0)
        i.rd = NOWHERE;
    return i;
}
