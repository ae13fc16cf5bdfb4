/* measure.c - samples through firmware on simulated machines. */
#include "bench/bench.h"

#include <stdlib.h>
#include <string.h>

#include "base/parallel.h"
#include "base/progress.h"

enum { PAINT = 0xA5, START_LIMIT = 50000000 };

/* Where the firmware's symbols lie. */
struct places {
    sim_addr ready, input, output, status, run, run_end, stack_low, stack_top;
    uint32_t input_bytes, output_bytes;
};

struct job {
    struct region *region;
    const struct firmware *firmware;
    const struct bench_options *options;
    const uint8_t *samples;
    struct measurement *out;
    struct sim **machine; /* [threads] */
    struct places at;
    uint64_t **step_cycles; /* [threads][steps] */
    uint64_t *stack;        /* [threads] */
    struct diag *diags;     /* [threads] */
};

static int find(const struct sim *s, const char *name, sim_addr *at, uint32_t *size, struct diag *d)
{
    if (sim_symbol(s, name, at, size))
        return OK;
    return diag_fail(d, JOB_FAILED, "firmware", "it has no symbol %s; report this", name);
}

static int find_places(const struct sim *s, struct places *p, struct diag *d)
{
    uint32_t run_bytes = 0;

    TRY(find(s, "bench_ready", &p->ready, NULL, d));
    TRY(find(s, "bench_input", &p->input, &p->input_bytes, d));
    TRY(find(s, "bench_output", &p->output, &p->output_bytes, d));
    TRY(find(s, "bench_status", &p->status, NULL, d));
    TRY(find(s, "unit_run", &p->run, &run_bytes, d));
    p->run_end = p->run + run_bytes;
    TRY(find(s, "__bss_end", &p->stack_low, NULL, d));
    return find(s, "__stack_top", &p->stack_top, NULL, d);
}

/* Paints the free memory below the stack, which is empty between inferences but for main's few bytes. */
static void paint(struct region *r, struct sim *s, const struct places *p)
{
    size_t size = p->stack_top - p->stack_low - 64;
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

static int start_machine(struct job *j, int i, struct diag *d)
{
    const struct sim_chip *chip = sim_chip_named(j->firmware->emission->target->name);

    j->machine[i] = sim_open(j->region, chip, j->firmware->elf, &j->options->sim, d);
    if (!j->machine[i])
        return JOB_FAILED;
    TRY(find_places(j->machine[i], &j->at, d));
    TRY(sim_run(j->machine[i], j->at.ready, START_LIMIT, d));
    paint(j->region, j->machine[i], &j->at);
    sim_watch_stack(j->machine[i], j->at.stack_low);
    sim_watch_calls(j->machine[i], j->at.run, j->at.run_end);
    return OK;
}

static void one_sample(void *context, size_t sample, int thread)
{
    struct job *j = context;
    struct sim *s = j->machine[thread];
    const struct program *p = j->firmware->emission->program;
    uint64_t before = sim_cycles(s);
    const uint64_t *segments;
    size_t count, in_bytes = p->network.inputs[0].bytes, out_bytes = p->network.outputs[0].bytes;

    if (j->diags[thread].message)
        return;
    sim_write(s, j->at.input, j->samples + sample * in_bytes, in_bytes);
    sim_clear_segments(s);
    if (sim_run(s, j->at.ready, j->options->cycle_limit, &j->diags[thread]) != OK)
        return;
    j->out->cycles[sample] = sim_cycles(s) - before;
    sim_read(s, j->at.output, j->out->outputs + sample * out_bytes, out_bytes);
    /* unit_run calls memcpy for the input, a kernel a step, memcpy for the output. */
    count = sim_segments(s, &segments);
    for (int i = 0; i < p->step_count && count == (size_t)p->step_count + 2; i++)
        j->step_cycles[thread][i] += segments[i + 1];
    progress_tick();
}

static void read_sizes(struct job *j)
{
    const struct sim *s = j->machine[0];
    sim_addr from = 0, to = 0, start = 0, end = 0;
    struct measurement *m = j->out;

    m->flash_bytes = sim_loaded_bytes(s);
    if (sim_symbol(s, "__data_start", &from, NULL) && sim_symbol(s, "__data_end", &to, NULL))
        m->static_bytes += to - from;
    if (sim_symbol(s, "__bss_start", &start, NULL) && sim_symbol(s, "__bss_end", &end, NULL))
        m->static_bytes += end - start;
    if (!j->firmware->emission->target->slow_memory_section)
        m->static_bytes -= j->at.input_bytes + j->at.output_bytes;
    else if (sim_symbol(s, "arena", &from, &end) && from > j->at.stack_top)
        m->slow_bytes = end;
}

static int run_all(struct job *j, size_t count, struct diag *d)
{
    int steps = j->firmware->emission->program->step_count, interrupted;

    for (int i = 0; i < j->options->threads; i++) {
        TRY(start_machine(j, i, d));
        j->step_cycles[i] = region_array(j->region, (size_t)steps, sizeof **j->step_cycles);
    }
    interrupted = parallel_for(j->options->threads, count, one_sample, j);
    for (int i = 0; i < j->options->threads; i++) {
        uint64_t stack = stack_used(j->region, j->machine[i], &j->at);
        if (j->diags[i].message)
            return diag_fail(d, JOB_FAILED, "bench", "%s", j->diags[i].message);
        j->out->stack_bytes = stack > j->out->stack_bytes ? stack : j->out->stack_bytes;
        for (int k = 0; k < steps; k++)
            j->out->step_cycles[k] += (double)j->step_cycles[i][k] / (double)count;
    }
    read_sizes(j);
    return interrupted ? INTERRUPTED : OK;
}

int measure(struct region *r, const struct firmware *f, const uint8_t *samples, size_t count,
            const struct bench_options *options, struct measurement *out, struct diag *d)
{
    size_t threads = (size_t)options->threads;
    struct job j = { .region = r, .firmware = f, .options = options, .samples = samples, .out = out };
    int status;

    *out = (struct measurement){ .samples = count };
    out->cycles = region_array(r, count, sizeof *out->cycles);
    out->step_cycles = region_array(r, (size_t)f->emission->program->step_count, sizeof *out->step_cycles);
    out->outputs = region_array(r, count, f->emission->program->network.outputs[0].bytes);
    j.machine = region_array(r, threads, sizeof *j.machine);
    j.step_cycles = region_array(r, threads, sizeof *j.step_cycles);
    j.diags = region_array(r, threads, sizeof *j.diags);
    status = run_all(&j, count, d);
    for (size_t i = 0; i < threads; i++) {
        if (j.machine[i])
            sim_close(j.machine[i]);
        diag_clear(&j.diags[i]);
    }
    return status;
}
