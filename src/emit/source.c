/* source.c - NAME.c: parameter structs, steps, the arena, NAME_run and NAME_selftest; NAME_weights.c: constant arrays.
 */
#include "emit/parts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* A text under construction; text and size are right after fclose(stream). */
struct text {
    FILE *stream;
    char *bytes;
    size_t size;
};

static void open_text(struct text *t)
{
    t->stream = open_memstream(&t->bytes, &t->size);
    if (!t->stream) {
        fputs("unit: error: memory: no more of it\n", stderr);
        exit(JOB_FAILED);
    }
}

static char *close_text(struct region *r, struct text *t)
{
    char *copy;

    fclose(t->stream);
    copy = region_copy(r, t->bytes, t->size + 1);
    free(t->bytes);
    return copy;
}

static void write_steps(struct writing *w)
{
    const struct program *p = w->emission->program;

    for (w->step = 0; w->step < p->step_count; w->step++) {
        const struct unit_step *k = &p->kernels[w->step];
        emit_kernel(k->kernel)->write(w, k->op);
    }
}

static void write_network(FILE *to, struct region *r, const struct emission *e)
{
    const struct program *p = e->program;
    const struct unit_network *n = &p->network;

    fputs("static const struct unit_step steps[] = {\n", to);
    for (int s = 0; s < p->step_count; s++) {
        const uint32_t *at = p->kernels[s].at;
        fprintf(to, "    { %s, &step%d, { %" PRIu32 ", %" PRIu32 ", %" PRIu32 ", %" PRIu32 " } },\n",
                emit_kernel(p->kernels[s].kernel)->symbol, s, at[0], at[1], at[2], at[3]);
    }
    fprintf(to,
            "};\n\nstatic const struct unit_port input = { %" PRIu32 ", %" PRIu32 " }, output = { %" PRIu32 ", %" PRIu32
            " };\n\n",
            n->inputs[0].at, n->inputs[0].bytes, n->outputs[0].at, n->outputs[0].bytes);
    fprintf(to,
            "static const struct unit_network network = {\n    .steps = steps,\n    .inputs = &input,\n"
            "    .outputs = &output,\n    .step_count = %d,\n    .input_count = 1,\n    .output_count = 1,\n"
            "    .arena_bytes = %s_ARENA_BYTES,\n};\n\n",
            n->step_count, emit_upper(r, e->name));
}

static void write_run(FILE *to, struct region *r, const struct emission *e)
{
    const char *upper = emit_upper(r, e->name), *name = e->name;

    fprintf(to, "const float %s_input_scale = %s_INPUT_SCALE, %s_output_scale = %s_OUTPUT_SCALE;\n", name, upper, name,
            upper);
    fprintf(to,
            "const int32_t %s_input_zero_point = %s_INPUT_ZERO_POINT, %s_output_zero_point = %s_OUTPUT_ZERO_POINT;\n\n",
            name, upper, name, upper);
    fprintf(to,
            "/* %s_ARENA_PLACE may put it elsewhere: an attribute, such as a section. */\n#ifndef %s_ARENA_PLACE\n"
            "#define %s_ARENA_PLACE %s\n#endif\n\n",
            upper, upper, upper,
            e->target->slow_memory_section &&
                    e->program->network.arena_bytes + e->target->ram_reserve_bytes > e->target->ram_bytes
                ? region_text(r, "__attribute__((section(\"%s\")))", e->target->slow_memory_section)
                : "");
    fprintf(to,
            "static union {\n    uint32_t aligned;\n    uint8_t bytes[%s_ARENA_BYTES];\n} arena %s_ARENA_PLACE;\n\n"
            "int %s_run(const %s_input_t in[%s_INPUT_SIZE], %s_output_t out[%s_OUTPUT_SIZE])\n{\n"
            "    const void *ins[1];\n    void *outs[1];\n\n    ins[0] = in;\n    outs[0] = out;\n"
            "    return unit_run(&network, arena.bytes, ins, outs);\n}\n",
            upper, upper, name, name, upper, name, upper);
}

/* The input is made by a generator rather than stored: src/emit/selftest.c has the same one. */
static void write_selftest(FILE *to, struct region *r, const struct emission *e)
{
    const char *upper = emit_upper(r, e->name), *name = e->name;
    const struct program *p = e->program;
    const uint8_t *expected = e->test_output;
    int is_float = p->graph->tensors[p->graph->inputs[0]].type == TYPE_FLOAT32;

    fprintf(to, "\n#ifdef %s_SELFTEST\nstatic const uint8_t expected[] = {", upper);
    for (uint32_t i = 0; i < p->network.outputs[0].bytes; i++)
        fprintf(to, "%s%u", i % 20 ? ", " : i ? ",\n    " : "\n    ", expected[i]);
    fprintf(to,
            "\n};\n\nint %s_selftest(void)\n{\n    static %s_input_t in[%s_INPUT_SIZE];\n"
            "    static %s_output_t out[%s_OUTPUT_SIZE];\n    uint32_t state = 1, i;\n    int status;\n\n"
            "    for (i = 0; i < %s_INPUT_SIZE; i++) {\n"
            "        state = state * UINT32_C(1664525) + UINT32_C(1013904223);\n        in[i] = (%s_input_t)(%sstate "
            ">> 24%s);\n    }\n"
            "    status = %s_run(in, out);\n    for (i = 0; status == 0 && i < sizeof expected; i++)\n"
            "        if (((const uint8_t *)out)[i] != expected[i])\n            status = (int)(i < 32767 ? i + 1 : "
            "32767);\n"
            "    return status;\n}\n#endif\n",
            name, name, upper, name, upper, upper, name, is_float ? "(float)(" : "", is_float ? ") / 256.0f" : "",
            name);
}

static char *first_lines(struct region *r, const struct emission *e, const char *what)
{
    return region_text(r, "/* " EMIT_MARK " from %s (%.16s...), %s, for %s: %s */\n", e->model, e->fingerprint,
                       e->plan ? e->plan : "dense", e->target->name, what);
}

void emit_source(struct region *r, const struct emission *e, struct out_files *files, struct emitted_sizes *sizes)
{
    struct text steps, weights, externs, rest;
    struct writing w = { .emission = e };
    char *source, *data;

    open_text(&steps), open_text(&weights), open_text(&externs), open_text(&rest);
    w.steps = steps.stream, w.weights = weights.stream, w.externs = externs.stream;
    write_steps(&w);
    write_network(rest.stream, r, e);
    write_run(rest.stream, r, e);
    write_selftest(rest.stream, r, e);
    data = region_text(r, "%s#include <stddef.h>\n#include <stdint.h>\n\n%s%s", first_lines(r, e, "constants."),
                       e->port ? "#include \"rt_port.h\"\n\n" : "", close_text(r, &weights));
    source = region_text(r, "%s#include <stddef.h>\n\n#include \"%s.h\"\n#include \"unit.h\"\n%s\n",
                         first_lines(r, e, "the network."), e->name, e->port ? "#include \"rt_port.h\"\n" : "");
    source = region_text(r, "%s%s\n", source, close_text(r, &externs));
    source = region_text(r, "%s%s", source, close_text(r, &steps));
    source = region_text(r, "%s%s", source, close_text(r, &rest));
    emit_add_file(files, region_text(r, "%s.c", e->name), source, strlen(source));
    emit_add_file(files, region_text(r, "%s_weights.c", e->name), data, strlen(data));
    *sizes = w.sizes;
    sizes->ram_bytes = e->program->network.arena_bytes;
}
