/* core.h - what a CPU core of the simulator supplies, and the machine state it works on. For this folder only. */
#ifndef SIM_CORE_H
#define SIM_CORE_H

#include "sim/sim.h"

/* A stretch of memory with its bytes. */
struct span {
    const struct sim_memory *map;
    sim_addr base;
    uint32_t size;
    unsigned access;
    uint8_t *bytes;  /* as the program has it now */
    uint8_t *loaded; /* as the ELF file has it */
    uint64_t *spent; /* [size / 2 + 1] cycles by instruction address, if executable; NULL otherwise */
};

struct symbol {
    const char *name;
    sim_addr at;
    uint32_t size;
    int is_function;
};

enum { SPANS_MAX = 8, CONSOLE_BYTES = 4096 };

struct sim {
    const struct sim_chip *chip;
    struct sim_options options;
    struct span span[SPANS_MAX];
    int span_count;
    struct symbol *symbols; /* sorted by address */
    size_t symbol_count;
    uint64_t loaded_bytes;
    uint64_t cycles, instructions, model_cycles, wait_cycles, wait_accesses;
    sim_addr stack_lowest;
    /* sim_watch_calls */
    sim_addr calls_from, calls_to;
    sim_addr return_to; /* where the open segment comes back to */
    uint64_t call_start;
    int in_call;
    uint64_t segment[SIM_SEGMENTS_MAX];
    size_t segment_count;
    char console[CONSOLE_BYTES];
    size_t console_size;
    char fault[160]; /* why the last run ended, if it did */
    sim_addr fault_at;
    sim_addr entry; /* the ELF file's start address */
    void *core;     /* the core's own state */
};

enum core_end { CORE_STOPPED, CORE_LIMIT, CORE_FAULT };

struct sim_core {
    int elf_machine;  /* e_machine of its ELF files */
    int address_bits; /* of the widest address: how far extra_memory may go; 0: not at all */
    /* Gives s->core (in r, zeroed by reset) and whatever tables it needs. Spans are already there. */
    void (*create)(struct region *r, struct sim *s);
    void (*destroy)(struct sim *s); /* frees what does not live in the region; may be NULL */
    void (*reset)(struct sim *s);   /* registers at power-up: pc from the vector or the ELF entry */
    /* Runs as sim_run says, up to the absolute cycle count `until`; on CORE_FAULT core_fault() has told why. */
    enum core_end (*run)(struct sim *s, sim_addr stop, uint64_t until);
    uint32_t (*get_register)(const struct sim *s, int n);
    void (*set_register)(struct sim *s, int n, uint32_t value);
    void (*written)(struct sim *s, sim_addr at, size_t size); /* memory was changed from outside; may be NULL */
};

extern const struct sim_core sim_core_msp430x, sim_core_armv6m, sim_core_rv32, sim_core_avr;

/* The span that holds [at, at + size), or NULL. */
struct span *core_span(const struct sim *s, sim_addr at, size_t size);

/* Records a fault at instruction address pc and returns CORE_FAULT. */
enum core_end core_fault(struct sim *s, sim_addr pc, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Zeroed memory that free() gives back; pages that are never touched cost nothing. Ends the program if there is none.
 */
void *core_memory(size_t count, size_t size);

void core_console(struct sim *s, char c);

/* Called at each call instruction (pc its address, return_to where it will come back, cycles before it) and at each
 * return (pc where control goes, cycles after it): they keep the segments of sim_watch_calls. */
static inline void core_called(struct sim *s, sim_addr pc, sim_addr return_to, uint64_t cycles_before)
{
    if (pc >= s->calls_from && pc < s->calls_to && !s->in_call) {
        s->in_call = 1;
        s->return_to = return_to;
        s->call_start = cycles_before;
    }
}

static inline void core_returned(struct sim *s, sim_addr pc, uint64_t cycles_after)
{
    if (s->in_call && pc == s->return_to) {
        s->in_call = 0;
        if (s->segment_count < SIM_SEGMENTS_MAX)
            s->segment[s->segment_count++] = cycles_after - s->call_start;
    }
}

/* elf.c: loads the file's segments into the spans, its symbols and its start address into s. */
int core_load_elf(struct region *r, struct sim *s, const char *path, struct diag *d);

#endif
