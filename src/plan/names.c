/* names.c - methods, divisions and kernels as users and plans write them. */
#include <string.h>

#include "plan/plan.h"

static const char *const methods[] = { "unit", "fatrelu", "zeroskip", "static", NULL };
static const char *const divisions[] = { "exact", "shift", "tree", "msb", "mask", NULL };

static const char *const kernels[] = { "", "dense", "zeroskip", "prefix", NULL }; /* by enum layer_kernel */

static int find(const char *const *names, const char *name)
{
    for (int i = 0; names[i]; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return -1;
}

const char *method_name(enum method method)
{
    return methods[method];
}

const char *division_name(enum division division)
{
    return divisions[division];
}

int method_parse(const char *name)
{
    return find(methods, name);
}

int division_parse(const char *name)
{
    return find(divisions, name);
}

const char *layer_kernel_name(enum layer_kernel kernel)
{
    return kernels[kernel];
}

int layer_kernel_parse(const char *name)
{
    int i = find(kernels, name);

    return i == KERNEL_OPEN ? -1 : i;
}

int plan_prunes(enum op op)
{
    return op == OP_CONV_2D || op == OP_DEPTHWISE_CONV_2D || op == OP_FULLY_CONNECTED;
}

int plan_cut_fits(uint8_t cut)
{
    return (cut & (cut + 1)) == 0; /* a cut is all ones below a power of two */
}
