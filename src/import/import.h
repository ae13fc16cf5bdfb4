/* import.h - a model file of any known format to a graph. This folder alone knows model formats. */
#ifndef IMPORT_IMPORT_H
#define IMPORT_IMPORT_H

#include "graph/graph.h"

/* Reads the model at path (recognised by content) into *g, which lives in r and borrows from the file's bytes in r.
 * JOB_FAILED if the file cannot be read; BAD_INPUT if it is no model, is damaged, of an unsupported version, or holds
 * operators or types that UnIT does not run: those are listed all together as notes, one a line
 * (`path: node 7 SVDF: reason; hint`), before the failure. */
int import_model(struct region *r, const char *path, struct graph *g, struct diag *d);

/* The same from bytes in memory; path is used in messages only. */
int import_bytes(struct region *r, struct bytes file, const char *path, struct graph *g, struct diag *d);

#endif
