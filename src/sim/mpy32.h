/* mpy32.h - the MPY32 hardware multiplier of MSP430 chips (SLAU367P, chapter 5).
 *
 * The CPU does not wait for a product. A result word read before it is ready, an operand or a result written while a
 * product is under way, and the modes that are not modelled (fractional, saturating, delayed writes) are told by
 * `spoiled`, so that no firmware passes here that a chip would not run.
 */
#ifndef SIM_MPY32_H
#define SIM_MPY32_H

#include <stdint.h>

enum { MPY32_FIRST = 0x04C0, MPY32_LAST = 0x04EF };

struct mpy32 {
    uint32_t op1, op2;
    int is_signed, accumulates;
    int wide1, wide2; /* the operand was written as 32 bits */
    int half_written; /* OP2L was, OP2H not yet */
    uint64_t result;  /* RES3 to RES0 */
    uint64_t before;  /* what a 32-bit second operand adds to: the result when OP2L was written */
    uint16_t sumext;
    int carry;           /* MPYC */
    uint64_t ready[4];   /* from which cycle on each result word may be read; SUMEXT and MPYC as the last */
    const char *spoiled; /* what the program did, or NULL */
};

void mpy32_reset(struct mpy32 *m);

/* The register word at an even address, read in cycle `now` (the last cycle of a MOV &RESLO, Rn is its third). */
uint16_t mpy32_read(struct mpy32 *m, uint32_t address, uint64_t now);

/* A write, in cycle `now`, of a word or of a byte, which an operand register extends by the sign of the operation. */
void mpy32_write(struct mpy32 *m, uint32_t address, uint16_t value, int is_byte, uint64_t now);

#endif
