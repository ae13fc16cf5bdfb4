/* test_referee_rv32.c - random RV32IMC, RV32IC and RV32EC programs on the simulator and on QEMU (board virt, with the
 * same extensions): after every few instructions all registers are the same, after every program all of its memory.
 * Counts of retired instructions are among what is computed. And encodings that the simulator calls illegal trap in
 * QEMU: all of 16 bits, 20 000 of 32.
 *
 * sp stays near the stack's middle, gp holds the middle of the data, tp counts loops; all else is random.
 *
 *   test_referee_rv32 [PROGRAMS]    default 200 of each
 */
#include "referee.h"

static const uint32_t FLASH = 0x80000000, VECTOR = 0x80000010, RAM = 0x81000000;
static const uint32_t DATA = 0x81000800; /* gp; data lie 2048 bytes before to 1023 behind; then what is not random */
static const uint32_t STACK = 0x81002000;

enum {
    DUMP = 0x400,         /* registers, from gp */
    BLOCKS = 0x500,       /* of the semihosting calls that write, from gp */
    RANDOM_BYTES = 0xc00, /* of data */
    STACK_BYTES = 0x800,  /* half of them on each side */
    DRIFT = 512,          /* sp is at most that many bytes away from STACK */
    IMAGE_BYTES = 0xf0000,
    PROGRAM_BYTES_MAX = 0x2000,
    CHUNKS = 12
};

enum { ZERO, RA, SP, GP, TP, T0, A0 = 10, A1 };

/* A chip, and QEMU's CPU with the same instructions. */
struct variant {
    const char *chip, *cpu;
    uint32_t registers;
    int multiplies;
};

#define WITHOUT ",a=false,f=false,d=false,h=false,s=false,u=false,zba=false,zbb=false,zbc=false,zbs=false"

static const struct variant variants[] = {
    { "rv32imc", "rv32,i=true,m=true,c=true" WITHOUT, 32, 1 },
    { "rv32ic", "rv32,i=true,m=false,c=true" WITHOUT, 32, 0 },
    { "rv32ec", "rv32,i=false,e=true,m=false,c=true" WITHOUT, 16, 0 },
};

static const struct variant *variant;
static struct firmware firmware;
static struct referee referee = { .register_0 = A0, .register_pc = 32, .call_size = 4 };
static struct dice dice;
static uint32_t programs = 200;
static struct region *region;

/* Routines of every image. */
static sim_addr write_routine, dump_routine;

/* ---- Assembling ---- */

static sim_addr here(void)
{
    return firmware_here(&firmware);
}

static void put(uint32_t word)
{
    put32(&firmware, word);
}

static void put_c(uint32_t halfword)
{
    put16(&firmware, halfword);
}

static uint32_t i_type(uint32_t opcode, uint32_t rd, uint32_t rs1, uint32_t imm)
{
    return imm << 20 | rs1 << 15 | rd << 7 | opcode;
}

static uint32_t s_type(uint32_t opcode, uint32_t rs1, uint32_t rs2, uint32_t imm)
{
    return (imm >> 5 & 127) << 25 | rs2 << 20 | rs1 << 15 | (imm & 31) << 7 | opcode;
}

static uint32_t b_type(uint32_t opcode, uint32_t offset)
{
    return opcode | (offset >> 12 & 1) << 31 | (offset >> 5 & 63) << 25 | (offset >> 1 & 15) << 8 |
           (offset >> 11 & 1) << 7;
}

static uint32_t j_type(uint32_t rd, uint32_t offset)
{
    return 0x6f | rd << 7 | (offset >> 20 & 1) << 31 | (offset >> 1 & 0x3ff) << 21 | (offset >> 11 & 1) << 20 |
           (offset >> 12 & 255) << 12;
}

static uint32_t cj_type(uint32_t opcode, uint32_t offset)
{
    return opcode | (offset >> 11 & 1) << 12 | (offset >> 4 & 1) << 11 | (offset >> 8 & 3) << 9 |
           (offset >> 10 & 1) << 8 | (offset >> 6 & 1) << 7 | (offset >> 7 & 1) << 6 | (offset >> 1 & 7) << 3 |
           (offset >> 5 & 1) << 2;
}

static uint32_t cb_type(uint32_t opcode, uint32_t offset)
{
    return opcode | (offset >> 8 & 1) << 12 | (offset >> 3 & 3) << 10 | (offset >> 6 & 3) << 5 |
           (offset >> 1 & 3) << 3 | (offset >> 5 & 1) << 2;
}

enum { ADDI = 0x13, LW = 0x2003, SW = 0x2023, JALR = 0x67, LUI = 0x37, AUIPC = 0x17, NOP = 0x13, CSRRS = 0x2073 };

static void addi(uint32_t rd, uint32_t rs1, uint32_t imm)
{
    put(i_type(ADDI, rd, rs1, imm));
}

static void li(uint32_t rd, uint32_t value)
{
    put(LUI | rd << 7 | ((value + 0x800) & 0xfffff000));
    addi(rd, rd, value & 0xfff);
}

static void jal(uint32_t rd, sim_addr to)
{
    put(j_type(rd, to - here()));
}

static void patch32(sim_addr at, uint32_t word)
{
    patch16(&firmware, at, word & 0xffff);
    patch16(&firmware, at + 2, word >> 16);
}

/* ---- The fixed part of an image ---- */

/* QEMU begins here and sets mtvec, which the simulator does not have, to VECTOR. Two jumps, patched in later, lead to
 * the start and to the handler. */
static void put_vector(void)
{
    li(A0, VECTOR);
    put(0x30551073); /* CSRW mtvec, a0 */
    put(0);
    put(0);
}

/* The start is here; the simulator begins here. */
static void put_entry(void)
{
    patch32(VECTOR - 4, j_type(ZERO, here() - (VECTOR - 4)));
    referee.start = here();
}

/* The handler is here. */
static void put_handler_entry(void)
{
    patch32(VECTOR, j_type(ZERO, here() - VECTOR));
}

/* SYS_EXIT_EXTENDED with status 1: only our mistakes trap. */
static void put_handler(void)
{
    sim_addr block;

    put_handler_entry();
    li(A0, 0x20);
    block = here() + 8 + 16;
    li(A1, block);
    put(0x01f01013);
    put(0x00100073);
    put(0x40705013);
    put(j_type(ZERO, 0));
    put(APPLICATION_EXIT);
    put(1);
}

/* The semihosting call, from a page of its own: SLLI x0, x0, 31; EBREAK; SRAI x0, x0, 7. write: makes the call whose
 * block is at a1, returns by t0. */
static void put_write(void)
{
    while (here() & 15)
        put(NOP);
    write_routine = here();
    addi(A0, ZERO, SYS_WRITE);
    put(0x01f01013);
    referee.call = here();
    put(0x00100073);
    put(0x40705013);
    put(i_type(JALR, ZERO, T0, 0));
}

/* dump: registers to the file; none is changed but ra, its return address. Returns through t0, which it restores late:
 * the link of its own call is ra. */
static void put_dump(void)
{
    dump_routine = here();
    for (uint32_t r = 1; r < variant->registers; r++)
        put(s_type(SW, GP, r, DUMP + 4 * r));
    addi(A1, GP, BLOCKS);
    jal(T0, write_routine);
    put(i_type(LW, T0, GP, DUMP + 4 * T0));
    put(i_type(LW, A0, GP, DUMP + 4 * A0));
    put(i_type(LW, A1, GP, DUMP + 4 * A1));
    put(i_type(JALR, ZERO, RA, 0));
}

/* A block of SYS_WRITE; a0 holds the file's handle. */
static void put_block(uint32_t number, uint32_t from, uint32_t bytes)
{
    uint32_t at = BLOCKS + 12 * number;

    put(s_type(SW, GP, A0, at));
    li(A1, from);
    put(s_type(SW, GP, A1, at + 4));
    li(A1, bytes);
    put(s_type(SW, GP, A1, at + 8));
}

/* Opens the file (the call is the one in write, with another number) and fills the blocks. */
static void put_start(void)
{
    sim_addr block;

    put_entry();
    jal(T0, here() + 28);
    block = here();
    put(block + 12);
    put(OPEN_WB);
    put(8);
    put('d' | 'u' << 8 | 'm' << 16 | 'p' << 24);
    put('.' | 'b' << 8 | 'i' << 16 | 'n' << 24);
    put(0);
    li(A1, block);
    addi(A0, ZERO, SYS_OPEN);
    jal(T0, write_routine + 4);
    li(GP, DATA);
    put_block(0, DATA + DUMP + 4, 4 * (variant->registers - 1));
    put_block(1, DATA - 0x800, RANDOM_BYTES);
    put_block(2, STACK - STACK_BYTES / 2, STACK_BYTES);
}

static void begin_image(void)
{
    firmware = (struct firmware){ .machine = EM_RISCV, .base = FLASH, .entry = FLASH };
    referee.mark_count = 0;
    put_vector();
}

static void end_image(void)
{
    li(A1, APPLICATION_EXIT);
    addi(A0, ZERO, SYS_EXIT);
    jal(T0, write_routine + 4);
}

/* ---- Random instructions ---- */

/* Where registers stand: rd in 11:7, rs1 in 19:15, rs2 in 24:20; compressed rd (and rs1) in 11:7, rs2 in 6:2. */
enum fields { RD = 1, RS1 = 2, RS2 = 4, C_RD = 8, C_RS2 = 16 };

struct encoding {
    uint32_t mask, match;
    unsigned fields;
};

static const struct encoding base[] = {
    { 0x0000007f, 0x00000037, RD },             /* LUI */
    { 0x0000007f, 0x00000017, RD },             /* AUIPC */
    { 0x0000707f, 0x00000013, RD | RS1 },       /* ADDI */
    { 0x0000707f, 0x00002013, RD | RS1 },       /* SLTI */
    { 0x0000707f, 0x00003013, RD | RS1 },       /* SLTIU */
    { 0x0000707f, 0x00004013, RD | RS1 },       /* XORI */
    { 0x0000707f, 0x00006013, RD | RS1 },       /* ORI */
    { 0x0000707f, 0x00007013, RD | RS1 },       /* ANDI */
    { 0xfe00707f, 0x00001013, RD | RS1 },       /* SLLI */
    { 0xfe00707f, 0x00005013, RD | RS1 },       /* SRLI */
    { 0xfe00707f, 0x40005013, RD | RS1 },       /* SRAI */
    { 0xfe00707f, 0x00000033, RD | RS1 | RS2 }, /* ADD */
    { 0xfe00707f, 0x40000033, RD | RS1 | RS2 }, /* SUB */
    { 0xfe00707f, 0x00001033, RD | RS1 | RS2 }, /* SLL */
    { 0xfe00707f, 0x00002033, RD | RS1 | RS2 }, /* SLT */
    { 0xfe00707f, 0x00003033, RD | RS1 | RS2 }, /* SLTU */
    { 0xfe00707f, 0x00004033, RD | RS1 | RS2 }, /* XOR */
    { 0xfe00707f, 0x00005033, RD | RS1 | RS2 }, /* SRL */
    { 0xfe00707f, 0x40005033, RD | RS1 | RS2 }, /* SRA */
    { 0xfe00707f, 0x00006033, RD | RS1 | RS2 }, /* OR */
    { 0xfe00707f, 0x00007033, RD | RS1 | RS2 }, /* AND */
    { 0xffffffff, 0x0ff0000f, 0 },              /* FENCE */
    { 0xffffffff, 0x0000100f, 0 },              /* FENCE.I */
};

static const struct encoding multiply[] = {
    { 0xfe00707f, 0x02000033, RD | RS1 | RS2 }, /* MUL */
    { 0xfe00707f, 0x02001033, RD | RS1 | RS2 }, /* MULH */
    { 0xfe00707f, 0x02002033, RD | RS1 | RS2 }, /* MULHSU */
    { 0xfe00707f, 0x02003033, RD | RS1 | RS2 }, /* MULHU */
    { 0xfe00707f, 0x02004033, RD | RS1 | RS2 }, /* DIV */
    { 0xfe00707f, 0x02005033, RD | RS1 | RS2 }, /* DIVU */
    { 0xfe00707f, 0x02006033, RD | RS1 | RS2 }, /* REM */
    { 0xfe00707f, 0x02007033, RD | RS1 | RS2 }, /* REMU */
};

/* Registers in three bits are x8 to x15 and need no care. */
static const struct encoding compressed[] = {
    { 0xe003, 0x0000, 0 },            /* C.ADDI4SPN */
    { 0xe003, 0x0001, C_RD },         /* C.ADDI */
    { 0xe003, 0x4001, C_RD },         /* C.LI */
    { 0xe003, 0x6001, C_RD },         /* C.LUI */
    { 0xfc03, 0x8001, 0 },            /* C.SRLI */
    { 0xfc03, 0x8401, 0 },            /* C.SRAI */
    { 0xec03, 0x8801, 0 },            /* C.ANDI */
    { 0xfc63, 0x8c01, 0 },            /* C.SUB */
    { 0xfc63, 0x8c21, 0 },            /* C.XOR */
    { 0xfc63, 0x8c41, 0 },            /* C.OR */
    { 0xfc63, 0x8c61, 0 },            /* C.AND */
    { 0xf003, 0x0002, C_RD },         /* C.SLLI */
    { 0xf003, 0x8002, C_RD | C_RS2 }, /* C.MV */
    { 0xf003, 0x9002, C_RD | C_RS2 }, /* C.ADD */
    { 0xe003, 0x4002, C_RD },         /* C.LWSP */
};

/* The link register of the routine that is being made, or 0: it must stay. */
static uint32_t link_register;

/* A register that may be written; x0 now and then. */
static uint32_t random_rd(void)
{
    uint32_t r;

    do
        r = roll(&dice, variant->registers);
    while (r == SP || r == GP || r == TP || (r && r == link_register));
    return r;
}

/* tp holds a count, which nobody may read: QEMU also counts the semihosting calls. */
static int counting;

static uint32_t random_rs(void)
{
    uint32_t r = roll(&dice, variant->registers);

    return counting && r == TP ? ZERO : r;
}

static uint32_t field(uint32_t op, int from, uint32_t r)
{
    return (op & ~(31u << from)) | r << from;
}

static uint32_t random_fields(const struct encoding *e)
{
    uint32_t op = e->match | (roll32(&dice) & ~e->mask);

    if (e->fields & (RD | C_RD))
        op = field(op, 7, random_rd());
    if (e->fields & RS1)
        op = field(op, 15, random_rs());
    if (e->fields & RS2)
        op = field(op, 20, random_rs());
    if (e->fields & C_RS2)
        op = field(op, 2, random_rs());
    return op;
}

static void random_base(void)
{
    put(random_fields(&base[roll(&dice, sizeof base / sizeof *base)]));
}

static void random_multiply(void)
{
    if (variant->multiplies)
        put(random_fields(&multiply[roll(&dice, sizeof multiply / sizeof *multiply)]));
}

/* Reserved, or another instruction: no immediate, no rd, no rs2 where there has to be one. */
static int is_reserved(uint32_t op)
{
    uint32_t form = op & 0xe003, rd = op >> 7 & 31;

    if (form == 0x0000)
        return !(op & 0x1fe0);
    if (form == 0x6001)
        return !(op & 0x107c);
    if (form == 0x4002)
        return !rd;
    return form == 0x8002 && !(op & 0x7c);
}

static void random_compressed(void)
{
    const struct encoding *e = &compressed[roll(&dice, sizeof compressed / sizeof *compressed)];
    uint32_t op;

    do
        op = random_fields(e) & 0xffff;
    while (is_reserved(op));
    put_c(op);
}

/* ---- Memory ---- */

struct access {
    uint32_t opcode, size;
};

static const struct access loads[] = { { 0x0003, 1 }, { 0x1003, 2 }, { 0x2003, 4 }, { 0x4003, 1 }, { 0x5003, 2 } };
static const struct access stores[] = { { 0x0023, 1 }, { 0x1023, 2 }, { 0x2023, 4 } };

/* An offset from gp into the random data, aligned. */
static uint32_t random_offset(uint32_t size)
{
    return (roll(&dice, RANDOM_BYTES) & ~(size - 1)) - 0x800;
}

/* gp, or another register that holds gp plus a part of the offset. */
static uint32_t random_base_register(uint32_t *offset)
{
    uint32_t r = random_rd(), part = roll(&dice, 0x400) - (*offset >> 31) * 0x400;

    if (r == ZERO)
        return GP;
    addi(r, GP, part & 0xfff);
    *offset -= part;
    return r;
}

static void random_load(void)
{
    const struct access *a = &loads[roll(&dice, sizeof loads / sizeof *loads)];
    uint32_t offset = random_offset(a->size), r = random_base_register(&offset);

    put(i_type(a->opcode, random_rd(), r, offset & 0xfff));
}

static void random_store(void)
{
    const struct access *a = &stores[roll(&dice, sizeof stores / sizeof *stores)];
    uint32_t offset = random_offset(a->size), r = random_base_register(&offset);

    put(s_type(a->opcode, r, random_rs(), offset & 0xfff));
}

/* C.LW, C.SW, C.SWSP. */
static void random_compressed_access(void)
{
    uint32_t kind = roll(&dice, 3), r = roll(&dice, 8), offset = (roll(&dice, RANDOM_BYTES - 0x80) & ~3u) - 0x800;

    if (kind == 2) {
        put_c(0xc002 | roll(&dice, 64) << 7 | random_rs() << 2);
        return;
    }
    addi(8 + r, GP, offset & 0xfff);
    put_c((kind ? 0xc000 : 0x4000) | roll(&dice, 8) << 10 | r << 7 | roll(&dice, 4) << 5 | roll(&dice, 8) << 2);
}

/* What may stand anywhere: control goes on, sp, gp, tp and the link register stay. */
static void random_plain(void)
{
    switch (roll(&dice, 12)) {
    case 0:
        random_load();
        break;
    case 1:
        random_store();
        break;
    case 2:
        random_compressed_access();
        break;
    case 3:
    case 4:
        random_multiply();
        break;
    case 5:
    case 6:
    case 7:
    case 8:
        random_compressed();
        break;
    default:
        random_base();
        break;
    }
}

static void random_plains(uint32_t most)
{
    for (uint32_t n = roll(&dice, most + 1); n > 0; n--)
        random_plain();
}

/* ---- Control flow ---- */

/* Bytes that nobody executes. */
static void put_garbage(void)
{
    for (uint32_t n = roll(&dice, 4); n > 0; n--)
        put_c(roll32(&dice) & 0xffff);
}

static void random_branch(void)
{
    static const uint32_t conditions[] = { 0x0063, 0x1063, 0x4063, 0x5063, 0x6063, 0x7063 };
    uint32_t op = conditions[roll(&dice, 6)] | random_rs() << 15 | random_rs() << 20;
    sim_addr from = here();

    put(0);
    random_plains(4);
    patch32(from, b_type(op, here() - from));
}

/* C.BEQZ, C.BNEZ. */
static void random_compressed_branch(void)
{
    uint32_t op = (roll(&dice, 2) ? 0xc001 : 0xe001) | roll(&dice, 8) << 7;
    sim_addr from = here();

    put_c(0);
    random_plains(4);
    patch16(&firmware, from, cb_type(op, here() - from));
}

/* tp counts down; the branch goes back. */
static void random_loop(void)
{
    static const uint32_t conditions[] = { 0x1063 | TP << 15, 0x4063 | TP << 20, 0x6063 | TP << 20 };
    sim_addr start;

    addi(TP, ZERO, 1 + roll(&dice, 5));
    start = here();
    random_plains(4);
    addi(TP, TP, 0xfff);
    put(b_type(conditions[roll(&dice, 3)], start - here())); /* BNE tp, x0; BLT x0, tp; BLTU x0, tp */
}

/* Jumps over garbage: JAL, C.J, and AUIPC with JALR or C.JR. */
static void random_jump(void)
{
    uint32_t kind = roll(&dice, 4), r;
    sim_addr from = here();

    do
        r = random_rd();
    while (r == ZERO);
    if (kind == 0) {
        put(0);
        put_garbage();
        patch32(from, j_type(random_rd(), here() - from));
    } else if (kind == 1) {
        put_c(0);
        put_garbage();
        patch16(&firmware, from, cj_type(0xa001, here() - from));
    } else {
        put(AUIPC | r << 7);
        put(0); /* JALR drops bit 0 of its target */
        if (kind == 3)
            put_c(0x8002 | r << 7);
        put_garbage();
        patch32(from + 4, kind == 3 ? i_type(ADDI, r, r, here() - from)
                                    : i_type(JALR, random_rd(), r, (here() - from) | roll(&dice, 2)));
    }
}

/* A routine, jumped over, that returns through its link; returns its address. */
static sim_addr random_routine(uint32_t by)
{
    sim_addr over = here(), start;

    put(0);
    start = here();
    link_register = by;
    random_plains(4);
    link_register = 0;
    if (roll(&dice, 2))
        put(i_type(JALR, ZERO, by, 0));
    else
        put_c(0x8002 | by << 7);
    patch32(over, j_type(ZERO, here() - over));
    return start;
}

/* JAL, C.JAL, and AUIPC with JALR or C.JALR. */
static void random_call(void)
{
    uint32_t by = roll(&dice, 2) ? RA : T0, kind = roll(&dice, 4);
    sim_addr routine = random_routine(kind == 1 || kind == 3 ? RA : by), from = here();

    if (kind == 0) {
        jal(by, routine);
    } else if (kind == 1) {
        put_c(cj_type(0x2001, routine - from));
    } else {
        put(AUIPC | T0 << 7);
        if (kind == 2) {
            put(i_type(JALR, by, T0, (routine - from) & 0xfff));
        } else {
            addi(T0, T0, (routine - from) & 0xfff);
            put_c(0x9002 | T0 << 7);
        }
    }
}

/* ---- The rest ---- */

static uint32_t drift; /* bytes from the stack's middle to sp, modulo 2^32 */

/* ADDI, C.ADDI, C.ADDI16SP on sp. */
static void random_move_sp(void)
{
    uint32_t kind = roll(&dice, 3), by = kind == 1 ? (roll(&dice, 16) - 8) * 4 : (roll(&dice, 32) - 16) * 16;

    if (drift + by + DRIFT > 2 * DRIFT || by == 0)
        return;
    drift += by;
    if (kind == 0)
        addi(SP, SP, by & 0xfff);
    else if (kind == 1)
        put_c(0x0001 | SP << 7 | (by >> 5 & 1) << 12 | (by & 31) << 2);
    else
        put_c(0x6101 | (by >> 9 & 1) << 12 | (by >> 4 & 1) << 6 | (by >> 6 & 1) << 5 | (by >> 7 & 3) << 3 |
              (by >> 5 & 1) << 2);
}

/* How many instructions a few plain ones are: mcycle, minstret, cycle, instret; the upper halves are 0. */
static void random_count(void)
{
    static const uint32_t counters[] = { 0xb00, 0xb02, 0xc00, 0xc02 };
    uint32_t counter = counters[roll(&dice, 4)], r = random_rd();

    put(i_type(CSRRS, TP, ZERO, counter));
    counting = 1;
    random_plains(6);
    counting = 0;
    put(i_type(CSRRS, r, ZERO, counter));
    put(0x40000033 | TP << 20 | r << 15 | r << 7); /* SUB r, r, tp */
    put(i_type(CSRRS, TP, ZERO, counter | 0x80));
}

static void random_atom(void)
{
    static void (*const special[])(void) = { random_branch, random_compressed_branch, random_loop, random_jump,
                                             random_call,   random_move_sp,           random_count };
    uint32_t kind = roll(&dice, 12);

    if (kind < sizeof special / sizeof *special)
        special[kind]();
    else
        random_plain();
}

/* ---- Programs ---- */

static void put_initial_values(void)
{
    for (uint32_t r = 1; r < variant->registers; r++)
        if (r != GP)
            li(r, r == SP ? STACK : roll_value(&dice));
    drift = 0;
}

static void put_program(uint32_t number)
{
    sim_addr from;

    put_initial_values();
    for (int chunk = 0; chunk < CHUNKS; chunk++) {
        from = here();
        for (uint32_t n = 1 + roll(&dice, 6); n > 0; n--)
            random_atom();
        referee_mark(&referee, &firmware, from, 4 * (variant->registers - 1), number);
        jal(RA, dump_routine);
    }
    referee_mark(&referee, &firmware, from, RANDOM_BYTES + STACK_BYTES, number);
    addi(A1, GP, BLOCKS + 12);
    jal(T0, write_routine);
    addi(A1, GP, BLOCKS + 24);
    jal(T0, write_routine);
}

static const char *const *qemu_for(const struct variant *v)
{
    static const char *command[] = { "qemu-system-riscv32",
                                     "-M",
                                     "virt",
                                     "-bios",
                                     "none",
                                     "-icount",
                                     "shift=0",
                                     "-display",
                                     "none",
                                     "-serial",
                                     "none",
                                     "-monitor",
                                     "none",
                                     "-semihosting-config",
                                     "enable=on,target=native",
                                     "-cpu",
                                     NULL,
                                     NULL };

    command[sizeof command / sizeof *command - 2] = v->cpu;
    return command;
}

static void programs_end_alike(const struct variant *v)
{
    uint32_t done = 0, images = 0;

    variant = v;
    referee.chip = v->chip;
    referee.qemu = qemu_for(v);
    while (done < programs) {
        dice.state = 0x9e3779b97f4a7c15 + images++;
        begin_image();
        put_handler();
        put_write();
        put_dump();
        put_start();
        while (done < programs && firmware.size < IMAGE_BYTES - PROGRAM_BYTES_MAX)
            put_program(done++);
        end_image();
        referee_compare(&referee, &firmware, region);
    }
    printf("%s: %u programs in %u images: %u dumps of registers each\n", v->chip, done, images, CHUNKS);
}

/* ---- Illegal instructions ---- */

/* Writes the address of the instruction to the file, and goes on behind it. */
static void put_counting_handler(void)
{
    put_handler_entry();
    put(i_type(CSRRS, A0, ZERO, 0x341)); /* mepc */
    put(s_type(SW, GP, A0, DUMP));
    addi(A1, GP, BLOCKS);
    jal(T0, write_routine);
    put(i_type(LW, A0, GP, DUMP));
    put(i_type(0x5003, A1, A0, 0));   /* LHU a1, 0(a0) */
    put(i_type(0x7013, A1, A1, 3));   /* ANDI a1, a1, 3 */
    put(i_type(ADDI, A1, A1, 0xffd)); /* ADDI a1, a1, -3 */
    addi(A0, A0, 2);
    put(b_type(0x1063 | A1 << 15, 8)); /* BNE a1, x0, over */
    addi(A0, A0, 2);
    put(0x34151073); /* over: CSRW mepc, a0 */
    put(0x30200073); /* MRET */
}

/* What QEMU's CPU has and the simulator has not: other CSRs, and privileged instructions. */
static int qemu_has_more(uint32_t op)
{
    return (op & 0x7f) == 0x73;
}

static uint32_t put_illegal(struct sim *s, sim_addr *places)
{
    enum { WIDE = 20000 };
    uint32_t count = 0, op;

    for (op = 0; op < 0x10000; op++)
        if ((op & 3) != 3 && is_illegal(&referee, s, RAM, op)) {
            places[count++] = here();
            put_c(op);
        }
    for (int i = 0; i < WIDE; i++) {
        op = roll32(&dice) | 3;
        if ((op & 0x1c) == 0x1c || qemu_has_more(op) || !is_illegal(&referee, s, RAM, op))
            continue; /* 1c: longer than 32 bits */
        places[count++] = here();
        put(op);
    }
    return count;
}

static void illegal_is_illegal(const struct variant *v)
{
    static sim_addr places[0x20000];
    uint32_t count;
    struct sim *s;

    variant = v;
    referee.chip = v->chip;
    referee.qemu = qemu_for(v);
    dice.state = 1;
    begin_image();
    put_write();
    put_counting_handler();
    put_start();
    put_block(0, DATA + DUMP, 4);
    s = firmware_open(region, &firmware, referee.chip, NULL);
    count = put_illegal(s, places);
    sim_close(s);
    end_image();
    referee_illegal(&referee, &firmware, places, count);
}

static void rv32imc(void **unused)
{
    (void)unused;
    programs_end_alike(&variants[0]);
    illegal_is_illegal(&variants[0]);
}

static void rv32ic(void **unused)
{
    (void)unused;
    programs_end_alike(&variants[1]);
    illegal_is_illegal(&variants[1]);
}

/* QEMU executes what names x16 to x31 all the same: that it is illegal is test_rv32.c's. */
static void rv32ec(void **unused)
{
    (void)unused;
    programs_end_alike(&variants[2]);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rv32imc),
        cmocka_unit_test(rv32ic),
        cmocka_unit_test(rv32ec),
    };
    int failed;

    if (!on_path("qemu-system-riscv32")) {
        puts("skipped: qemu-system-riscv32 is not installed; apt-get install qemu-system-misc");
        return 77;
    }
    if (argc > 1)
        programs = (uint32_t)strtoul(argv[1], NULL, 10);
    region = region_new();
    referee.marks = region_array(region, MARKS_MAX, sizeof *referee.marks);
    failed = cmocka_run_group_tests(tests, make_folder, remove_folder);
    region_free(region);
    return failed;
}
