/* lower_packed.c - a layer with MACs to a packed kernel and its parameters. */
#include "port/port.h"

#include "port/lower_bytes.h"
#include "port/lower_lanes.h"
#include "port/lower_mpy.h"
#include "port/lower_prefix.h"
#include "port/lower_requant.h"
#include "port/lower_softmax.h"
#include "port/lower_squares.h"
#include "port/lower_sum.h"
#include "port/order.h"
#include "port/prefix_after.h"

/* [blocks][taps][tap_bytes]; outputs beyond the last have weights 0. */
static const void *pack_blocks(struct region *r, const struct mac_layer *m, const struct port *port, int in_place)
{
    int blocks = (m->out_c + port->block - 1) / port->block;
    uint8_t *packed = region_array(r, (size_t)blocks * (size_t)m->taps, (size_t)port->tap_bytes), *to = packed;

    for (int o = 0; o < blocks * port->block; o += port->block)
        for (int k = 0; k < m->taps; k++, to += port->tap_bytes) {
            int8_t weights[8];
            for (int b = 0; b < port->block; b++)
                weights[b] = layer_weight(m, o + b, in_place ? k : in_strip_order(m, k));
            port->pack(weights, to);
        }
    return packed;
}

enum order { AS_STRIPS, AS_WINDOWS, BY_TAP };

/* Bytes of connections: [out_c][taps], taps in the order of strips or of windows, or [taps][out_c]. */
static const void *in_order(struct region *r, const struct mac_layer *m, const uint8_t *from, enum order order)
{
    uint8_t *to = region_array(r, (size_t)m->out_c, (size_t)m->taps);

    for (int o = 0; o < m->out_c; o++)
        for (int k = 0; k < m->taps; k++)
            to[order == BY_TAP ? k * m->out_c + o : o * m->taps + k] =
                from[mac_at(m, o, order == AS_STRIPS ? in_strip_order(m, k) : k)];
    return to;
}

/* Biases for whole blocks. Kernels that sum every product of a window take x as it is held: sum (x - zp) w = sum x w -
 * zp sum w; zp is 0 for the others. Sums wrap at 32 bits in between; the last is proved to fit. */
static const int32_t *folded_bias(struct region *r, const struct mac_layer *m, const struct port *port, int zp)
{
    int32_t *bias = region_array(r, (size_t)(m->out_c + port->block), sizeof *bias);

    for (int o = 0; o < m->out_c; o++) {
        int64_t sum = 0;
        for (int k = 0; k < m->taps; k++)
            sum += layer_weight(m, o, k);
        bias[o] = (int32_t)(uint32_t)(m->bias[o] - zp * sum);
    }
    return bias;
}

static struct unit_packed_s8 *common(struct region *r, const struct mac_layer *m,
                                     const struct unit_fully_connected_s8 *fc)
{
    const struct unit_conv2d_s8 *s = &m->shape;
    struct unit_packed_s8 *op = region_alloc(r, sizeof *op);

    *op = (struct unit_packed_s8){
        .in_h = s->in_h,
        .in_w = s->in_w,
        .in_c = s->in_c,
        .out_h = s->out_h,
        .out_w = s->out_w,
        .out_c = s->out_c,
        .kernel_h = s->kernel_h,
        .kernel_w = s->kernel_w,
        .stride_h = s->stride_h,
        .stride_w = s->stride_w,
        .dilation_h = s->dilation_h,
        .dilation_w = s->dilation_w,
        .pad_top = s->pad_top,
        .pad_left = s->pad_left,
        .in_zp = s->in_zp,
        .out_zp = s->out_zp,
        .act_min = s->act_min,
        .act_max = s->act_max,
        .taps = (uint16_t)m->taps,
        .x_cut = s->x_cut,
        .bias = m->bias,
        .mult = s->mult,
        .shift = s->shift,
        .add = m->delta,
        .scale_step = (uint8_t)(fc ? fc->per_channel : 1),
    };
    if (fc) {
        op->out_w = 1;
        op->runs = fc->runs;
        op->division = fc->division;
    }
    return op;
}

enum rule { DENSE, XCUT, CUT };

static enum rule rule_of(unit_kernel *kernel)
{
    if (kernel == unit_conv2d_s8 || kernel == unit_depthwise_conv2d_s8 || kernel == unit_fully_connected_s8)
        return DENSE;
    if (kernel == unit_conv2d_s8_xcut || kernel == unit_depthwise_conv2d_s8_xcut ||
        kernel == unit_fully_connected_s8_xcut)
        return XCUT;
    return CUT;
}

static uint32_t round_up(uint32_t bytes)
{
    return (bytes + 3) & ~(uint32_t)3;
}

static void lower_depthwise(struct region *r, struct step *s, struct unit_step *k, const struct mac_layer *m,
                            struct unit_packed_s8 *op, enum rule rule, const struct port *port)
{
    static unit_kernel *const kernels[] = { unit_packed_depthwise_s8, unit_packed_depthwise_s8_xcut,
                                            unit_packed_depthwise_s8_cut };

    op->weights = in_order(r, m, (const uint8_t *)m->shape.weights, AS_WINDOWS);
    op->bias = folded_bias(r, m, port, rule == DENSE ? m->shape.in_zp : 0);
    if (rule == CUT)
        op->cut = in_order(r, m, m->cut, AS_WINDOWS);
    k->kernel = kernels[rule];
    s->scratch_bytes = round_up((uint32_t)m->sources);
}

static int is_inside(const struct unit_packed_s8 *p, int y, int x)
{
    return p->dilation_h == 1 && p->dilation_w == 1 && y >= 0 && x >= 0 && y + p->kernel_h <= p->in_h &&
           x + p->kernel_w <= p->in_w;
}

/* A tile's windows, where they cannot be read in the input, and maxima of pools that are no tile. */
static uint32_t in_place_bytes(const struct unit_packed_s8 *op, const struct port *port)
{
    int y = (op->out_h - 1) * op->stride_h - op->pad_top, x = (op->out_w - 1) * op->stride_w - op->pad_left;
    uint32_t bytes = 0;

    if (!is_inside(op, -op->pad_top, -op->pad_left) || !is_inside(op, y, x))
        bytes += (uint32_t)port->in_place * round_up(op->taps);
    if (op->pool_h && op->pool_h * op->pool_w > port->in_place)
        bytes += 4u * op->out_c;
    return bytes;
}

/* As struct rt_strip of rt_packed.h lays it out. */
static uint32_t scratch_bytes(const struct unit_packed_s8 *op, enum rule rule, const struct port *port)
{
    uint32_t columns = op->dilation_w != 1 ? op->kernel_w : (op->out_w - 1u) * op->stride_w + op->kernel_w;
    uint32_t strip = columns * op->kernel_h * op->in_c, bytes = round_up(strip);

    if (port->in_place && rule == DENSE)
        return in_place_bytes(op, port);

    if (port->w_offset)
        bytes += 4 * columns;
    if (op->pool_h)
        bytes += 4u * (op->out_w / op->pool_w) * op->out_c;
    if (rule == XCUT)
        bytes += 4 * columns + 2 * 2 * (columns + 1) + 4 * strip * (op->in_zp == -128 ? 1 : 2);
    if (rule == CUT)
        bytes += 2 * strip;
    return round_up(bytes);
}

static void lower_full(struct region *r, struct step *s, struct unit_step *k, const struct mac_layer *m,
                       struct unit_packed_s8 *op, enum rule rule, const struct port *port)
{
    op->bias = folded_bias(r, m, port, rule == DENSE ? m->shape.in_zp + port->x_offset : 0);
    if (rule == CUT && op->runs) {
        k->kernel = unit_packed_fc_s8_cut;
        op->weights = in_order(r, m, (const uint8_t *)m->shape.weights, BY_TAP);
        s->scratch_bytes = 4 * (uint32_t)m->out_c;
        return;
    }
    k->kernel = rule == XCUT ? unit_packed_s8_xcut : rule == CUT ? unit_packed_s8_cut : unit_packed_s8;
    if (rule == CUT) {
        op->weights = in_order(r, m, (const uint8_t *)m->shape.weights, AS_STRIPS);
        op->cut = in_order(r, m, m->cut, AS_STRIPS);
    } else {
        op->weights = pack_blocks(r, m, port, rule == DENSE && port->in_place);
    }
    s->scratch_bytes = scratch_bytes(op, rule, port);
}

/* How many steps and network outputs read a tensor, or a view of it. */
static int readers(const struct program *p, int tensor)
{
    int count = 0;

    for (int s = 0; s < p->step_count; s++)
        for (int i = 0; i + 1 < p->steps[s].tensor_count; i++)
            count += p->storage[p->steps[s].tensor[i]] == tensor || p->steps[s].tensor[i] == tensor;
    for (int i = 0; i < p->graph->output_count; i++)
        count += p->graph->outputs[i] == tensor || p->storage[p->graph->outputs[i]] == tensor;
    return count;
}

/* A maximum over windows side by side, over the whole of a convolution's output and nothing else. */
static int can_pool(const struct program *p, int s)
{
    const struct unit_step *k = &p->kernels[s], *next = &p->kernels[s + 1];
    const struct unit_pool_s8 *pool;

    if (s + 1 >= p->step_count || next->kernel != unit_max_pool_s8)
        return 0;
    if (k->kernel != unit_packed_s8 && k->kernel != unit_packed_s8_xcut && k->kernel != unit_packed_s8_cut &&
        !prefix_scatters(k->kernel))
        return 0;
    pool = next->op;
    return p->steps[s + 1].tensor[0] == p->steps[s].tensor[1] && readers(p, p->steps[s].tensor[1]) == 1 &&
           pool->filter_h == pool->stride_h && pool->filter_w == pool->stride_w && !pool->pad_top && !pool->pad_left &&
           pool->out_h * pool->filter_h <= pool->in_h && pool->out_w * pool->filter_w <= pool->in_w;
}

static enum rule packed_rule(unit_kernel *kernel)
{
    return kernel == unit_packed_s8 ? DENSE : kernel == unit_packed_s8_xcut ? XCUT : CUT;
}

/* The convolution writes the maximum; the step behind it goes. */
static void fuse_pool(struct program *p, int s, const struct port *port)
{
    struct unit_packed_s8 *op = (struct unit_packed_s8 *)p->kernels[s].op; /* a prefix kernel's begins with one */
    const struct unit_pool_s8 *pool = p->kernels[s + 1].op;

    op->pool_h = pool->filter_h;
    op->pool_w = pool->filter_w;
    op->act_min = pool->act_min > op->act_min ? pool->act_min : op->act_min;
    op->act_max = pool->act_max < op->act_max ? pool->act_max : op->act_max;
    if (prefix_scatters(p->kernels[s].kernel))
        prefix_pooled((struct unit_prefix_s8 *)p->kernels[s].op);
    p->steps[s].tensor[1] = p->steps[s + 1].tensor[1];
    if (prefix_scatters(p->kernels[s].kernel))
        p->steps[s].scratch_bytes = prefix_scratch_bytes(p->kernels[s].op);
    else
        p->steps[s].scratch_bytes = scratch_bytes(op, packed_rule(p->kernels[s].kernel), port);
    p->step_count--;
    for (int i = s + 1; i < p->step_count; i++) {
        p->steps[i] = p->steps[i + 1];
        p->kernels[i] = p->kernels[i + 1];
    }
}

/* Weights of -128, which no converter makes, may not fit two in one operand. */
static int pairs_fit(const struct mac_layer *m)
{
    for (int o = 1; o < m->out_c; o++)
        for (int k = 0; k < m->taps; k++)
            if (layer_weight(m, o, k) == INT8_MIN && layer_weight(m, o - 1, k) < 0)
                return 0;
    return 1;
}

void port_lower(struct region *r, struct program *p, const struct port *port)
{
    for (int i = 0; i < p->step_count; i++) {
        struct step *s = &p->steps[i];
        struct unit_step *k = &p->kernels[i];
        const struct mac_layer *m = s->mac >= 0 ? &p->layers[s->mac] : NULL;
        struct unit_packed_s8 *op;
        enum rule rule;
        if (!m || (port->mpy && !m->depthwise && !pairs_fit(m)))
            continue;
        rule = rule_of(k->kernel);
        op = common(r, m, m->fully_connected ? k->op : NULL);
        requant_lower(r, m, port, op);
        if ((((m->plan && m->plan->cuts) || rule == XCUT) && prefix_fits(r, m, op, port)) ||
            (rule == CUT && prefix_compares(r, m, op, port))) {
            prefix_lower(r, s, k, m, op, port);
            continue;
        }
        if (m->depthwise)
            lower_depthwise(r, s, k, m, op, rule, port);
        else
            lower_full(r, s, k, m, op, rule, port);
        k->op = op;
    }
    for (int i = 0; i < p->step_count; i++)
        if (can_pool(p, i))
            fuse_pool(p, i, port);
    for (int i = 0; i < p->step_count; i++)
        if (p->steps[i].mac >= 0)
            prefix_after(r, &p->steps[i], &p->kernels[i], &p->layers[p->steps[i].mac], port);
    for (int i = 0; i < p->step_count; i++)
        if (p->kernels[i].kernel == unit_softmax_s8)
            softmax_lower(r, &p->kernels[i]);
    for (int i = 0; i < p->step_count; i++)
        if (port->mpy && p->steps[i].mac >= 0)
            mpy_lower(r, &p->steps[i], &p->kernels[i], &p->layers[p->steps[i].mac]);
    for (int i = 0; i < p->step_count; i++)
        sum_lower(r, &p->kernels[i]);
    if (port->lanes)
        lanes_lower(r, p);
    for (int i = 0; i < p->step_count; i++)
        if (port->bytes && p->steps[i].mac >= 0)
            bytes_lower(r, &p->steps[i], &p->kernels[i], &p->layers[p->steps[i].mac]);
    for (int i = 0; i < p->step_count; i++)
        if (port->squares && p->steps[i].mac >= 0)
            squares_lower(r, &p->steps[i], &p->kernels[i], &p->layers[p->steps[i].mac]);
    for (int i = 0; i < p->step_count; i++)
        if (port->divides && p->steps[i].mac >= 0)
            requant_divide(r, &p->kernels[i], &p->layers[p->steps[i].mac]);
    p->network.step_count = (uint16_t)p->step_count;
}

size_t port_weight_bytes(const struct port *port, unit_kernel *kernel, const struct unit_packed_s8 *op)
{
    size_t blocks = ((size_t)op->out_c + (size_t)port->block - 1) / (size_t)port->block;

    if (kernel == unit_packed_s8 || kernel == unit_packed_s8_xcut)
        return blocks * op->taps * (size_t)port->tap_bytes;
    return (size_t)op->out_c * op->taps;
}
