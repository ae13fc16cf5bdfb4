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
    struct emitted_sizes *sizes = &out->sizes;

    emit_source(r, e, &files, sizes);
    TRY(emit_fits(r, e, sizes, d));
    emit_header(r, e, sizes, &files);
    emit_add_runtime(r, e, &files);
    emit_report(r, e, sizes, &files);
    list_files(r, &files, out);
    return emit_write_files(r, &files, e->folder, d);
}
