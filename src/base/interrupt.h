/* interrupt.h - Ctrl-C and termination: long loops ask, and stop between two samples; nothing is left half-written. */
#ifndef BASE_INTERRUPT_H
#define BASE_INTERRUPT_H

/* Catches SIGINT and SIGTERM from now on. The first one sets a flag; a second one removes the temporary file of a write
 * in progress and ends the program at once with status 130. */
void interrupt_catch(void);

/* 1 once a signal has come. */
int interrupt_requested(void);

/* Names the temporary file that a second signal must remove (NULL: none). The text must stay valid until the next call.
 */
void interrupt_remove_on_exit(const char *path);

#endif
