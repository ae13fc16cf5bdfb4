/* session.h - what most verbs begin with: a model, perhaps a plan, and the program they make; and how results are told.
 */
#ifndef CMD_SESSION_H
#define CMD_SESSION_H

#include <jansson.h>

#include "base/table.h"
#include "cmd/cli.h"
#include "lower/program.h"
#include "run/engine.h"
#include "run/input.h"

struct session {
    struct region *region; /* everything lives here; session_close frees it */
    const struct cli *cli;
    struct graph graph;
    char fingerprint[65];
    struct plan plan;
    int has_plan;
    struct program program; /* pruned by the plan, if there is one */
};

/* Imports the model, reads the plan if one is given, lowers and lays out. */
int session_open(const struct cli *c, struct session *s, struct diag *d);
void session_close(struct session *s);

/* A program of the same network without the plan. */
int session_dense(struct session *s, struct program *out, struct diag *d);

/* Reads --data and --labels for a network of one input, and fits them. */
int session_data(struct session *s, struct inputs *out, struct diag *d);

/* The kernels that --kernels asks for. */
int session_kernels(const struct cli *c, enum kernels *out, struct diag *d);

/* A document with "schema" and "model"; json_print writes it to stdout and releases it. */
json_t *session_json(const struct session *s, const char *schema);
void json_print(json_t *document);

/* Text from outside as JSON: bytes that are no UTF-8 become '?'. */
json_t *json_text(const char *text);

/* {"dense", "zero", "skipped", "executed"} */
json_t *json_macs(const struct mac_counts *m);

/* What a firmware may switch between, behind an empty line; nothing if the plan has no levels. */
void print_levels(struct region *r, const struct plan *p);

/* Name of a layer: that of its first output. */
const char *layer_name(const struct graph *g, const struct node *n);

/* The name for a table. Exporters chain the names of all layers that were fused, each a path that ends in the
 * operation: of the first one the part before that stays, "activation_3" of "net/activation_3/Relu;...". */
const char *layer_label(struct region *r, const struct graph *g, const struct node *n);

#endif
