/* input.c - see input.h. */
#include "run/input.h"

#include <math.h>
#include <string.h>

enum { RAW_PIXEL_RANGE = 32 /* a uint8 range above this in real units means that the network takes raw pixels */ };

/* Shapes without their axes of size 1. */
static int squeeze_tensor(const struct tensor *t, size_t shape[])
{
    int rank = 0;

    for (int i = 0; i < t->rank; i++)
        if (t->shape[i] != 1)
            shape[rank++] = (size_t)t->shape[i];
    return rank;
}

static int squeeze_sample(const struct array *a, size_t shape[])
{
    int rank = 0;

    for (int i = 1; i < a->rank; i++)
        if (a->shape[i] != 1)
            shape[rank++] = a->shape[i];
    return rank;
}

static const char *sample_shape_text(struct region *r, const struct array *a)
{
    const char *text = a->rank > 1 ? "" : "1";

    for (int i = 1; i < a->rank; i++)
        text = region_text(r, "%s%s%zu", text, i > 1 ? "x" : "", a->shape[i]);
    return text;
}

static int check_shape(struct region *r, const struct tensor *t, const struct array *a, const char *path,
                       struct diag *d)
{
    size_t want[RANK_MAX], have[DATA_RANK_MAX];
    int want_rank = squeeze_tensor(t, want), have_rank = squeeze_sample(a, have);

    if (want_rank == have_rank && memcmp(want, have, (size_t)want_rank * sizeof *want) == 0)
        return OK;
    return diag_fail(d, BAD_INPUT, path, "samples of shape %s do not fit the network's input %s; convert the data",
                     sample_shape_text(r, a), shape_text(r, t));
}

static uint8_t quantise(double real, const struct tensor *t)
{
    double low = t->type == TYPE_INT8 ? -128 : 0, q = round(real / (double)t->quant.scale[0]) + t->quant.zero_point[0];

    if (isnan(q))
        q = t->quant.zero_point[0];
    return (uint8_t)(int)(q < low ? low : q > low + 255 ? low + 255 : q);
}

static int same_type(const struct tensor *t, const struct array *a)
{
    return (t->type == TYPE_INT8 && a->type == DATA_INT8) || (t->type == TYPE_UINT8 && a->type == DATA_UINT8);
}

/* Real values to the network's type. */
static const uint8_t *convert(struct region *r, const struct tensor *t, const struct array *a, double scale,
                              double offset)
{
    size_t count = a->shape[0] * tensor_elements(t);
    uint8_t *bytes = region_array(r, count, type_bytes(t->type));

    for (size_t i = 0; i < count; i++) {
        double real = scale * array_value(a, i) + offset;
        float single = (float)real;
        if (t->type == TYPE_FLOAT32)
            memcpy(bytes + 4 * i, &single, sizeof single);
        else
            bytes[i] = quantise(real, t);
    }
    return bytes;
}

int inputs_fit_array(struct region *r, const struct program *p, int input, const struct array *a, const char *path,
                     struct inputs *out, struct diag *d)
{
    const struct tensor *t = &p->graph->tensors[p->graph->inputs[input]];

    if (a->rank == 0 || a->shape[0] == 0)
        return diag_fail(d, BAD_INPUT, path, "it holds no samples; its first axis must count them");
    TRY(check_shape(r, t, a, path, d));
    if (!same_type(t, a) && a->type != DATA_FLOAT32)
        return diag_fail(d, BAD_INPUT, path, "%s does not fit the network's %s input; give %s or float32",
                         data_type_name(a->type), type_name(t->type), type_name(t->type));
    *out = (struct inputs){ .count = a->shape[0], .sample_bytes = tensor_bytes(t) };
    out->data = same_type(t, a) ? a->data : convert(r, t, a, 1, 0);
    return OK;
}

/* The scale by which a network's input is quantised: its own, or that of the QUANTIZE behind a float input. */
static double input_scale(const struct program *p, int tensor)
{
    const struct graph *g = p->graph;

    if (g->tensors[tensor].quant.count)
        return (double)g->tensors[tensor].quant.scale[0];
    for (int i = 0; i < g->node_count; i++)
        if (g->nodes[i].op == OP_QUANTIZE && g->nodes[i].inputs[0] == tensor)
            return (double)g->tensors[g->nodes[i].outputs[0]].quant.scale[0];
    return 0;
}

static double default_scale(const struct program *p, int tensor, enum data_type type)
{
    if (type != DATA_UINT8)
        return 1;
    return 255 * input_scale(p, tensor) > RAW_PIXEL_RANGE ? 1 : 1.0 / 255;
}

/* Raw bytes from a folder: their type is given or told by their number, their shape is the network's. */
static int shape_raw(const struct tensor *t, const struct dataset *data, int raw_type, struct array *a, struct diag *d)
{
    size_t bytes = a->shape[1], elements = tensor_elements(t);
    enum data_type type = raw_type >= 0 ? (enum data_type)raw_type : bytes == 4 * elements ? DATA_FLOAT32 : DATA_UINT8;

    if (bytes != elements * data_type_bytes(type))
        return diag_fail(d, BAD_INPUT, data->path,
                         "samples of %zu bytes do not fit the network's input of %zu elements of "
                         "%s; check --type",
                         bytes, elements, data_type_name(type));
    a->type = type;
    a->rank = t->rank + 1;
    for (int i = 0; i < t->rank; i++)
        a->shape[i + 1] = (size_t)t->shape[i];
    return OK;
}

static int check_labels(const struct dataset *data, size_t classes, struct diag *d)
{
    for (size_t i = 0; data->labels && i < data->count; i++)
        if ((size_t)data->labels[i] >= classes)
            return diag_fail(d, BAD_INPUT, data->path,
                             "label %d of sample %zu is above the network's last class, %zu; "
                             "check the labels",
                             data->labels[i], i, classes - 1);
    return OK;
}

int inputs_fit(struct region *r, const struct program *p, int input, const struct dataset *data,
               const struct feeding *feeding, size_t classes, struct inputs *out, struct diag *d)
{
    int tensor = p->graph->inputs[input];
    const struct tensor *t = &p->graph->tensors[tensor];
    struct array a = data->samples;
    double scale, offset;

    if (data->shapeless)
        TRY(shape_raw(t, data, feeding->raw_type, &a, d));
    TRY(check_shape(r, t, &a, data->path, d));
    TRY(check_labels(data, classes, d));
    *out = (struct inputs){ .count = data->count, .sample_bytes = tensor_bytes(t), .labels = data->labels };
    if (same_type(t, &a)) {
        if (feeding->has_scale || feeding->has_offset)
            return diag_fail(d, BAD_USAGE, feeding->has_scale ? "--scale" : "--offset",
                             "%s data of a %s network are quantised already; leave it out", data_type_name(a.type),
                             type_name(t->type));
        out->data = a.data;
        return OK;
    }
    scale = feeding->has_scale ? feeding->scale : default_scale(p, tensor, a.type);
    offset = feeding->has_offset ? feeding->offset : 0;
    out->note = region_text(r, "%s data: real = %.9g * raw + %.9g (%s)", data_type_name(a.type), scale, offset,
                            feeding->has_scale ? "as given"
                                               : "chosen by the network's input scale; --scale and --offset change it");
    out->data = convert(r, t, &a, scale, offset);
    return OK;
}
