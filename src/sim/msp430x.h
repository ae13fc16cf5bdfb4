/* msp430x.h - a decoded MSP430X instruction: what decoding (msp430x_decode.c) hands to execution (msp430x.c). */
#ifndef SIM_MSP430X_H
#define SIM_MSP430X_H

#include <stdint.h>

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
    OP_PUSH,
    OP_CALL,
    OP_RETI,
    OP_CALLA,
    OP_JUMP,
    OP_PUSHM,
    OP_POPM,
    OP_RRCM,
    OP_RRAM,
    OP_RLAM,
    OP_RRUM,
    OP_RRU,
    OP_MOVA,
    OP_CMPA,
    OP_ADDA,
    OP_SUBA,
    OP_ILLEGAL,
    OP_UNKNOWN
};

enum msp430x_mode {
    MODE_REGISTER,
    MODE_VALUE, /* an immediate or a constant */
    MODE_INDEXED,
    MODE_ABSOLUTE,
    MODE_INDIRECT,
    MODE_INCREMENT
};

struct msp430x_insn {
    uint8_t op;   /* enum msp430x_op */
    uint8_t bits; /* 8, 16 or 20 */
    uint8_t src_mode, src, dst_mode, dst;
    uint8_t cycles, length; /* length in bytes; 0: a slot not yet decoded */
    uint8_t wide;           /* indexes add to 20 bits */
    uint8_t repeat;         /* register-mode repetition: executions, or 0x80 | register that holds them less one */
    uint8_t count;          /* PUSHM, POPM, RxxM: how many; jumps: condition */
    uint32_t src_x, dst_x;  /* index, address or value */
};

/* Decodes the instruction at pc from its words (up to four are looked at; what lies outside memory is 0). */
struct msp430x_insn msp430x_decode(const uint16_t words[4], uint32_t pc);

#endif
