/* lower_squares.c - see lower_squares.h. */
#include "port/lower_squares.h"

#include <rt_squares.h>

#include "port/lower_steps.h"
#include "port/order.h"

enum { SUM_MAX = 1 << 29 };

static int blocks(const struct unit_packed_s8 *p)
{
    return (p->out_c + RT_SQUARES_BLOCK - 1) / RT_SQUARES_BLOCK;
}

size_t squares_weight_bytes(const struct unit_packed_s8 *p)
{
    return (size_t)blocks(p) * p->taps * RT_SQUARES_BLOCK;
}

static const void *pack(struct region *r, const struct mac_layer *m, const struct unit_packed_s8 *p)
{
    int8_t *packed = region_alloc(r, squares_weight_bytes(p)), *to = packed;

    for (int o = 0; o < blocks(p) * RT_SQUARES_BLOCK; o += RT_SQUARES_BLOCK)
        for (int k = 0; k < m->taps; k++)
            for (int b = 0; b < RT_SQUARES_BLOCK; b++)
                *to++ = layer_weight(m, o + b, in_strip_order(m, k));
    return packed;
}

/* Biases for twice the sum; 0 if it may not fit 32 bits. */
static int double_bias(struct region *r, const struct mac_layer *m, struct unit_packed_s8 *op)
{
    int32_t *bias = region_array(r, (size_t)m->out_c + 8, sizeof *bias);

    for (int o = 0; o < m->out_c; o++) {
        int64_t squares = 0, most = (int64_t)m->taps * 255 * 255;
        for (int k = 0; k < m->taps; k++)
            squares += layer_weight(m, o, k) * layer_weight(m, o, k);
        if (op->bias[o] > SUM_MAX || op->bias[o] < -SUM_MAX || most > SUM_MAX)
            return 0;
        bias[o] = (int32_t)(2 * (int64_t)op->bias[o] + squares);
    }
    op->bias = bias;
    return 1;
}

void squares_lower(struct region *r, struct step *s, struct unit_step *k, const struct mac_layer *m)
{
    const struct unit_packed_s8 *p = k->op;
    struct unit_squares_s8 *op;

    if (k->kernel != unit_packed_s8 || p->dilation_h != 1 || p->dilation_w != 1)
        return;
    if (p->pool_h && (p->pool_h != 2 || p->pool_w != 2))
        return;
    op = region_alloc(r, sizeof *op);
    *op = (struct unit_squares_s8){ .layer = *p };
    if (!steps_lower_divided(r, m, m->shape.in_zp, &op->layer, &op->steps, &op->bends) ||
        !double_bias(r, m, &op->layer))
        return;
    op->layer.weights = (unit_weights)pack(r, m, p);
    k->kernel = unit_squares_s8;
    k->op = op;
    s->scratch_bytes = rt_squares_scratch(p);
}
