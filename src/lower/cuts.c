/* cuts.c - see cuts.h. The quotients themselves are rt_cut.h's, the same the chip computes. */
#include "lower/cuts.h"

#include <math.h>
#include <string.h>

#include <rt_cut.h>

enum { NEVER = 255, WEIGHT_MAX = 128, THRESHOLD_MAX = 32640 /* 255 * 128: no product is larger */ };

static double threshold_of(const struct mac_layer *l, const struct layer_plan *p, int o)
{
    return p->thresholds[(int64_t)o * p->groups / l->out_c];
}

uint16_t cuts_threshold(const struct mac_layer *l, const struct layer_plan *p, int o)
{
    double t = floor(threshold_of(l, p, o) / ((double)l->in_scale * (double)l->weight_scale[o]));

    return t >= THRESHOLD_MAX ? THRESHOLD_MAX : (uint16_t)t;
}

uint16_t cuts_activation(const struct mac_layer *l, const struct layer_plan *p)
{
    double t = p->groups ? floor(p->thresholds[0] / (double)l->in_scale) : 0;

    return t >= NEVER ? NEVER : (uint16_t)t;
}

/* Cut of each |w| under threshold t where the weight is the reused operand (convolutions): its own quotient. */
static void cuts_by_weight(enum unit_division division, uint16_t t, uint8_t by_weight[WEIGHT_MAX + 1])
{
    uint8_t tree[UNIT_TREE_LEAVES];
    struct unit_cut_run run = { .outputs = 1, .threshold = t, .tree = tree };

    rt_cut_tree_fill(t, tree);
    for (uint16_t w = 1; w <= WEIGHT_MAX; w++)
        by_weight[w] = rt_cut(division, &run, w);
}

/* The same where the activation is reused (fully connected): the largest |x| whose quotient is not below |w|. */
static void cuts_by_activation(enum unit_division division, uint16_t t, uint8_t by_weight[WEIGHT_MAX + 1])
{
    uint8_t tree[UNIT_TREE_LEAVES];
    struct unit_cut_run run = { .outputs = 1, .threshold = t, .tree = tree };
    uint16_t x = 255;

    rt_cut_tree_fill(t, tree);
    for (uint16_t w = 1; w <= WEIGHT_MAX; w++) {
        while (x > 0 && w > rt_cut(division, &run, x))
            x--;
        by_weight[w] = (uint8_t)x;
    }
}

static void fill_output(const struct mac_layer *l, int o, const uint8_t by_weight[WEIGHT_MAX + 1], uint8_t *cut)
{
    for (int k = 0; k < l->taps; k++) {
        int w = l->shape.weights[mac_at(l, o, k)];
        cut[mac_at(l, o, k)] = by_weight[w < 0 ? -w : w];
    }
}

static void fill_unit(const struct mac_layer *l, enum division division, const struct layer_plan *p, uint8_t *cut)
{
    uint8_t by_weight[WEIGHT_MAX + 1] = { NEVER };
    int last = -1;

    for (int o = 0; o < l->out_c; o++) {
        uint16_t t = cuts_threshold(l, p, o);
        if (t != last && l->fully_connected)
            cuts_by_activation((enum unit_division)division, t, by_weight);
        else if (t != last)
            cuts_by_weight((enum unit_division)division, t, by_weight);
        last = t;
        fill_output(l, o, by_weight, cut);
    }
}

static void fill_stored(const struct mac_layer *l, const uint8_t *stored, uint8_t *cut)
{
    for (size_t i = 0; i < (size_t)l->out_c * (size_t)l->taps; i++)
        cut[i] = l->shape.weights[i] ? stored[i] : NEVER;
}

void cuts_fill(const struct mac_layer *l, enum method method, enum division division, const struct layer_plan *p,
               uint8_t *cut)
{
    uint8_t by_weight[WEIGHT_MAX + 1];

    if (p->cuts) {
        fill_stored(l, p->cuts, cut);
        return;
    }
    if (method == METHOD_UNIT) {
        fill_unit(l, division, p, cut);
        return;
    }
    memset(by_weight, method == METHOD_FATRELU ? cuts_activation(l, p) : 0, sizeof by_weight);
    by_weight[0] = NEVER;
    for (int o = 0; o < l->out_c; o++)
        fill_output(l, o, by_weight, cut);
}
