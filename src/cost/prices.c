/* prices.c - the rows of a cost table, and what counts cost by them. */
#include "cost/cost.h"

const char *cost_feature_name(enum cost_feature feature)
{
#define X(name, text) #name,
    static const char *const names[] = { COST_FEATURES(X) };
#undef X

    return names[feature];
}

const struct kernel_cost *cost_row(const struct target *t, unit_kernel *kernel, int fully_connected)
{
    for (int i = 0; t->costs && i < t->costs->count; i++)
        if (t->costs->rows[i].kernel == kernel && t->costs->rows[i].fully_connected == fully_connected)
            return &t->costs->rows[i];
    return NULL;
}

double cost_cycles(const struct kernel_cost *row, const double *counts)
{
    double cycles = 0;

    for (int i = 0; i < COST_TERMS_MAX; i++)
        cycles += row->terms[i].cycles * counts[row->terms[i].feature];
    return cycles;
}
