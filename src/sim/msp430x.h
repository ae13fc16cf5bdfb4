/* msp430x.h - a decoded MSP430X instruction: what decoding (msp430x_decode.c) hands to execution (msp430x_execute.c).
 */
#ifndef SIM_MSP430X_H
#define SIM_MSP430X_H

#include <stdint.h>

/* Registers with a purpose, and bits of the status register. */
enum { MSP_PC = 0, MSP_SP = 1, MSP_SR = 2, MSP_CG = 3 };
enum { MSP_C = 1, MSP_Z = 2, MSP_N = 4, MSP_CPU_OFF = 16, MSP_V = 256 };

/* Operations. The first twelve are format I in the order of their opcodes 4 to 15. */
enum msp430x_op {
    OP_MOV,
    OP_ADD,
    OP_ADDC,
    OP_SUBC,
    OP_SUB,
    OP_CMP,
    OP_DADD,
    OP_BIT,
    OP_BIC,
    OP_BIS,
    OP_XOR,
    OP_AND,
    OP_RRC,
    OP_SWPB,
    OP_RRA,
    OP_SXT,
    OP_RRU,
    OP_PUSH,
    OP_CALL,
    OP_CALLA,
    OP_RETURN, /* MOV or MOVA @SP+, PC */
    OP_RETI,
    OP_JUMP,
    OP_PUSHM,
    OP_POPM,
    OP_RRCM,
    OP_RRAM,
    OP_RLAM,
    OP_RRUM,
    OP_MOVA,
    OP_CMPA,
    OP_ADDA,
    OP_SUBA,
    OP_ILLEGAL
};

enum msp430x_mode {
    MODE_REGISTER,
    MODE_VALUE, /* an immediate (src is MSP_PC), a constant or the PC itself (src is MSP_CG) */
    MODE_INDEXED,
    MODE_ABSOLUTE, /* &EDE (the register is MSP_SR) or EDE (MSP_PC) */
    MODE_INDIRECT,
    MODE_INCREMENT
};

/* Why an instruction is not executed: bit patterns the guide leaves undefined, and what the errata (SLAZ681O) forbid.
 */
enum msp430x_illegal {
    ILLEGAL_UNDEFINED,
    ILLEGAL_CPU21, /* POPM into SR */
    ILLEGAL_CPU22, /* indirect through PC */
    ILLEGAL_CPU40  /* a jump before a word that could be RRxM on PC */
};

struct msp;
struct msp430x_insn;
typedef void msp430x_execute(struct msp *m, const struct msp430x_insn *i);

struct msp430x_insn {
    msp430x_execute *execute; /* set by whoever executes; decoding leaves NULL */
    uint32_t src_x, dst_x;    /* index, address, value, or where a jump goes */
    uint8_t op;               /* enum msp430x_op */
    uint8_t bits;             /* 8, 16 or 20 */
    uint8_t src_mode, src, dst_mode, dst;
    uint8_t length;     /* in bytes */
    uint8_t cycles;     /* without wait states; of the first execution if it repeats */
    uint8_t read_at;    /* the cycle, from 1, in which a source in memory is read */
    uint8_t wide;       /* 1: there is an extension word, or it is an address instruction: indexes add to 20 bits */
    uint8_t count;      /* PUSHM, POPM, RxxM: how many; jumps: condition; OP_ILLEGAL: enum msp430x_illegal */
    uint8_t repeat;     /* executions, 1 to 16, or 0x80 | register whose low four bits hold them less one */
    uint8_t zero_carry; /* each execution takes carry for 0 */
};

/* Decodes the instruction at pc from its first words: no instruction has more than four. */
struct msp430x_insn msp430x_decode(const uint16_t words[4], uint32_t pc);

#endif
