/* lower_bytes.c - see lower_bytes.h. */
#include "port/lower_bytes.h"

#include <rt_bytes.h>

#include "port/lower_steps.h"
#include "port/order.h"

enum { WINDOW_COLUMNS_MAX = 255, COLUMN_MAX = 257, ADDRESSES = 12000 };

static const void *pack(struct region *r, const struct mac_layer *m, const struct unit_packed_s8 *p)
{
    uint8_t *packed = region_alloc(r, rt_bytes_weights(p)), *to = packed;

    for (int o = 0, block; o < m->out_c; o += block) {
        block = rt_bytes_block(rt_bytes_alone(p), (uint16_t)(m->out_c - o));
        for (int k = 0; k < m->taps; k++)
            for (int b = 0; b < block; b++)
                *to++ = (uint8_t)(layer_weight(m, o + b, in_strip_order(m, k)) + 128);
    }
    return packed;
}

/* Words for whole bytes: the slope at 2^40 a step of u, or where that exceeds 32 bits, at 2^36 of 16 * u. 0 if that
 * does as well. */
static int arrange(int32_t *step)
{
    uint64_t mult = (uint32_t)step[RT_STEP_MULT]; /* at 2^36 */

    if (step[RT_STEP_RANGE] < RT_STEP_SHORT)
        mult <<= RT_STEP_LOW_BITS;
    if (step[RT_STEP_RANGE] >= RT_BYTES_BY_16)
        step[RT_STEP_RANGE] = RT_BYTES_BY_16 - 1; /* beyond every sum */
    if (mult >> 28)
        step[RT_STEP_RANGE] |= RT_BYTES_BY_16;
    else
        mult <<= 4;
    step[RT_STEP_MULT] = (int32_t)(uint32_t)mult;
    return mult >> 32 == 0;
}

static const int32_t *arrange_all(struct region *r, const int32_t *from, int scales)
{
    int32_t *steps = region_copy(r, from, (size_t)scales * RT_STEP_WORDS * sizeof *steps);

    for (int i = 0; i < scales; i++)
        if (!arrange(steps + i * RT_STEP_WORDS))
            return NULL;
    return steps;
}

/* Activations are taken with 128 added, so the bias takes that off. 0 if a sum, less the one at which the steps begin,
 * does not fit 24 bits. */
static int fold_offset(struct region *r, const struct mac_layer *m, struct unit_packed_s8 *op)
{
    int32_t *bias = region_array(r, (size_t)m->out_c + 8, sizeof *bias);

    for (int o = 0; o < m->out_c; o++) {
        int64_t most, least;
        bias[o] = op->bias[o];
        for (int k = 0; k < m->taps; k++)
            bias[o] -= 128 * layer_weight(m, o, k);
        most = least = bias[o];
        for (int k = 0; k < m->taps; k++) {
            int w = layer_weight(m, o, k);
            most += w > 0 ? 255 * w : 0;
            least += w < 0 ? 255 * w : 0;
        }
        if (least < -(1 << 23) || most >= 1 << 23 || most - bias[o] >= 1 << 23 || bias[o] - least > 1 << 23)
            return 0;
    }
    op->bias = bias;
    return 1;
}

static int is_small(const struct unit_packed_s8 *p)
{
    return p->taps <= RT_BYTES_TAPS_MAX && p->kernel_w <= WINDOW_COLUMNS_MAX && p->kernel_h * p->in_c <= COLUMN_MAX &&
           rt_bytes_scratch(p) <= ADDRESSES;
}

void bytes_lower(struct region *r, struct step *s, struct unit_step *k, const struct mac_layer *m)
{
    const struct unit_packed_s8 *p = k->op;
    struct unit_bytes_s8 *op;
    const int32_t *steps;

    if (k->kernel != unit_packed_s8 || p->dilation_h != 1 || p->dilation_w != 1 || !is_small(p))
        return;
    if (p->pool_h && (p->pool_h != 2 || p->pool_w != 2))
        return;
    op = region_alloc(r, sizeof *op);
    *op = (struct unit_bytes_s8){ .layer = *p };
    if (!steps_lower(r, m, m->shape.in_zp, &op->layer, &steps, &op->bends) || !fold_offset(r, m, &op->layer))
        return;
    op->steps = arrange_all(r, steps, p->scale_step ? m->out_c : 1);
    if (!op->steps)
        return;
    op->layer.weights = (unit_weights)pack(r, m, p);
    k->kernel = unit_bytes_s8;
    k->op = op;
    s->scratch_bytes = rt_bytes_scratch(p);
}
