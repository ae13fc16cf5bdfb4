/* lower_lanes.c - see lower_lanes.h. */
#include "port/lower_lanes.h"

#include <rt_lanes.h>

#include "port/lower_steps.h"
#include "port/order.h"

enum {
    POSITIONS = 32,      /* that make unpacking weights worth while: it costs as much as one position, about */
    POSITIONS_LEAST = 3, /* below it, weights are used as they come */
    SCRATCH_MAX = 8192,  /* more than one row at a time must keep to that, or to what other layers need anyway */
    PLANE_MAX = 4096     /* more than two rows at a time of a depthwise layer */
};

/* [blocks][pairs][4]; connections and outputs beyond the last have weights 0. 0 if two paired weights are -128. */
static int pack(const struct mac_layer *m, const struct unit_lanes_s8 *op, uint8_t *to)
{
    int fours = rt_lanes_fours(&op->layer);

    for (int o = 0; o < m->out_c; o += 2)
        for (int i = 0; i < op->pairs; i++)
            for (int half = 1; half >= 0; half--)
                for (int b = 0; b < 2; b++) {
                    /* The places of four are their own inverse. */
                    int k = rt_lanes_half(fours, (uint16_t)(2 * i + half));
                    int w = k < m->taps ? layer_weight(m, o + b, in_strip_order(m, k)) : 0;
                    *to++ = (uint8_t)(w + 128);
                    if (half == 0 && w == -128 && to[-3] == 0)
                        return 0;
                }
    return 1;
}

/* Rows at a time: enough positions to share unpacked weights, while there is room. */
static void choose_rows(struct unit_lanes_s8 *op, uint32_t room)
{
    uint16_t unit = op->layer.pool_h ? op->layer.pool_h : 1, rows = unit;

    op->rows = 0;
    if (!op->layer.pool_h && (uint32_t)op->layer.out_h * op->layer.out_w < POSITIONS_LEAST)
        return;
    while (rows * op->layer.out_w < POSITIONS && rows + unit <= op->layer.out_h &&
           rt_lanes_scratch(op, (uint16_t)(rows + unit)) <= (room > SCRATCH_MAX ? room : SCRATCH_MAX))
        rows = (uint16_t)(rows + unit);
    op->rows = rows;
}

uint32_t lanes_weight_bytes(const struct unit_lanes_s8 *op)
{
    if (!op->pairs)
        return (uint32_t)rt_lists(&op->layer).blocks * op->layer.taps * 4;
    return ((op->layer.out_c + 1u) / 2) * op->pairs * 4;
}

static void lower_full(struct region *r, struct step *s, struct unit_step *k, const struct mac_layer *m, uint32_t room)
{
    const struct unit_packed_s8 *layer = k->op;
    struct unit_lanes_s8 *op;
    uint32_t columns;
    uint8_t *weights;

    columns = (uint32_t)(layer->out_w - 1) * layer->stride_w + layer->kernel_w;
    if (m->taps > 32767 || (columns + layer->out_w * (layer->kernel_w + 1u)) * layer->kernel_h * layer->in_c > 65000)
        return;
    op = region_alloc(r, sizeof *op);
    *op = (struct unit_lanes_s8){ .layer = *layer, .pairs = (uint16_t)((m->taps + 1) / 2) };
    op->y_h = (uint16_t)(layer->pool_h ? layer->out_h / layer->pool_h : layer->out_h);
    op->y_w = (uint16_t)(layer->pool_h ? layer->out_w / layer->pool_w : layer->out_w);
    weights = region_alloc(r, lanes_weight_bytes(op));
    if (!pack(m, op, weights) || !steps_lower(r, m, m->shape.in_zp, &op->layer, &op->steps, &op->bends))
        return;
    op->layer.weights = (unit_weights)(const void *)weights;
    choose_rows(op, room);
    k->kernel = unit_lanes_s8;
    k->op = op;
    s->scratch_bytes = rt_lanes_scratch(op, op->rows);
}

/* [blocks][taps][4]; outputs beyond the last have weights 0. */
static void pack_fours(const struct mac_layer *m, uint8_t *to)
{
    for (int o = 0; o < m->out_c; o += 4)
        for (int k = 0; k < m->taps; k++)
            for (int b = 0; b < 4; b++)
                *to++ = (uint8_t)(layer_weight(m, o + b, in_strip_order(m, k)) + 128);
}

static void lower_xcut(struct region *r, struct step *s, struct unit_step *k, const struct mac_layer *m)
{
    const struct unit_packed_s8 *layer = k->op;
    struct unit_lanes_s8 *op = region_alloc(r, sizeof *op);
    uint8_t *weights;

    *op = (struct unit_lanes_s8){ .layer = *layer };
    op->y_h = (uint16_t)(layer->pool_h ? layer->out_h / layer->pool_h : layer->out_h);
    op->y_w = (uint16_t)(layer->pool_h ? layer->out_w / layer->pool_w : layer->out_w);
    if (m->taps > RT_LISTS_ELEMENTS || !steps_lower(r, m, 0, &op->layer, &op->steps, &op->bends))
        return;
    weights = region_alloc(r, lanes_weight_bytes(op));
    pack_fours(m, weights);
    op->layer.weights = (unit_weights)(const void *)weights;
    k->kernel = unit_lanes_s8_xcut;
    k->op = op;
    s->scratch_bytes = rt_lists_scratch(layer);
}

/* Of an odd number of connections the first is multiplied alone, then two at a time. */
static int pairs_fit(const struct mac_layer *m)
{
    for (int o = 0; o < m->out_c; o++)
        for (int k = m->taps & 1; k < m->taps; k += 2)
            if (layer_weight(m, o, k) == -128 && layer_weight(m, o, k + 1) == -128)
                return 0;
    return 1;
}

static void lower_depthwise(struct region *r, struct step *s, struct unit_step *k, const struct mac_layer *m)
{
    const struct unit_packed_s8 *layer = k->op;
    struct unit_lanes_depthwise_s8 *op = region_alloc(r, sizeof *op);

    *op = (struct unit_lanes_depthwise_s8){ .layer = *layer, .rows = 2 };
    if (rt_plane_scratch(layer, 2) > 32768 || !pairs_fit(m) ||
        !steps_lower(r, m, m->shape.in_zp, &op->layer, &op->steps, &op->bends))
        return;
    while (op->rows < layer->out_h && rt_plane_scratch(layer, (uint16_t)(op->rows + 2)) <= PLANE_MAX)
        op->rows = (uint16_t)(op->rows + 2);
    k->kernel = unit_lanes_depthwise_s8;
    k->op = op;
    s->scratch_bytes = rt_plane_scratch(layer, op->rows);
}

/* A depthwise layer that leaves out nothing but zeros: looking for them costs more than multiplying by them. */
static int skips_zeros_only(const struct unit_step *k)
{
    return k->kernel == unit_packed_depthwise_s8_xcut && !((const struct unit_packed_s8 *)k->op)->x_cut;
}

/* Bytes of a layer's input and output. */
static uint32_t layer_bytes(const struct program *p, const struct step *s)
{
    const struct tensor *tensors = p->graph->tensors;

    return (uint32_t)(tensor_bytes(&tensors[s->tensor[0]]) + tensor_bytes(&tensors[s->tensor[1]]));
}

void lanes_lower(struct region *r, struct program *p)
{
    uint32_t most = 0;

    for (int i = 0; i < p->step_count; i++)
        if (p->steps[i].mac >= 0 && layer_bytes(p, &p->steps[i]) > most)
            most = layer_bytes(p, &p->steps[i]);
    for (int i = 0; i < p->step_count; i++) {
        struct step *s = &p->steps[i];
        struct unit_step *k = &p->kernels[i];
        if (s->mac < 0)
            continue;
        if (k->kernel == unit_packed_s8)
            lower_full(r, s, k, &p->layers[s->mac], most - layer_bytes(p, s));
        if (k->kernel == unit_packed_s8_xcut)
            lower_xcut(r, s, k, &p->layers[s->mac]);
        if (k->kernel == unit_packed_depthwise_s8 || skips_zeros_only(k))
            lower_depthwise(r, s, k, &p->layers[s->mac]);
    }
}
