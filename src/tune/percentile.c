/* percentile.c - thresholds as published: a percentile of what the calibration data show, for each layer or group. */
#include "tune/prepare.h"
#include "tune/statistics.h"

/* Group g of n covers the output channels whose index * n / channels is g. */
static int group_start(int g, int groups, int channels)
{
    return (int)(((int64_t)g * channels + groups - 1) / groups);
}

static void set_layer(const struct statistics *s, const struct tuning *t, int groups, double *thresholds)
{
    int channels = s->layer->out_c;

    for (int g = 0; g < groups; g++)
        thresholds[g] = t->method == METHOD_FATRELU
                            ? statistics_activation_threshold(s, t->percentile / 100)
                            : statistics_product_threshold(s, group_start(g, groups, channels),
                                                           group_start(g + 1, groups, channels), t->percentile / 100);
}

int tune_percentile(struct region *r, const struct graph *g, const struct inputs *in, const struct tuning *t,
                    const char *model_path, struct plan *out, struct diag *d)
{
    struct preparation p;
    struct statistics **statistics;

    TRY(prepare(r, g, t, model_path, &p, d));
    statistics = region_array(r, (size_t)p.program.layer_count, sizeof *statistics);
    TRY(prepare_statistics(r, &p, in, statistics));
    for (int l = 0; l < p.program.layer_count; l++)
        set_layer(statistics[l], t, p.plan->layers[l].groups, p.thresholds[l]);
    *out = *p.plan;
    return OK;
}
