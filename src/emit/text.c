/* text.c - texts under construction, and names in them. */
#include "emit/parts.h"

#include <stdlib.h>
#include <string.h>

FILE *text_open(struct text *t)
{
    t->stream = open_memstream(&t->bytes, &t->size);
    if (!t->stream) {
        fputs("unit: error: memory: no more of it\n", stderr);
        exit(JOB_FAILED);
    }
    return t->stream;
}

const char *text_close(struct region *r, struct text *t)
{
    const char *copy;

    fclose(t->stream);
    copy = region_copy(r, t->bytes, t->size + 1);
    free(t->bytes);
    return copy;
}

void emit_add_text(struct region *r, struct out_files *files, const char *name, struct text *t)
{
    const char *text = text_close(r, t);

    emit_add_file(files, name, text, strlen(text));
}

static struct emit_port port(struct region *r, const struct tensor *t, const char *label, int index, int count)
{
    const char *number = count == 1 ? "" : region_text(r, "%d", index);

    label = region_text(r, "%s%s", label, number);
    return (struct emit_port){ t, label, emit_upper(r, label), number };
}

struct emit_ports emit_ports(struct region *r, const struct program *p)
{
    const struct graph *g = p->graph;
    int count = g->input_count + g->output_count;
    struct emit_port *list = region_array(r, (size_t)count, sizeof *list);

    for (int i = 0; i < g->input_count; i++)
        list[i] = port(r, &g->tensors[g->inputs[i]], "input", i, g->input_count);
    for (int i = 0; i < g->output_count; i++)
        list[g->input_count + i] = port(r, &g->tensors[g->outputs[i]], "output", i, g->output_count);
    return (struct emit_ports){ list, g->input_count, count };
}

void emit_prototype(FILE *to, const char *name, const char *upper, const struct emit_ports *ports)
{
    fprintf(to, "int %s_run(", name);
    for (int i = 0; i < ports->count; i++) {
        const struct emit_port *p = &ports->port[i];
        fprintf(to, "%s%s%s_%s_t %s[%s_%s_SIZE]", i ? ", " : "", i < ports->inputs ? "const " : "", name, p->label,
                p->label, upper, p->macro);
    }
    fputc(')', to);
}
