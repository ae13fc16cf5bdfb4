/* fingerprint.c - the canonical form of a network, hashed. Numbers go in as little-endian 64-bit words, each list after
 * its length, so that no two networks share a form. */
#include <stdio.h>
#include <string.h>

#include <nettle/sha2.h>

#include "plan/plan.h"

static void word(struct sha256_ctx *hash, int64_t value)
{
    uint8_t bytes[8];

    for (int i = 0; i < 8; i++)
        bytes[i] = (uint8_t)((uint64_t)value >> (8 * i));
    sha256_update(hash, sizeof bytes, bytes);
}

static void real(struct sha256_ctx *hash, float value)
{
    uint32_t bits;

    memcpy(&bits, &value, sizeof bits);
    word(hash, bits);
}

static void tensor(struct sha256_ctx *hash, const struct tensor *t)
{
    word(hash, t->type);
    word(hash, t->rank);
    for (int i = 0; i < t->rank; i++)
        word(hash, t->shape[i]);
    word(hash, t->quant.count);
    word(hash, t->quant.count > 1 ? t->quant.axis : 0);
    for (int i = 0; i < t->quant.count; i++) {
        real(hash, t->quant.scale[i]);
        word(hash, t->quant.zero_point[i]);
    }
    word(hash, (int64_t)t->data.size);
    if (t->data.size)
        sha256_update(hash, t->data.size, t->data.data);
}

/* Tensors by their order of first appearance, so that a file's numbering does not matter. */
static void reference(struct sha256_ctx *hash, const struct graph *g, int *seen, int *count, int index)
{
    if (index < 0) {
        word(hash, -1);
        return;
    }
    if (seen[index] == 0) {
        seen[index] = ++*count;
        word(hash, seen[index]);
        tensor(hash, &g->tensors[index]);
        return;
    }
    word(hash, seen[index]);
}

static void options(struct sha256_ctx *hash, const struct options *o)
{
    const int values[] = { o->same_padding,     o->stride_h,     o->stride_w, o->dilation_h,      o->dilation_w,
                           o->depth_multiplier, o->filter_h,     o->filter_w, (int)o->activation, o->axis,
                           o->keep_dims,        o->begin_mask,   o->end_mask, o->ellipsis_mask,   o->new_axis_mask,
                           o->shrink_axis_mask, o->squeeze_count };

    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        word(hash, values[i]);
    for (int i = 0; i < o->squeeze_count; i++)
        word(hash, o->squeeze[i]);
    real(hash, o->beta);
    real(hash, o->alpha);
}

void plan_fingerprint(const struct graph *g, char hex[65])
{
    struct region *r = region_new();
    struct sha256_ctx hash;
    uint8_t digest[SHA256_DIGEST_SIZE];
    int *seen = region_array(r, (size_t)g->tensor_count, sizeof *seen), count = 0;

    sha256_init(&hash);
    word(&hash, g->input_count);
    for (int i = 0; i < g->input_count; i++)
        reference(&hash, g, seen, &count, g->inputs[i]);
    for (int i = 0; i < g->node_count; i++) {
        const struct node *n = &g->nodes[i];
        word(&hash, (int64_t)n->op);
        options(&hash, &n->opt);
        word(&hash, n->input_count);
        for (int k = 0; k < n->input_count; k++)
            reference(&hash, g, seen, &count, n->inputs[k]);
        word(&hash, n->output_count);
        for (int k = 0; k < n->output_count; k++)
            reference(&hash, g, seen, &count, n->outputs[k]);
    }
    word(&hash, g->output_count);
    for (int i = 0; i < g->output_count; i++)
        reference(&hash, g, seen, &count, g->outputs[i]);
    sha256_digest(&hash, sizeof digest, digest);
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    region_free(r);
}
