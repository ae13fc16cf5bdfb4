/* diag.c - formats failures and notes and keeps them until the program prints them. */
#include "base/diag.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int quiet;

/* Names in a hostile file may hold anything: a message stays one printable line. */
static void make_printable(char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < 32 || *text == 127)
            *text = '?';
}

static char *format_text(const char *format, va_list args)
{
    va_list again;
    int length;
    char *text;

    va_copy(again, args);
    length = vsnprintf(NULL, 0, format, args);
    text = malloc((size_t)length + 1);
    if (text) {
        vsnprintf(text, (size_t)length + 1, format, again);
        make_printable(text);
    }
    va_end(again);
    return text;
}

int diag_fail(struct diag *d, int status, const char *where, const char *format, ...)
{
    va_list args;
    char *text;
    size_t size;

    if (d->message)
        return status;
    va_start(args, format);
    text = format_text(format, args);
    va_end(args);
    if (!text)
        return status;
    size = strlen(where) + strlen(text) + 3;
    d->message = malloc(size);
    if (d->message) {
        snprintf(d->message, size, "%s: %s", where, text);
        make_printable(d->message);
    }
    free(text);
    return status;
}

void diag_note(struct diag *d, const char *format, ...)
{
    va_list args;
    char *text, *grown;
    size_t length;

    va_start(args, format);
    text = format_text(format, args);
    va_end(args);
    if (!text)
        return;
    length = strlen(text);
    grown = realloc(d->notes, d->notes_size + length + 2);
    if (grown) {
        memcpy(grown + d->notes_size, text, length);
        memcpy(grown + d->notes_size + length, "\n", 2);
        d->notes = grown;
        d->notes_size += length + 1;
    }
    free(text);
}

void diag_print(struct diag *d)
{
    if (d->notes)
        fputs(d->notes, stderr);
    if (d->message)
        fprintf(stderr, "unit: error: %s\n", d->message);
    diag_clear(d);
}

void diag_clear(struct diag *d)
{
    free(d->notes);
    free(d->message);
    memset(d, 0, sizeof *d);
}

void diag_warn(const char *where, const char *format, ...)
{
    va_list args;
    char *text;

    if (quiet)
        return;
    va_start(args, format);
    text = format_text(format, args);
    va_end(args);
    if (text)
        fprintf(stderr, "unit: warning: %s: %s\n", where, text);
    free(text);
}

void diag_be_quiet(void)
{
    quiet = 1;
}
