/* source.c - NAME.c: parameter structs, steps, the arena, NAME_run and NAME_selftest; NAME_weights.c: constant arrays.
 */
#include "emit/parts.h"

#include <inttypes.h>
#include <string.h>

/* The level that is set; a plan without levels has one. */
static void write_level(struct writing *w)
{
    const struct program *p = w->emission->program;

    if (!p->scale_tables)
        return;
    emit_scale_tables(w);
    fprintf(w->steps, "static %suint8_t level = %d;\n\n", p->plan->level_count > 1 ? "" : "const ", p->level);
}

static void write_steps(struct writing *w)
{
    const struct program *p = w->emission->program;

    write_level(w);
    for (w->step = 0; w->step < p->step_count; w->step++) {
        const struct unit_step *k = &p->kernels[w->step];
        emit_kernel(k->kernel)->write(w, k->op);
    }
}

static void write_unit_ports(FILE *to, const char *which, const struct unit_port *ports, int count)
{
    fprintf(to, "static const struct unit_port %s[] = {", which);
    for (int i = 0; i < count; i++)
        fprintf(to, "%s{ %" PRIu32 ", %" PRIu32 " }", i ? ", " : " ", ports[i].at, ports[i].bytes);
    fputs(" };\n", to);
}

static void write_network(FILE *to, const struct emission *e, const char *upper)
{
    const struct program *p = e->program;
    const struct unit_network *n = &p->network;

    if (p->step_count)
        fputs("static const struct unit_step steps[] = {\n", to);
    for (int s = 0; s < p->step_count; s++) {
        const uint32_t *at = p->kernels[s].at;
        fprintf(to, "    { %s, &step%d, { %" PRIu32 ", %" PRIu32 ", %" PRIu32 ", %" PRIu32 " } },\n",
                emit_kernel(p->kernels[s].kernel)->symbol, s, at[0], at[1], at[2], at[3]);
    }
    if (p->step_count)
        fputs("};\n\n", to);
    write_unit_ports(to, "inputs", n->inputs, n->input_count);
    write_unit_ports(to, "outputs", n->outputs, n->output_count);
    fprintf(to,
            "\nstatic const struct unit_network network = {\n    .steps = %s,\n    .inputs = inputs,\n"
            "    .outputs = outputs,\n    .step_count = %d,\n    .input_count = %d,\n    .output_count = %d,\n"
            "    .arena_bytes = %s_ARENA_BYTES,\n};\n\n",
            p->step_count ? "steps" : "NULL", n->step_count, n->input_count, n->output_count, upper);
}

/* Where RAM is too small for the arena, a section of other writable memory. */
static const char *arena_place(struct region *r, const struct emission *e)
{
    return emit_arena_is_slow(e) ? region_text(r, " __attribute__((section(\"%s\")))", e->target->slow_memory_section)
                                 : "";
}

static void write_arena(FILE *to, struct region *r, const struct emission *e, const char *upper)
{
    fprintf(to,
            "/* %s_ARENA_PLACE may put it elsewhere: an attribute, such as a section. */\n#ifndef %s_ARENA_PLACE\n"
            "#define %s_ARENA_PLACE%s\n#endif\n\n",
            upper, upper, upper, arena_place(r, e));
    fprintf(to,
            "static union {\n    uint32_t aligned;\n    uint8_t bytes[%s_ARENA_BYTES + (%s_ARENA_BYTES == 0)];\n"
            "} arena %s_ARENA_PLACE;\n\n",
            upper, upper, upper);
}

static void write_run(FILE *to, const char *name, const char *upper, const struct emit_ports *ports)
{
    for (int i = 0; i < ports->count; i++) {
        const struct emit_port *p = &ports->port[i];
        fprintf(to, "const float %s_%s_scale = %s_%s_SCALE;\nconst int32_t %s_%s_zero_point = %s_%s_ZERO_POINT;\n",
                name, p->label, upper, p->macro, name, p->label, upper, p->macro);
    }
    fputc('\n', to);
    emit_prototype(to, name, upper, ports);
    fprintf(to, "\n{\n    const void *in[%d];\n    void *out[%d];\n\n", ports->inputs, ports->count - ports->inputs);
    for (int i = 0; i < ports->count; i++)
        fprintf(to, "    %s[%d] = %s;\n", i < ports->inputs ? "in" : "out", i < ports->inputs ? i : i - ports->inputs,
                ports->port[i].label);
    fputs("    return unit_run(&network, arena.bytes, in, out);\n}\n", to);
}

static void write_set_level(FILE *to, const struct emission *e, const char *upper)
{
    if (e->program->plan && e->program->plan->level_count > 1)
        fprintf(to,
                "\nint %s_set_level(int to)\n{\n    if (to < 0 || to >= %s_LEVELS)\n"
                "        return UNIT_E_ARGUMENT;\n    level = (uint8_t)to;\n    return UNIT_OK;\n}\n",
                e->name, upper);
}

static void write_expected(FILE *to, const struct emission *e)
{
    const struct unit_network *n = &e->program->network;
    uint32_t at = 0;

    for (int o = 0; o < n->output_count; o++) {
        fprintf(to, "static const uint8_t expected%d[] = {", o);
        for (uint32_t i = 0; i < n->outputs[o].bytes; i++)
            fprintf(to, "%s%u", i % 20 ? ", " : i ? ",\n    " : "\n    ", e->test_output[at++]);
        fputs("\n};\n", to);
    }
}

/* The number of the first byte that differs, counted through all outputs. */
static void write_comparison(FILE *to, const struct emit_ports *ports)
{
    for (int o = 0; o < ports->count - ports->inputs; o++)
        fprintf(to,
                "    for (i = 0; status == 0 && i < sizeof expected%d; i++, number++)\n"
                "        if (((const uint8_t *)%s)[i] != expected%d[i])\n"
                "            status = (int)(number < 32767 ? number : 32767);\n",
                o, ports->port[ports->inputs + o].label, o);
}

/* The input is made by a generator rather than stored: src/emit/selftest.c has the same one. */
static void write_selftest(FILE *to, const struct emission *e, const char *upper, const struct emit_ports *ports)
{
    const char *name = e->name;

    fprintf(to, "\n#ifdef %s_SELFTEST\n", upper);
    write_expected(to, e);
    fprintf(to, "\nint %s_selftest(void)\n{\n", name);
    for (int i = 0; i < ports->count; i++)
        fprintf(to, "    static %s_%s_t %s[%s_%s_SIZE];\n", name, ports->port[i].label, ports->port[i].label, upper,
                ports->port[i].macro);
    fprintf(to, "    uint32_t state = %d, number = 1, i;\n    int status;\n\n", EMIT_TEST_SEED);
    for (int i = 0; i < ports->inputs; i++) {
        int is_float = ports->port[i].tensor->type == TYPE_FLOAT32;
        fprintf(to,
                "    for (i = 0; i < %s_%s_SIZE; i++) {\n"
                "        state = state * UINT32_C(1664525) + UINT32_C(1013904223);\n"
                "        %s[i] = (%s_%s_t)%s(state >> 24)%s;\n    }\n",
                upper, ports->port[i].macro, ports->port[i].label, name, ports->port[i].label,
                is_float ? "((float)" : "", is_float ? " / 256.0f)" : "");
    }
    fprintf(to, "    status = %s_run(", name);
    for (int i = 0; i < ports->count; i++)
        fprintf(to, "%s%s", i ? ", " : "", ports->port[i].label);
    fputs(");\n", to);
    write_comparison(to, ports);
    fputs("    return status;\n}\n#endif\n", to);
}

static char *first_lines(struct region *r, const struct emission *e, const char *what)
{
    return region_text(r, "/* " EMIT_MARK " from %s (%.16s...), %s, for %s: %s */\n", e->model, e->fingerprint,
                       e->plan ? e->plan : "dense", target_label(e->target), what);
}

void emit_source(struct region *r, const struct emission *e, struct out_files *files, struct emitted_sizes *sizes)
{
    struct emit_ports ports = emit_ports(r, e->program);
    const char *upper = emit_upper(r, e->name), *port = e->port ? "#include \"rt_port.h\"\n" : "", *source;
    struct text steps, weights, externs, rest;
    struct writing w = { .emission = e };

    w.sizes.step_bytes = region_array(r, (size_t)e->program->step_count, sizeof *w.sizes.step_bytes);
    w.steps = text_open(&steps), w.weights = text_open(&weights), w.externs = text_open(&externs);
    fprintf(w.weights, "%s#include <stddef.h>\n#include <stdint.h>\n\n%s\n", first_lines(r, e, "constants."), port);
    fprintf(w.externs, "%s#include <stddef.h>\n\n#include \"%s.h\"\n#include \"unit.h\"\n%s\n",
            first_lines(r, e, "the network."), e->name, port);
    write_steps(&w);
    text_open(&rest);
    write_network(rest.stream, e, upper);
    write_arena(rest.stream, r, e, upper);
    write_run(rest.stream, e->name, upper, &ports);
    write_set_level(rest.stream, e, upper);
    write_selftest(rest.stream, e, upper, &ports);
    source = text_close(r, &externs);
    source = region_text(r, "%s\n%s", source, text_close(r, &steps));
    source = region_text(r, "%s%s", source, text_close(r, &rest));
    emit_add_file(files, region_text(r, "%s.c", e->name), source, strlen(source));
    emit_add_text(r, files, region_text(r, "%s_weights.c", e->name), &weights);
    *sizes = w.sizes;
}
