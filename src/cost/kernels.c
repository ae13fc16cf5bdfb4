/* kernels.c - which counts make up which kernel. */
#include "cost/counting.h"

static const struct composition compositions[] = {
    { unit_packed_s8, 0, 1, { count_strips, count_blocks } },
    { unit_packed_s8_xcut, 0, 1, { count_strips, count_blocks, count_listed } },
    { unit_packed_s8_cut, 1, 1, { count_strips, count_blocks, count_compared } },
    { unit_packed_fc_s8_cut, 1, 1, { count_compared } },
    { unit_packed_depthwise_s8, 1, 1, { count_gathers, count_taps } },
    { unit_packed_depthwise_s8_xcut, 1, 1, { count_gathers, count_taps, count_compared } },
    { unit_packed_depthwise_s8_cut, 1, 1, { count_gathers, count_taps, count_compared } },
    { unit_mpy_s8, 2, 0, { count_strips, count_blocks } },
    { unit_mpy_pool_s8, 2, 0, { count_strips, count_blocks } },
    { unit_mpy_s8_xcut, 2, 0, { count_strips, count_blocks, count_listed } },
    { unit_mpy_depthwise_s8, 1, 0, { count_strips, count_taps } },
    { unit_mpy_s8_cut, 1, 0, { count_strips, count_blocks, count_compared } },
    { unit_mpy_fc_s8_cut, 1, 0, { count_compared } },
    { unit_mpy_depthwise_s8_cut, 1, 0, { count_strips, count_taps, count_compared } },
    { unit_bytes_s8, 3, 0, { count_strips, count_pairs } },
    { unit_squares_s8, 4, 0, { count_bands } },
    { unit_lanes_s8, 2, 0, { count_strips, count_blocks, count_sweeps, count_lanes } },
    { unit_lanes_s8_xcut, 4, 0, { count_blocks, count_scans, count_listed } },
    { unit_lanes_depthwise_s8, 1, 0, { count_planes } },
    { unit_prefix_s8, 1, 1, { count_lists } },
    { unit_prefix_s8_compared, 1, 1, { count_lists, count_executed } },
    { unit_prefix_depthwise_s8, 1, 1, { count_channel_lists } },
    { unit_max_pool_s8, 1, 0, { count_pool } },
    { unit_average_pool_s8, 1, 0, { count_pool } },
    { unit_mean_s8, 1, 0, { count_mean } },
    { unit_copy, 1, 0, { count_copy } },
    { unit_pad, 1, 0, { count_pad } },
    { unit_softmax_s8_table, 1, 0, { count_softmax_table } },
    { unit_softmax_s8, 1, 0, { count_softmax } },
    { unit_log_softmax_s8, 1, 0, { count_log_softmax } },
    { unit_log_softmax_f32, 1, 0, { count_log_softmax_floats } },
    { unit_dequantize_f32, 1, 0, { count_dequantize } },
    { unit_transpose, 1, 0, { count_transpose } },
    { unit_add_s8, 1, 0, { count_add } },
    { unit_mul_s8, 1, 0, { count_mul } },
};

/* The same kernel where windows are read in the input. */
static const struct composition in_place = { unit_packed_s8, 0, 1, { count_tiles } };
static const struct composition other = { 0 };

const struct composition *composition_of(unit_kernel *kernel, const struct port *port)
{
    if (kernel == unit_packed_s8 && port->in_place)
        return &in_place;
    for (size_t i = 0; i < sizeof compositions / sizeof *compositions; i++)
        if (compositions[i].kernel == kernel)
            return &compositions[i];
    return &other;
}
