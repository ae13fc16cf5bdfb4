/* firmware.c - emitted files, start-up code and a loop around NAME_run, compiled and linked by the target's toolchain.
 */
#include "bench/bench.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/interrupt.h"
#include "emit/embedded.h"

/* The simulator writes bench_input0.., runs until bench_ready, and reads bench_output0.. */
static const char main_text[] =
    "volatile int bench_status;\n\nvoid bench_ready(void);\nint main(void);\n\n"
    "__attribute__((noinline)) void bench_ready(void)\n{\n    __asm__ volatile(\"\");\n}\n\n"
    "int main(void)\n{\n    for (;;) {\n        bench_ready();\n        bench_status = ";

/* A buffer of a network input or output: bench_input0. Where RAM is short it lies in other memory. */
static const char *buffer(struct region *r, const struct target *t, const char *type, const char *which, int index,
                          uint32_t bytes)
{
    const char *place =
        t->slow_memory_section ? region_text(r, " __attribute__((section(\"%s.bench\")))", t->slow_memory_section) : "";

    return region_text(r, "extern %s %s%d[];\n%s %s%d[%u / sizeof(%s)]%s;\n", type, which, index, type, which, index,
                       bytes, type, place);
}

static int write_main(struct region *r, const struct firmware *f, struct diag *d)
{
    const struct emission *e = f->emission;
    const struct unit_network *n = &e->program->network;
    const char *call = region_text(r, "%s_run(", e->name), *text = region_text(r, "#include \"%s.h\"\n\n", e->name);

    for (int i = 0; i < n->input_count + n->output_count; i++) {
        int is_input = i < n->input_count, index = is_input ? i : i - n->input_count;
        int alone = (is_input ? n->input_count : n->output_count) == 1;
        const char *which = is_input ? "input" : "output";
        const char *type = region_text(r, alone ? "%s_%s_t" : "%s_%s%d_t", e->name, which, index);
        text = region_text(r, "%s%s", text,
                           buffer(r, e->target, type, is_input ? "bench_input" : "bench_output", index,
                                  (is_input ? n->inputs : n->outputs)[index].bytes));
        call = region_text(r, "%s%sbench_%s%d", call, i ? ", " : "", which, index);
    }
    text = region_text(r, "%sextern volatile int bench_status;\n%s%s);\n    }\n}\n", text, main_text, call);
    return file_write(region_text(r, "%s/bench_main.c", f->folder), text, strlen(text), d);
}

/* The next word of a list separated by spaces; NULL at its end. */
static const char *next_word(struct region *r, const char **list)
{
    size_t length;
    const char *word;

    *list += strspn(*list, " ");
    length = strcspn(*list, " ");
    if (!length)
        return NULL;
    word = region_text(r, "%.*s", (int)length, *list);
    *list += length;
    return word;
}

static int write_target_files(struct region *r, const struct firmware *f, struct diag *d)
{
    const char *list = f->emission->target->files, *word;

    while ((word = next_word(r, &list))) {
        const struct embedded_file *file = embedded_find(region_text(r, "targets/%s", word));
        if (!file)
            return diag_fail(d, JOB_FAILED, word, "is not part of this tool; build it again");
        TRY(file_write(region_text(r, "%s/%s", f->folder, strrchr(word, '/') + 1), file->text, file->size, d));
    }
    return OK;
}

/* What a command wrote; "" if nothing. */
static const char *read_log(struct region *r, const char *path)
{
    struct diag ignored = { 0 };
    struct bytes log;

    if (file_read(r, path, &log, &ignored) != OK) {
        diag_clear(&ignored);
        return "";
    }
    return region_text(r, "%.*s", (int)log.size, (const char *)log.data);
}

/* The first line that speaks of an error, or the first line. */
static const char *first_message(struct region *r, const char *log)
{
    const char *at = strstr(log, "error");

    while (at && at > log && at[-1] != '\n')
        at--;
    at = at ? at : log;
    return *at ? region_text(r, "%.*s", (int)strcspn(at, "\n"), at) : "no message";
}

/* Linkers say "region `FLASH' overflowed by 123 bytes", or "...region 'FRAM': overflowed by 123 bytes". */
static int overflowed(const char *log, char region[32], unsigned long *bytes)
{
    const char *by = strstr(log, "overflowed by "), *at = by, *next = log;

    while (by && (next = strstr(next, "region ")) && next < by)
        at = next++;
    return at != by && sscanf(at, "region %*[`']%31[^']", region) == 1 && sscanf(by, "overflowed by %lu", bytes) == 1;
}

static int fail(struct region *r, const struct firmware *f, const char *command, const char *log, struct diag *d)
{
    const struct emission *e = f->emission;
    unsigned long bytes;
    char region[32];

    if (overflowed(log, region, &bytes))
        return diag_fail(d, JOB_FAILED, e->path,
                         "it does not fit %s: %lu bytes of %s too few for code and constants; choose a larger chip",
                         e->target->name, bytes, region);
    return diag_fail(d, JOB_FAILED, e->target->name, "%s; the command was: %s", first_message(r, log), command);
}

enum { WORDS_MAX = 160 };

/* Runs a command in the folder, its messages in a log. */
static int run(struct region *r, const struct firmware *f, const char *command, struct diag *d)
{
    const char *list = command, *log = region_text(r, "%s/log.txt", f->folder);
    char *words[WORDS_MAX + 1];
    int count = 0, status = 0;
    pid_t child;

    while (count < WORDS_MAX && (words[count] = (char *)next_word(r, &list)))
        count++;
    words[count] = NULL;
    child = fork();
    if (child < 0)
        return diag_fail(d, JOB_FAILED, words[0], "cannot be started: %s; try again", strerror(errno));
    if (child == 0) {
        int to = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        if (!words[0] || to < 0 || dup2(to, 1) < 0 || dup2(to, 2) < 0 || chdir(f->folder) < 0)
            _exit(126);
        execvp(words[0], words);
        _exit(127);
    }
    if (waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return OK;
    if (interrupt_requested()) /* the compiler had the same signal */
        return INTERRUPTED;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
        return diag_fail(d, JOB_FAILED, f->emission->target->name, "%s is not installed; apt-get install %s", words[0],
                         f->emission->target->package);
    return fail(r, f, command, read_log(r, log), d);
}

static int ends_with(const char *name, const char *end)
{
    size_t n = strlen(name), m = strlen(end);

    return n > m && !strcmp(name + n - m, end);
}

/* Compiles one file of the folder, unless it is kept and was compiled before; adds its object to the list. */
static int compile(struct region *r, const struct firmware *f, const char *name, int keep, const char **objects,
                   struct diag *d)
{
    const struct target *t = f->emission->target;
    int assembly = ends_with(name, ".S");

    if (!assembly && !ends_with(name, ".c"))
        return OK;
    *objects = region_text(r, "%s %s.o", *objects, name);
    if (keep && access(region_text(r, "%s/%s.o", f->folder, name), R_OK) == 0)
        return OK;
    return run(r, f,
               region_text(r, "%s%s -I. -c %s -o %s.o", t->compile,
                           assembly && strstr(t->compile, "clang") ? " -Wno-unused-command-line-argument" : "", name,
                           name),
               d);
}

static int compile_all(struct region *r, const struct firmware *f, const char **objects, struct diag *d)
{
    const char *list = f->emission->target->files, *word;

    for (int i = 0; i < f->emitted.file_count; i++)
        TRY(compile(r, f, f->emitted.files[i].name, f->emitted.files[i].is_runtime, objects, d));
    TRY(compile(r, f, "bench_main.c", 0, objects, d));
    while ((word = next_word(r, &list)))
        TRY(compile(r, f, strrchr(word, '/') + 1, 1, objects, d));
    return OK;
}

static int link_all(struct region *r, const struct firmware *f, int extra_memory, const char *objects, struct diag *d)
{
    const struct target *t = f->emission->target;
    const char *to_linker = strncmp(t->link, "ld", 2) == 0 ? "" : "-Wl,"; /* through the compiler's driver */
    const char *sizes = "";

    if (extra_memory)
        sizes = region_text(r, " %s--defsym=unit_flash=0x1000000 %s--defsym=unit_ram=0x1000000", to_linker, to_linker);
    return run(r, f,
               region_text(r, "%s%s -o firmware.elf%s %s", t->link, sizes, objects, t->link_end ? t->link_end : ""), d);
}

int workshop_open(struct region *r, const struct target *t, int extra_memory, struct workshop *out, struct diag *d)
{
    const char *base = getenv("TMPDIR");
    char *folder;

    base = base && *base ? base : "/tmp";
    folder = region_text(r, "%s/unit-XXXXXX", base);
    *out = (struct workshop){ .target = t, .extra_memory = extra_memory };
    if (!mkdtemp(folder))
        return diag_fail(d, JOB_FAILED, base, "cannot make a temporary folder there: %s; set TMPDIR", strerror(errno));
    out->folder = folder;
    return OK;
}

int firmware_build(struct region *r, const struct workshop *w, const struct emission *e, struct firmware *out,
                   struct diag *d)
{
    struct emission here = *e;
    const char *objects = "";

    *out = (struct firmware){ .emission = e, .folder = w->folder };
    out->elf = region_text(r, "%s/firmware.elf", w->folder);
    here.folder = w->folder;
    TRY(emit_network(r, &here, &out->emitted, d));
    TRY(write_main(r, out, d));
    TRY(write_target_files(r, out, d));
    TRY(compile_all(r, out, &objects, d));
    return link_all(r, out, w->extra_memory, objects, d);
}

void workshop_close(const struct workshop *w)
{
    DIR *dir = w->folder ? opendir(w->folder) : NULL;

    if (!dir)
        return;
    for (struct dirent *e; (e = readdir(dir));)
        if (e->d_name[0] != '.')
            unlinkat(dirfd(dir), e->d_name, 0);
    closedir(dir);
    rmdir(w->folder);
}
