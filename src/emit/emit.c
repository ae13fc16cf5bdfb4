/* emit.c - the files of a network, in the order their contents depend on each other. */
#include "emit/parts.h"

int emit_network(struct region *r, const struct emission *e, struct emitted_sizes *sizes, struct diag *d)
{
    struct out_files files = { .count = 0 };
    const struct graph *g = e->program->graph;

    if (g->input_count != 1 || g->output_count != 1)
        return diag_fail(
            d, BAD_INPUT, e->model,
            "it has %d inputs and %d outputs, emitted code takes one of each; export the part that has one",
            g->input_count, g->output_count);
    emit_source(r, e, &files, sizes);
    emit_header(r, e, sizes, &files);
    emit_add_runtime(r, e, &files);
    emit_report(r, e, sizes, &files);
    return emit_write_files(r, &files, e->folder, d);
}
