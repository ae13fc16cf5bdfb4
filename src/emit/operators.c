/* operators.c - every kernel's parameter struct as a C initialiser; the fields are those of rt/unit.h, in their order.
 */
#include "emit/parts.h"

#include <rt_bytes.h>

#include "port/lower_lanes.h"
#include "port/lower_mpy.h"
#include "port/lower_prefix.h"
#include "port/lower_squares.h"
#include "port/prefix_after.h"

#define FIELD(name) fprintf(w->steps, "    .%s = %ld,\n", #name, (long)p->name)
#define FLOAT(name) fprintf(w->steps, "    .%s = %.9ef,\n", #name, (double)p->name)
#define PLACED(kind, place, name, count)                                                                               \
    (fprintf(w->steps, "    .%s = ", #name), emit_##kind(w, place, #name, p->name, count), fputs(",\n", w->steps))
#define ARRAY(kind, name, count) PLACED(kind, PLACE_PLAIN, name, count)

/* A short list inside the struct, of 1-, 2- or 4-byte unsigned values. */
static void list(struct writing *w, const char *name, const void *values, size_t size, int count)
{
    fprintf(w->steps, "    .%s = {", name);
    for (int i = 0; i < count; i++) {
        uint32_t value = size == 1   ? ((const uint8_t *)values)[i]
                         : size == 2 ? ((const uint16_t *)values)[i]
                                     : ((const uint32_t *)values)[i];
        fprintf(w->steps, "%s%u", i ? ", " : " ", value);
    }
    fputs(" },\n", w->steps);
}

#define LIST(name, count) list(w, #name, p->name, sizeof *p->name, count)

static void begin(struct writing *w, const char *type)
{
    fprintf(w->steps, "static const struct %s step%d = {\n", type, w->step);
}

static void end(struct writing *w)
{
    fputs("};\n\n", w->steps);
}

static void write_convolution(struct writing *w, const void *op, int depthwise)
{
    const struct unit_conv2d_s8 *p = op;
    size_t weights = (size_t)p->kernel_h * p->kernel_w * (depthwise ? 1 : p->in_c) * p->out_c;

    begin(w, "unit_conv2d_s8");
    FIELD(in_h), FIELD(in_w), FIELD(in_c), FIELD(out_h), FIELD(out_w), FIELD(out_c), FIELD(kernel_h), FIELD(kernel_w);
    FIELD(stride_h), FIELD(stride_w), FIELD(dilation_h), FIELD(dilation_w), FIELD(pad_top), FIELD(pad_left);
    FIELD(in_zp), FIELD(out_zp), FIELD(act_min), FIELD(act_max);
    ARRAY(s8, weights, weights), ARRAY(s32, bias, p->out_c), ARRAY(s32, mult, p->out_c), ARRAY(s8, shift, p->out_c);
    FIELD(x_cut), ARRAY(u8, cut, weights);
    end(w);
}

static void write_conv2d(struct writing *w, const void *op)
{
    write_convolution(w, op, 0);
}

static void write_depthwise(struct writing *w, const void *op)
{
    write_convolution(w, op, 1);
}

/* Runs of thresholds go before the struct that points to them. */
static void write_runs(struct writing *w, const struct unit_cut_run *runs, int outputs, int division)
{
    int count = 0;

    for (int done = 0; done < outputs; count++)
        done += runs[count].outputs;
    fprintf(w->steps, "static const struct unit_cut_run step%d_runs[] = {\n", w->step);
    for (int i = 0; i < count; i++) {
        char what[32];
        snprintf(what, sizeof what, "tree%d", i);
        fprintf(w->steps, "    { %u, %u, ", runs[i].outputs, runs[i].threshold);
        emit_u8(w, PLACE_PLAIN, what, division == UNIT_DIVISION_TREE ? runs[i].tree : NULL, UNIT_TREE_LEAVES);
        fputs(" },\n", w->steps);
    }
    end(w);
}

static void write_fully_connected(struct writing *w, const void *op)
{
    const struct unit_fully_connected_s8 *p = op;
    size_t scales = p->per_channel ? p->out : 1;

    if (p->runs)
        write_runs(w, p->runs, p->out, p->division);
    begin(w, "unit_fully_connected_s8");
    FIELD(rows), FIELD(in), FIELD(out), FIELD(in_zp), FIELD(out_zp), FIELD(act_min), FIELD(act_max);
    ARRAY(s8, weights, (size_t)p->in * p->out), ARRAY(s32, bias, p->out), ARRAY(s32, mult, scales),
        ARRAY(s8, shift, scales);
    ARRAY(s32, delta, scales), FIELD(per_channel), FIELD(x_cut), FIELD(division);
    if (p->runs)
        fprintf(w->steps, "    .runs = step%d_runs,\n", w->step);
    ARRAY(u8, cut, (size_t)p->in * p->out);
    end(w);
}

/* The fields of a packed layer, but for what differs from kernel to kernel; `prefix` is "layer." inside another struct.
 */
static void write_layer(struct writing *w, const struct unit_packed_s8 *p)
{
    size_t scales = p->scale_step ? p->out_c : 1, block = (size_t)w->emission->port->block;

    FIELD(in_h), FIELD(in_w), FIELD(in_c), FIELD(out_h), FIELD(out_w), FIELD(out_c), FIELD(kernel_h), FIELD(kernel_w);
    FIELD(stride_h), FIELD(stride_w), FIELD(dilation_h), FIELD(dilation_w), FIELD(pad_top), FIELD(pad_left);
    FIELD(in_zp), FIELD(out_zp), FIELD(act_min), FIELD(act_max), FIELD(pool_h), FIELD(pool_w);
    FIELD(taps), FIELD(x_cut);
    PLACED(s32, PLACE_ROM, bias, (p->out_c + block - 1u) / block * block),
        PLACED(s32, PLACE_ROM, mult, p->requant == UNIT_REQUANT_DIVIDED ? 5 * scales : scales),
        PLACED(s8, PLACE_ROM, shift, scales);
    PLACED(s32, PLACE_ROM, add, scales), FIELD(scale_step), FIELD(requant), FIELD(left), FIELD(division);
}

/* Weights may lie beyond 64 KB and what belongs to outputs is read from flash. */
static void write_packed(struct writing *w, const struct unit_packed_s8 *p, unit_kernel *kernel)
{
    size_t weights = port_weight_bytes(w->emission->port, kernel, p);

    if (p->runs)
        write_runs(w, p->runs, p->out_c, p->division);
    begin(w, "unit_packed_s8");
    write_layer(w, p);
    PLACED(u8, PLACE_FAR, weights, weights), PLACED(u8, PLACE_FAR, cut, weights);
    if (p->runs)
        fprintf(w->steps, "    .runs = step%d_runs,\n", w->step);
    end(w);
}

static void write_mpy(struct writing *w, const void *op)
{
    const struct unit_mpy_s8 *p = op;
    unit_kernel *kernel = w->emission->program->kernels[w->step].kernel;

    if (kernel == unit_mpy_fc_s8_cut)
        write_runs(w, p->runs, p->out_c, p->division);
    begin(w, "unit_mpy_s8");
    FIELD(in_h), FIELD(in_w), FIELD(in_c), FIELD(out_h), FIELD(out_w), FIELD(out_c), FIELD(kernel_h), FIELD(kernel_w);
    FIELD(stride_h), FIELD(stride_w), FIELD(pad_top), FIELD(pad_left), FIELD(pool_h), FIELD(pool_w);
    FIELD(taps), FIELD(x_cut), FIELD(in_zp), FIELD(act_min), FIELD(act_max);
    PLACED(u8, PLACE_FAR, weights, mpy_weight_bytes(kernel, p));
    PLACED(u16, PLACE_ROM, after, mpy_after_words(kernel, p));
    FIELD(division);
    if (kernel == unit_mpy_fc_s8_cut)
        fprintf(w->steps, "    .runs = step%d_runs,\n", w->step);
    end(w);
}

static void write_lanes(struct writing *w, const void *op)
{
    const struct unit_lanes_s8 *p = op;
    size_t scales = p->layer.scale_step ? p->layer.out_c : 1;

    begin(w, "unit_lanes_s8");
    fputs("    .layer = {\n", w->steps);
    write_layer(w, &p->layer);
    fputs("    .weights = ", w->steps);
    emit_u8(w, PLACE_FAR, "weights", (const uint8_t *)p->layer.weights, lanes_weight_bytes(p));
    fputs(",\n    },\n", w->steps);
    ARRAY(s32, steps, 3 * scales), ARRAY(s32, bends, 2 * scales), FIELD(pairs), FIELD(y_h), FIELD(y_w), FIELD(rows);
    end(w);
}

static void write_lanes_depthwise(struct writing *w, const void *op)
{
    const struct unit_lanes_depthwise_s8 *p = op;
    size_t weights = (size_t)p->layer.out_c * p->layer.taps;

    begin(w, "unit_lanes_depthwise_s8");
    fputs("    .layer = {\n", w->steps);
    write_layer(w, &p->layer);
    fputs("    .weights = ", w->steps);
    emit_u8(w, PLACE_FAR, "weights", (const uint8_t *)p->layer.weights, weights);
    fputs(",\n    },\n", w->steps);
    ARRAY(s32, steps, 3u * p->layer.out_c), ARRAY(s32, bends, 2u * p->layer.out_c), FIELD(rows);
    end(w);
}

static void write_bytes(struct writing *w, const void *op)
{
    const struct unit_bytes_s8 *p = op;
    size_t scales = p->layer.scale_step ? p->layer.out_c : 1;

    begin(w, "unit_bytes_s8");
    fputs("    .layer = {\n", w->steps);
    write_layer(w, &p->layer);
    fputs("    .weights = ", w->steps);
    emit_u8(w, PLACE_FAR, "weights", (const uint8_t *)p->layer.weights, rt_bytes_weights(&p->layer));
    fputs(",\n    },\n", w->steps);
    PLACED(s32, PLACE_ROM, steps, 3 * scales), PLACED(s32, PLACE_ROM, bends, 2 * scales);
    end(w);
}

static void write_squares(struct writing *w, const void *op)
{
    const struct unit_squares_s8 *p = op;
    size_t scales = p->layer.scale_step ? p->layer.out_c : 1;

    begin(w, "unit_squares_s8");
    fputs("    .layer = {\n", w->steps);
    write_layer(w, &p->layer);
    fputs("    .weights = ", w->steps);
    emit_u8(w, PLACE_FAR, "weights", (const uint8_t *)p->layer.weights, squares_weight_bytes(&p->layer));
    fputs(",\n    },\n", w->steps);
    PLACED(s32, PLACE_ROM, steps, 3 * scales), PLACED(s32, PLACE_ROM, bends, 2 * scales);
    end(w);
}

/* Where columns or rows find their lists: written before the struct that points to them. */
static void write_places(struct writing *w, const char *what, const struct unit_prefix_column *places, int count)
{
    fprintf(w->steps, "static const struct unit_prefix_column step%d_%s[] RT_ROM = {\n", w->step, what);
    for (int i = 0; i < count; i++)
        fprintf(w->steps, "    { %u, %u },\n", places[i].list, places[i].at);
    end(w);
}

static void write_scaling(struct writing *w, const struct unit_scaling *p, size_t out_c)
{
    const struct program *program = w->emission->program;
    size_t levels = program->plan && program->plan->level_count > 1 ? (size_t)program->plan->level_count : 1;

    if (!p)
        return;
    fprintf(w->steps, "static const struct unit_scaling step%d_scaling = {\n", w->step);
    FIELD(every), FIELD(count), LIST(limits, UNIT_SCALE_STEPS);
    fputs("    .level = &level,\n", w->steps);
    PLACED(s8, PLACE_ROM, lifts, levels), PLACED(s32, PLACE_ROM, compensation, levels * out_c);
    fprintf(w->steps, "    .table = %s_scale_tables + %d,\n", w->emission->name, -256 * program->first_scale);
    end(w);
}

static void refer_to_scaling(struct writing *w, const struct unit_scaling *p)
{
    if (p)
        fprintf(w->steps, "    .scaling = &step%d_scaling,\n", w->step);
}

static enum place index_place(const struct writing *w)
{
    return w->emission->port->far_index ? PLACE_FAR : PLACE_ROM;
}

static void write_fallback(struct writing *w, const struct unit_fallback *p)
{
    const struct program *program = w->emission->program;

    if (!p)
        return;
    fprintf(w->steps, "static const struct unit_fallback step%d_fallback = {\n", w->step);
    FIELD(limit), FIELD(low), FIELD(span);
    fputs("    .table = ", w->steps);
    emit_fallback_table(w, program->layers[program->steps[w->step].mac].plan->fallback.lift, p->table);
    fputs(",\n", w->steps);
    end(w);
}

static void refer_to_fallback(struct writing *w, const struct unit_fallback *p)
{
    if (p)
        fprintf(w->steps, "    .fallback = &step%d_fallback,\n", w->step);
}

static void write_prefix(struct writing *w, const void *op)
{
    const struct unit_prefix_s8 *p = op;

    write_scaling(w, p->scaling, p->layer.out_c);
    write_fallback(w, p->fallback);
    write_places(w, "columns", p->columns, p->layer.in_w);
    begin(w, "unit_prefix_s8");
    fputs("    .layer = {\n", w->steps);
    write_layer(w, &p->layer);
    fputs("    },\n", w->steps);
    PLACED(u8, PLACE_FAR, entries, (size_t)p->entry_count * (size_t)prefix_entry_bytes(p->wide));
    PLACED(u8, index_place(w), index, (size_t)p->lists * UNIT_PREFIX_INDEX_BYTES);
    fprintf(w->steps, "    .columns = step%d_columns,\n", w->step);
    refer_to_scaling(w, p->scaling);
    refer_to_fallback(w, p->fallback);
    PLACED(u16, PLACE_ROM, after, (size_t)p->layer.out_c * (size_t)prefix_after_words(p->after_form)),
        FIELD(after_form);
    FIELD(groups), FIELD(parts), FIELD(rows), FIELD(row_elements), FIELD(origin), FIELD(lists), FIELD(entry_count),
        FIELD(wide), FIELD(quiet), FIELD(near), FIELD(narrow), FIELD(start);
    if (w->emission->port->loops)
        fprintf(w->steps, "    .row = %s,\n    .outputs = %s,\n", prefix_row_loop(p), prefix_outputs_loop(p));
    end(w);
}

static void write_prefix_depthwise(struct writing *w, const void *op)
{
    const struct unit_prefix_depthwise_s8 *p = op;

    write_scaling(w, p->scaling, p->layer.out_c);
    write_fallback(w, p->fallback);
    write_places(w, "rows", p->rows, p->layer.in_h);
    write_places(w, "columns", p->columns, p->layer.in_w);
    begin(w, "unit_prefix_depthwise_s8");
    fputs("    .layer = {\n", w->steps);
    write_layer(w, &p->layer);
    fputs("    },\n", w->steps);
    PLACED(u8, PLACE_FAR, entries, (size_t)p->entry_count * UNIT_PREFIX_LONG_BYTES);
    PLACED(u8, index_place(w), index, (size_t)p->layer.out_c * p->lists * UNIT_PREFIX_INDEX_BYTES);
    fprintf(w->steps, "    .rows = step%d_rows,\n    .columns = step%d_columns,\n", w->step, w->step);
    refer_to_scaling(w, p->scaling);
    refer_to_fallback(w, p->fallback);
    PLACED(u16, PLACE_ROM, after, (size_t)p->layer.out_c * (size_t)prefix_after_words(p->after_form)),
        FIELD(after_form);
    FIELD(lists), FIELD(plane_w), FIELD(plane_h), FIELD(origin), FIELD(entry_count);
    end(w);
}

#define PACKED(name)                                                                                                   \
    static void write_##name(struct writing *w, const void *op)                                                        \
    {                                                                                                                  \
        write_packed(w, op, unit_##name);                                                                              \
    }

PACKED(packed_s8)
PACKED(packed_s8_xcut)
PACKED(packed_s8_cut)
PACKED(packed_fc_s8_cut)
PACKED(packed_depthwise_s8)
PACKED(packed_depthwise_s8_xcut)
PACKED(packed_depthwise_s8_cut)
#undef PACKED

static void write_pool(struct writing *w, const void *op)
{
    const struct unit_pool_s8 *p = op;

    begin(w, "unit_pool_s8");
    FIELD(in_h), FIELD(in_w), FIELD(channels), FIELD(out_h), FIELD(out_w), FIELD(filter_h), FIELD(filter_w);
    FIELD(stride_h), FIELD(stride_w), FIELD(pad_top), FIELD(pad_left), FIELD(act_min), FIELD(act_max);
    end(w);
}

static void write_mean(struct writing *w, const void *op)
{
    const struct unit_mean_s8 *p = op;

    begin(w, "unit_mean_s8");
    FIELD(rank), LIST(reduced, p->rank), LIST(shape, p->rank);
    FIELD(in_zp), FIELD(out_zp), FIELD(mult), FIELD(shift), FIELD(count);
    end(w);
}

static size_t operand_elements(const struct unit_broadcast *over, const uint32_t *stride)
{
    size_t last = 0;

    for (int i = 0; i < over->rank; i++)
        last += (size_t)stride[i] * (over->shape[i] - 1);
    return last + 1;
}

static void write_broadcast(struct writing *w, const struct unit_broadcast *p)
{
    fputs("    .over = {\n", w->steps);
    FIELD(rank), LIST(shape, p->rank), LIST(a_stride, p->rank), LIST(b_stride, p->rank);
    fputs("    },\n", w->steps);
}

static void write_add(struct writing *w, const void *op)
{
    const struct unit_add_s8 *p = op;

    begin(w, "unit_add_s8");
    write_broadcast(w, &p->over);
    FIELD(subtract), FIELD(a_zp), FIELD(b_zp), FIELD(out_zp), FIELD(a_mult), FIELD(b_mult), FIELD(out_mult);
    FIELD(a_shift), FIELD(b_shift), FIELD(out_shift), FIELD(left_shift), FIELD(act_min), FIELD(act_max);
    ARRAY(s8, a, operand_elements(&p->over, p->over.a_stride)),
        ARRAY(s8, b, operand_elements(&p->over, p->over.b_stride));
    end(w);
}

static void write_sum(struct writing *w, const void *op)
{
    const struct unit_sum_s8 *p = op;

    begin(w, "unit_sum_s8");
    FIELD(count), FIELD(a_mult), FIELD(b_mult), FIELD(add), FIELD(shift), FIELD(act_min), FIELD(act_max);
    end(w);
}

static void write_mul(struct writing *w, const void *op)
{
    const struct unit_mul_s8 *p = op;

    begin(w, "unit_mul_s8");
    write_broadcast(w, &p->over);
    FIELD(a_zp), FIELD(b_zp), FIELD(out_zp), FIELD(mult), FIELD(shift), FIELD(act_min), FIELD(act_max);
    ARRAY(s8, a, operand_elements(&p->over, p->over.a_stride)),
        ARRAY(s8, b, operand_elements(&p->over, p->over.b_stride));
    end(w);
}

static void write_lut(struct writing *w, const void *op)
{
    const struct unit_lut_8 *p = op;

    begin(w, "unit_lut_8");
    FIELD(count), ARRAY(u8, table, 256);
    end(w);
}

static void write_softmax(struct writing *w, const void *op)
{
    const struct unit_softmax_s8 *p = op;

    begin(w, "unit_softmax_s8");
    FIELD(rows), FIELD(depth), FIELD(mult), FIELD(shift), FIELD(diff_min);
    end(w);
}

static void write_softmax_table(struct writing *w, const void *op)
{
    const struct unit_softmax_table_s8 *p = op;

    begin(w, "unit_softmax_table_s8");
    FIELD(rows), FIELD(depth), FIELD(count), PLACED(s32, PLACE_ROM, exponentials, p->count);
    end(w);
}

static void write_log_softmax_s8(struct writing *w, const void *op)
{
    const struct unit_log_softmax_s8 *outer = op;
    const struct unit_softmax_s8 *p = &outer->exp;

    begin(w, "unit_log_softmax_s8");
    fputs("    .exp = {\n", w->steps);
    FIELD(rows), FIELD(depth), FIELD(mult), FIELD(shift), FIELD(diff_min);
    fprintf(w->steps, "    },\n    .divisor_mult = %d,\n    .divisor_shift = %d,\n", outer->divisor_mult,
            outer->divisor_shift);
    end(w);
}

static void write_log_softmax_f32(struct writing *w, const void *op)
{
    const struct unit_log_softmax_f32 *p = op;

    begin(w, "unit_log_softmax_f32");
    FIELD(rows), FIELD(depth);
    fputs("    .exp = unit_exp_f32,\n    .log = unit_log_f32,\n", w->steps);
    end(w);
}

static void write_quantize(struct writing *w, const void *op)
{
    const struct unit_quantize_f32_s8 *p = op;

    begin(w, "unit_quantize_f32_s8");
    FIELD(count), FLOAT(scale), FIELD(zp), FIELD(min), FIELD(max);
    end(w);
}

static void write_dequantize(struct writing *w, const void *op)
{
    const struct unit_dequantize_f32 *p = op;

    begin(w, "unit_dequantize_f32");
    FIELD(count), FLOAT(scale), FIELD(zp), FIELD(is_unsigned);
    end(w);
}

static void write_copy(struct writing *w, const void *op)
{
    const struct unit_copy *p = op;

    begin(w, "unit_copy");
    FIELD(rows), FIELD(bytes), FIELD(from_step), FIELD(to_step), FIELD(to_start);
    fputs("    .from = ", w->steps);
    emit_u8(w, PLACE_PLAIN, "from", p->from, (size_t)p->rows * p->bytes);
    fputs(",\n", w->steps);
    end(w);
}

static void write_pad(struct writing *w, const void *op)
{
    const struct unit_pad *p = op;

    begin(w, "unit_pad");
    FIELD(rank), FIELD(element_bytes), LIST(shape, p->rank), LIST(before, p->rank), LIST(after, p->rank), FIELD(value);
    end(w);
}

static void write_transpose(struct writing *w, const void *op)
{
    const struct unit_transpose *p = op;

    begin(w, "unit_transpose");
    FIELD(rank), FIELD(element_bytes), LIST(shape, p->rank), LIST(from_stride, p->rank);
    end(w);
}

static const struct emitted_kernel kernels[] = {
#define X(name, write)                                                                                                 \
    {                                                                                                                  \
        unit_##name, "unit_" #name, #name ".c", write                                                                  \
    }
    X(conv2d_s8, write_conv2d),
    X(conv2d_s8_xcut, write_conv2d),
    X(conv2d_s8_cut, write_conv2d),
    X(depthwise_conv2d_s8, write_depthwise),
    X(depthwise_conv2d_s8_xcut, write_depthwise),
    X(depthwise_conv2d_s8_cut, write_depthwise),
    X(fully_connected_s8, write_fully_connected),
    X(fully_connected_s8_xcut, write_fully_connected),
    X(fully_connected_s8_cut, write_fully_connected),
    X(fully_connected_s8_stored, write_fully_connected),
    X(packed_s8, write_packed_s8),
    X(packed_s8_xcut, write_packed_s8_xcut),
    X(packed_s8_cut, write_packed_s8_cut),
    X(packed_fc_s8_cut, write_packed_fc_s8_cut),
    X(packed_depthwise_s8, write_packed_depthwise_s8),
    X(packed_depthwise_s8_xcut, write_packed_depthwise_s8_xcut),
    X(packed_depthwise_s8_cut, write_packed_depthwise_s8_cut),
    X(mpy_s8, write_mpy),
    X(mpy_pool_s8, write_mpy),
    X(mpy_s8_xcut, write_mpy),
    X(mpy_s8_cut, write_mpy),
    X(mpy_fc_s8_cut, write_mpy),
    X(mpy_depthwise_s8, write_mpy),
    X(mpy_depthwise_s8_cut, write_mpy),
    X(lanes_s8, write_lanes),
    X(lanes_s8_xcut, write_lanes),
    X(lanes_depthwise_s8, write_lanes_depthwise),
    X(bytes_s8, write_bytes),
    X(squares_s8, write_squares),
    X(prefix_s8, write_prefix),
    X(prefix_s8_compared, write_prefix),
    X(prefix_depthwise_s8, write_prefix_depthwise),
    X(max_pool_s8, write_pool),
    X(average_pool_s8, write_pool),
    X(mean_s8, write_mean),
    X(add_s8, write_add),
    X(sum_s8, write_sum),
    X(mul_s8, write_mul),
    X(lut_8, write_lut),
    X(softmax_s8, write_softmax),
    X(softmax_s8_table, write_softmax_table),
    X(log_softmax_s8, write_log_softmax_s8),
    X(log_softmax_f32, write_log_softmax_f32),
    X(quantize_f32_s8, write_quantize),
    X(dequantize_f32, write_dequantize),
    X(copy, write_copy),
    X(pad, write_pad),
    X(transpose, write_transpose),
#undef X
};

const struct emitted_kernel *emit_kernel(unit_kernel *kernel)
{
    for (size_t i = 0; i < sizeof kernels / sizeof *kernels; i++)
        if (kernels[i].kernel == kernel)
            return &kernels[i];
    return NULL;
}

const char *emit_kernel_symbol(unit_kernel *kernel)
{
    return emit_kernel(kernel)->symbol;
}
