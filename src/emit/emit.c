/* emit.c - the files of a network, in the order their contents depend on each other. */
#include "emit/parts.h"

static void list_files(struct region *r, const struct out_files *files, struct emitted *out)
{
    struct emitted_file *list = region_array(r, (size_t)files->count, sizeof *list);

    for (int i = 0; i < files->count; i++)
        list[i] = (struct emitted_file){ files->file[i].name, files->file[i].is_runtime };
    out->files = list;
    out->file_count = files->count;
}

int emit_network(struct region *r, const struct emission *e, struct emitted *out, struct diag *d)
{
    struct out_files files = { .count = 0 };
    const struct graph *g = e->program->graph;
    struct emitted_sizes *sizes = &out->sizes;

    if (g->input_count != 1 || g->output_count != 1)
        return diag_fail(
            d, BAD_INPUT, e->model,
            "it has %d inputs and %d outputs, emitted code takes one of each; export the part that has one",
            g->input_count, g->output_count);
    emit_source(r, e, &files, sizes);
    emit_header(r, e, sizes, &files);
    emit_add_runtime(r, e, &files);
    emit_report(r, e, sizes, &files);
    list_files(r, &files, out);
    return emit_write_files(r, &files, e->folder, d);
}
