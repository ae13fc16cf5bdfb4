/* interrupt.c - the signal handler; it only sets a flag, or unlinks and exits: both are allowed in a handler. */
#include "base/interrupt.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"

static volatile sig_atomic_t requested;
static const char *volatile temporary;

static void handle(int signal)
{
    (void)signal;
    if (requested) {
        const char *path = temporary;
        if (path)
            unlink(path);
        _exit(INTERRUPTED);
    }
    requested = 1;
}

void interrupt_catch(void)
{
    struct sigaction action;

    memset(&action, 0, sizeof action);
    action.sa_handler = handle;
    sigemptyset(&action.sa_mask);
    action.sa_flags = SA_RESTART;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

int interrupt_requested(void)
{
    return requested;
}

void interrupt_remove_on_exit(const char *path)
{
    temporary = path;
}
