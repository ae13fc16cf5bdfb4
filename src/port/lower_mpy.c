/* lower_mpy.c - see lower_mpy.h. */
#include "port/lower_mpy.h"

#include "port/mpy_constants.h"
#include "port/mpy_weights.h"

static struct unit_mpy_s8 *shape(struct region *r, const struct unit_packed_s8 *p)
{
    struct unit_mpy_s8 *op = region_alloc(r, sizeof *op);

    *op = (struct unit_mpy_s8){
        .in_h = p->in_h,
        .in_w = p->in_w,
        .in_c = p->in_c,
        .out_h = p->out_h,
        .out_w = p->out_w,
        .out_c = p->out_c,
        .kernel_h = p->kernel_h,
        .kernel_w = p->kernel_w,
        .stride_h = p->stride_h,
        .stride_w = p->stride_w,
        .pad_top = p->pad_top,
        .pad_left = p->pad_left,
        .pool_h = p->pool_h ? p->pool_h : 1,
        .pool_w = p->pool_w ? p->pool_w : 1,
        .taps = p->taps,
        .x_cut = p->x_cut,
        .in_zp = p->in_zp,
        .act_min = p->act_min,
        .act_max = p->act_max,
        .runs = p->runs,
        .division = p->division,
    };
    return op;
}

enum { ADDRESSES = 60000, WINDOWS_MAX = 9 };

static uint32_t round_up(uint32_t bytes, uint32_t to)
{
    return (bytes + to - 1) / to * to;
}

/* Scratch as rt/port/msp430x lays it out, which has a strip for each row of windows that are pooled. 0 if it is more
 * than offsets of 16 bits reach. */
static uint32_t scratch_bytes(const struct unit_mpy_s8 *p, uint32_t value_bytes, uint32_t column_bytes)
{
    uint64_t columns = (p->out_w - 1u) * p->stride_w + p->kernel_w, values = columns * p->kernel_h * p->in_c;
    uint64_t strip = (values * value_bytes + 1) / 2 * 2 + column_bytes * (columns + 1);

    return strip * p->pool_h < ADDRESSES ? round_up((uint32_t)strip * p->pool_h, 4) : 0;
}

/* What makes a layer's parameters for one kernel. */
struct form {
    unit_kernel *kernel;
    const uint16_t *(*constants)(struct region *r, const struct mac_layer *m, const struct unit_packed_s8 *layer,
                                 int centred);
    const void *(*weights)(struct region *r, const struct mac_layer *m);
    int centred;
    uint32_t value_bytes, column_bytes; /* scratch for a value and for a column of a strip */
};

static void convert(struct region *r, struct step *s, struct unit_step *k, const struct mac_layer *m,
                    const struct form *f)
{
    struct unit_mpy_s8 *op = shape(r, k->op);
    uint32_t bytes = scratch_bytes(op, f->value_bytes, f->column_bytes);

    op->after = f->constants(r, m, k->op, f->centred);
    if (!op->after || !bytes || op->pool_h * op->pool_w > WINDOWS_MAX)
        return;
    op->weights = f->weights(r, m);
    k->op = op;
    k->kernel = f->kernel;
    s->scratch_bytes = bytes;
}

/* By bit lengths alone, every threshold of one length is the same; the largest is shifted on the chip. */
static const struct unit_cut_run *all_bits_set(struct region *r, const struct unit_packed_s8 *p)
{
    struct unit_cut_run *runs = region_array(r, (size_t)p->out_c, sizeof *runs);
    int done = 0;

    for (int i = 0; done < p->out_c; done += runs[i++].outputs) {
        runs[i] = p->runs[i];
        for (int shift = 1; shift < 16; shift *= 2)
            runs[i].threshold |= (uint16_t)(runs[i].threshold >> shift);
    }
    return runs;
}

/* Sums for whole blocks. */
static void convert_fc_cut(struct region *r, struct step *s, struct unit_step *k, const struct mac_layer *m)
{
    struct unit_mpy_s8 *op = shape(r, k->op);

    op->after = mpy_single_constants(r, m, k->op, 1);
    if (!op->after)
        return;
    if (op->division == UNIT_DIVISION_MSB)
        op->runs = all_bits_set(r, k->op);
    op->weights = mpy_block_weights(r, m, op->runs);
    k->op = op;
    k->kernel = unit_mpy_fc_s8_cut;
    s->scratch_bytes = 4u * UNIT_MPY_BLOCK * (uint32_t)mpy_blocks(op->runs, op->out_c);
}

/* Strips hold bytes; words |x| and x where activations have signs. */
static uint32_t cut_value_bytes(const struct mac_layer *m)
{
    return m->shape.in_zp == -128 ? 1 : 5;
}

/* Without zeros, depthwise layers take every product, too: to find a zero costs more here than to multiply it, and the
 * bytes are the same. */
void mpy_lower(struct region *r, struct step *s, struct unit_step *k, const struct mac_layer *m)
{
    const struct unit_packed_s8 *p = k->op;
    const struct form dense = {
        p->pool_h ? unit_mpy_pool_s8 : unit_mpy_s8, mpy_pair_constants, mpy_pair_weights, 0, 1, 0
    };
    const struct form xcut = { unit_mpy_s8_xcut, mpy_pair_constants, mpy_pair_weights, 1, 4, 2 };
    const struct form cut = { unit_mpy_s8_cut, mpy_single_constants, mpy_waking_weights, 1, cut_value_bytes(m), 0 };
    const struct form depthwise = { unit_mpy_depthwise_s8, mpy_single_constants, mpy_single_weights, 0, 1, 0 };
    const struct form depthwise_cut = { unit_mpy_depthwise_s8_cut, mpy_single_constants,
                                        mpy_waking_weights,        1,
                                        cut_value_bytes(m),        0 };
    const struct {
        unit_kernel *from;
        const struct form *to;
    } forms[] = {
        { unit_packed_s8, p->out_c > 1 ? &dense : NULL },
        { unit_packed_s8_xcut, p->out_c > 1 ? &xcut : NULL },
        { unit_packed_s8_cut, &cut },
        { unit_packed_depthwise_s8, &depthwise },
        { unit_packed_depthwise_s8_xcut, !p->x_cut          ? &depthwise
                                         : p->in_zp == -128 ? &depthwise_cut
                                                            : NULL },
        { unit_packed_depthwise_s8_cut, p->in_zp == -128 ? &depthwise_cut : NULL },
    };

    if (k->kernel == unit_packed_fc_s8_cut)
        convert_fc_cut(r, s, k, m);
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (k->kernel == forms[i].from && forms[i].to && m->shape.dilation_h == 1 && m->shape.dilation_w == 1) {
            convert(r, s, k, m, forms[i].to);
            return;
        }
}

static int has_pairs(unit_kernel *kernel)
{
    return kernel == unit_mpy_s8 || kernel == unit_mpy_pool_s8 || kernel == unit_mpy_s8_xcut;
}

size_t mpy_weight_bytes(unit_kernel *kernel, const struct unit_mpy_s8 *op)
{
    if (has_pairs(kernel))
        return (size_t)mpy_pairs(op->out_c) * op->taps * 4;
    if (kernel == unit_mpy_fc_s8_cut)
        return (size_t)mpy_blocks(op->runs, op->out_c) * op->taps * 2 * UNIT_MPY_BLOCK;
    return (size_t)op->out_c * op->taps * (kernel == unit_mpy_depthwise_s8 ? 1 : 2);
}

size_t mpy_after_words(unit_kernel *kernel, const struct unit_mpy_s8 *op)
{
    return has_pairs(kernel) ? (size_t)mpy_pairs(op->out_c) * UNIT_MPY_AFTER
                             : (size_t)op->out_c * UNIT_MPY_SINGLE_AFTER;
}
