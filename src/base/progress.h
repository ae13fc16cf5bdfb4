/* progress.h - a progress bar with the time left, on stderr, only when that is a terminal. */
#ifndef BASE_PROGRESS_H
#define BASE_PROGRESS_H

#include <stddef.h>

/* Starts a bar of `total` ticks (it replaces one that is under way). Silent if stderr is no terminal or after
 * progress_be_quiet(). */
void progress_start(const char *what, size_t total);

/* One more done; may be called from several threads. Redraws at most ten times a second. */
void progress_tick(void);

/* Moves the bar to `done` of its total. */
void progress_set(size_t done);

/* Clears the line. Call before anything is printed. */
void progress_end(void);

void progress_be_quiet(void);

/* Seconds on a clock that only goes forward. */
double progress_now(void);

#endif
