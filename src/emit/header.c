/* header.c - NAME.h: what a firmware engineer reads: sizes, types, scales, functions, a complete example. */
#include "emit/parts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char *c_type(enum tensor_type type)
{
    return type == TYPE_FLOAT32 ? "float" : type == TYPE_UINT8 ? "uint8_t" : "int8_t";
}

static const char *dimensions(struct region *r, const struct tensor *t)
{
    char *text = region_text(r, "%d", t->rank ? (int)t->shape[0] : 1);

    for (int i = 1; i < t->rank; i++)
        text = region_text(r, "%s x %d", text, (int)t->shape[i]);
    return text;
}

static float scale_of(const struct tensor *t)
{
    return t->type == TYPE_FLOAT32 || !t->quant.count ? 1.0f : t->quant.scale[0];
}

static int zero_point_of(const struct tensor *t)
{
    return t->type == TYPE_FLOAT32 || !t->quant.count ? 0 : (int)t->quant.zero_point[0];
}

/* "1 x 28 x 28 x 1, int8, real = 0.0078 * (q + 1)" */
static const char *described(struct region *r, const struct tensor *t)
{
    int zero_point = zero_point_of(t);

    if (t->type == TYPE_FLOAT32)
        return region_text(r, "%s, float", dimensions(r, t));
    return region_text(r, "%s, %s, real = %.9g * (q %c %d)", dimensions(r, t), t->type == TYPE_UINT8 ? "uint8" : "int8",
                       (double)scale_of(t), zero_point < 0 ? '+' : '-', abs(zero_point));
}

static void write_port(FILE *to, struct region *r, const char *name, const struct emit_port *p)
{
    const char *upper = emit_upper(r, name), *which = p->label, *macro = emit_upper(r, p->label);
    const struct tensor *t = p->tensor;

    fprintf(to, "#define %s_%s_SIZE %zu /* elements */\n", upper, macro, tensor_elements(t));
    fprintf(to, "#define %s_%s_SCALE %.9ef\n", upper, macro, (double)scale_of(t));
    fprintf(to, "#define %s_%s_ZERO_POINT (%d)\n", upper, macro, zero_point_of(t));
    fprintf(to, "typedef %s %s_%s_t;\n", c_type(t->type), name, which);
    fprintf(to, "extern const float %s_%s_scale;\nextern const int32_t %s_%s_zero_point;\n\n", name, which, name,
            which);
}

static void write_quantise(FILE *to, const char *name, const char *upper, const struct emit_port *p)
{
    int low = p->tensor->type == TYPE_UINT8 ? 0 : -128;

    if (p->tensor->type == TYPE_FLOAT32)
        fprintf(to,
                "/* The network takes floats as they are. */\nstatic inline %s_%s_t %s_quantise%s(float real)\n{\n"
                "    return real;\n}\n\n",
                name, p->label, name, p->number);
    else
        fprintf(to,
                "/* A real value as an element of the %s: rounded half away from zero, saturated. */\n"
                "static inline %s_%s_t %s_quantise%s(float real)\n{\n"
                "    float q = real / %s_INPUT%s_SCALE;\n    int32_t n;\n\n"
                "    q = q > 512.0f ? 512.0f : q < -512.0f ? -512.0f : q;\n"
                "    n = (int32_t)(q < 0 ? q - 0.5f : q + 0.5f) + %s_INPUT%s_ZERO_POINT;\n"
                "    return (%s_%s_t)(n < %d ? %d : n > %d ? %d : n);\n}\n\n",
                p->label, name, p->label, name, p->number, upper, p->number, upper, p->number, name, p->label, low, low,
                low + 255, low + 255);
}

static void write_dequantise(FILE *to, const char *name, const char *upper, const struct emit_port *p)
{
    fprintf(to, "/* An element of the %s as a real value. */\nstatic inline float %s_dequantise%s(%s_%s_t q)\n{\n",
            p->label, name, p->number, name, p->label);
    if (p->tensor->type == TYPE_FLOAT32)
        fputs("    return q;\n}\n\n", to);
    else
        fprintf(to, "    return %s_OUTPUT%s_SCALE * (float)(q - %s_OUTPUT%s_ZERO_POINT);\n}\n\n", upper, p->number,
                upper, p->number);
}

/* A function from real values to real values, in full. */
static void write_example(FILE *to, const char *name, const char *upper, const struct emit_ports *ports)
{
    const struct emit_port *in = &ports->port[0], *out = &ports->port[ports->inputs];

    fprintf(to, " * Example: real values in, real values out; returns 0, or a negative error.\n *\n");
    fprintf(to, " *     #include \"%s.h\"\n *\n", name);
    for (int i = 0; i < ports->count; i++)
        fprintf(to, " *     static %s_%s_t %s[%s_%s_SIZE];\n", name, ports->port[i].label, ports->port[i].label, upper,
                ports->port[i].macro);
    fprintf(to,
            " *\n *     int infer(const float *real, float *result);\n *\n"
            " *     int infer(const float *real, float *result)\n *     {\n *         int status;\n *\n"
            " *         for (uint32_t i = 0; i < %s_%s_SIZE; i++)\n *             %s[i] = %s_quantise%s(real[i]);\n",
            upper, in->macro, in->label, name, in->number);
    for (int i = 1; i < ports->inputs; i++)
        fprintf(to, " *         // %s likewise\n", ports->port[i].label);
    fprintf(to, " *         status = %s_run(", name);
    for (int i = 0; i < ports->count; i++)
        fprintf(to, "%s%s", i ? ", " : "", ports->port[i].label);
    fprintf(to,
            ");\n *         for (uint32_t i = 0; status == 0 && i < %s_%s_SIZE; i++)\n"
            " *             result[i] = %s_dequantise%s(%s[i]);\n *         return status;\n *     }\n",
            upper, out->macro, name, out->number, out->label);
}

/* 12345 as "12 345". */
static const char *grouped(struct region *r, uint64_t n)
{
    if (n < 1000)
        return region_text(r, "%" PRIu64, n);
    return region_text(r, "%s %03" PRIu64, grouped(r, n / 1000), n % 1000);
}

static void write_measured(FILE *to, struct region *r, const struct emission *e, const struct emitted_sizes *sizes)
{
    const struct emit_figures *f = e->figures;
    const struct target *t = e->target;

    fprintf(to, " * Flash   %s bytes: %s of code, start-up included, and %s of constants\n", grouped(r, f->flash_bytes),
            grouped(r, f->flash_bytes - sizes->parameter_bytes), grouped(r, sizes->parameter_bytes));
    fprintf(to, " * RAM     %s bytes of arena, %s of other variables, %s of stack\n",
            grouped(r, e->program->network.arena_bytes), grouped(r, f->static_bytes), grouped(r, f->stack_bytes));
    fprintf(to, " * Cycles  at most %s an inference", grouped(r, f->worst_case));
    if (t->clock_hz)
        fprintf(to, ", %.1f ms at %u MHz", 1e3 * (double)f->worst_case / t->clock_hz, t->clock_hz / 1000000);
    if (t->counts)
        fprintf(to, " (%s)", t->counts);
    fprintf(to, ": each layer on the input that\n *         keeps it longest, added up, on the simulated chip\n");
}

static void write_figures(FILE *to, struct region *r, const struct emission *e, const struct emitted_sizes *sizes,
                          const struct emit_ports *ports)
{
    for (int i = 0; i < ports->count; i++)
        fprintf(to, " * %-7s %s\n", i < ports->inputs ? "Input" : "Output", described(r, ports->port[i].tensor));
    fprintf(to, " * MACs    %s of the dense network\n", grouped(r, program_macs(e->program)));
    if (e->figures) {
        write_measured(to, r, e, sizes);
        return;
    }
    fprintf(to, " * Flash   %s bytes of constants, and code\n", grouped(r, sizes->parameter_bytes));
    fprintf(to, " * RAM     %s bytes of arena, and stack\n", grouped(r, e->program->network.arena_bytes));
    fprintf(to, " * Code, stack and cycles are not stated: %s.\n", e->no_figures);
}

static void write_macros(FILE *to, const struct emission *e, const char *upper)
{
    fprintf(to, "/* Working memory, held statically by %s.c. */\n#define %s_ARENA_BYTES %" PRIu32 "\n", e->name, upper,
            e->program->network.arena_bytes);
    if (e->figures)
        fprintf(to, "#define %s_STACK_BYTES %" PRIu64 "\n#define %s_WORST_CASE_CYCLES %" PRIu64 "\n", upper,
                e->figures->stack_bytes, upper, e->figures->worst_case);
    fputc('\n', to);
}

/* What each level does, as the plan has it. */
static void write_levels(FILE *to, struct region *r, const struct emission *e, const char *upper)
{
    const struct plan *p = e->program->plan;

    if (!p || p->level_count < 2)
        return;
    fputs("/* Levels of the plan; 0 is set at first. On the samples that they were chosen on:\n *\n"
          " *   level  right %  drop    MACs executed       cycles\n",
          to);
    for (int i = 0; p->levels && i < p->level_count; i++)
        fprintf(to, " *   %5d  %7.2f  %4.2f  %15s  %11s\n", i, 100 * p->levels[i].accuracy, p->levels[i].drop_pp,
                grouped(r, (uint64_t)(p->levels[i].executed + 0.5)),
                p->levels[i].cycles > 0 ? grouped(r, (uint64_t)(p->levels[i].cycles + 0.5)) : "-");
    fprintf(to,
            " *\n * Cycles are predicted, for %s. */\n#define %s_LEVELS %d\n\n"
            "/* Sets the level of the inferences from now on. Returns 0, or UNIT_E_ARGUMENT if there is none of that "
            "number. */\nint %s_set_level(int level);\n\n",
            p->target ? p->target : "no chip", upper, p->level_count, e->name);
}

static void write_functions(FILE *to, const struct emission *e, const char *upper, const struct emit_ports *ports)
{
    fputs("/* One inference. Returns 0, or a negative UNIT_E_* of unit.h. Not reentrant: the arena is static. */\n",
          to);
    emit_prototype(to, e->name, upper, ports);
    fprintf(to,
            ";\n\n/* Runs a stored test: 0 if the output is what the tool computed, else the number of the first byte "
            "that differs,\n"
            " * counted from 1. There if the library is compiled with -D%s_SELFTEST. */\nint %s_selftest(void);\n\n",
            upper, e->name);
}

void emit_header(struct region *r, const struct emission *e, const struct emitted_sizes *sizes, struct out_files *files)
{
    const char *upper = emit_upper(r, e->name);
    struct emit_ports ports = emit_ports(r, e->program);
    struct text text;
    FILE *to = text_open(&text);

    fprintf(to, "/* " EMIT_MARK " from %s (%.16s...), %s, for %s: the interface of %s.\n *\n", e->model, e->fingerprint,
            e->plan ? e->plan : "dense", target_label(e->target), e->name);
    write_figures(to, r, e, sizes, &ports);
    fputs(" *\n", to);
    write_example(to, e->name, upper, &ports);
    fprintf(to,
            " */\n#ifndef %s_H\n#define %s_H\n\n#include <stdint.h>\n\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n",
            upper, upper);
    for (int i = 0; i < ports.count; i++)
        write_port(to, r, e->name, &ports.port[i]);
    write_macros(to, e, upper);
    for (int i = 0; i < ports.count; i++)
        (i < ports.inputs ? write_quantise : write_dequantise)(to, e->name, upper, &ports.port[i]);
    write_functions(to, e, upper, &ports);
    write_levels(to, r, e, upper);
    fputs("#ifdef __cplusplus\n}\n#endif\n#endif\n", to);
    emit_add_text(r, files, region_text(r, "%s.h", e->name), &text);
}
