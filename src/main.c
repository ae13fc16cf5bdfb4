/* main.c - verb to function, and nothing else. */
#include <stdio.h>
#include <string.h>

#include <unit.h>

#include "base/interrupt.h"
#include "base/progress.h"
#include "cmd/cli.h"

typedef int command(const struct cli *c, struct diag *d);

static command *const commands[VERB_COUNT] = {
    [VERB_INSPECT] = cmd_inspect, [VERB_RUN] = cmd_run,     [VERB_EVAL] = cmd_eval,       [VERB_TUNE] = cmd_tune,
    [VERB_EMIT] = cmd_emit,       [VERB_BENCH] = cmd_bench, [VERB_TARGETS] = cmd_targets,
};

static int unknown_verb(const char *name, struct diag *d)
{
    return diag_fail(d, BAD_USAGE, name, "no such verb; unit help lists them");
}

static int help(const char *name, struct diag *d)
{
    int verb;

    if (!name) {
        cli_help();
        return OK;
    }
    verb = verb_parse(name);
    if (verb < 0)
        return unknown_verb(name, d);
    cli_help_verb((enum verb)verb);
    return OK;
}

static int run_verb(enum verb verb, int argc, char **argv, struct diag *d)
{
    struct cli c;

    TRY(cli_parse(verb, argc, argv, &c, d));
    if (c.help) {
        cli_help_verb(verb);
        return OK;
    }
    if (c.quiet) {
        diag_be_quiet();
        progress_be_quiet();
    }
    return commands[verb](&c, d);
}

static int dispatch(int argc, char **argv, struct diag *d)
{
    int verb;

    if (argc < 2) {
        cli_help();
        return diag_fail(d, BAD_USAGE, "usage", "a verb is missing; unit help lists them");
    }
    if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return help(argc > 2 ? argv[2] : NULL, d);
    if (strcmp(argv[1], "--version") == 0) {
        puts("unit " UNIT_VERSION);
        return OK;
    }
    verb = verb_parse(argv[1]);
    if (verb < 0)
        return unknown_verb(argv[1], d);
    return run_verb((enum verb)verb, argc - 1, argv + 1, d);
}

int main(int argc, char **argv)
{
    struct diag d = { 0 };
    int status;

    interrupt_catch();
    status = dispatch(argc, argv, &d);
    progress_end();
    if (status == OK && (fflush(stdout) != 0 || ferror(stdout)))
        status = diag_fail(&d, JOB_FAILED, "standard output", "cannot write; free some space or check the pipe");
    if (status == INTERRUPTED)
        diag_fail(&d, status, "interrupted", "no result was written; run it again");
    diag_print(&d);
    return status;
}
