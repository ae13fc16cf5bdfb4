/* program.h - a network ready to run: steps, each a runtime kernel with its parameters. The thing that is executed,
 * counted, priced and emitted.
 *
 * lower() makes it from a graph and a plan; layout_arena() gives its tensors their places. The parameter structs are
 * those of rt/unit.h: what runs here is what ships to the chip.
 */
#ifndef LOWER_PROGRAM_H
#define LOWER_PROGRAM_H

#include <unit.h>

#include "graph/graph.h"
#include "plan/plan.h"

/* A layer with multiply-accumulates, whatever its operator: a fully connected layer is a 1x1 convolution whose
 * positions are its rows. Output o has `taps` connections; connection k of output o has its weight, bias and cut at [o
 * * o_stride + k * k_stride]. A *source* is an input tap (ky, kx, c) as it lies in a patch of the input; connection k
 * of output o reads source k, or in a depthwise layer source k * in_c + o / multiplier. */
struct mac_layer {
    int node;            /* index into graph.nodes */
    int fully_connected; /* reuses activations for its cuts; the others reuse weights */
    int depthwise, multiplier;
    struct unit_conv2d_s8 shape; /* geometry, zero points, activation, dense weights and bias, requantisation */
    int32_t *delta; /* [out_c] fully connected: requantise by rt_requant_away with it; NULL: by rt_requant */
    int out_c, taps, sources;
    int o_stride, k_stride;
    size_t positions; /* output positions, out_h * out_w */
    uint64_t dense;   /* MACs of one inference; taps in padding are not counted */
    float in_scale;
    const float *weight_scale;      /* [out_c] */
    const struct layer_plan *plan;  /* NULL: runs dense */
    int32_t *bias;                  /* [out_c]: the network's, or the plan's, as are shape.weights */
    struct unit_scaling *scaling;   /* cuts move (lower/scaling.h); NULL: they stand still */
    int levels;                     /* of the scaling, 1 or more */
    struct unit_fallback *fallback; /* for inputs that would wake too much (lower/fallback.h); NULL: there are none */
    uint8_t *cut; /* of step 0 and level 0, as bias is; in the weights' layout: executed where |x| > cut, 255 never;
                     NULL: dense */
};

struct step {
    const struct node *node;
    int tensor[UNIT_STEP_TENSORS]; /* graph tensors the kernel takes, in its order, output last; -1 behind them */
    int tensor_count;
    uint32_t scratch_bytes; /* the kernel's last argument, if not 0 */
    int in_place;           /* the output may lie where this input (0, 1) lies, if it ends here; -1: no */
    int mac;                /* index into program.layers, or -1 */
};

struct program {
    const struct graph *graph;
    struct step *steps; /* parallel to network.steps */
    int step_count;
    struct unit_step *kernels; /* network.steps, writable */
    struct mac_layer *layers;
    int layer_count;
    int *storage;                /* [tensors]: the tensor whose place this one shares (views such as RESHAPE) */
    uint32_t *at;                /* [tensors]: arena offset, set by layout_arena; UINT32_MAX: not in the arena */
    struct unit_network network; /* for unit_run; complete after layout_arena */
    uint64_t flash_bytes;        /* constants as the runtime stores them */
    const struct plan *plan;     /* NULL: dense */
    uint8_t level;               /* of the plan, that is set */
    const uint8_t *scale_tables; /* [scale_count][256] of lower/scaling.h, from step first_scale on; NULL: none */
    int first_scale, scale_count;
};

/* Lowers a checked graph, pruned as the plan says (NULL: dense). BAD_INPUT names what cannot be lowered (an accumulator
 * that might overflow, sizes beyond the runtime's). The program lives in r and borrows from graph and plan. */
int lower(struct region *r, const struct graph *g, const struct plan *plan, const char *path, struct program *out,
          struct diag *d);

/* MACs of all layers for one inference. */
uint64_t program_macs(const struct program *p);

/* The source that connection k of output o reads. */
static inline int mac_source(const struct mac_layer *l, int o, int k)
{
    return l->depthwise ? k * l->shape.in_c + o / l->multiplier : k;
}

static inline size_t mac_at(const struct mac_layer *l, int o, int k)
{
    return (size_t)o * (size_t)l->o_stride + (size_t)k * (size_t)l->k_stride;
}

#endif
