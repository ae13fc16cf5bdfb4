/* msp430x_machine.h - the state of a simulated MSP430X, and its memory as instructions see it.
 *
 * Memory is looked up by pages of 256 bytes (every memory of the chip begins and ends on one). A page that needs
 * attention - a peripheral, nothing at all, read-only memory, memory with wait states, code that is decoded already -
 * has no fast entry, and msp430x_load and msp430x_store (msp430x_memory.c) see to it.
 */
#ifndef SIM_MSP430X_MACHINE_H
#define SIM_MSP430X_MACHINE_H

#include <string.h>

#include "sim/core.h"
#include "sim/mpy32.h"
#include "sim/msp430x.h"

enum { MSP_MASK = 0xFFFFF, MSP_PERIPHERALS = 0x1000, MSP_PAGE = 256, MSP_PAGES = 0x100000 / MSP_PAGE };

struct msp {
    struct sim *sim;
    uint32_t r[16];
    int failed;           /* an instruction failed; sim->fault tells how */
    uint64_t now;         /* the cycle in which the access under way takes place */
    uint64_t fetch_waits; /* wait states that the words of the instruction under way cost */
    const uint8_t *readable[MSP_PAGES];
    uint8_t *writable[MSP_PAGES];
    struct msp430x_insn *slots[SPANS_MAX]; /* decoded instructions by their address; length 0: not decoded */
    uint8_t has_code[MSP_PAGES];           /* 1: slots of the page have been used */
    struct mpy32 mpy;
    uint8_t peripherals[MSP_PERIPHERALS];
    uint32_t line[2][2]; /* the FRAM read cache: line numbers, the one used last first */
};

/* Sets up the page tables and forgets all decoded instructions. */
void msp430x_map(struct msp *m);

/* Code at `at` is decoded: writes to its page must tell. */
void msp430x_watch_code(struct msp *m, uint32_t at);

/* Forgets decoded instructions that have a byte of [at, at + size). */
void msp430x_forget(struct msp *m, uint32_t at, size_t size);

/* A fault of the instruction under way; the first one counts. */
void msp430x_fail(struct msp *m, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Wait states of a read of FRAM through the cache. */
void msp430x_cached_read(struct msp *m, uint32_t at);

/* 8, 16 or 20 bits, wherever they are. */
uint32_t msp430x_load(struct msp *m, uint32_t at, int bits);
void msp430x_store(struct msp *m, uint32_t at, uint32_t value, int bits);

static inline uint32_t msp_load(struct msp *m, uint32_t at, int bits)
{
    const uint8_t *page = m->readable[at / MSP_PAGE];
    uint16_t value;

    if (!page || bits == 20 || (bits == 16 && (at & 1)))
        return msp430x_load(m, at, bits);
    if (bits == 8)
        return page[at % MSP_PAGE];
    memcpy(&value, page + at % MSP_PAGE, 2);
    return value;
}

static inline void msp_store(struct msp *m, uint32_t at, uint32_t value, int bits)
{
    uint8_t *page = m->writable[at / MSP_PAGE];
    uint16_t word = (uint16_t)value;

    if (!page || bits == 20 || (bits == 16 && (at & 1)))
        msp430x_store(m, at, value, bits);
    else if (bits == 8)
        page[at % MSP_PAGE] = (uint8_t)value;
    else
        memcpy(page + at % MSP_PAGE, &word, 2);
}

/* SP below what sim_watch_stack allows is a fault. */
void msp430x_check_sp(struct msp *m);

/* A write to PC, SP, SR or CG, which are more than storage. */
void msp430x_set_special(struct msp *m, uint32_t reg, uint32_t value);

/* The function that executes a decoded instruction. */
msp430x_execute *msp430x_executor(const struct msp430x_insn *i);

#endif
