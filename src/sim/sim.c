/* sim.c - a machine's memory, symbols, segments and profile; the cores do the executing. */
#include "sim/core.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { MEMORY_MOST = 16 << 20 };

const char *sim_console(const struct sim *s)
{
    return s->console;
}

/* With extra_memory a flash or RAM grows up to the next memory, the end of the address space, or 16 MB. */
static uint32_t span_size(const struct sim *s, const struct sim_memory *m)
{
    int bits = s->chip->core->address_bits;
    uint64_t end = m[1].name ? m[1].base : (uint64_t)1 << bits, room = end - m->base;

    if (!s->options.extra_memory || !bits || m->size < 4096)
        return m->size;
    return room < MEMORY_MOST ? (uint32_t)room : MEMORY_MOST;
}

static void make_spans(struct sim *s)
{
    for (const struct sim_memory *m = s->chip->memory; m->name; m++) {
        struct span *p = &s->span[s->span_count++];
        p->map = m;
        p->base = m->base;
        p->size = span_size(s, m);
        p->access = m->access;
        p->bytes = core_memory(p->size, 1);
        p->loaded = core_memory(p->size, 1);
        if (p->access & SIM_EXECUTE)
            p->spent = core_memory(p->size / 2 + 1, sizeof *p->spent);
    }
}

struct sim *sim_open(struct region *r, const struct sim_chip *chip, const char *elf_path,
                     const struct sim_options *options, struct diag *d)
{
    struct sim *s = region_alloc(r, sizeof *s);

    s->chip = chip;
    if (options)
        s->options = *options;
    make_spans(s);
    if (elf_path && core_load_elf(r, s, elf_path, d) != OK) {
        sim_close(s);
        return NULL;
    }
    chip->core->create(r, s);
    sim_reset(s);
    return s;
}

void sim_close(struct sim *s)
{
    if (s->core && s->chip->core->destroy)
        s->chip->core->destroy(s);
    for (int i = 0; i < s->span_count; i++) {
        free(s->span[i].bytes);
        free(s->span[i].loaded);
        free(s->span[i].spent);
    }
    s->span_count = 0;
}

void sim_reset(struct sim *s)
{
    for (int i = 0; i < s->span_count; i++) {
        struct span *p = &s->span[i];
        memcpy(p->bytes, p->loaded, p->size);
        if (p->spent && s->cycles)
            memset(p->spent, 0, (p->size / 2 + 1) * sizeof *p->spent);
    }
    s->cycles = s->instructions = s->model_cycles = s->wait_cycles = s->wait_accesses = 0;
    s->console_size = 0;
    s->console[0] = 0;
    sim_clear_segments(s);
    s->chip->core->reset(s);
}

static const struct symbol *symbol_of(const struct sim *s, sim_addr at)
{
    const struct symbol *best = NULL;

    for (size_t i = 0; i < s->symbol_count && s->symbols[i].at <= at; i++)
        if (s->symbols[i].is_function && (!s->symbols[i].size || at - s->symbols[i].at < s->symbols[i].size))
            best = &s->symbols[i];
    return best;
}

int sim_run(struct sim *s, sim_addr stop, uint64_t limit, struct diag *d)
{
    const struct symbol *at;
    enum core_end end = s->chip->core->run(s, stop, s->cycles + limit);

    if (end == CORE_STOPPED)
        return OK;
    if (end == CORE_LIMIT)
        return diag_fail(d, JOB_FAILED, s->chip->name, "the program did not finish within %" PRIu64 " cycles", limit);
    at = symbol_of(s, s->fault_at);
    return diag_fail(d, JOB_FAILED, s->chip->name, "%s at 0x%" PRIx32 " (%s) after %" PRIu64 " cycles", s->fault,
                     s->fault_at, at ? at->name : "no function", s->cycles);
}

uint64_t sim_cycles(const struct sim *s)
{
    return s->cycles;
}

uint64_t sim_instructions(const struct sim *s)
{
    return s->instructions;
}

uint64_t sim_model_cycles(const struct sim *s)
{
    return s->model_cycles;
}

uint64_t sim_wait_cycles(const struct sim *s)
{
    return s->wait_cycles;
}

uint64_t sim_wait_accesses(const struct sim *s)
{
    return s->wait_accesses;
}

uint64_t sim_loaded_bytes(const struct sim *s)
{
    return s->loaded_bytes;
}

int sim_read(const struct sim *s, sim_addr at, void *to, size_t size)
{
    const struct span *p = core_span(s, at, size);

    if (p)
        memcpy(to, p->bytes + (at - p->base), size);
    return p != NULL;
}

int sim_write(struct sim *s, sim_addr at, const void *from, size_t size)
{
    struct span *p = core_span(s, at, size);

    if (!p)
        return 0;
    memcpy(p->bytes + (at - p->base), from, size);
    if (s->chip->core->written)
        s->chip->core->written(s, at, size);
    return 1;
}

int sim_symbol(const struct sim *s, const char *name, sim_addr *at, uint32_t *size)
{
    for (size_t i = 0; i < s->symbol_count; i++)
        if (!strcmp(s->symbols[i].name, name)) {
            *at = s->symbols[i].at;
            if (size)
                *size = s->symbols[i].size;
            return 1;
        }
    return 0;
}

void sim_watch_stack(struct sim *s, sim_addr lowest)
{
    s->stack_lowest = lowest;
}

void sim_watch_calls(struct sim *s, sim_addr from, sim_addr to)
{
    s->calls_from = from;
    s->calls_to = to;
    sim_clear_segments(s);
}

size_t sim_segments(const struct sim *s, const uint64_t **cycles)
{
    *cycles = s->segment;
    return s->segment_count;
}

void sim_clear_segments(struct sim *s)
{
    s->segment_count = 0;
    s->in_call = 0;
}

static int by_cycles(const void *a, const void *b)
{
    uint64_t x = ((const struct sim_function *)a)->cycles, y = ((const struct sim_function *)b)->cycles;

    return (x < y) - (x > y);
}

size_t sim_profile(struct region *r, const struct sim *s, struct sim_function **out)
{
    struct sim_function *functions = region_array(r, s->symbol_count + 1, sizeof *functions);
    size_t count = 0;

    for (size_t i = 0; i < s->symbol_count; i++)
        functions[i].name = s->symbols[i].name;
    functions[s->symbol_count].name = "?";
    for (int i = 0; i < s->span_count; i++) {
        const struct span *p = &s->span[i];
        for (uint32_t k = 0; p->spent && k < p->size / 2; k++) {
            const struct symbol *at = p->spent[k] ? symbol_of(s, p->base + 2 * k) : NULL;
            functions[at ? (size_t)(at - s->symbols) : s->symbol_count].cycles += p->spent[k];
        }
    }
    qsort(functions, s->symbol_count + 1, sizeof *functions, by_cycles);
    while (count <= s->symbol_count && functions[count].cycles)
        count++;
    *out = functions;
    return count;
}

uint32_t sim_register(const struct sim *s, int n)
{
    return s->chip->core->get_register(s, n);
}

void sim_set_register(struct sim *s, int n, uint32_t value)
{
    s->chip->core->set_register(s, n, value);
}
