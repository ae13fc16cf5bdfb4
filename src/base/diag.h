/* diag.h - where failures gather, and the statuses they end in.
 *
 * A function that can fail returns a status, and has told diag why before it returns anything but OK. The status *is*
 * the exit status of the program. A failure reads
 *
 *     unit: error: WHERE: what is wrong; what to do about it
 *
 * in one line, WHERE being a file, an option or `layer 3 (conv2d_1)`.
 */
#ifndef BASE_DIAG_H
#define BASE_DIAG_H

#include <stdarg.h>
#include <stddef.h>

enum status { OK = 0, JOB_FAILED = 1, BAD_USAGE = 2, BAD_INPUT = 3, INTERRUPTED = 130 };

/* Leave the calling function with the status of a call that failed. */
#define TRY(call)                                                                                                      \
    do {                                                                                                               \
        int status_ = (call);                                                                                          \
        if (status_ != OK)                                                                                             \
            return status_;                                                                                            \
    } while (0)

struct diag {
    char *message; /* "WHERE: what; what to do", or NULL; the first failure wins */
    char *notes;   /* lines that belong before it, each ended by a newline, or NULL */
    size_t notes_size;
};

/* Records the failure `where: format...` (format says what is wrong and, after "; ", what to do) unless one is recorded
 * already. Control characters in the text (hostile names) are printed as '?'. Returns status, for `return
 * diag_fail(...)`. */
int diag_fail(struct diag *d, int status, const char *where, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Adds a line that is printed before the failure, for several findings of one kind. */
void diag_note(struct diag *d, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Prints notes and failure to stderr; frees both. */
void diag_print(struct diag *d);
void diag_clear(struct diag *d);

/* A warning on stderr: `unit: warning: WHERE: text`. Silent after diag_be_quiet(). */
void diag_warn(const char *where, const char *format, ...) __attribute__((format(printf, 2, 3)));
void diag_be_quiet(void);

#endif
