/* resume.h - what an interrupted search leaves behind, so that the same command goes on where it stopped.
 *
 * Fitting plans takes nearly all the time of tune_connections, and a plan follows from the network, the samples, the
 * options and the price alone. So each plan that was fitted is kept in a file beside the result until there is one:
 * JSON, {"schema": "unit.tuning/1", "key", "plans": [{"lambda", "method", "keep", "why", "plan"}]}. The key is a hash
 * of all that plans follow from; a file with another key, or that is no such file, is written over.
 */
#ifndef TUNE_RESUME_H
#define TUNE_RESUME_H

#include "run/input.h"
#include "tune/regression.h"

struct resume;

/* path: where plans are kept. Lives in r; borrows path, graph and model_path. */
struct resume *resume_open(struct region *r, const char *path, const struct graph *g, const struct inputs *in,
                           const struct tuning *t, const char *model_path);

/* Plans that are kept; 0 for NULL. */
size_t resume_count(const struct resume *s);

/* The plan for these options and this price, if it is kept: 1, and *out, which lives in r. */
int resume_find(struct region *r, const struct resume *s, const struct regression_options *o, double lambda,
                struct plan *out);

/* Keeps a plan. JOB_FAILED if the file cannot be written. */
int resume_add(struct resume *s, const struct regression_options *o, double lambda, const struct plan *plan,
               struct diag *d);

/* The search is over: removes the file if `done`, and frees what does not live in the region. s may be NULL. */
void resume_close(struct resume *s, int done);

#endif
