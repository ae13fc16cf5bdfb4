/* folder.c - a folder of raw samples, one .bin file each, and y_labels.csv with a line `file,classes,label` for each,
 * as MLPerf Tiny ships them. The order of the lines is the order of the samples; bytes are uint8, their meaning is
 * the network's. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "data/dataset_internal.h"
#include "data/sink.h"

enum { MISSING_SHOWN = 10, NAME_LONGEST = 255 };

int folder_matches(const struct source *s)
{
    return s->is_folder;
}

/* ---- y_labels.csv ---------------------------------------------------------------------------------------------- */

struct text {
    const char *at;
    size_t size;
};

static int is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static struct text trim(struct text t)
{
    while (t.size && is_blank(t.at[t.size - 1]))
        t.size--;
    while (t.size && is_blank(*t.at))
        t.at++, t.size--;
    return t;
}

/* Takes what stands before the separator, and the separator, off *rest. */
static struct text take_until(struct text *rest, char separator)
{
    const char *found = rest->size ? memchr(rest->at, separator, rest->size) : NULL;
    struct text head = { rest->at, found ? (size_t)(found - rest->at) : rest->size };
    size_t taken = head.size + (found != NULL);

    rest->at += taken;
    rest->size -= taken;
    return trim(head);
}

static int is_number(struct text t, int32_t *out)
{
    int64_t n = 0;

    for (size_t i = 0; i < t.size; i++) {
        if (t.at[i] < '0' || t.at[i] > '9' || n > INT32_MAX / 10)
            return 0;
        n = n * 10 + (t.at[i] - '0');
    }
    *out = (int32_t)n;
    return t.size > 0 && n <= INT32_MAX;
}

/* A name stays inside the folder. */
static int is_name(struct text t)
{
    return t.size && t.size <= NAME_LONGEST && !memchr(t.at, '/', t.size) && !memchr(t.at, '\0', t.size);
}

static int is_header(struct text line)
{
    static const char *const words[] = { "file", "classes", "label" };
    int same = 1;

    for (int i = 0; i < 3; i++) {
        struct text word = take_until(&line, ',');
        same = same && word.size == strlen(words[i]) && memcmp(word.at, words[i], word.size) == 0;
    }
    return same && line.size == 0;
}

static int parse_row(struct text line, struct folder_row *row)
{
    struct text file = take_until(&line, ',');
    struct text class_text = take_until(&line, ',');
    struct text label = trim(line);
    int32_t classes;

    if (!is_name(file) || !is_number(class_text, &classes) || !is_number(label, &row->label) || row->label >= classes)
        return 0;
    row->file = file.at;
    row->file_size = (int)file.size;
    return 1;
}

static struct text without_mark(struct bytes b)
{
    struct text t = { (const char *)b.data, b.size };

    if (t.size >= 3 && memcmp(t.at, "\xef\xbb\xbf", 3) == 0)
        t.at += 3, t.size -= 3;
    return t;
}

/* Counts the rows, and keeps them where `rows` is not NULL. */
static int parse_rows(struct text rest, const char *where, struct folder_row *rows, size_t *count, struct diag *d)
{
    struct folder_row row;

    *count = 0;
    for (size_t line = 1; rest.size; line++) {
        struct text t = take_until(&rest, '\n');
        if (t.size == 0 || (line == 1 && is_header(t)))
            continue;
        if (!parse_row(t, &row))
            return diag_fail(d, BAD_INPUT, where,
                             "line %zu is not `file,classes,label` with a label below classes; mend it", line);
        row.line = line;
        if (rows)
            rows[*count] = row;
        ++*count;
    }
    return OK;
}

int folder_parse(struct region *r, struct bytes text, const char *where, struct folder_row **rows, size_t *count,
                 struct diag *d)
{
    TRY(parse_rows(without_mark(text), where, NULL, count, d));
    *rows = region_array(r, *count, sizeof **rows);
    TRY(parse_rows(without_mark(text), where, *rows, count, d));
    if (*count == 0)
        return diag_fail(d, BAD_INPUT, where, "names no samples; give a line `file,classes,label` for each");
    return OK;
}

static int read_rows(struct region *r, const struct source *s, struct folder_row **rows, size_t *count, struct diag *d)
{
    const char *path = region_text(r, "%s/y_labels.csv", s->path);
    struct stat info;
    struct bytes text;

    if (stat(path, &info) < 0 && errno == ENOENT)
        return diag_fail(d, BAD_INPUT, s->path,
                         "this folder has no y_labels.csv; give one with lines `file,classes,label`");
    TRY(file_read(r, path, &text, d));
    return folder_parse(r, text, path, rows, count, d);
}

/* ---- Samples --------------------------------------------------------------------------------------------------- */

static const char *path_of(struct region *r, const struct source *s, const struct folder_row *row)
{
    return region_text(r, "%s/%.*s", s->path, row->file_size, row->file);
}

/* All files must be there before the first is read: a user who copies them wants to know every missing one. */
static int check_present(struct region *r, const struct source *s, const struct folder_row *rows, size_t count,
                         struct diag *d)
{
    size_t missing = 0;
    struct stat info;

    for (size_t i = 0; i < count; i++) {
        const char *path = path_of(r, s, &rows[i]);
        if (stat(path, &info) == 0 && !S_ISREG(info.st_mode))
            return diag_fail(d, BAD_INPUT, path, "not a file; y_labels.csv must name files of raw samples");
        if (stat(path, &info) < 0 && errno == ENOENT && ++missing <= MISSING_SHOWN)
            diag_note(d, "%s: named by line %zu of y_labels.csv, but missing", path, rows[i].line);
    }
    if (missing)
        return diag_fail(d, BAD_INPUT, s->path, "%zu of %zu files are missing; add them or remove their lines", missing,
                         count);
    return OK;
}

static int read_sample(const char *path, size_t size, uint8_t *to, struct diag *d)
{
    struct region *scratch = region_new();
    struct bytes file;
    int status = file_read(scratch, path, &file, d);

    if (status == OK && file.size != size)
        status = diag_fail(d, BAD_INPUT, path, "%zu bytes, but the first sample has %zu; give samples of one size",
                           file.size, size);
    if (status == OK)
        memcpy(to, file.data, size);
    region_free(scratch);
    return status;
}

static int read_samples(struct region *r, const struct source *s, const struct folder_row *rows, struct array *out,
                        struct diag *d)
{
    const char *first = path_of(r, s, &rows[0]);
    struct stat info = { 0 };
    uint8_t *to;

    TRY(check_present(r, s, rows, out->shape[0], d));
    if (stat(first, &info) == 0 && info.st_size == 0)
        return diag_fail(d, BAD_INPUT, first, "the sample is empty; give samples of at least one byte");
    out->rank = 2;
    out->shape[1] = (size_t)info.st_size;
    if (out->shape[0] && out->shape[1] > sink_limit / out->shape[0])
        return diag_fail(d, BAD_INPUT, s->path, "%zu samples of %zu bytes are too much; use fewer samples (--limit)",
                         out->shape[0], out->shape[1]);
    out->data = to = region_array(r, out->shape[0], out->shape[1]);
    for (size_t i = 0; i < out->shape[0]; i++, to += out->shape[1])
        TRY(read_sample(path_of(r, s, &rows[i]), out->shape[1], to, d));
    return OK;
}

static void take_labels(struct region *r, const struct folder_row *rows, struct array *out)
{
    int32_t *labels = region_array(r, out->shape[0], sizeof *labels);

    out->type = DATA_INT32;
    out->rank = 1;
    for (size_t i = 0; i < out->shape[0]; i++)
        labels[i] = rows[i].label;
    out->data = labels;
}

int folder_take(struct region *r, const struct source *s, enum role role, size_t limit, struct taken *out,
                struct diag *d)
{
    struct folder_row *rows = NULL;
    int status = read_rows(r, s, &rows, &out->total, d);

    if (status != OK || !rows)
        return status;
    out->where = s->path;
    out->array.type = DATA_UINT8;
    out->array.shape[0] = limit && limit < out->total ? limit : out->total;
    if (role == ROLE_SAMPLES)
        return read_samples(r, s, rows, &out->array, d);
    take_labels(r, rows, &out->array);
    return OK;
}
