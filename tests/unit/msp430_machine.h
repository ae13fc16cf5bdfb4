/* msp430_machine.h - an MSP430FR5994 without an ELF file, for tests. */
#ifndef TEST_MSP430_MACHINE_H
#define TEST_MSP430_MACHINE_H

#include <string.h>

#include "sim/sim.h"

enum { CODE_AT = 0x4400, DATA_AT = 0x1C00, STACK_AT = 0x2C00, UPPER_AT = 0x10000 };

#define NOWHERE 0xFFFFFFFFu

struct machine {
    struct region *region;
    struct sim *sim;
    struct diag diag;
};

static inline struct machine machine_open(const struct sim_options *options)
{
    struct machine m = { .region = region_new() };

    m.sim = sim_open(m.region, sim_chip_named("msp430fr5994"), NULL, options, &m.diag);
    return m;
}

static inline void machine_close(struct machine *m)
{
    sim_close(m->sim);
    diag_clear(&m->diag);
    region_free(m->region);
}

static inline void machine_code(struct machine *m, uint32_t at, const uint16_t *words, int count)
{
    sim_write(m->sim, at, words, 2 * (size_t)count);
    sim_set_register(m->sim, 0, at);
}

/* Executes one instruction. NULL, or the fault it ended in ("illegal instruction at 0x..."), valid until the next call.
 */
static inline const char *machine_step(struct machine *m)
{
    diag_clear(&m->diag);
    sim_run(m->sim, NOWHERE, 1, &m->diag);
    return strstr(m->diag.message, "did not finish") ? NULL : m->diag.message;
}

static inline uint32_t machine_word(const struct machine *m, uint32_t at)
{
    uint8_t bytes[2] = { 0, 0 };

    sim_read(m->sim, at, bytes, 2);
    return (uint32_t)(bytes[0] | bytes[1] << 8);
}

#endif
