/* sim.h - simulated microcontrollers behind one interface: load an ELF file, run to a symbol, read cycles and memory.
 *
 *     struct sim *s = sim_open(r, sim_chip_named("msp430fr5994"), "fw.elf", NULL, diag);
 *     sim_run(s, ready, 1000000, diag);            stops before the instruction at symbol `ready`
 *     sim_write(s, input, sample, sizeof sample);
 *     sim_run(s, ready, 100000000, diag);
 *     cycles = sim_cycles(s);
 *
 * docs/simulator.md states what each core models and where its cycle figures come from. A machine belongs to one
 * thread; any number of machines may live side by side.
 */
#ifndef SIM_SIM_H
#define SIM_SIM_H

#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/region.h"

typedef uint32_t sim_addr; /* wide enough for every core's data and code addresses */

enum sim_access { SIM_READ = 1, SIM_WRITE = 2, SIM_EXECUTE = 4 };

/* One stretch of a chip's memory. */
struct sim_memory {
    const char *name; /* "SRAM", for messages */
    sim_addr base;
    uint32_t size;
    unsigned access; /* enum sim_access, or-ed: what the program may do; loading and sim_write may always write */
    int waits;       /* 1: flash or FRAM, to which wait states apply */
};

struct sim_core; /* how a CPU family executes; core.h */

/* A chip as the simulator sees it. */
struct sim_chip {
    const char *name;
    const struct sim_core *core;
    const struct sim_memory *memory; /* a NULL name ends them */
    unsigned isa;                    /* RV32: what it has beyond I and C, enum sim_isa, or-ed */
};

enum sim_isa { SIM_M = 1 /* multiply and divide */, SIM_E = 2 /* registers x16 to x31 do not exist */ };

/* What may differ between two runs on one chip; NULL stands for all zeros. */
struct sim_options {
    int slow_multiplier; /* ARMv6-M: MULS takes 32 cycles instead of 1 */
    int wait_states;     /* cycles an access to waiting memory costs extra (MSP430: behind the read cache) */
    int extra_memory;    /* 1: flash and RAM as large as the core can address, to measure what no chip holds */
    int hazard3;         /* RV32: also count what a Hazard3 core would take: sim_model_cycles */
};

struct sim;

/* A machine with the ELF file's segments loaded, at reset. It lives in r, except for memory that sim_close gives back.
 * elf_path NULL: with all memory zero, for sim_write to fill. NULL if the file cannot be read, is for another CPU, or
 * has a byte outside the chip's memory (JOB_FAILED in d). */
struct sim *sim_open(struct region *r, const struct sim_chip *chip, const char *elf_path,
                     const struct sim_options *options, struct diag *d);
void sim_close(struct sim *s);

/* Back to reset; memory as loaded, cycles and profile at 0. */
void sim_reset(struct sim *s);

/* Runs until the next instruction is the one at `stop` (at least one instruction is executed first). JOB_FAILED, with
 * one line that names the address, the function and the fault, on an illegal instruction, an unaligned or unmapped
 * access, a write to memory that is not writable, a stack overrun, or when `limit` further cycles are used up. */
int sim_run(struct sim *s, sim_addr stop, uint64_t limit, struct diag *d);

/* Since reset. */
uint64_t sim_cycles(const struct sim *s);
uint64_t sim_instructions(const struct sim *s);

/* Since reset, cycles by the second cost model that the options ask for; 0 without. */
uint64_t sim_model_cycles(const struct sim *s);

/* Of the cycles since reset: those that wait states of the memory model cost (0 without wait_states), and the number
 * of accesses that could have waited, hits included: cycles - waits is the bound if all hit, cycles - waits +
 * wait_states * accesses the bound if none does. */
uint64_t sim_wait_cycles(const struct sim *s);
uint64_t sim_wait_accesses(const struct sim *s);

/* Bytes that the ELF file loads: code, constants, initial values. */
uint64_t sim_loaded_bytes(const struct sim *s);

/* Memory as a debugger sees it: no cycles, no access rights. 1, or 0 if a byte is outside memory. Instruction-free
 * addresses as in the ELF file: AVR data begins at 0x800000. */
int sim_read(const struct sim *s, sim_addr at, void *to, size_t size);
int sim_write(struct sim *s, sim_addr at, const void *from, size_t size);

/* Address and size of a symbol; 0 if there is none. size may be NULL. */
int sim_symbol(const struct sim *s, const char *name, sim_addr *at, uint32_t *size);

/* A write to the stack pointer below `lowest` ends the run as a stack overrun; 0: not watched. */
void sim_watch_stack(struct sim *s, sim_addr lowest);

/* Lets calls be measured: every call made from code in [from, to) since reset is a *segment*, from the call instruction
 * (included) to the return. How network layers are told apart. At most SIM_SEGMENTS_MAX are kept. */
enum { SIM_SEGMENTS_MAX = 512 };
void sim_watch_calls(struct sim *s, sim_addr from, sim_addr to);
size_t sim_segments(const struct sim *s, const uint64_t **cycles);
void sim_clear_segments(struct sim *s);

/* Cycles spent in each function, callees not included, since reset; functions that used none are left out. Sorted by
 * cycles, largest first. */
struct sim_function {
    const char *name; /* "?" for code outside every symbol */
    uint64_t cycles;
};
size_t sim_profile(struct region *r, const struct sim *s, struct sim_function **out);

/* What the program wrote to its console since reset, ended by a zero byte. */
const char *sim_console(const struct sim *s);

/* Register n as the core numbers them (MSP430 R0..R15; ARM r0..r15, 16 the flags NZCV in bits 31..28; RV32 x0..x31, 32
 * the pc; AVR r0..r31, 32 SREG, 33 SP, 34 the pc in bytes), for tests. */
uint32_t sim_register(const struct sim *s, int n);
void sim_set_register(struct sim *s, int n, uint32_t value);

/* 1 if sim_open knows the chip name; its description. */
const struct sim_chip *sim_chip_named(const char *name);

#endif
