/* rv32.h - the RV32 core: its instructions once decoded, and its state. For this folder only. */
#ifndef SIM_RV32_H
#define SIM_RV32_H

#include "sim/access.h"

/* What an instruction does. Immediate forms, LUI and AUIPC are ALU kinds with registers that read as 0; compressed
 * instructions are the kinds they stand for. The groups, in this order, matter: the bounds below. */
enum rv_kind {
    UNKNOWN, /* not decoded yet */
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
    LB,
    LH,
    LW,
    LBU,
    LHU,
    SB,
    SH,
    SW,
    BEQ,
    BNE,
    BLT,
    BGE,
    BLTU,
    BGEU,
    JAL,
    JALR,
    FENCE,
    COUNTER, /* a read of the CSR that imm names */
    ECALL,
    EBREAK,
    ILLEGAL, /* imm is the opcode */
    ALU_LAST = REMU,
    LOAD_LAST = LHU,
    STORE_LAST = SW,
    BRANCH_LAST = BGEU
};

enum { NOWHERE = 32 };

struct rv_insn {
    uint8_t kind;
    uint8_t rd; /* NOWHERE for x0 */
    uint8_t rs1, rs2;
    uint8_t length; /* 2 or 4 */
    int32_t imm;    /* branches and JAL: the target; ALU: added to x[rs2] */
};

/* A slot for the instruction at each halfword of a span. */
struct rv_slots {
    struct rv_insn *of;
    uint32_t first, end; /* those outside [first, end) are UNKNOWN */
};

/* The second cost model: rv32_hazard3.c. */
struct rv_hazard3 {
    uint32_t loading;   /* register that the instruction before loads; 0: none */
    sim_addr predicted; /* branch that is predicted taken; 1: none */
};

struct rv {
    uint32_t x[33]; /* x[NOWHERE] takes what is written to x0 */
    uint32_t pc;
    struct rv_slots slots[SPANS_MAX];
    struct rv_hazard3 hazard3;
};

/* rv32_decode.c: the instruction op (its upper half is ignored if it is compressed) at pc, on a chip with the
 * extensions isa (enum sim_isa). */
struct rv_insn rv_decode(uint32_t op, sim_addr pc, unsigned isa);

/* rv32_hazard3.c: adds to s->model_cycles what the instruction at pc takes, after which control went to next. */
void rv_hazard3_count(struct sim *s, struct rv_hazard3 *h, const struct rv_insn *i, sim_addr pc, sim_addr next);

#endif
