/* emit.c - unit emit: C for a chip, in a folder. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "cmd/emission.h"

/* The model's file name without folder and extension, made an identifier. */
static const char *default_name(struct region *r, const char *path)
{
    const char *base = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
    char *name = region_text(r, "%s%.*s", isalpha((unsigned char)*base) ? "" : "net_", (int)strcspn(base, "."), base);

    for (char *c = name; *c; c++)
        if (!isalnum((unsigned char)*c))
            *c = '_';
    return name;
}

static int check_options(struct session *s, const struct target **target, const char **name, struct diag *d)
{
    const struct cli *c = s->cli;

    TRY(session_target(c, target, d));
    if (!*target)
        return diag_fail(d, BAD_USAGE, "--target", "it is missing; give one of %s", target_names());
    if (c->output.count != 1)
        return diag_fail(d, BAD_USAGE, "-o", "%s; name one folder",
                         c->output.count ? "it is given twice" : "it is missing");
    *name = c->name ? c->name : default_name(s->region, c->model);
    if (!emit_is_identifier(*name))
        return diag_fail(d, BAD_USAGE, "--name",
                         "'%s' is no C identifier; give letters, digits and underscores, a letter first", *name);
    return OK;
}

static void print_text(const struct target *t, const struct emission *e, const struct emitted_sizes *sizes)
{
    const struct emit_figures *f = e->figures;

    printf("%s/%s.h  for %s: %llu bytes of constants, %u bytes of arena\n", e->folder, e->name, target_label(t),
           (unsigned long long)sizes->parameter_bytes, e->program->network.arena_bytes);
    if (f)
        printf("measured: %llu bytes of flash with code, %llu bytes of stack, at most %llu cycles an inference\n",
               (unsigned long long)f->flash_bytes, (unsigned long long)f->stack_bytes,
               (unsigned long long)f->worst_case);
    else
        printf("code, stack and cycles are not stated: %s\n", e->no_figures);
}

static void print(const struct session *s, const struct target *t, const struct emission *e,
                  const struct emitted_sizes *sizes)
{
    const struct emit_figures *f = e->figures;
    json_t *document;

    if (!s->cli->json) {
        if (!s->cli->quiet)
            print_text(t, e, sizes);
        return;
    }
    document = session_json(s, "unit.emit/1");
    json_object_set_new(document, "target", json_string(t->name));
    json_object_set_new(document, "folder", json_text(e->folder));
    json_object_set_new(document, "name", json_string(e->name));
    json_object_set_new(document, "parameter_bytes", json_integer((json_int_t)sizes->parameter_bytes));
    json_object_set_new(document, "arena_bytes", json_integer(e->program->network.arena_bytes));
    json_object_set_new(document, "flash_bytes", f ? json_integer((json_int_t)f->flash_bytes) : json_null());
    json_object_set_new(document, "stack_bytes", f ? json_integer((json_int_t)f->stack_bytes) : json_null());
    json_object_set_new(document, "worst_case_cycles", f ? json_integer((json_int_t)f->worst_case) : json_null());
    json_print(document);
}

static int emit(struct session *s, struct diag *d)
{
    const struct target *target = NULL;
    struct program packed;
    struct emission e;
    struct emitted written;
    const char *name = NULL;

    TRY(session_open(s->cli, s, d));
    TRY(check_options(s, &target, &name, d));
    TRY(session_packed(s, s->has_plan ? &s->plan : NULL, target, &packed, d));
    e = session_emission(s, s->has_plan ? &s->plan : NULL, &packed, target, name, s->cli->output.item[0]);
    if (!s->cli->no_measure)
        TRY(session_figures(s, &e, d));
    TRY(emit_network(s->region, &e, &written, d));
    print(s, target, &e, &written.sizes);
    return OK;
}

int cmd_emit(const struct cli *c, struct diag *d)
{
    struct session s = { .cli = c };
    int status = emit(&s, d);

    session_close(&s);
    return status;
}
