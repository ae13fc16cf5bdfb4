/* worst.c - what an inference costs at most.
 *
 * A kernel's time depends on its input only: on how many connections execute, and a little on values (saturation, a
 * product's bits where there is no multiplier). So every step is run on inputs that are written over what the network
 * computed: first the value farthest from the zero point everywhere, on which every connection executes that any input
 * can wake, then the largest value on which thresholds that follow the input move, then, of layers that can fall back,
 * the input that comes as near to it as can be, with the elements beyond the range where they execute most, then one
 * step beside the zero point, then bytes from a generator. The bound is the sum over the steps of the longest of these
 * times, and of the longest time between them; no one input of the network need reach it.
 */
#include "bench/machines.h"

#include "base/interrupt.h"
#include "bench/brim.h"

enum pattern { FARTHEST, MOVED, BRIM, BESIDE, RANDOM, PATTERNS };

static void fill_float(enum pattern pattern, uint32_t *state, float *to, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        *state = *state * UINT32_C(1664525) + UINT32_C(1013904223);
        to[i] = pattern <= BRIM ? 1e6f : pattern == BESIDE ? -1 : (float)(*state >> 24) / 16 - 8;
    }
}

/* `far` is how far from the zero point an input of a step lies at most in this pattern. */
static void fill_bytes(enum pattern pattern, int zero_point, int far, uint32_t *state, uint8_t *to, size_t count)
{
    int up = zero_point + far < 127 ? zero_point + far : 127, down = zero_point - far > -128 ? zero_point - far : -128;
    int farthest = zero_point < 0 ? up : down, beside = zero_point > -128 ? zero_point - 1 : zero_point + 1;

    for (size_t i = 0; i < count; i++) {
        *state = *state * UINT32_C(1664525) + UINT32_C(1013904223);
        to[i] = pattern <= BRIM ? (uint8_t)farthest : pattern == BESIDE ? (uint8_t)beside : (uint8_t)(*state >> 24);
    }
}

/* Contents of a tensor in the pattern. uint8 counts as int8 does, its zero point moved. */
static void *filled(struct region *r, enum pattern pattern, const struct tensor *t, int far, uint32_t *state)
{
    void *bytes = region_alloc(r, tensor_bytes(t));
    int zero_point = t->quant.count ? (int)t->quant.zero_point[0] : 0;

    if (t->type == TYPE_FLOAT32)
        fill_float(pattern, state, bytes, tensor_elements(t));
    else
        fill_bytes(pattern, t->type == TYPE_UINT8 ? zero_point - 128 : zero_point, far, state, bytes, tensor_bytes(t));
    return bytes;
}

static int farthest(const struct program *p, int step, enum pattern pattern)
{
    const struct unit_scaling *s = p->steps[step].mac >= 0 ? p->layers[p->steps[step].mac].scaling : NULL;

    return pattern == MOVED && s && s->count && s->limits[0] ? s->limits[0] - 1 : 255;
}

/* What input i of a step holds in the pattern. */
static void *contents(struct machines *m, int step, int i, enum pattern pattern, uint32_t *state)
{
    const struct program *p = m->firmware->emission->program;
    const struct tensor *t = &p->graph->tensors[p->steps[step].tensor[i]];
    const struct mac_layer *l = p->steps[step].mac >= 0 ? &p->layers[p->steps[step].mac] : NULL;
    int8_t *bytes;

    if (pattern != BRIM || !l || !l->fallback)
        return filled(m->region, pattern, t, farthest(p, step, pattern), state);
    bytes = region_alloc(m->region, tensor_bytes(t));
    brim_fill(l, bytes);
    return bytes;
}

/* Lets the machine run to the entry of a step's kernel and writes its inputs. */
static int disturb(struct machines *m, struct sim *s, int step, enum pattern pattern, uint32_t *state, struct diag *d)
{
    const struct program *p = m->firmware->emission->program;
    const char *kernel = emit_kernel_symbol(p->kernels[step].kernel);
    sim_addr entry = 0;

    if (!sim_symbol(s, kernel, &entry, NULL))
        return diag_fail(d, JOB_FAILED, "firmware", "it has no symbol %s; report this", kernel);
    TRY(sim_run(s, entry, m->options.cycle_limit, d));
    for (int i = 0; i + 1 < p->steps[step].tensor_count; i++)
        sim_write(s, m->at.arena + p->kernels[step].at[i], contents(m, step, i, pattern, state),
                  tensor_bytes(&p->graph->tensors[p->steps[step].tensor[i]]));
    return OK;
}

/* One inference in a pattern; longest[step] and longest[steps], the time between the steps, grow. */
static int run_pattern(struct machines *m, struct sim *s, enum pattern pattern, uint64_t *longest, struct diag *d)
{
    const struct program *p = m->firmware->emission->program;
    uint64_t before = sim_cycles(s), rest;
    const uint64_t *segments;
    uint32_t state = 1;

    sim_clear_segments(s);
    for (int k = 0; k < p->step_count; k++) {
        TRY(disturb(m, s, k, pattern, &state, d));
        if (interrupt_requested())
            return INTERRUPTED;
    }
    TRY(sim_run(s, m->at.ready, m->options.cycle_limit, d));
    rest = sim_cycles(s) - before;
    if (sim_segments(s, &segments) == (size_t)p->step_count + p->network.input_count + p->network.output_count)
        for (int k = 0; k < p->step_count; k++) {
            uint64_t own = segments[k + p->network.input_count];
            longest[k] = own > longest[k] ? own : longest[k];
            rest -= own;
        }
    longest[p->step_count] = rest > longest[p->step_count] ? rest : longest[p->step_count];
    return OK;
}

int machine_worst_case(struct machines *m, struct sim *s, struct measurement *out, struct diag *d)
{
    int steps = m->firmware->emission->program->step_count;

    out->step_worst = region_array(m->region, (size_t)steps + 1, sizeof *out->step_worst);
    for (int pattern = 0; pattern < PATTERNS; pattern++)
        TRY(run_pattern(m, s, (enum pattern)pattern, out->step_worst, d));
    out->worst_case = 0;
    for (int k = 0; k <= steps; k++)
        out->worst_case += out->step_worst[k];
    return OK;
}
