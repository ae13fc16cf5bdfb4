/* table.h - aligned text tables for people: text columns to the left, numbers to the right. */
#ifndef BASE_TABLE_H
#define BASE_TABLE_H

#include <stdint.h>
#include <stdio.h>

#include "base/region.h"

struct table;

/* A table whose columns are `headings`, a list that NULL ends. A heading that begins with '<' is of a text column (the
 * sign is not printed), with '=' of one that is never shortened, others are right-aligned. */
struct table *table_new(struct region *r, const char *const *headings);

/* Appends a cell to the current row; a row is full when it has a cell a column, the next cell begins another. */
void table_text(struct table *t, const char *text);
void table_number(struct table *t, uint64_t value); /* thousands separated by spaces: 12 345 */
void table_format(struct table *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A line of dashes before the next row. */
void table_rule(struct table *t);

/* Prints headings and rows, two spaces between columns; text columns are shortened with ".." so that a line keeps to 80
 * characters where that is possible. */
void table_print(const struct table *t, FILE *to);

#endif
