/* targets.c - unit targets: the chips UnIT knows, and whether this machine can build and run code for them. */
#include <stdio.h>

#include "cmd/session.h"
#include "target/target.h"

static json_t *size_or_null(uint64_t value)
{
    return value ? json_integer((json_int_t)value) : json_null();
}

static void print_json(void)
{
    json_t *list = json_array();

    for (const struct target *const *t = target_all(); *t; t++)
        json_array_append_new(list, json_pack("{s:s, s:s, s:o, s:o, s:o, s:s?, s:s?, s:b}", "name", (*t)->name, "cpu",
                                              (*t)->cpu, "clock_hz", size_or_null((*t)->clock_hz), "flash_bytes",
                                              size_or_null((*t)->flash_bytes), "ram_bytes",
                                              size_or_null((*t)->ram_bytes), "toolchain", (*t)->toolchain, "simulator",
                                              (*t)->simulator, "available", target_available(*t)));
    json_print(json_pack("{s:s, s:n, s:o}", "schema", "unit.targets/1", "model", "targets", list));
}

static void add_size(struct table *t, uint64_t bytes)
{
    if (bytes)
        table_format(t, "%llu KB", (unsigned long long)(bytes / 1024));
    else
        table_text(t, "-");
}

static void print_table(struct region *r)
{
    static const char *const headings[] = {
        "<target", "<CPU", "MHz", "flash", "RAM", "<toolchain", "<runs here", NULL
    };
    struct table *table = table_new(r, headings);

    for (const struct target *const *t = target_all(); *t; t++) {
        table_text(table, (*t)->name);
        table_text(table, (*t)->cpu);
        if ((*t)->clock_hz)
            table_format(table, "%u", (*t)->clock_hz / 1000000);
        else
            table_text(table, "-");
        add_size(table, (*t)->flash_bytes);
        add_size(table, (*t)->ram_bytes);
        table_text(table, (*t)->toolchain ? (*t)->toolchain : "-");
        table_text(table, target_available(*t) ? "yes" : (*t)->simulator ? "no" : "not in this version");
    }
    table_print(table, stdout);
}

int cmd_targets(const struct cli *c, struct diag *d)
{
    struct region *r = region_new();

    (void)d;
    if (c->json)
        print_json();
    else
        print_table(r);
    region_free(r);
    return OK;
}
