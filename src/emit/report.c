/* report.c - report.txt: layers, kernels and sizes; CMakeLists.txt: a library of the emitted files. */
#include "emit/parts.h"

#include <inttypes.h>
#include <string.h>

static void report_steps(struct region *r, const struct emission *e, FILE *to)
{
    static const char *const headings[] = { "step", "<operator", "<kernel", "MACs", "scratch", NULL };
    const struct program *p = e->program;
    struct table *t = table_new(r, headings);

    for (int s = 0; s < p->step_count; s++) {
        const struct step *step = &p->steps[s];
        table_number(t, (uint64_t)s);
        table_text(t, op_name(step->node->op));
        table_text(t, emit_kernel(p->kernels[s].kernel)->symbol);
        table_number(t, step->mac >= 0 ? p->layers[step->mac].dense : 0);
        table_number(t, step->scratch_bytes);
    }
    table_print(t, to);
}

static void add_report(struct region *r, const struct emission *e, const struct emitted_sizes *sizes,
                       struct out_files *files)
{
    struct text text;
    FILE *to = text_open(&text);

    fprintf(to, EMIT_MARK " from %s (%s), %s, for %s.\n\n", e->model, e->fingerprint, e->plan ? e->plan : "dense",
            target_label(e->target));
    report_steps(r, e, to);
    fprintf(to,
            "\nMACs, dense         %" PRIu64 "\nconstants in flash  %" PRIu64 " bytes\narena               %" PRIu32
            " bytes\n",
            program_macs(e->program), sizes->parameter_bytes, e->program->network.arena_bytes);
    fputs("\nCode, stack, cycles, milliseconds and energy: unit bench measures them on the simulated chip.\n", to);
    emit_add_text(r, files, "report.txt", &text);
}

static void add_cmake(struct region *r, const struct emission *e, struct out_files *files)
{
    struct text text;
    FILE *to = text_open(&text);

    fprintf(
        to,
        "# " EMIT_MARK ": a library target %s.\n"
        "cmake_minimum_required(VERSION 3.13)\nif(NOT DEFINED PROJECT_NAME)\n  project(%s LANGUAGES C ASM)\nendif()\n\n"
        "add_library(%s STATIC",
        e->name, e->name, e->name);
    for (int i = 0; i < files->count; i++)
        if (strstr(files->file[i].name, ".c") || strstr(files->file[i].name, ".S"))
            fprintf(to, "\n            %s", files->file[i].name);
    fprintf(to,
            ")\ntarget_include_directories(%s PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})\n"
            "set_target_properties(%s PROPERTIES C_STANDARD 99)\n",
            e->name, e->name);
    emit_add_text(r, files, "CMakeLists.txt", &text);
}

void emit_report(struct region *r, const struct emission *e, const struct emitted_sizes *sizes, struct out_files *files)
{
    add_report(r, e, sizes, files);
    add_cmake(r, e, files);
}
