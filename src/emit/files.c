/* files.c - the output folder: which runtime files belong in it, what may be replaced, writing all or nothing. */
#include "emit/parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "emit/embedded.h"

void emit_add_file(struct out_files *files, const char *name, const char *text, size_t size)
{
    if (files->count == OUT_FILES_MAX)
        abort(); /* there are fewer files in the runtime */
    files->file[files->count++] = (struct out_file){ .name = name, .text = text, .size = size };
}

const struct embedded_file *embedded_find(const char *name)
{
    for (const struct embedded_file *f = embedded_files; f->name; f++)
        if (!strcmp(f->name, name))
            return f;
    return NULL;
}

/* The port's own file of that name, its base's, the common one, or that of the port's last resort. */
static const struct embedded_file *find_for(struct region *r, const struct port *port, const char *name)
{
    const struct embedded_file *own = embedded_find(region_text(r, "rt/port/%s/%s", port ? port->name : "c", name));

    if (!own && port && port->base)
        own = embedded_find(region_text(r, "rt/port/%s/%s", port->base, name));
    if (!own)
        own = embedded_find(region_text(r, "rt/%s", name));
    if (!own && port && port->last)
        own = embedded_find(region_text(r, "rt/port/%s/%s", port->last, name));
    return own;
}

static int is_there(const struct out_files *files, const char *name)
{
    for (int i = 0; i < files->count; i++)
        if (!strcmp(files->file[i].name, name))
            return 1;
    return 0;
}

static const char *base_name(const char *name)
{
    const char *slash = strrchr(name, '/');

    return slash ? slash + 1 : name;
}

static void add_runtime(struct region *r, const struct port *port, const char *name, struct out_files *files);

/* Lines of the form #include "x.h" name files of the runtime. */
static void add_includes(struct region *r, const struct port *port, const char *text, struct out_files *files)
{
    for (const char *at = strstr(text, "#include \""); at; at = strstr(at + 1, "#include \"")) {
        const char *from = at + strlen("#include \""), *to = strchr(from, '"');
        if (to && to - from < 64)
            add_runtime(r, port, region_text(r, "%.*s", (int)(to - from), from), files);
    }
}

/* A port's file may have one in assembly beside it, of the same name. */
static const char *beside(struct region *r, const char *name)
{
    size_t stem = strlen(name) - 2;

    return strcmp(name + stem, ".S") ? region_text(r, "%.*s.S", (int)stem, name) : "";
}

static void add_runtime(struct region *r, const struct port *port, const char *name, struct out_files *files)
{
    const struct embedded_file *f = find_for(r, port, name);
    char *text;

    if (!f || is_there(files, base_name(f->name)))
        return;
    text = region_text(r, "/* " EMIT_MARK ": a copy of %s. */\n%.*s", f->name, (int)f->size, (const char *)f->text);
    emit_add_file(files, region_text(r, "%s", base_name(f->name)), text, strlen(text));
    files->file[files->count - 1].is_runtime = 1;
    add_includes(r, port, text, files);
    add_runtime(r, port, beside(r, name), files);
}

void emit_add_runtime(struct region *r, const struct emission *e, struct out_files *files)
{
    add_runtime(r, e->port, "run.c", files);
    if (e->port)
        add_runtime(r, e->port, "rt_port.h", files); /* NAME.c includes it */
    for (int s = 0; s < e->program->step_count; s++) {
        const struct emitted_kernel *k = emit_kernel(e->program->kernels[s].kernel);
        add_runtime(r, e->port, k->file, files);
        if (strstr(k->file, "log_softmax_f32"))
            add_runtime(r, e->port, "math_f32.c", files);
        if (strstr(k->file, "prefix")) {
            add_runtime(r, e->port, "prefix_table.c", files);
            add_runtime(r, e->port, "prefix_scatter.S", files); /* where the port has them */
            add_runtime(r, e->port, "prefix_rows.S", files);
            add_runtime(r, e->port, "prefix_squares.c", files);
        }
    }
}

/* 1 if nothing stands at path, or a file that an earlier run wrote. */
static int may_replace(const char *path)
{
    char start[256] = { 0 };
    FILE *old = fopen(path, "rb");
    size_t got;

    if (!old)
        return errno == ENOENT;
    got = fread(start, 1, sizeof start - 1, old);
    fclose(old);
    start[got] = 0;
    return strstr(start, EMIT_MARK) != NULL;
}

static int make_folder(const char *folder, struct diag *d)
{
    struct stat found;

    if (mkdir(folder, 0777) < 0 && errno != EEXIST)
        return diag_fail(d, JOB_FAILED, folder, "cannot make the folder: %s; check the path", strerror(errno));
    if (stat(folder, &found) == 0 && !S_ISDIR(found.st_mode))
        return diag_fail(d, JOB_FAILED, folder, "is no folder; choose another name");
    return OK;
}

int emit_write_files(struct region *r, const struct out_files *files, const char *folder, struct diag *d)
{
    TRY(make_folder(folder, d));
    for (int i = 0; i < files->count; i++) {
        const char *path = region_text(r, "%s/%s", folder, files->file[i].name);
        if (!may_replace(path))
            return diag_fail(d, JOB_FAILED, path,
                             "stands in the way and was not written by unit emit; move it or choose another folder");
    }
    for (int i = 0; i < files->count; i++)
        TRY(file_write(region_text(r, "%s/%s", folder, files->file[i].name), files->file[i].text, files->file[i].size,
                       d));
    return OK;
}
