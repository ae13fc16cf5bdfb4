/* npz.c - NPZ files (numpy.savez, numpy.savez_compressed): a zip archive of NPY files, read from memory by libzip.
 * What a member holds is npy.c's business. */
#include <stdio.h>
#include <string.h>
#include <zip.h>

#include "data/dataset_internal.h"
#include "data/sink.h"

enum { NAMES_SHOWN = 8, READ_STEP = 1 << 20 };

struct wanted {
    const char *name;
    const char *where; /* FILE.npz:name, for messages */
    int optional;
};

int npz_matches(const struct source *s)
{
    const struct bytes b = s->bytes;

    return b.size >= 4 && (memcmp(b.data, "PK\3\4", 4) == 0 || memcmp(b.data, "PK\5\6", 4) == 0);
}

static int fail_damaged(const char *where, const char *reason, struct diag *d)
{
    return diag_fail(d, BAD_INPUT, where, "the NPZ archive is damaged (%s); copy the file again", reason);
}

static int open_archive(const struct source *s, zip_t **out, struct diag *d)
{
    zip_error_t error;
    zip_source_t *bytes;
    int status = OK;

    zip_error_init(&error);
    bytes = zip_source_buffer_create(s->bytes.data, s->bytes.size, 0, &error);
    *out = bytes ? zip_open_from_source(bytes, ZIP_RDONLY, &error) : NULL;
    if (!*out) {
        status = fail_damaged(s->file, zip_error_strerror(&error), d);
        zip_source_free(bytes);
    }
    zip_error_fini(&error);
    return status;
}

/* numpy.savez keeps the array `name` as name.npy. */
static zip_int64_t find(zip_t *archive, const char *name)
{
    char file[512];
    zip_int64_t at = -1;

    if (snprintf(file, sizeof file, "%s.npy", name) < (int)sizeof file)
        at = zip_name_locate(archive, file, 0);
    return at >= 0 ? at : zip_name_locate(archive, name, 0);
}

/* "images, labels": what the archive holds, for a message. */
static const char *list_names(struct region *r, zip_t *archive)
{
    zip_int64_t count = zip_get_num_entries(archive, 0);
    const char *list = "";

    for (zip_int64_t i = 0; i < count && i < NAMES_SHOWN; i++) {
        const char *name = zip_get_name(archive, (zip_uint64_t)i, 0);
        size_t size = name ? strlen(name) : 0;
        if (size > 4 && strcmp(name + size - 4, ".npy") == 0)
            size -= 4;
        list = region_text(r, "%s%s%.*s", list, i ? ", " : "", (int)(size < 64 ? size : 64), name ? name : "");
    }
    return count > NAMES_SHOWN ? region_text(r, "%s, ...", list) : list;
}

static int fail_missing(struct region *r, zip_t *archive, const struct source *s, const char *name, struct diag *d)
{
    const char *names = list_names(r, archive);

    if (!*names)
        return diag_fail(d, BAD_INPUT, s->file, "the NPZ archive is empty; save arrays by numpy.savez");
    return diag_fail(d, BAD_INPUT, s->file, "has no array '%s', but %s; name one as FILE.npz:NAME", name, names);
}

/* Reads to the end, where libzip compares the checksum. */
static int read_all(zip_file_t *member, struct sink *to, const char *where, struct diag *d)
{
    zip_int64_t n = 1;

    while (n > 0) {
        enum sink_state state = sink_reserve(to);
        size_t space = sink_space(to);
        if (state != SINK_READY)
            return sink_report(to, state, where, d);
        n = zip_fread(member, sink_end(to), space < READ_STEP ? space : READ_STEP);
        if (n < 0)
            return fail_damaged(where, zip_file_strerror(member), d);
        to->size += (size_t)n;
    }
    return OK;
}

static int unpack(struct region *r, zip_t *archive, zip_uint64_t at, const char *where, struct bytes *out,
                  struct diag *d)
{
    zip_file_t *member;
    struct sink s;
    zip_stat_t info;
    int status;

    if (zip_stat_index(archive, at, 0, &info) < 0)
        return fail_damaged(where, zip_strerror(archive), d);
    if (info.comp_method != ZIP_CM_STORE && info.comp_method != ZIP_CM_DEFLATE)
        return diag_fail(d, BAD_INPUT, where, "zip method %d cannot be read; save it by numpy.savez_compressed",
                         info.comp_method);
    member = zip_fopen_index(archive, at, 0);
    if (!member)
        return fail_damaged(where, zip_strerror(archive), d);
    sink_start(&s, (size_t)info.comp_size, sink_limit);
    status = read_all(member, &s, where, d);
    zip_fclose(member);
    if (status == OK)
        *out = sink_finish(&s, r);
    else
        sink_drop(&s);
    return status;
}

/* out->data stays NULL where an optional array is missing. */
static int member_bytes(struct region *r, const struct source *s, const struct wanted *w, struct bytes *out,
                        struct diag *d)
{
    zip_t *archive;
    zip_int64_t at;
    int status = OK;

    out->data = NULL;
    TRY(open_archive(s, &archive, d));
    at = find(archive, w->name);
    if (at >= 0)
        status = unpack(r, archive, (zip_uint64_t)at, w->where, out, d);
    else if (!w->optional)
        status = fail_missing(r, archive, s, w->name, d);
    zip_discard(archive);
    return status;
}

/* Whoever names an array takes that one only: labels then come from --labels. */
int npz_take(struct region *r, const struct source *s, enum role role, size_t limit, struct taken *out, struct diag *d)
{
    const char *name = s->member ? s->member : role == ROLE_SAMPLES ? "x" : "y";
    struct wanted w = { name, region_text(r, "%s:%s", s->file, name), role == ROLE_OWN_LABELS };
    struct stored stored;
    struct bytes file;

    if (role == ROLE_OWN_LABELS && s->member)
        return OK;
    TRY(member_bytes(r, s, &w, &file, d));
    if (!file.data)
        return OK;
    TRY(npy_parse(file, w.where, &stored, d));
    return array_take(r, &stored, limit, w.where, out, d);
}
