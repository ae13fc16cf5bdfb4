/* mpy_weights.c - see mpy_weights.h. */
#include "port/mpy_weights.h"

#include <stdlib.h>

#include "port/order.h"

int mpy_pairs(int out_c)
{
    return (out_c + 1) / 2;
}

int mpy_first_of_pair(int out_c, int pair)
{
    return out_c % 2 && pair ? 2 * pair - 1 : 2 * pair;
}

int mpy_channel(const struct mac_layer *m, int i)
{
    int in_c = m->shape.in_c;

    return m->depthwise ? i % in_c * m->multiplier + i / in_c : i;
}

/* The connection that is number k in the order of the kernel. */
static int connection(const struct mac_layer *m, int k)
{
    int height = m->shape.kernel_h, width = m->shape.kernel_w;

    return m->depthwise ? k % height * width + k / height : in_strip_order(m, k);
}

/* Two weights in one operand, low byte first. */
const void *mpy_pair_weights(struct region *r, const struct mac_layer *m)
{
    uint8_t *packed = region_array(r, (size_t)mpy_pairs(m->out_c) * (size_t)m->taps, 4), *to = packed;

    for (int i = 0; i < mpy_pairs(m->out_c); i++)
        for (int k = 0; k < m->taps; k++) {
            int o = mpy_first_of_pair(m->out_c, i), at = in_strip_order(m, k);
            uint32_t pair = (uint32_t)layer_weight(m, o, at) + ((uint32_t)layer_weight(m, o + 1, at) << 24);
            for (int b = 0; b < 4; b++)
                *to++ = (uint8_t)(pair >> 8 * b);
        }
    return packed;
}

const void *mpy_single_weights(struct region *r, const struct mac_layer *m)
{
    int8_t *packed = region_array(r, (size_t)m->out_c, (size_t)m->taps), *to = packed;

    for (int i = 0; i < m->out_c; i++)
        for (int k = 0; k < m->taps; k++)
            *to++ = layer_weight(m, mpy_channel(m, i), connection(m, k));
    return packed;
}

const void *mpy_waking_weights(struct region *r, const struct mac_layer *m)
{
    uint8_t *packed = region_array(r, (size_t)m->out_c * (size_t)m->taps, 2), *to = packed;

    for (int i = 0; i < m->out_c; i++)
        for (int k = 0; k < m->taps; k++) {
            int o = mpy_channel(m, i), at = connection(m, k);
            int cut = m->cut ? m->cut[mac_at(m, o, at)] : m->shape.x_cut;
            *to++ = (uint8_t)(cut < 255 ? layer_weight(m, o, at) : 0);
            *to++ = (uint8_t)(cut < 255 ? cut + 1 : 255);
        }
    return packed;
}

static int blocks_of(const struct unit_cut_run *run)
{
    return (run->outputs + UNIT_MPY_BLOCK - 1) / UNIT_MPY_BLOCK;
}

int mpy_blocks(const struct unit_cut_run *runs, int out_c)
{
    int blocks = 0;

    for (int done = 0; done < out_c; done += runs->outputs, runs++)
        blocks += blocks_of(runs);
    return blocks;
}

/* The weights of connection k in the run's blocks, outputs from `first` on. */
static uint8_t *put_run(const struct mac_layer *m, int k, int first, int outputs, uint8_t *to)
{
    for (int done = 0; done < outputs; done += UNIT_MPY_BLOCK, to += 2 * UNIT_MPY_BLOCK)
        for (int b = 0; b < UNIT_MPY_BLOCK; b++) {
            int weight = done + b < outputs ? layer_weight(m, first + done + b, k) : 0;
            to[b] = (uint8_t)abs(weight);
            to[UNIT_MPY_BLOCK + b] = (uint8_t)weight;
        }
    return to;
}

const void *mpy_block_weights(struct region *r, const struct mac_layer *m, const struct unit_cut_run *runs)
{
    size_t blocks = (size_t)mpy_blocks(runs, m->out_c);
    uint8_t *packed = region_array(r, (size_t)m->taps * blocks, 2 * UNIT_MPY_BLOCK), *to = packed;

    for (int k = 0; k < m->taps; k++) {
        int first = 0;
        for (const struct unit_cut_run *run = runs; first < m->out_c; first += run++->outputs)
            to = put_run(m, k, first, run->outputs, to);
    }
    return packed;
}
