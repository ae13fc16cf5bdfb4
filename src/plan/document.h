/* document.h - a plan as a JSON value, for files that hold plans among other things. */
#ifndef PLAN_DOCUMENT_H
#define PLAN_DOCUMENT_H

#include <jansson.h>

#include "plan/plan.h"

/* The document that plan_write writes; the caller's to json_decref. model_path may be NULL. */
json_t *plan_encode(const struct plan *p, const char *model_path);

/* Its list "levels". */
json_t *plan_encode_levels(const struct plan *p);

/* Checks and takes over a document as plan_read does, with its errors; `path` is for messages. What it makes lives in
 * r, nothing of root is kept. */
int plan_decode(struct region *r, const json_t *root, const char *path, const struct graph *g, struct plan *out,
                struct diag *d);

#endif
