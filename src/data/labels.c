/* labels.c - class numbers out of an array of any type. Knows no file format, and not how many classes a model has. */
#include <math.h>
#include <string.h>

#include "data/dataset_internal.h"

/* (n) or (n, 1, ...): one number a sample. */
static int is_a_list(const struct array *a)
{
    if (a->rank == 0)
        return 0;
    for (int i = 1; i < a->rank; i++)
        if (a->shape[i] != 1)
            return 0;
    return 1;
}

int labels_take(struct region *r, const struct taken *labels, size_t samples, const int32_t **out, struct diag *d)
{
    const struct array *a = &labels->array;
    int32_t *whole;

    if (!is_a_list(a))
        return diag_fail(d, BAD_INPUT, labels->where, "labels of shape %s; give one class number a sample",
                         array_shape_text(a->rank, a->shape).text);
    if (labels->total != samples)
        return diag_fail(d, BAD_INPUT, labels->where, "%zu labels for %zu samples; give one label a sample",
                         labels->total, samples);
    whole = region_array(r, a->shape[0], sizeof *whole);
    for (size_t i = 0; i < a->shape[0]; i++) {
        double value = array_value(a, i);
        if (!(value >= 0 && value <= INT32_MAX && value == floor(value)))
            return diag_fail(d, BAD_INPUT, labels->where, "label %zu is %.10g; give whole numbers from 0", i, value);
        whole[i] = (int32_t)value;
    }
    *out = whole;
    return OK;
}
