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

static void write_port(FILE *to, const struct emission *e, const char *upper, const char *which, const char *macro,
                       const struct tensor *t, struct region *r)
{
    fprintf(to, "/* The %s: %s, real = %.9g * (q - %d). */\n", which, dimensions(r, t), (double)scale_of(t),
            zero_point_of(t));
    fprintf(to, "#define %s_%s_SIZE %zu\n", upper, macro, tensor_elements(t));
    fprintf(to, "#define %s_%s_SCALE %.9ef\n", upper, macro, (double)scale_of(t));
    fprintf(to, "#define %s_%s_ZERO_POINT %d\n", upper, macro, zero_point_of(t));
    fprintf(to, "typedef %s %s_%s_t;\n", c_type(t->type), e->name, which);
    fprintf(to, "extern const float %s_%s_scale;\nextern const int32_t %s_%s_zero_point;\n\n", e->name, which, e->name,
            which);
}

static void write_conversions(FILE *to, const char *name, const char *upper, const struct tensor *in)
{
    int low = in->type == TYPE_UINT8 ? 0 : -128;

    if (in->type == TYPE_FLOAT32)
        fprintf(to,
                "/* The network takes floats as they are. */\nstatic inline %s_input_t %s_quantise(float real)\n{\n"
                "    return real;\n}\n\n",
                name, name);
    else
        fprintf(to,
                "/* A real value as an input element: rounded half away from zero, saturated. */\n"
                "static inline %s_input_t %s_quantise(float real)\n{\n"
                "    float q = real / %s_INPUT_SCALE;\n    int32_t n;\n\n"
                "    q = q > 512.0f ? 512.0f : q < -512.0f ? -512.0f : q;\n"
                "    n = (int32_t)(q < 0 ? q - 0.5f : q + 0.5f) + %s_INPUT_ZERO_POINT;\n"
                "    return (%s_input_t)(n < %d ? %d : n > %d ? %d : n);\n}\n\n",
                name, name, upper, upper, name, low, low, low + 255, low + 255);
    fprintf(to,
            "/* An output element as a real value. */\nstatic inline float %s_dequantise(%s_output_t q)\n{\n"
            "    return %s_OUTPUT_SCALE * (float)((float)q - (float)%s_OUTPUT_ZERO_POINT);\n}\n\n",
            name, name, upper, upper);
}

static void write_example(FILE *to, const char *name, const char *upper)
{
    fprintf(to,
            " *     #include \"%s.h\"\n *\n *     static %s_input_t in[%s_INPUT_SIZE];\n"
            " *     static %s_output_t out[%s_OUTPUT_SIZE];\n *\n"
            " *     for (i = 0; i < %s_INPUT_SIZE; i++)\n *         in[i] = %s_quantise(sensor[i]);\n"
            " *     if (%s_run(in, out) == 0)\n *         for (i = 0; i < %s_OUTPUT_SIZE; i++)\n"
            " *             score[i] = %s_dequantise(out[i]);\n",
            name, name, upper, name, upper, upper, name, name, upper, name);
}

void emit_header(struct region *r, const struct emission *e, const struct emitted_sizes *sizes, struct out_files *files)
{
    const struct graph *g = e->program->graph;
    const struct tensor *in = &g->tensors[g->inputs[0]], *out = &g->tensors[g->outputs[0]];
    const char *upper = emit_upper(r, e->name);
    char *bytes = NULL, *text;
    size_t size = 0;
    FILE *to = open_memstream(&bytes, &size);

    if (!to)
        exit(JOB_FAILED);
    fprintf(to,
            "/* " EMIT_MARK " from %s (%.16s...), %s, for %s: the interface of %s.\n *\n"
            " * Flash: %" PRIu64 " bytes of constants, and code. RAM: %" PRIu32
            " bytes of arena (static), and stack. `unit bench` measures code,\n"
            " * stack, cycles, milliseconds and energy on the chip's simulator.\n *\n",
            e->model, e->fingerprint, e->plan ? e->plan : "dense", e->target->name, e->name, sizes->parameter_bytes,
            e->program->network.arena_bytes);
    write_example(to, e->name, upper);
    fprintf(to,
            " */\n#ifndef %s_H\n#define %s_H\n\n#include <stdint.h>\n\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n",
            upper, upper);
    write_port(to, e, upper, "input", "INPUT", in, r);
    write_port(to, e, upper, "output", "OUTPUT", out, r);
    fprintf(to, "/* Working memory, held statically by %s.c. */\n#define %s_ARENA_BYTES %" PRIu32 "\n\n", e->name,
            upper, e->program->network.arena_bytes);
    write_conversions(to, e->name, upper, in);
    fprintf(to,
            "/* One inference. Returns 0, or a negative UNIT_E_* of unit.h. Not reentrant: the arena is static. */\n"
            "int %s_run(const %s_input_t in[%s_INPUT_SIZE], %s_output_t out[%s_OUTPUT_SIZE]);\n\n",
            e->name, e->name, upper, e->name, upper);
    fprintf(to,
            "/* Runs a stored test: 0 if the output is what the tool computed, else the number of the first byte that "
            "differs,\n"
            " * counted from 1. There if the library is compiled with -D%s_SELFTEST. */\nint %s_selftest(void);\n\n",
            upper, e->name);
    fputs("#ifdef __cplusplus\n}\n#endif\n#endif\n", to);
    fclose(to);
    text = region_copy(r, bytes, size + 1);
    free(bytes);
    emit_add_file(files, region_text(r, "%s.h", e->name), text, size);
}
