/* arrays.c - constant arrays as C text. */
#include "emit/parts.h"

static const char *attribute(enum place place)
{
    static const char *const attributes[] = { "", " RT_ROM", " RT_FAR" };

    return attributes[place];
}

static void count(struct writing *w, enum place place, size_t bytes)
{
    w->sizes.place_bytes[place] += bytes;
    w->sizes.parameter_bytes += bytes;
    w->sizes.step_bytes[w->step] += bytes;
}

/* Declares, refers to and opens an array; 0 if there is none. */
static int begin(struct writing *w, enum place place, const char *what, const char *type, const void *values,
                 size_t bytes)
{
    const char *name = w->emission->name;

    if (!values) {
        fputs("NULL", w->steps);
        return 0;
    }
    fprintf(w->steps, place == PLACE_FAR ? "RT_WEIGHTS(%s_step%d_%s)" : "%s_step%d_%s", name, w->step, what);
    fprintf(w->externs, "extern const %s %s_step%d_%s[];\n", type, name, w->step, what);
    if (place == PLACE_FAR)
        fprintf(w->externs, "RT_FAR_CELL(%s_step%d_%s)\n", name, w->step, what);
    fprintf(w->weights, "extern const %s %s_step%d_%s[];\nconst %s %s_step%d_%s[]%s = {", type, name, w->step, what,
            type, name, w->step, what, attribute(place));
    count(w, place, bytes);
    return 1;
}

static void separate(FILE *to, size_t i)
{
    fputs(i % 20 ? ", " : i ? ",\n    " : "\n    ", to);
}

void emit_s8(struct writing *w, enum place place, const char *what, const int8_t *values, size_t count)
{
    if (!begin(w, place, what, "int8_t", values, count))
        return;
    for (size_t i = 0; i < count; i++) {
        separate(w->weights, i);
        fprintf(w->weights, "%d", values[i]);
    }
    fputs("\n};\n\n", w->weights);
}

/* The array as assembly, for ports that ask for it. */
static void far_assembly(struct writing *w, const char *what, const uint8_t *values, size_t count)
{
    const char *section = w->emission->port->far_section;
    char name[160];

    snprintf(name, sizeof name, "%s_step%d_%s", w->emission->name, w->step, what);
    fprintf(w->weights, "__asm__(\".section %s\\n.balign 2\\n.globl %s\\n.type %s,@object\\n%s:\\n\"", section, name,
            name, name);
    for (size_t i = 0; i < count; i++)
        fprintf(w->weights, "%s%u", i % 24 ? "," : i ? "\\n\"\n    \".byte " : "\n    \".byte ", values[i]);
    fprintf(w->weights, "\\n\"\n    \".size %s, %zu\\n.text\");\n\n", name, count);
}

void emit_u8(struct writing *w, enum place place, const char *what, const uint8_t *values, size_t size)
{
    if (values && place == PLACE_FAR && w->emission->port->far_section) {
        fprintf(w->steps, "RT_WEIGHTS(%s_step%d_%s)", w->emission->name, w->step, what);
        fprintf(w->externs, "RT_FAR_CELL(%s_step%d_%s)\n", w->emission->name, w->step, what);
        far_assembly(w, what, values, size);
        count(w, place, size);
        return;
    }
    if (!begin(w, place, what, "uint8_t", values, size))
        return;
    for (size_t i = 0; i < size; i++) {
        separate(w->weights, i);
        fprintf(w->weights, "%u", values[i]);
    }
    fputs("\n};\n\n", w->weights);
}

void emit_u16(struct writing *w, enum place place, const char *what, const uint16_t *values, size_t count)
{
    if (!begin(w, place, what, "uint16_t", values, 2 * count))
        return;
    for (size_t i = 0; i < count; i++) {
        separate(w->weights, i);
        fprintf(w->weights, "%u", values[i]);
    }
    fputs("\n};\n\n", w->weights);
}

void emit_s32(struct writing *w, enum place place, const char *what, const int32_t *values, size_t count)
{
    if (!begin(w, place, what, "int32_t", values, 4 * count))
        return;
    for (size_t i = 0; i < count; i++) {
        separate(w->weights, i);
        if (values[i] == INT32_MIN)
            fputs("(-2147483647 - 1)", w->weights);
        else
            fprintf(w->weights, "%d", values[i]);
    }
    fputs("\n};\n\n", w->weights);
}

/* NAME_<what>, a table of bytes that any step may refer to. */
static void shared_table(struct writing *w, const char *what, const uint8_t *values, size_t size)
{
    const char *name = w->emission->name;

    fprintf(w->externs, "extern const uint8_t %s_%s[];\n", name, what);
    fprintf(w->weights, "extern const uint8_t %s_%s[];\nconst uint8_t %s_%s[]%s = {", name, what, name, what,
            attribute(PLACE_ROM));
    for (size_t i = 0; i < size; i++) {
        separate(w->weights, i);
        fprintf(w->weights, "%u", values[i]);
    }
    fputs("\n};\n\n", w->weights);
    w->sizes.place_bytes[PLACE_ROM] += size;
    w->sizes.parameter_bytes += size;
}

void emit_scale_tables(struct writing *w)
{
    const struct program *p = w->emission->program;

    shared_table(w, "scale_tables", p->scale_tables, (size_t)p->scale_count * 256);
}

void emit_fallback_table(struct writing *w, int lift, const uint8_t *table)
{
    char what[32];

    snprintf(what, sizeof what, "lift_%d", lift);
    if (!(w->lifts >> lift & 1))
        shared_table(w, what, table, 256);
    w->lifts |= 1u << lift;
    fprintf(w->steps, "%s_%s", w->emission->name, what);
}
