/* read.c - a plan from JSON. The document is hostile until it has passed: every key is known, every list has the length
 * the network asks for, every number its range. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <nettle/base64.h>

#include "plan/document.h"
#include "plan/format.h"

enum { THRESHOLD_LIMIT = 1000000000 };

struct reader {
    struct region *region;
    const struct graph *graph;
    const char *path;
    struct diag *diag;
    int schema; /* 1 to SCHEMAS */
};

#define REFUSE(r, ...) diag_fail((r)->diag, BAD_INPUT, (r)->path, __VA_ARGS__)

static const char *const schemas[] = { PLAN_SCHEMA_1, PLAN_SCHEMA_2, PLAN_SCHEMA_3, PLAN_SCHEMA };

enum { SCHEMAS = sizeof schemas / sizeof *schemas };

/* Every key must be in the list, which NULL ends; where says which object it is. */
static int only_known_keys(struct reader *r, const json_t *object, const char *where, const char *const *known)
{
    const char *key;
    json_t *value;

    json_object_foreach ((json_t *)object, key, value) {
        int i = 0;
        while (known[i] && strcmp(known[i], key) != 0)
            i++;
        if (!known[i])
            return REFUSE(r, "unknown key \"%s\" in %s; %s%s", key, where, schemas[r->schema - 1],
                          r->schema < SCHEMAS ? " has none of that name, tune again" : " is what this version reads");
    }
    return OK;
}

static int text_of(struct reader *r, const json_t *object, const char *key, const char **out)
{
    *out = json_string_value(json_object_get(object, key));
    if (!*out)
        return REFUSE(r, "\"%s\" is missing or no text; tune again", key);
    return OK;
}

static int read_thresholds(struct reader *r, const json_t *list, int channels, const struct plan *p,
                           struct layer_plan *out)
{
    size_t count = json_array_size(list), largest = p->method == METHOD_UNIT ? (size_t)channels : 1;
    double *values;

    if (!json_is_array(list))
        return REFUSE(r, "layer %d has no list of thresholds; tune again", out->index);
    if (p->method == METHOD_ZEROSKIP ? count != 0 : count < 1 || count > largest)
        return REFUSE(r, "layer %d has %zu thresholds, %s%zu fit; tune again", out->index, count,
                      p->method == METHOD_ZEROSKIP ? "" : "1 to ", p->method == METHOD_ZEROSKIP ? 0 : largest);
    values = region_array(r->region, count, sizeof *values);
    for (size_t i = 0; i < count; i++) {
        const json_t *v = json_array_get(list, i);
        values[i] = json_number_value(v);
        if (!json_is_number(v) || !(values[i] >= 0 && values[i] <= THRESHOLD_LIMIT))
            return REFUSE(r, "layer %d: threshold %zu is not a number from 0 to 1e9; tune again", out->index, i);
    }
    out->groups = (int)count;
    out->thresholds = values;
    return OK;
}

/* Exactly size bytes in base64; NULL if it is something else. */
static uint8_t *decode_bytes(struct reader *r, const json_t *value, size_t size)
{
    struct base64_decode_ctx decoder;
    const char *text = json_string_value(value);
    size_t length = json_string_length(value), decoded = BASE64_DECODE_LENGTH(length);
    uint8_t *bytes = region_alloc(r->region, decoded);

    base64_decode_init(&decoder);
    if (!text || !base64_decode_update(&decoder, &decoded, bytes, length, text) || !base64_decode_final(&decoder) ||
        decoded != size)
        return NULL;
    return bytes;
}

static int read_bias(struct reader *r, const json_t *value, int channels, int index, const int32_t **out)
{
    const uint8_t *bytes = decode_bytes(r, value, 4 * (size_t)channels);
    int32_t *bias = region_array(r->region, (size_t)channels, sizeof *bias);

    if (!bytes)
        return REFUSE(r, "layer %d: \"bias\" is not %d int32 values in base64; tune again", index, channels);
    for (int i = 0; i < channels; i++)
        bias[i] = (int32_t)((uint32_t)bytes[4 * i] | (uint32_t)bytes[4 * i + 1] << 8 |
                            (uint32_t)bytes[4 * i + 2] << 16 | (uint32_t)bytes[4 * i + 3] << 24);
    *out = bias;
    return OK;
}

static int cut_allowed(enum method method, uint8_t cut)
{
    return method == METHOD_STATIC ? cut == 0 || cut == PLAN_CUT_NEVER : plan_cut_fits(cut);
}

static int read_cuts(struct reader *r, const json_t *value, const struct plan *p, struct layer_plan *out)
{
    const uint8_t *cuts = decode_bytes(r, value, out->connections);

    if (p->method != METHOD_UNIT && p->method != METHOD_STATIC)
        return REFUSE(r, "layer %d: \"cuts\" do not go with method %s; tune again", out->index, method_name(p->method));
    if (!cuts)
        return REFUSE(r, "layer %d: \"cuts\" is not %zu bytes in base64; tune again", out->index, out->connections);
    for (size_t i = 0; i < out->connections; i++)
        if (!cut_allowed(p->method, cuts[i]))
            return REFUSE(r, "layer %d: %d is no cut of method %s; %s; tune again", out->index, cuts[i],
                          method_name(p->method),
                          p->method == METHOD_STATIC ? "0 and 255 are" : "0, 1, 3, 7, 15, 31, 63, 127 and 255 are");
    out->cuts = cuts;
    return OK;
}

static int read_weights(struct reader *r, const json_t *value, struct layer_plan *out)
{
    out->weights = (const int8_t *)decode_bytes(r, value, out->connections);
    if (!out->weights)
        return REFUSE(r, "layer %d: \"weights\" is not %zu int8 values in base64; tune again", out->index,
                      out->connections);
    return OK;
}

/* Without the key thresholds or cuts decide. */
static int read_kernel(struct reader *r, const json_t *value, const struct plan *p, struct layer_plan *out)
{
    const char *name = json_string_value(value);
    int kernel = name ? layer_kernel_parse(name) : -1;

    if (kernel < 0)
        return REFUSE(r, "layer %d: \"kernel\" is none of dense, zeroskip and prefix; tune again", out->index);
    if (p->method != METHOD_UNIT && p->method != METHOD_STATIC)
        return REFUSE(r, "layer %d: \"kernel\" does not go with method %s; tune again", out->index,
                      method_name(p->method));
    out->kernel = (enum layer_kernel)kernel;
    return OK;
}

/* What is below 65,536 and at least `least`; -1: it is not. */
static int whole_number(const json_t *object, const char *key, int least)
{
    const json_t *v = json_object_get(object, key);
    json_int_t n = json_is_integer(v) ? json_integer_value(v) : -1;

    return n >= least && n <= UINT16_MAX ? (int)n : -1;
}

static int read_follows(struct reader *r, const json_t *value, const struct node *n, struct layer_plan *out)
{
    static const char *const known[] = { "every", "size", "bias", NULL };
    int elements = (int)tensor_elements(&r->graph->tensors[n->inputs[0]]);

    TRY(only_known_keys(r, value, "\"follows\"", known));
    if (!out->cuts)
        return REFUSE(r, "layer %d: \"follows\" goes with \"cuts\"; tune again", out->index);
    out->every = whole_number(value, "every", 1);
    out->size = whole_number(value, "size", 0);
    if (out->every < 1 || out->size < 0)
        return REFUSE(r, "layer %d: \"every\" is not 1 to 65535 or \"size\" not 0 to 65535; tune again", out->index);
    out->bias_follows = json_object_get(value, "bias") ? whole_number(value, "bias", 0) : 0;
    if (out->bias_follows < 0 || out->bias_follows > PLAN_BIAS_ALL)
        return REFUSE(r, "layer %d: \"bias\" of \"follows\" is not 0 to %d; tune again", out->index, PLAN_BIAS_ALL);
    if ((elements - 1) / out->every + 1 > PLAN_FOLLOWS_MAX)
        return REFUSE(r, "layer %d: every %d leaves more than %d of %d elements; tune again", out->index, out->every,
                      PLAN_FOLLOWS_MAX, elements);
    return OK;
}

/* A fallback's numbers, whose ranges plan.h has. */
static int read_fallback(struct reader *r, const json_t *value, const struct node *n, struct layer_plan *out)
{
    static const char *const known[] = { "limit", "above", "lift", NULL };
    size_t elements = tensor_elements(&r->graph->tensors[n->inputs[0]]);
    struct layer_fallback f = { whole_number(value, "limit", 0), whole_number(value, "above", 0),
                                whole_number(value, "lift", 1) };

    TRY(only_known_keys(r, value, "\"fallback\"", known));
    if (!out->cuts)
        return REFUSE(r, "layer %d: \"fallback\" goes with \"cuts\"; tune again", out->index);
    if (elements > UINT16_MAX)
        return REFUSE(r, "layer %d: \"fallback\" counts 65535 elements at most, its input has %zu; tune again",
                      out->index, elements);
    if (f.limit < 0 || f.above < 0 || f.above > PLAN_FALLBACK_ABOVE_MAX || !plan_cut_fits((uint8_t)f.above))
        return REFUSE(r, "layer %d: \"limit\" is not 0 to 65535 or \"above\" not 0, 1, 3, 7, 15, 31 or 63; tune again",
                      out->index);
    if (f.lift < 1 || f.lift > PLAN_FALLBACK_LIFT_MAX)
        return REFUSE(r, "layer %d: a fallback's \"lift\" is not 1 to %d; tune again", out->index,
                      PLAN_FALLBACK_LIFT_MAX);
    out->fallback = f;
    return OK;
}

/* What a layer has at levels 1 and up. */
static int read_layer_levels(struct reader *r, const json_t *list, int channels, const struct plan *p,
                             struct layer_plan *out)
{
    static const char *const known[] = { "lift", "bias", NULL };
    struct layer_level *levels = region_array(r->region, (size_t)p->level_count, sizeof *levels);

    if (!json_is_array(list) || json_array_size(list) + 1 != (size_t)p->level_count)
        return REFUSE(r, "layer %d has no list of %d \"levels\"; tune again", out->index, p->level_count - 1);
    for (int i = 0; i + 1 < p->level_count; i++) {
        const json_t *level = json_array_get(list, (size_t)i), *lift = json_object_get(level, "lift");
        TRY(only_known_keys(r, level, "a level", known));
        levels[i].lift = (int)json_integer_value(lift);
        if (!json_is_integer(lift) || llabs(json_integer_value(lift)) > PLAN_LIFT_MAX)
            return REFUSE(r, "layer %d: a \"lift\" is not -%d to %d; tune again", out->index, PLAN_LIFT_MAX,
                          PLAN_LIFT_MAX);
        TRY(read_bias(r, json_object_get(level, "bias"), channels, out->index, &levels[i].bias));
    }
    out->levels = levels;
    return OK;
}

static int read_figure(struct reader *r, const json_t *level, const char *key, double *out)
{
    const json_t *v = json_object_get(level, key);

    *out = json_number_value(v);
    if (!json_is_number(v) || !isfinite(*out))
        return REFUSE(r, "a level's \"%s\" is no number; tune again", key);
    return OK;
}

static int read_levels(struct reader *r, const json_t *list, struct plan *out)
{
    static const char *const known[] = { "accuracy", "drop", "executed", "cycles", NULL };
    size_t count = json_array_size(list);

    if (count < 2 || count > PLAN_LEVELS_MAX)
        return REFUSE(r, "\"levels\" is no list of 2 to %d; tune again", PLAN_LEVELS_MAX);
    out->level_count = (int)count;
    out->levels = region_array(r->region, count, sizeof *out->levels);
    for (size_t i = 0; i < count; i++) {
        const json_t *level = json_array_get(list, i), *cycles = json_object_get(level, "cycles");
        struct plan_level *l = &out->levels[i];
        TRY(only_known_keys(r, level, "a level", known));
        TRY(read_figure(r, level, "accuracy", &l->accuracy));
        TRY(read_figure(r, level, "drop", &l->drop_pp));
        TRY(read_figure(r, level, "executed", &l->executed));
        if (!json_is_null(cycles))
            TRY(read_figure(r, level, "cycles", &l->cycles));
    }
    return OK;
}

static int output_channels(const struct graph *g, const struct node *n)
{
    const struct tensor *t = &g->tensors[n->outputs[0]];

    return n->op == OP_FULLY_CONNECTED ? g->tensors[n->inputs[1]].shape[0] : t->shape[t->rank - 1];
}

/* What a layer that prunes by its plan holds. */
static int read_pruning(struct reader *r, const json_t *value, int channels, const struct plan *p,
                        struct layer_plan *out)
{
    const json_t *thresholds = json_object_get(value, "thresholds"), *cuts = json_object_get(value, "cuts");
    const json_t *weights = json_object_get(value, "weights"), *bias = json_object_get(value, "bias");

    if (cuts && thresholds)
        return REFUSE(r, "layer %d has both \"thresholds\" and \"cuts\"; tune again", out->index);
    if (!cuts && (p->method == METHOD_STATIC || out->kernel == KERNEL_PREFIX))
        return REFUSE(r, "layer %d has no \"cuts\", which %s needs; tune again", out->index,
                      p->method == METHOD_STATIC ? "method static" : "kernel prefix");
    if (cuts)
        TRY(read_cuts(r, cuts, p, out));
    else
        TRY(read_thresholds(r, thresholds, channels, p, out));
    if (weights)
        TRY(read_weights(r, weights, out));
    out->bias_count = bias ? channels : 0;
    return bias ? read_bias(r, bias, channels, out->index, &out->bias) : OK;
}

static int read_layer(struct reader *r, const json_t *value, const struct node *n, const struct plan *p,
                      struct layer_plan *out)
{
    static const char *const known[] = { "index",  "thresholds", "bias",   "cuts",     "weights",
                                         "kernel", "follows",    "levels", "fallback", NULL };
    static const char *const known_3[] = { "index",  "thresholds", "bias",   "cuts", "weights",
                                           "kernel", "follows",    "levels", NULL };
    static const char *const known_2[] = { "index", "thresholds", "bias", "cuts", "weights", "kernel", NULL };
    static const char *const known_1[] = { "index", "thresholds", "bias", NULL };
    static const char *const *const known_of[] = { known_1, known_2, known_3, known };
    static const char *const known_whole[] = { "index", "kernel", NULL };
    const json_t *kernel = json_object_get(value, "kernel"), *follows = json_object_get(value, "follows");
    const json_t *levels = json_object_get(value, "levels"), *fallback = json_object_get(value, "fallback");

    if (!json_is_object(value) || json_integer_value(json_object_get(value, "index")) != n->index)
        return REFUSE(r, "layer %d is expected next; tune again", n->index);
    out->index = n->index;
    out->connections = tensor_elements(&r->graph->tensors[n->inputs[1]]);
    TRY(only_known_keys(r, value, "a layer", known_of[r->schema - 1]));
    if (kernel)
        TRY(read_kernel(r, kernel, p, out));
    if (out->kernel == KERNEL_DENSE || out->kernel == KERNEL_ZEROSKIP)
        return only_known_keys(r, value, "a layer of kernel dense or zeroskip", known_whole);
    TRY(read_pruning(r, value, output_channels(r->graph, n), p, out));
    if (follows)
        TRY(read_follows(r, follows, n, out));
    if (fallback)
        TRY(read_fallback(r, fallback, n, out));
    if (levels && !p->level_count)
        return REFUSE(r, "layer %d has \"levels\", the plan has none; tune again", n->index);
    return p->level_count && out->cuts ? read_layer_levels(r, levels, output_channels(r->graph, n), p, out) : OK;
}

static int read_layers(struct reader *r, const json_t *list, struct plan *out)
{
    const struct graph *g = r->graph;
    int count = 0;

    for (int i = 0; i < g->node_count; i++)
        count += plan_prunes(g->nodes[i].op);
    if (!json_is_array(list) || json_array_size(list) != (size_t)count)
        return REFUSE(r, "%zu layers, but the network has %d with MACs; tune again", json_array_size(list), count);
    out->layers = region_array(r->region, (size_t)count, sizeof *out->layers);
    for (int i = 0; i < g->node_count; i++)
        if (plan_prunes(g->nodes[i].op)) {
            const json_t *value = json_array_get(list, (size_t)out->layer_count);
            TRY(read_layer(r, value, &g->nodes[i], out, &out->layers[out->layer_count]));
            out->layer_count++;
        }
    return OK;
}

/* 0: it is none. */
static int schema_number(const char *name)
{
    int number = SCHEMAS;

    while (number > 0 && strcmp(name, schemas[number - 1]) != 0)
        number--;
    return number;
}

static int read_head(struct reader *r, const json_t *root, struct plan *out)
{
    static const char *const known[] = { "schema", "model", "method", "division", "target", "levels", "layers", NULL };
    static const char *const known_2[] = { "schema", "model", "method", "division", "target", "layers", NULL };
    static const char *const known_model[] = { "path", "fingerprint", NULL };
    const json_t *model = json_object_get(root, "model"), *target = json_object_get(root, "target");
    const char *schema, *fingerprint, *method, *division;
    char own[65];

    TRY(text_of(r, root, "schema", &schema));
    r->schema = schema_number(schema);
    if (!r->schema)
        return REFUSE(r, "schema \"%s\" is not " PLAN_SCHEMA " or older; tune again with this version", schema);
    TRY(only_known_keys(r, root, "the plan", r->schema < 3 ? known_2 : known));
    TRY(only_known_keys(r, model, "\"model\"", known_model));
    TRY(text_of(r, model, "fingerprint", &fingerprint));
    plan_fingerprint(r->graph, own);
    if (strcmp(fingerprint, own) != 0)
        return REFUSE(r, "it was made for another network (%.12s, this one is %.12s); tune this network", fingerprint,
                      own);
    memcpy(out->fingerprint, own, sizeof own);
    TRY(text_of(r, root, "method", &method));
    TRY(text_of(r, root, "division", &division));
    if (method_parse(method) < 0)
        return REFUSE(r, "unknown method \"%s\"; unit, fatrelu, zeroskip and static are known", method);
    if (division_parse(division) < 0 || division_parse(division) == DIVISION_MASK)
        return REFUSE(r, "unknown division \"%s\"; exact, shift, tree and msb are known for int8", division);
    out->method = (enum method)method_parse(method);
    out->division = (enum division)division_parse(division);
    if (target && !json_is_string(target))
        return REFUSE(r, "\"target\" is no text; tune again");
    if (target)
        out->target = region_text(r->region, "%s", json_string_value(target));
    if (json_object_get(root, "levels"))
        TRY(read_levels(r, json_object_get(root, "levels"), out));
    return OK;
}

int plan_decode(struct region *region, const json_t *root, const char *path, const struct graph *g, struct plan *out,
                struct diag *d)
{
    struct reader r = { .region = region, .graph = g, .path = path, .diag = d };

    *out = (struct plan){ .path = path };
    if (!json_is_object(root))
        return REFUSE(&r, "it is no plan; make one with unit tune");
    TRY(read_head(&r, root, out));
    return read_layers(&r, json_object_get(root, "layers"), out);
}

int plan_read(struct region *region, const char *path, const struct graph *g, struct plan *out, struct diag *d)
{
    json_error_t error;
    struct bytes file;
    json_t *root;
    int status;

    TRY(file_read(region, path, &file, d));
    root = json_loadb((const char *)file.data, file.size, JSON_REJECT_DUPLICATES, &error);
    if (!root)
        return diag_fail(d, BAD_INPUT, path, "it is no JSON: line %d: %s; make a plan with unit tune", error.line,
                         error.text);
    status = plan_decode(region, root, path, g, out, d);
    json_decref(root);
    return status;
}
