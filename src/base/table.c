/* table.c - see table.h. */
#include "base/table.h"

#include <stdarg.h>
#include <string.h>

enum { COLUMNS_MAX = 16, LINE = 80, GAP = 2, SHORTEST = 8 };

struct row {
    struct row *next;
    int is_rule;
    const char *cells[COLUMNS_MAX];
};

struct table {
    struct region *region;
    int columns, filled; /* cells in the current row */
    int is_text[COLUMNS_MAX], is_whole[COLUMNS_MAX];
    struct row *first, *last; /* the first row holds the headings */
};

static struct row *new_row(struct table *t)
{
    struct row *row = region_alloc(t->region, sizeof *row);

    if (t->last)
        t->last->next = row;
    else
        t->first = row;
    t->last = row;
    t->filled = 0;
    return row;
}

struct table *table_new(struct region *r, const char *const *headings)
{
    struct table *t = region_alloc(r, sizeof *t);
    struct row *row;

    t->region = r;
    row = new_row(t);
    for (; headings[t->columns]; t->columns++) {
        const char *heading = headings[t->columns];
        t->is_whole[t->columns] = heading[0] == '=';
        t->is_text[t->columns] = heading[0] == '<' || heading[0] == '=';
        row->cells[t->columns] = heading + t->is_text[t->columns];
    }
    t->filled = t->columns;
    return t;
}

static void add(struct table *t, const char *text)
{
    struct row *row = t->filled == t->columns || t->last->is_rule ? new_row(t) : t->last;

    row->cells[t->filled++] = text;
}

void table_text(struct table *t, const char *text)
{
    add(t, region_copy(t->region, text, strlen(text) + 1));
}

void table_number(struct table *t, uint64_t value)
{
    char digits[32], *text = region_alloc(t->region, 48), *to = text;
    int length = snprintf(digits, sizeof digits, "%llu", (unsigned long long)value);

    for (int i = 0; i < length; i++) {
        if (i && (length - i) % 3 == 0)
            *to++ = ' ';
        *to++ = digits[i];
    }
    add(t, text);
}

void table_format(struct table *t, const char *format, ...)
{
    char text[256];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    table_text(t, text);
}

void table_rule(struct table *t)
{
    new_row(t)->is_rule = 1;
}

/* Column widths; the widest text column gives way until a line fits. */
static int measure(const struct table *t, int width[COLUMNS_MAX])
{
    int total = GAP * (t->columns - 1), widest = -1;

    for (int c = 0; c < t->columns; c++) {
        width[c] = 0;
        for (const struct row *r = t->first; r; r = r->next)
            if (!r->is_rule && r->cells[c] && (int)strlen(r->cells[c]) > width[c])
                width[c] = (int)strlen(r->cells[c]);
        total += width[c];
        if (t->is_text[c] && !t->is_whole[c] && (widest < 0 || width[c] > width[widest]))
            widest = c;
    }
    if (total > LINE && widest >= 0) {
        int less = total - LINE < width[widest] - SHORTEST ? total - LINE : width[widest] - SHORTEST;
        if (less > 0) {
            width[widest] -= less;
            total -= less;
        }
    }
    return total;
}

static void print_cell(const char *text, int width, int is_text, int is_last, FILE *to)
{
    int length = (int)strlen(text);

    if (length > width)
        fprintf(to, "%.*s..", width - 2, text);
    else if (is_text && is_last)
        fputs(text, to);
    else
        fprintf(to, is_text ? "%-*s" : "%*s", width, text);
    fputs(is_last ? "\n" : "  ", to);
}

void table_print(const struct table *t, FILE *to)
{
    int width[COLUMNS_MAX], total = measure(t, width);

    for (const struct row *r = t->first; r; r = r->next) {
        if (r->is_rule) {
            for (int i = 0; i < total; i++)
                fputc('-', to);
            fputc('\n', to);
            continue;
        }
        for (int c = 0; c < t->columns; c++)
            print_cell(r->cells[c] ? r->cells[c] : "", width[c], t->is_text[c], c == t->columns - 1, to);
    }
}
