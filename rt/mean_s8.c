/* mean_s8.c - MEAN over any set of axes: sums first, then one requantisation an output. */
#include "rt_fixed.h"
#include "rt_memory.h"
#include "rt_sums.h"
#include "unit.h"

/* Strides of the output along the input's axes; 0 along those that are averaged away. Returns the output's elements. */
static uint32_t output_strides(const struct unit_mean_s8 *p, uint32_t stride[UNIT_RANK_MAX])
{
    uint32_t step = 1;

    for (uint8_t i = p->rank; i-- > 0;) {
        stride[i] = p->reduced[i] ? 0 : step;
        step *= p->reduced[i] ? 1 : p->shape[i];
    }
    return step;
}

/* Elements behind the last axis that is averaged away, which are summed side by side; how many axes are before them. */
static uint16_t inner_elements(const struct unit_mean_s8 *p, uint8_t *outer_axes)
{
    uint32_t inner = 1;
    uint8_t axis = p->rank;

    for (; axis > 0 && !p->reduced[axis - 1]; axis--)
        inner *= p->shape[axis - 1];
    *outer_axes = axis;
    return (uint16_t)inner;
}

/* Runs of elements that go to sums side by side, each to the sums that its place along the outer axes tells. */
static void add_all(const struct unit_mean_s8 *p, const uint32_t *stride, uint32_t count, const int8_t *x,
                    int32_t *sums)
{
    uint16_t index[UNIT_RANK_MAX] = { 0 };
    uint8_t outer_axes;
    uint16_t inner = inner_elements(p, &outer_axes);
    uint32_t at = 0;

    for (uint32_t i = count / inner; i; i--, x += inner) {
        rt_add_each(sums + at, x, inner);
        for (uint8_t axis = outer_axes; axis-- > 0;) {
            at += stride[axis];
            if (++index[axis] < p->shape[axis])
                break;
            at -= stride[axis] * p->shape[axis];
            index[axis] = 0;
        }
    }
}

void unit_mean_s8(const void *op, void *const t[])
{
    const struct unit_mean_s8 *p = op;
    int8_t *y = t[1];
    int32_t *sums = t[2];
    uint32_t stride[UNIT_RANK_MAX] = { 0 }, outputs = output_strides(p, stride);

    memset(sums, 0, (size_t)outputs * sizeof *sums);
    add_all(p, stride, outputs * p->count, t[0], sums);
    for (uint32_t o = 0; o < outputs; o++) {
        int32_t centred = sums[o] - (int32_t)p->count * p->in_zp;
        y[o] = rt_clamp_s8(rt_requant(centred, p->mult, p->shift), p->out_zp, -128, 127);
    }
}
