/* lowering.h - what the passes of this folder share: the program under construction, and how a step joins it. */
#ifndef LOWER_LOWERING_H
#define LOWER_LOWERING_H

#include "lower/program.h"

struct lowering {
    struct region *region;
    const struct graph *graph;
    const struct plan *plan; /* NULL: dense */
    const char *path;        /* of the model, for messages */
    struct program *program;
    struct diag *diag;
    int *in_arena; /* [tensors]: a constant that a copy step has brought into the arena */
};

/* Adds a step of node with this kernel and parameter struct; tensors are filled in by lowering_takes. */
struct step *lowering_step(struct lowering *l, const struct node *n, unit_kernel *kernel, const void *op);

/* The step's next tensor. A constant input is brought into the arena by a copy step before it: call this for inputs
 * only through lowering_input, before lowering_step. */
void lowering_takes(struct step *s, int tensor);
int lowering_input(struct lowering *l, const struct node *n, int tensor);

/* A step of one input, one output. */
struct step *lowering_unary(struct lowering *l, const struct node *n, unit_kernel *kernel, const void *op);

/* Constants as the runtime stores them. */
void lowering_stores(struct lowering *l, size_t bytes);

/* "model.tflite: layer 3 (conv2d_1)" for messages. */
const char *lowering_where(struct lowering *l, const struct node *n);

/* One function an operator, in the file named after it. */
int lower_mac(struct lowering *l, const struct node *n);  /* mac_layer.c */
int lower_pool(struct lowering *l, const struct node *n); /* reduce.c */
int lower_mean(struct lowering *l, const struct node *n);
int lower_add(struct lowering *l, const struct node *n); /* binary.c */
int lower_mul(struct lowering *l, const struct node *n);
int lower_table(struct lowering *l, const struct node *n);   /* table.c */
int lower_softmax(struct lowering *l, const struct node *n); /* softmax.c */
int lower_log_softmax(struct lowering *l, const struct node *n);
int lower_quantize(struct lowering *l, const struct node *n); /* border.c */
int lower_dequantize(struct lowering *l, const struct node *n);
int lower_concatenation(struct lowering *l, const struct node *n); /* move.c */
int lower_pad(struct lowering *l, const struct node *n);
int lower_transpose(struct lowering *l, const struct node *n);

/* fold.c: gives a constant value to every output of SHAPE, STRIDED_SLICE and PACK; returns it, or NULL with a diag. */
int fold_constants(struct lowering *l, struct bytes *values);

#endif
