/* msp430x.c - the CPUXv2 of an MSP430FR5994 (SLAU367P, chapter 4): the loop that executes, and the core as sim.c knows
 * it. Instructions are decoded once, into a slot for each even address, and forgotten when memory under them changes.
 * Interrupts are not modelled. */
#include "sim/msp430x_machine.h"

#include <stdlib.h>

enum { MSP430_MACHINE = 105, RESET_VECTOR = 0xFFFE };

/* Up to four words from pc on, as far as there is memory to execute; their number. */
static uint32_t read_words(const struct sim *s, uint32_t pc, uint16_t words[4])
{
    uint32_t count = 0;
    const struct span *p;

    while (count < 4 && (p = core_span(s, pc, 2)) && (p->access & SIM_EXECUTE)) {
        memcpy(&words[count++], p->bytes + (pc - p->base), 2);
        pc += 2;
    }
    return count;
}

/* The span that is being executed. */
struct window {
    const struct span *p;
    struct msp430x_insn *slots;
};

/* Decodes what is at pc, in w, into its slot; NULL with a fault if it reaches beyond memory that may be executed. */
static const struct msp430x_insn *decode(struct msp *m, uint32_t pc, const struct window *w)
{
    uint16_t words[4] = { 0 };
    uint32_t bytes = 2 * read_words(m->sim, pc, words);
    struct msp430x_insn decoded = msp430x_decode(words, pc), *i = &w->slots[(pc - w->p->base) / 2];

    if (decoded.length > bytes) {
        msp430x_fail(m, "execution of unmapped memory");
        return NULL;
    }
    *i = decoded;
    i->execute = msp430x_executor(i);
    msp430x_watch_code(m, pc);
    msp430x_watch_code(m, (pc + 6) & MSP_MASK);
    return i;
}

static int move_window(struct msp *m, uint32_t pc, struct window *w)
{
    const struct span *p = core_span(m->sim, pc, 2);

    if (!p) {
        msp430x_fail(m, "execution of unmapped memory");
        return 0;
    }
    *w = (struct window){ p, m->slots[p - m->sim->span] };
    return 1;
}

/* The instruction at pc, or NULL with a fault. */
static inline const struct msp430x_insn *slot(struct msp *m, uint32_t pc, struct window *w)
{
    const struct msp430x_insn *i;

    if (pc - w->p->base >= w->p->size && !move_window(m, pc, w))
        return NULL;
    i = &w->slots[(pc - w->p->base) / 2];
    return i->length ? i : decode(m, pc, w);
}

/* The words of an instruction are read through the cache. */
static void fetch_waits(struct msp *m, const struct span *p, uint32_t pc, uint32_t length)
{
    uint64_t before = m->sim->cycles;

    for (uint32_t k = 0; p->map->waits && k < length; k += 2)
        msp430x_cached_read(m, pc + k);
    m->fetch_waits = m->sim->cycles - before;
}

/* waits is known where this is inlined. */
static inline enum core_end run_with(struct sim *s, sim_addr stop, uint64_t until, int waits)
{
    struct msp *m = s->core;
    struct window w = { &s->span[0], m->slots[0] };
    uint32_t pc;

    m->failed = 0;
    do {
        uint64_t before = s->cycles;
        const struct msp430x_insn *i = slot(m, pc = m->r[MSP_PC], &w);
        if (!i)
            break;
        if (waits)
            fetch_waits(m, w.p, pc, i->length);
        m->r[MSP_PC] = (pc + i->length) & MSP_MASK;
        i->execute(m, i);
        s->cycles += i->cycles;
        s->instructions++;
        w.p->spent[(pc - w.p->base) / 2] += s->cycles - before;
        if (m->r[MSP_PC] == stop && !m->failed)
            return CORE_STOPPED;
    } while (s->cycles < until && !m->failed);
    s->fault_at = pc;
    return m->failed ? CORE_FAULT : CORE_LIMIT;
}

static enum core_end run(struct sim *s, sim_addr stop, uint64_t until)
{
    return s->options.wait_states ? run_with(s, stop, until, 1) : run_with(s, stop, until, 0);
}

static void create(struct region *r, struct sim *s)
{
    struct msp *m = region_alloc(r, sizeof *m);

    s->core = m;
    m->sim = s;
    for (int i = 0; i < s->span_count; i++)
        m->slots[i] = core_memory(s->span[i].size / 2, sizeof *m->slots[i]);
}

static void destroy(struct sim *s)
{
    struct msp *m = s->core;

    for (int i = 0; i < s->span_count; i++)
        free(m->slots[i]);
}

static void reset(struct sim *s)
{
    struct msp *m = s->core;
    uint8_t vector[2] = { 0, 0 };

    memset(m->r, 0, sizeof m->r);
    memset(m->peripherals, 0, sizeof m->peripherals);
    memset(m->line, 0xFF, sizeof m->line);
    mpy32_reset(&m->mpy);
    msp430x_map(m);
    sim_read(s, RESET_VECTOR, vector, 2);
    m->r[MSP_PC] = (uint32_t)(vector[0] | vector[1] << 8) & ~1u;
    if (!m->r[MSP_PC])
        m->r[MSP_PC] = s->entry & MSP_MASK & ~1u;
}

static void written(struct sim *s, sim_addr at, size_t size)
{
    msp430x_forget(s->core, at, size);
}

static uint32_t get_register(const struct sim *s, int n)
{
    const struct msp *m = s->core;

    return m->r[n];
}

static void put_register(struct sim *s, int n, uint32_t value)
{
    struct msp *m = s->core;

    m->r[n] = value & (n == MSP_PC || n == MSP_SP ? MSP_MASK & ~1u : MSP_MASK);
}

const struct sim_core sim_core_msp430x = {
    .elf_machine = MSP430_MACHINE,
    .address_bits = 20,
    .create = create,
    .destroy = destroy,
    .reset = reset,
    .run = run,
    .get_register = get_register,
    .set_register = put_register,
    .written = written,
};
