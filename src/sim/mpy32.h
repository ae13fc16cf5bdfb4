/* mpy32.h - the MPY32 hardware multiplier of MSP430 chips (SLAU367P, chapter 5). */
#ifndef SIM_MPY32_H
#define SIM_MPY32_H

#include <stdint.h>

enum { MPY32_FIRST = 0x04C0, MPY32_LAST = 0x04EF };

struct mpy32 {
    uint32_t op1, op2;
    int is_signed, accumulates, wide1, wide2; /* wide: the operand was written as 32 bits */
    uint64_t result;
    uint16_t sumext, control;
    uint64_t op2l_at;    /* when OP2L was written */
    uint64_t ready[4];   /* when each result word may be read */
    const char *spoiled; /* what a program did that the manual says spoils the result; NULL: nothing */
};

void mpy32_reset(struct mpy32 *m);

/* A register as the CPU reads it; `now` is the cycle in which the reading instruction ends. */
uint16_t mpy32_read(struct mpy32 *m, uint32_t address, uint64_t now);

/* A write of a word, or of a byte (which operand registers extend by the operation's sign). */
void mpy32_write(struct mpy32 *m, uint32_t address, uint16_t value, int is_byte, uint64_t now);

#endif
