/* emission.h - what unit emit and unit bench share: the chip, the program in its packed form, what emit/ is handed. */
#ifndef CMD_EMISSION_H
#define CMD_EMISSION_H

#include "cmd/session.h"
#include "emit/emit.h"
#include "target/target.h"

/* The target that --target names; NULL if the option is not given. BAD_USAGE lists the known ones. */
int session_target(const struct cli *c, const struct target **out, struct diag *d);

/* The program, pruned by the plan (NULL: dense), with layers packed for the target's CPU; laid out. */
int session_packed(struct session *s, const struct plan *plan, const struct target *t, struct program *out,
                   struct diag *d);

/* An emission of that program, with the output that its self-test expects. */
struct emission session_emission(struct session *s, const struct plan *plan, struct program *packed,
                                 const struct target *t, const char *name, const char *folder);

/* Has the emission's firmware built and measured on the simulated chip, so that the header can state figures; without
 * simulator or toolchain it says why there are none. JOB_FAILED if it cannot be built, does not run, or fails its
 * self-test. */
int session_figures(struct session *s, struct emission *e, struct diag *d);

#endif
