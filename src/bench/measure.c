/* measure.c - samples through firmware on simulated machines. */
#include "bench/machines.h"

#include <string.h>
#include <time.h>

#include "base/parallel.h"
#include "base/progress.h"

enum { PAINT = 0xA5, START_LIMIT = 50000000 };

struct job {
    struct machines *machines;
    const uint8_t *samples;
    size_t in_bytes, out_bytes; /* of a sample */
    struct measurement *out;
    struct diag *diags; /* [threads] */
};

static int find(const struct sim *s, const char *name, sim_addr *at, uint32_t *size, struct diag *d)
{
    if (sim_symbol(s, name, at, size))
        return OK;
    return diag_fail(d, JOB_FAILED, "firmware", "it has no symbol %s; report this", name);
}

static int find_buffers(struct region *r, const struct sim *s, const char *which, int count, sim_addr **out,
                        struct diag *d)
{
    *out = region_array(r, (size_t)count, sizeof **out);
    for (int i = 0; i < count; i++)
        TRY(find(s, region_text(r, "%s%d", which, i), &(*out)[i], NULL, d));
    return OK;
}

static int find_places(struct machines *m, const struct sim *s, struct diag *d)
{
    const struct unit_network *n = &m->firmware->emission->program->network;
    struct places *p = &m->at;
    uint32_t run_bytes = 0;

    TRY(find(s, "bench_ready", &p->ready, NULL, d));
    TRY(find_buffers(m->region, s, "bench_input", n->input_count, &p->inputs, d));
    TRY(find_buffers(m->region, s, "bench_output", n->output_count, &p->outputs, d));
    TRY(find(s, "arena", &p->arena, NULL, d));
    TRY(find(s, "unit_run", &p->run, &run_bytes, d));
    p->run_end = p->run + run_bytes;
    TRY(find(s, "__bss_end", &p->stack_low, NULL, d));
    return find(s, "__stack_top", &p->stack_top, NULL, d);
}

/* Paints the free memory below the stack, which is empty between inferences but for main's few bytes and the arguments
 * that do not go in registers. */
static void paint(struct region *r, struct sim *s, const struct places *p, const struct unit_network *n)
{
    size_t arguments = (size_t)n->input_count + n->output_count, in_registers = 4;
    size_t kept = 64 + 4 * (arguments > in_registers ? arguments - in_registers : 0);
    size_t size = p->stack_top - p->stack_low - kept;
    uint8_t *bytes = region_alloc(r, size);

    memset(bytes, PAINT, size);
    sim_write(s, p->stack_low, bytes, size);
}

static uint64_t stack_used(struct region *r, const struct sim *s, const struct places *p)
{
    size_t size = p->stack_top - p->stack_low, free_bytes = 0;
    uint8_t *bytes = region_alloc(r, size);

    sim_read(s, p->stack_low, bytes, size);
    while (free_bytes < size && bytes[free_bytes] == PAINT)
        free_bytes++;
    return size - free_bytes;
}

static int start_machine(struct machines *m, struct sim **out, struct diag *d)
{
    const struct sim_chip *chip = sim_chip_named(m->firmware->emission->target->name);
    struct sim *s = *out = sim_open(m->region, chip, m->firmware->elf, &m->options.sim, d);

    if (!s)
        return JOB_FAILED;
    TRY(find_places(m, s, d));
    TRY(sim_run(s, m->at.ready, START_LIMIT, d));
    paint(m->region, s, &m->at, &m->firmware->emission->program->network);
    sim_watch_stack(s, m->at.stack_low);
    sim_watch_calls(s, m->at.run, m->at.run_end);
    return OK;
}

int machines_open(struct region *r, const struct firmware *f, const struct bench_options *options,
                  struct machines **out, struct diag *d)
{
    struct machines *m = *out = region_alloc(r, sizeof *m);

    *m = (struct machines){ .region = r, .firmware = f, .options = *options };
    m->options.sim.slow_multiplier = f->emission->target->multiply_cycles == 32;
    m->sim = region_array(r, (size_t)options->threads, sizeof *m->sim);
    for (int i = 0; i < options->threads; i++)
        TRY(start_machine(m, &m->sim[i], d));
    return OK;
}

void machines_close(struct machines *m)
{
    for (int i = 0; m && i < m->options.threads; i++)
        if (m->sim[i])
            sim_close(m->sim[i]);
}

static void feed(const struct job *j, struct sim *s, const uint8_t *sample)
{
    const struct unit_network *n = &j->machines->firmware->emission->program->network;

    for (int i = 0; i < n->input_count; sample += n->inputs[i++].bytes)
        sim_write(s, j->machines->at.inputs[i], sample, n->inputs[i].bytes);
}

static void collect(const struct job *j, const struct sim *s, uint8_t *to)
{
    const struct unit_network *n = &j->machines->firmware->emission->program->network;

    for (int i = 0; i < n->output_count; to += n->outputs[i++].bytes)
        sim_read(s, j->machines->at.outputs[i], to, n->outputs[i].bytes);
}

static void one_sample(void *context, size_t sample, int thread)
{
    struct job *j = context;
    struct sim *s = j->machines->sim[thread];
    const struct program *p = j->machines->firmware->emission->program;
    uint64_t before = sim_cycles(s);
    const uint64_t *segments;
    size_t count;

    if (j->diags[thread].message)
        return;
    feed(j, s, j->samples + sample * j->in_bytes);
    sim_clear_segments(s);
    if (sim_run(s, j->machines->at.ready, j->machines->options.cycle_limit, &j->diags[thread]) != OK)
        return;
    j->out->cycles[sample] = sim_cycles(s) - before;
    collect(j, s, j->out->outputs + sample * j->out_bytes);
    /* unit_run calls memcpy for each input, a kernel a step, memcpy for each output. */
    count = sim_segments(s, &segments);
    if (count == (size_t)p->step_count + p->network.input_count + p->network.output_count)
        for (int i = 0; i < p->step_count; i++)
            j->out->sample_steps[sample * (size_t)p->step_count + (size_t)i] = segments[i + p->network.input_count];
    progress_tick();
}

static void read_sizes(const struct machines *m, struct measurement *out)
{
    const struct sim *s = m->sim[0];
    const struct unit_network *n = &m->firmware->emission->program->network;
    sim_addr from = 0, to = 0, start = 0, end = 0;

    out->flash_bytes = sim_loaded_bytes(s);
    if (sim_symbol(s, "__data_start", &from, NULL) && sim_symbol(s, "__data_end", &to, NULL))
        out->static_bytes += to - from;
    if (sim_symbol(s, "__bss_start", &start, NULL) && sim_symbol(s, "__bss_end", &end, NULL))
        out->static_bytes += end - start;
    if (!m->firmware->emission->target->slow_memory_section) {
        for (int i = 0; i < n->input_count; i++)
            out->static_bytes -= n->inputs[i].bytes;
        for (int i = 0; i < n->output_count; i++)
            out->static_bytes -= n->outputs[i].bytes;
    } else if (m->at.arena > m->at.stack_top) {
        out->slow_bytes = n->arena_bytes;
    }
}

/* What the simulator has counted in all machines since reset, and the processor time spent. */
struct counters {
    uint64_t wait_cycles, wait_accesses, model_cycles, instructions;
    double seconds;
};

static struct counters read_counters(const struct machines *m)
{
    struct counters c = { 0, 0, 0, 0, 0 };
    struct timespec now;

    for (int i = 0; i < m->options.threads; i++) {
        c.wait_cycles += sim_wait_cycles(m->sim[i]);
        c.wait_accesses += sim_wait_accesses(m->sim[i]);
        c.model_cycles += sim_model_cycles(m->sim[i]);
        c.instructions += sim_instructions(m->sim[i]);
    }
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    c.seconds = (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
    return c;
}

static void average_steps(const struct job *j, size_t count)
{
    size_t steps = (size_t)j->machines->firmware->emission->program->step_count;

    for (size_t i = 0; i < count * steps; i++)
        j->out->step_cycles[i % steps] += (double)j->out->sample_steps[i] / (double)count;
}

static int run_samples(struct job *j, size_t count, struct diag *d)
{
    const struct machines *m = j->machines;
    struct counters before = read_counters(m), after;
    int interrupted = parallel_for(m->options.threads, count, one_sample, j);

    after = read_counters(m);
    j->out->wait_cycles = (double)(after.wait_cycles - before.wait_cycles) / (double)count;
    j->out->wait_accesses = (double)(after.wait_accesses - before.wait_accesses) / (double)count;
    j->out->model_cycles = (double)(after.model_cycles - before.model_cycles) / (double)count;
    j->out->instructions = after.instructions - before.instructions;
    j->out->seconds = after.seconds - before.seconds;
    for (int i = 0; i < m->options.threads; i++) {
        if (j->diags[i].message)
            return diag_fail(d, JOB_FAILED, "bench", "%s", j->diags[i].message);
    }
    average_steps(j, count);
    return interrupted ? INTERRUPTED : OK;
}

static size_t total_bytes(const struct unit_port *ports, int count)
{
    size_t bytes = 0;

    for (int i = 0; i < count; i++)
        bytes += ports[i].bytes;
    return bytes;
}

int machines_measure(struct machines *m, const uint8_t *samples, size_t count, struct measurement *out, struct diag *d)
{
    struct region *r = m->region;
    const struct program *p = m->firmware->emission->program;
    size_t threads = (size_t)m->options.threads, steps = (size_t)p->step_count;
    struct job j = { .machines = m,
                     .samples = samples,
                     .in_bytes = total_bytes(p->network.inputs, p->network.input_count),
                     .out_bytes = total_bytes(p->network.outputs, p->network.output_count),
                     .out = out };
    int status;

    *out = (struct measurement){ .samples = count };
    out->cycles = region_array(r, count, sizeof *out->cycles);
    out->step_cycles = region_array(r, steps, sizeof *out->step_cycles);
    out->outputs = region_array(r, count, j.out_bytes);
    out->sample_steps = region_array(r, count, steps * sizeof *out->sample_steps);
    j.diags = region_array(r, threads, sizeof *j.diags);
    status = run_samples(&j, count, d);
    for (size_t i = 0; i < threads; i++)
        diag_clear(&j.diags[i]);
    TRY(status);
    TRY(machine_worst_case(m, m->sim[0], out, d));
    for (size_t i = 0; i < threads; i++) {
        uint64_t stack = stack_used(r, m->sim[i], &m->at);
        out->stack_bytes = stack > out->stack_bytes ? stack : out->stack_bytes;
    }
    read_sizes(m, out);
    return OK;
}
