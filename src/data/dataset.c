/* dataset.c - finds the form of a path by its content and puts samples and labels together. The forms themselves are
 * one file each; a new one is a new file and a row of the table here. */
#include "data/dataset.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "data/dataset_internal.h"
#include "data/decompress.h"
#include "data/sink.h"

/* In the order they are tried: what has a magic number of its own before what has none. CIFAR-10 stands before IDX,
 * whose magic is weak, and lets whole IDX files pass. */
static const struct data_form forms[] = {
    { "folder", folder_matches, folder_take }, { "NPY", npy_matches, npy_take }, { "NPZ", npz_matches, npz_take },
    { "CIFAR-10", cifar_matches, cifar_take }, { "IDX", idx_matches, idx_take },
};

static int ends_in(const char *name, size_t size, const char *ending)
{
    size_t n = strlen(ending);

    return size >= n && memcmp(name + size - n, ending, n) == 0;
}

int source_is_named(const struct source *s, const char *ending)
{
    size_t size = strlen(s->file);

    if (ends_in(s->file, size, ".gz") || ends_in(s->file, size, ".xz"))
        size -= 3;
    return ends_in(s->file, size, ending);
}

static int fail_unknown(const struct source *s, struct diag *d)
{
    if (s->bytes.size == 0)
        return diag_fail(d, BAD_INPUT, s->path, "is empty; give IDX, NPY, NPZ or CIFAR-10 data");
    if (source_is_named(s, ".bin"))
        return diag_fail(d, BAD_INPUT, s->path,
                         "%zu bytes are no whole number of CIFAR-10 records (3073 bytes); copy it again, or give its "
                         "folder if it is one raw sample",
                         s->bytes.size);
    return diag_fail(d, BAD_INPUT, s->path, "not IDX, NPY, NPZ or CIFAR-10 data; convert it to one of them");
}

static int find_form(struct source *s, struct diag *d)
{
    for (size_t i = 0; !s->form && i < sizeof forms / sizeof *forms; i++)
        if (forms[i].matches(s))
            s->form = &forms[i];
    if (!s->form)
        return fail_unknown(s, d);
    if (s->member && s->form->take != npz_take)
        return diag_fail(d, BAD_INPUT, s->file, "%s data has no named arrays; leave out ':%s'", s->form->name,
                         s->member);
    return OK;
}

int source_recognise(struct region *r, struct bytes raw, struct source *s, struct diag *d)
{
    TRY(decompress(r, raw, s->path, sink_limit, &s->bytes, d));
    return find_form(s, d);
}

/* A file may have a colon in its name: a member is named only where the path as a whole names nothing, and what stands
 * before the last colon does. */
static void split_member(struct region *r, const char *path, struct source *s)
{
    const char *colon = strrchr(path, ':');
    struct stat info;

    s->file = path;
    if (!colon || !colon[1] || stat(path, &info) == 0)
        return;
    s->file = region_text(r, "%.*s", (int)(colon - path), path);
    if (strcmp(s->file, "-") == 0 || stat(s->file, &info) == 0)
        s->member = colon + 1;
    else
        s->file = path;
}

static int source_open(struct region *r, const char *path, struct source *s, struct diag *d)
{
    struct stat info;
    struct bytes raw;

    memset(s, 0, sizeof *s);
    split_member(r, path, s);
    s->path = strcmp(path, "-") == 0 ? "standard input" : path;
    s->is_folder = strcmp(s->file, "-") != 0 && stat(s->file, &info) == 0 && S_ISDIR(info.st_mode);
    if (s->is_folder)
        return find_form(s, d);
    TRY(file_read(r, s->file, &raw, d));
    return source_recognise(r, raw, s, d);
}

/* Labels from labels_path, or those that lie with the samples. */
static int take_labels(struct region *r, const struct source *data, const char *labels_path, size_t limit,
                       struct taken *out, struct diag *d)
{
    struct source named;

    memset(out, 0, sizeof *out);
    if (!labels_path)
        return data->form->take(r, data, ROLE_OWN_LABELS, limit, out, d);
    TRY(source_open(r, labels_path, &named, d));
    return named.form->take(r, &named, ROLE_LABELS, limit, out, d);
}

int dataset_read(struct region *r, const char *data_path, const char *labels_path, size_t limit, struct dataset *out,
                 struct diag *d)
{
    struct taken samples = { 0 }, labels;
    struct source data;

    memset(out, 0, sizeof *out);
    TRY(source_open(r, data_path, &data, d));
    TRY(data.form->take(r, &data, ROLE_SAMPLES, limit, &samples, d));
    TRY(array_check_samples(&samples.array, samples.where, d));
    TRY(take_labels(r, &data, labels_path, limit, &labels, d));
    if (labels.array.data)
        TRY(labels_take(r, &labels, samples.total, &out->labels, d));
    out->samples = samples.array;
    out->count = samples.array.shape[0];
    out->planar = data.form->take == cifar_take;
    out->shapeless = data.is_folder;
    out->path = data_path;
    return OK;
}
