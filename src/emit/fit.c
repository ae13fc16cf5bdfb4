/* fit.c - whether the chip's memories hold a network: constants, arena, and what is kept free for stack and variables.
 * Code is the linker's business. */
#include "emit/parts.h"

#include <inttypes.h>

int emit_arena_is_slow(const struct emission *e)
{
    const struct target *t = e->target;

    return t->slow_memory_section && e->program->network.arena_bytes + t->ram_reserve_bytes > t->ram_bytes;
}

/* Bytes of tensors and scratch that a step needs at once. */
static uint64_t working_bytes(const struct program *p, int step)
{
    const struct step *s = &p->steps[step];
    uint64_t bytes = s->scratch_bytes;

    for (int i = 0; i < s->tensor_count; i++)
        bytes += tensor_bytes(&p->graph->tensors[s->tensor[i]]);
    return bytes;
}

static uint64_t constant_bytes(const struct emitted_sizes *sizes, int step)
{
    return sizes->step_bytes[step];
}

static int refuse(struct region *r, const struct emission *e, const char *memory, uint64_t needed, uint64_t there,
                  const struct emitted_sizes *sizes, struct diag *d)
{
    const struct program *p = e->program;
    uint64_t most = 0;
    int largest = 0;

    for (int s = 0; s < p->step_count; s++) {
        uint64_t bytes = sizes ? constant_bytes(sizes, s) : working_bytes(p, s);
        if (bytes > most) {
            most = bytes;
            largest = s;
        }
    }
    return diag_fail(d, JOB_FAILED, e->path,
                     "it does not fit %s: %" PRIu64 " bytes of %s too few, %" PRIu64 " are needed of %" PRIu64
                     "; %s needs most, %" PRIu64 " bytes: make it smaller or choose a larger chip",
                     e->target->name, needed - there, memory, needed, there,
                     p->step_count ? node_where(r, p->graph, p->steps[largest].node) : "no layer", most);
}

static int ram_fits(struct region *r, const struct emission *e, const struct emitted_sizes *sizes, struct diag *d)
{
    const struct target *t = e->target;
    uint64_t needed = t->ram_reserve_bytes;

    if (!emit_arena_is_slow(e))
        needed += e->program->network.arena_bytes;
    if (t->plain_in_ram)
        needed += sizes->place_bytes[PLACE_PLAIN];
    return needed <= t->ram_bytes ? OK : refuse(r, e, "RAM", needed, t->ram_bytes, NULL, d);
}

/* Of the flash, a part may be all that plain addresses reach; far constants lie behind it. */
static int flash_fits(struct region *r, const struct emission *e, const struct emitted_sizes *sizes, struct diag *d)
{
    const struct target *t = e->target;
    uint64_t slow = emit_arena_is_slow(e) ? e->program->network.arena_bytes : 0;
    uint64_t far = sizes->place_bytes[PLACE_FAR], near = sizes->parameter_bytes - far + slow;

    if (near + far > t->flash_bytes)
        return refuse(r, e, "flash", near + far, t->flash_bytes, sizes, d);
    if (t->near_flash_bytes && near > t->near_flash_bytes)
        return refuse(r, e, "flash below 64 KB", near, t->near_flash_bytes, slow ? NULL : sizes, d);
    if (t->near_flash_bytes && t->far_apart && far > t->flash_bytes - t->near_flash_bytes)
        return refuse(r, e, "flash above 64 KB", far, t->flash_bytes - t->near_flash_bytes, sizes, d);
    return OK;
}

/* Floats at a network's border need the compiler's arithmetic. */
static int floats_fit(struct region *r, const struct emission *e, struct diag *d)
{
    const struct program *p = e->program;
    enum target_floats there = e->target->floats;

    for (int s = 0; s < p->step_count; s++) {
        unit_kernel *k = p->kernels[s].kernel;
        int single = k == unit_quantize_f32_s8 || k == unit_dequantize_f32, is_double = k == unit_log_softmax_f32;
        if ((is_double && there != FLOATS_DOUBLE) || (single && there == FLOATS_NONE))
            return diag_fail(d, BAD_INPUT, node_where(r, p->graph, p->steps[s].node),
                             "%s on floats needs %s-bit arithmetic, which %s does not bring for %s; end the network in "
                             "int8",
                             op_name(p->steps[s].node->op), is_double ? "64" : "32", e->target->toolchain,
                             e->target->name);
    }
    return OK;
}

int emit_fits(struct region *r, const struct emission *e, const struct emitted_sizes *sizes, struct diag *d)
{
    TRY(floats_fit(r, e, d));
    if (e->any_size)
        return OK;
    if (e->target->ram_bytes)
        TRY(ram_fits(r, e, sizes, d));
    return e->target->flash_bytes ? flash_fits(r, e, sizes, d) : OK;
}
