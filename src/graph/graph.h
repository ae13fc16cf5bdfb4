/* graph.h - a network as its file tells it: tensors and nodes, joined by index.
 *
 * Importers make it, graph_check proves it, passes in lower/ read it. Nothing in here depends on a file format. Names
 * and constant bytes are borrowed from the file's bytes, which live in the same region.
 */
#ifndef GRAPH_GRAPH_H
#define GRAPH_GRAPH_H

#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/file.h"
#include "base/region.h"

enum { RANK_MAX = 6 };

enum tensor_type {
    TYPE_FLOAT32,
    TYPE_INT8,
    TYPE_UINT8,
    TYPE_INT16,
    TYPE_INT32,
    TYPE_INT64,
    TYPE_BOOL,
    TYPE_OTHER /* anything else a file may hold; no operator takes it */
};

/* real = scale[c] * (q - zero_point[c]); count is 0 (not quantised), 1 (per tensor) or the size of the axis. */
struct quantisation {
    int count;
    int axis; /* meaningful where count > 1 */
    const float *scale;
    const int32_t *zero_point; /* [count] */
};

struct tensor {
    const char *name; /* never NULL; may be empty */
    enum tensor_type type;
    int rank; /* 0..RANK_MAX */
    int32_t shape[RANK_MAX];
    struct quantisation quant;
    struct bytes data; /* constant contents, little-endian, of tensor_bytes() size; data == NULL: a variable */
};

/* X(name): operators the graph knows. The order is that of the documentation. */
// clang-format off
#define GRAPH_OPS(X) \
    X(CONV_2D) X(DEPTHWISE_CONV_2D) X(FULLY_CONNECTED) X(MAX_POOL_2D) X(AVERAGE_POOL_2D) X(ADD) X(MUL) X(SUB) X(MEAN) \
    X(PAD) X(RESHAPE) X(SQUEEZE) X(EXPAND_DIMS) X(CONCATENATION) X(SOFTMAX) X(LOG_SOFTMAX) X(RELU) X(RELU6) \
    X(LEAKY_RELU) X(LOGISTIC) X(TANH) X(QUANTIZE) X(DEQUANTIZE) X(TRANSPOSE) X(SHAPE) X(STRIDED_SLICE) X(PACK)
// clang-format on

#define X(name) OP_##name,
enum op { GRAPH_OPS(X) OP_COUNT };
#undef X

const char *op_name(enum op op); /* "CONV_2D" */

enum activation { ACT_NONE, ACT_RELU, ACT_RELU_N1_TO_1, ACT_RELU6 };

/* Options of a node; each operator uses those that its TFLite counterpart has, the rest is 0. */
struct options {
    int same_padding; /* 1 SAME, 0 VALID */
    int stride_h, stride_w, dilation_h, dilation_w;
    int depth_multiplier;
    int filter_h, filter_w; /* pooling */
    enum activation activation;
    int axis;                                                                 /* CONCATENATION, PACK; may be negative */
    int keep_dims;                                                            /* MEAN; FULLY_CONNECTED keep_num_dims */
    float beta, alpha;                                                        /* SOFTMAX; LEAKY_RELU */
    int begin_mask, end_mask, ellipsis_mask, new_axis_mask, shrink_axis_mask; /* STRIDED_SLICE */
    int squeeze_count; /* SQUEEZE: 0 removes every axis of size 1 */
    int32_t squeeze[RANK_MAX];
};

struct node {
    enum op op;
    int index; /* its number in the file, which messages and reports use */
    int input_count, output_count;
    const int *inputs, *outputs; /* tensor indices; an optional input that is absent is -1 */
    struct options opt;
};

struct graph {
    struct tensor *tensors;
    struct node *nodes; /* in execution order */
    int tensor_count, node_count;
    const int *inputs, *outputs; /* tensor indices */
    int input_count, output_count;
};

/* Elements of a tensor (1 for rank 0), and its size in bytes (elements of TYPE_OTHER count 0). Both are exact in size_t
 * for every graph that passed the importer, which bounds shapes to 2^31 bytes. */
size_t tensor_elements(const struct tensor *t);
size_t tensor_bytes(const struct tensor *t);
size_t type_bytes(enum tensor_type type);
const char *type_name(enum tensor_type type); /* "int8" */

/* "1x49x10x1" for people, in the region. */
const char *shape_text(struct region *r, const struct tensor *t);

/* `layer 3 (conv2d_1)`: how messages call a node; the name is that of its first output. */
const char *node_where(struct region *r, const struct graph *g, const struct node *n);

/* Proves what every later stage relies on: indices in range, nodes in an order in which each input is a constant, a
 * network input or an earlier node's output (a cycle is refused), no tensor written twice, constants of the right size.
 * BAD_INPUT names the first offence. path is the file, for messages. */
int graph_check(struct region *r, const struct graph *g, const char *path, struct diag *d);

#endif
