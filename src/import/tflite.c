/* tflite.c - a TensorFlow Lite file to a graph. Only the first subgraph is run. Constants stay where they are in the
 * file's bytes. A tensor that nothing uses may be as strange as it likes: what is wrong with a tensor is noted when it
 * is read and told when a node uses it. */
#include "import/tflite.h"

#include <string.h>

#include "import/support.h"
#include "import/tflite_schema.h"

enum { SCHEMA_VERSION = 3, ELEMENTS_LIMIT = 0x7fffffff, COUNT_LIMIT = 1 << 20 };

struct reader {
    struct region *region;
    struct flatbuffer file;
    const char *path;
    struct graph *graph;
    struct diag *diag;
    struct fb_vector codes, buffers;
    const char **problem; /* [tensors] what is wrong with it, or NULL */
    int findings;         /* operators that cannot be run */
};

int tflite_matches(struct bytes file)
{
    return file.size >= 8 && memcmp(file.data + 4, "TFL3", 4) == 0;
}

static int refuse(struct reader *r, const char *what)
{
    return diag_fail(r->diag, BAD_INPUT, r->path, "%s; export or download it again", what);
}

/* ---- Tensors -------------------------------------------------------------------------------------------------------
 */

static const char *read_shape(struct fb_table t, struct tensor *out)
{
    struct fb_vector shape = fb_vector_field(t, TENSOR_SHAPE, 4);
    uint64_t elements = 1;

    if (shape.count > RANK_MAX)
        return "it has more than 6 axes";
    for (size_t i = 0; i < shape.count; i++) {
        int32_t size = fb_i32_at(shape, i);
        size = i == 0 && size == -1 ? 1 : size; /* a free batch axis */
        if (size < 1)
            return "an axis is empty or only known at run time";
        elements *= (uint64_t)size;
        if (elements > ELEMENTS_LIMIT / 8)
            return "it is larger than 256 million elements";
        out->shape[i] = size;
    }
    out->rank = (int)shape.count;
    return NULL;
}

static const char *read_quantisation(struct reader *r, struct fb_table t, struct tensor *out)
{
    struct fb_table q = fb_table_field(t, TENSOR_QUANTISATION);
    struct fb_vector scale = fb_vector_field(q, QUANT_SCALE, 4), zero = fb_vector_field(q, QUANT_ZERO_POINT, 8);
    float *scales;
    int32_t *zeros;

    if (scale.count == 0)
        return NULL;
    if (zero.count != scale.count && zero.count > 1)
        return "it has as many zero points as it has not scales";
    if (scale.count > COUNT_LIMIT)
        return "it has too many scales";
    scales = region_array(r->region, scale.count, sizeof *scales);
    zeros = region_array(r->region, scale.count, sizeof *zeros);
    for (size_t i = 0; i < scale.count; i++) {
        int64_t z = zero.count ? fb_i64_at(zero, zero.count == 1 ? 0 : i) : 0;
        scales[i] = fb_f32_at(scale, i);
        zeros[i] = z < INT32_MIN || z > INT32_MAX ? INT32_MAX : (int32_t)z;
    }
    out->quant = (struct quantisation){ (int)scale.count, fb_i32(q, QUANT_DIMENSION, 0), scales, zeros };
    return NULL;
}

/* Whole numbers and floats must be aligned for those who read them. */
static struct bytes aligned(struct reader *r, struct bytes b, enum tensor_type type)
{
    size_t size = type_bytes(type);

    if (size > 1 && (uintptr_t)b.data % size)
        b.data = region_copy(r->region, b.data, b.size);
    return b;
}

static const char *read_data(struct reader *r, struct fb_table t, struct tensor *out)
{
    struct bytes b;
    const char *problem = tflite_buffer(r->buffers, fb_u32(t, TENSOR_BUFFER, 0), &b);

    if (problem || !b.data)
        return problem;
    if (b.size != tensor_bytes(out))
        return "its buffer has another size than its shape asks for";
    out->data = aligned(r, b, out->type);
    return NULL;
}

static const char *read_tensor(struct reader *r, struct fb_table t, struct tensor *out)
{
    const char *problem;

    out->name = fb_text(t, TENSOR_NAME);
    out->type = tflite_type(fb_i8(t, TENSOR_TYPE, 0));
    problem = read_shape(t, out);
    if (!problem)
        problem = read_quantisation(r, t, out);
    if (!problem && out->type != TYPE_OTHER)
        problem = read_data(r, t, out);
    if (!problem && fb_has(t, TENSOR_SPARSITY))
        problem = "it is stored sparse";
    if (!problem && fb_u8(t, TENSOR_IS_VARIABLE, 0))
        problem = "it keeps state from one inference to the next";
    if (problem)
        out->rank = 0;
    return problem;
}

static int read_tensors(struct reader *r, struct fb_table subgraph)
{
    struct fb_vector tensors = fb_vector_field(subgraph, SUBGRAPH_TENSORS, 4);

    if (tensors.count > COUNT_LIMIT)
        return refuse(r, "it has more than a million tensors");
    r->graph->tensor_count = (int)tensors.count;
    r->graph->tensors = region_array(r->region, tensors.count, sizeof *r->graph->tensors);
    r->problem = region_array(r->region, tensors.count, sizeof *r->problem);
    for (size_t i = 0; i < tensors.count; i++)
        r->problem[i] = read_tensor(r, fb_table_at(tensors, i), &r->graph->tensors[i]);
    return OK;
}

/* ---- Nodes ----------------------------------------------------------------------------------------------------------
 */

static const int *read_indices(struct reader *r, struct fb_table t, int field, int *count)
{
    struct fb_vector v = fb_vector_field(t, field, 4);
    int *list = region_array(r->region, v.count, sizeof *list);

    for (size_t i = 0; i < v.count; i++)
        list[i] = fb_i32_at(v, i);
    *count = v.count > COUNT_LIMIT ? 0 : (int)v.count;
    return list;
}

static void found(struct reader *r, int index, const char *name, const char *reason, const char *hint)
{
    diag_note(r->diag, "%s: node %d %s: %s; %s", r->path, index, name, reason, hint);
    r->findings++;
}

/* Builtin codes beyond 127 stand in a field of their own; older files have only the byte. */
static int32_t builtin_code(struct fb_table code)
{
    int32_t old = fb_i8(code, CODE_DEPRECATED, 0), new = fb_i32(code, CODE_BUILTIN, 0);

    return old > new ? old : new;
}

static void unknown_operator(struct reader *r, int index, struct fb_table code)
{
    int32_t number = builtin_code(code);
    const char *name = tflite_op_name(number);

    if (number == TFLITE_CUSTOM)
        name = region_text(r->region, "CUSTOM %.60s", fb_text(code, CODE_CUSTOM));
    if (!name)
        name = region_text(r->region, "operator %d", number);
    found(r, index, name, "the operator is not supported", "replace it by supported ones or cut the network before it");
}

/* The first tensor of a list that does not exist or has something wrong with it, as a text; NULL if there is none. */
static const char *tensor_problem(struct reader *r, const int *list, int count, int may_be_absent)
{
    for (int i = 0; i < count; i++) {
        int t = list[i];
        if (t == -1 && may_be_absent)
            continue;
        if (t < 0 || t >= r->graph->tensor_count)
            return region_text(r->region, "tensor %d does not exist", t);
        if (r->problem[t])
            return region_text(r->region, "tensor %d (%.60s): %s", t, r->graph->tensors[t].name, r->problem[t]);
    }
    return NULL;
}

static void check_node(struct reader *r, const struct node *n, const char *option_problem)
{
    const char *problem = tensor_problem(r, n->inputs, n->input_count, 1);
    struct unsupported u;

    if (!problem)
        problem = tensor_problem(r, n->outputs, n->output_count, 0);
    if (problem) {
        found(r, n->index, op_name(n->op), problem, "export the model again");
        return;
    }
    u = support_check(r->graph, n);
    if (u.reason)
        found(r, n->index, op_name(n->op), u.reason, u.hint);
    else if (option_problem)
        found(r, n->index, op_name(n->op), option_problem, "export it without");
}

static void read_node(struct reader *r, struct fb_table operator, int index)
{
    uint32_t code_index = fb_u32(operator, OPERATOR_CODE, 0);
    struct node *n = &r->graph->nodes[r->graph->node_count];
    struct fb_table code;
    const char *option_problem;

    if (code_index >= r->codes.count) {
        found(r, index, "?", "its operator code does not exist", "export the model again");
        return;
    }
    code = fb_table_at(r->codes, code_index);
    n->op = tflite_op(builtin_code(code));
    if (n->op == OP_COUNT) {
        unknown_operator(r, index, code);
        return;
    }
    n->index = index;
    n->inputs = read_indices(r, operator, OPERATOR_INPUTS, &n->input_count);
    n->outputs = read_indices(r, operator, OPERATOR_OUTPUTS, &n->output_count);
    option_problem = tflite_options(n->op, fb_table_field(operator, OPERATOR_OPTIONS), &n->opt);
    r->graph->node_count++;
    check_node(r, n, option_problem);
}

static int read_nodes(struct reader *r, struct fb_table subgraph)
{
    struct fb_vector operators = fb_vector_field(subgraph, SUBGRAPH_OPERATORS, 4);

    if (operators.count > COUNT_LIMIT)
        return refuse(r, "it has more than a million operators");
    r->graph->nodes = region_array(r->region, operators.count, sizeof *r->graph->nodes);
    for (size_t i = 0; i < operators.count && !r->file.damaged; i++)
        read_node(r, fb_table_at(operators, i), (int)i);
    if (r->file.damaged)
        return refuse(r, "it is damaged or cut short: an offset points outside the file");
    if (r->findings)
        return diag_fail(r->diag, BAD_INPUT, r->path, "%d of %zu operators cannot be run; the lines above say why",
                         r->findings, operators.count);
    return OK;
}

/* ---- The network ----------------------------------------------------------------------------------------------------
 */

static int check_port(struct reader *r, const char *what, int i, int tensor)
{
    const char *problem = tensor_problem(r, &tensor, 1, 0);
    enum tensor_type type;

    if (problem)
        return diag_fail(r->diag, BAD_INPUT, r->path, "%s %d: %s; export the model again", what, i, problem);
    type = r->graph->tensors[tensor].type;
    if (type != TYPE_INT8 && type != TYPE_UINT8 && type != TYPE_FLOAT32)
        return diag_fail(r->diag, BAD_INPUT, r->path, "%s %d is %s; quantise it to int8", what, i, type_name(type));
    if (type != TYPE_FLOAT32 &&
        (r->graph->tensors[tensor].quant.count != 1 || !(r->graph->tensors[tensor].quant.scale[0] > 0)))
        return diag_fail(r->diag, BAD_INPUT, r->path, "%s %d has no scale; quantise the network again", what, i);
    return OK;
}

static int read_ports(struct reader *r, struct fb_table subgraph)
{
    struct graph *g = r->graph;

    g->inputs = read_indices(r, subgraph, SUBGRAPH_INPUTS, &g->input_count);
    g->outputs = read_indices(r, subgraph, SUBGRAPH_OUTPUTS, &g->output_count);
    for (int i = 0; i < g->input_count; i++)
        TRY(check_port(r, "input", i, g->inputs[i]));
    for (int i = 0; i < g->output_count; i++)
        TRY(check_port(r, "output", i, g->outputs[i]));
    return OK;
}

int tflite_import(struct region *region, struct bytes file, const char *path, struct graph *g, struct diag *d)
{
    struct reader r = { .region = region, .file = { .bytes = file }, .path = path, .graph = g, .diag = d };
    struct fb_table model = fb_root(&r.file), subgraph;
    uint32_t version = fb_u32(model, MODEL_VERSION, 0);
    struct fb_vector subgraphs = fb_vector_field(model, MODEL_SUBGRAPHS, 4);

    memset(g, 0, sizeof *g);
    r.codes = fb_vector_field(model, MODEL_OPERATOR_CODES, 4);
    r.buffers = fb_vector_field(model, MODEL_BUFFERS, 4);
    if (r.file.damaged)
        return refuse(&r, "it is damaged or cut short: an offset points outside the file");
    if (version != SCHEMA_VERSION)
        return diag_fail(d, BAD_INPUT, path, "schema version %u is not supported, 3 is; convert the model again",
                         version);
    if (subgraphs.count == 0)
        return refuse(&r, "it holds no network");
    if (tflite_buffers_overlap(region, r.buffers))
        return refuse(&r, "two of its buffers overlap");
    subgraph = fb_table_at(subgraphs, 0);
    TRY(read_tensors(&r, subgraph));
    TRY(read_nodes(&r, subgraph));
    TRY(read_ports(&r, subgraph));
    if (r.file.damaged)
        return refuse(&r, "it is damaged or cut short: an offset points outside the file");
    return OK;
}
