/* write.c - a plan to JSON; docs/formats.md describes the document. */
#include <stdlib.h>
#include <string.h>

#include <nettle/base64.h>

#include "plan/document.h"
#include "plan/format.h"

static json_t *encode_bytes(const void *bytes, size_t size)
{
    struct region *r = region_new();
    size_t length = BASE64_ENCODE_RAW_LENGTH(size);
    char *text = region_alloc(r, length + 1);
    json_t *value;

    base64_encode_raw(text, size, bytes);
    value = json_stringn(text, length);
    region_free(r);
    return value;
}

/* int32 values as little-endian bytes. */
static json_t *encode_bias(const int32_t *bias, int count)
{
    struct region *r = region_new();
    size_t size = 4 * (size_t)count;
    uint8_t *bytes = region_alloc(r, size);
    json_t *value;

    for (int i = 0; i < count; i++)
        for (int b = 0; b < 4; b++)
            bytes[4 * i + b] = (uint8_t)((uint32_t)bias[i] >> (8 * b));
    value = encode_bytes(bytes, size);
    region_free(r);
    return value;
}

/* Of levels 1 and up. */
static json_t *encode_layer_levels(const struct layer_plan *l, int count)
{
    json_t *list = json_array();

    for (int i = 0; i < count; i++)
        json_array_append_new(list, json_pack("{s:i, s:o}", "lift", l->levels[i].lift, "bias",
                                              encode_bias(l->levels[i].bias, l->bias_count)));
    return list;
}

json_t *plan_encode_levels(const struct plan *p)
{
    json_t *list = json_array();

    for (int i = 0; i < p->level_count; i++) {
        const struct plan_level *l = &p->levels[i];
        json_array_append_new(list,
                              json_pack("{s:f, s:f, s:f, s:o}", "accuracy", l->accuracy, "drop", l->drop_pp, "executed",
                                        l->executed, "cycles", l->cycles > 0 ? json_real(l->cycles) : json_null()));
    }
    return list;
}

static json_t *encode_layer(const struct layer_plan *l, int levels)
{
    json_t *layer = json_object(), *thresholds = json_array();

    json_object_set_new(layer, "index", json_integer(l->index));
    for (int i = 0; i < l->groups; i++)
        json_array_append_new(thresholds, json_real(l->thresholds[i]));
    if (l->kernel != KERNEL_OPEN)
        json_object_set_new(layer, "kernel", json_string(layer_kernel_name(l->kernel)));
    if (l->cuts)
        json_object_set_new(layer, "cuts", encode_bytes(l->cuts, l->connections));
    else if (l->kernel == KERNEL_OPEN)
        json_object_set(layer, "thresholds", thresholds);
    json_decref(thresholds);
    if (l->weights)
        json_object_set_new(layer, "weights", encode_bytes(l->weights, l->connections));
    if (l->every)
        json_object_set_new(layer, "follows",
                            json_pack("{s:i, s:i, s:i}", "every", l->every, "size", l->size, "bias", l->bias_follows));
    if (l->fallback.lift)
        json_object_set_new(layer, "fallback",
                            json_pack("{s:i, s:i, s:i}", "limit", l->fallback.limit, "above", l->fallback.above, "lift",
                                      l->fallback.lift));
    if (l->bias)
        json_object_set_new(layer, "bias", encode_bias(l->bias, l->bias_count));
    if (l->levels)
        json_object_set_new(layer, "levels", encode_layer_levels(l, levels - 1));
    return layer;
}

json_t *plan_encode(const struct plan *p, const char *model_path)
{
    json_t *root = json_object(), *layers = json_array();

    json_object_set_new(root, "schema", json_string(PLAN_SCHEMA));
    json_object_set_new(root, "model", json_pack("{s:s?, s:s}", "path", model_path, "fingerprint", p->fingerprint));
    json_object_set_new(root, "method", json_string(method_name(p->method)));
    json_object_set_new(root, "division", json_string(division_name(p->division)));
    if (p->target)
        json_object_set_new(root, "target", json_string(p->target));
    for (int i = 0; i < p->layer_count; i++)
        json_array_append_new(layers, encode_layer(&p->layers[i], p->level_count));
    if (p->level_count)
        json_object_set_new(root, "levels", plan_encode_levels(p));
    json_object_set_new(root, "layers", layers);
    return root;
}

int plan_write(const struct plan *p, const char *model_path, const char *path, struct diag *d)
{
    json_t *root = plan_encode(p, model_path);
    char *text = json_dumps(root, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
    int status;

    json_decref(root);
    if (!text)
        return diag_fail(d, JOB_FAILED, path, "cannot encode the plan; its numbers are not finite");
    status = file_write(path, text, strlen(text), d);
    free(text);
    return status;
}
