/* names.c - names for symbols and macros. */
#include "emit/parts.h"

#include <ctype.h>
#include <string.h>

int emit_is_identifier(const char *text)
{
    static const char *const keywords[] = {
        "auto",   "break",    "case",     "char",     "const", "continue", "default", "do",     "double",
        "else",   "enum",     "extern",   "float",    "for",   "goto",     "if",      "inline", "int",
        "long",   "register", "restrict", "return",   "short", "signed",   "sizeof",  "static", "struct",
        "switch", "typedef",  "union",    "unsigned", "void",  "volatile", "while",   "unit",
    };

    if (!isalpha((unsigned char)*text) || strlen(text) > 60)
        return 0;
    for (const char *c = text; *c; c++)
        if (!isalnum((unsigned char)*c) && *c != '_')
            return 0;
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
        if (!strcmp(text, keywords[i]))
            return 0;
    return 1;
}

const char *emit_upper(struct region *r, const char *name)
{
    char *upper = region_text(r, "%s", name);

    for (char *c = upper; *c; c++)
        *c = (char)toupper((unsigned char)*c);
    return upper;
}
