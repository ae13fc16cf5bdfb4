/* run.c - one inference: inputs into the arena, the steps in order, outputs out of it. */
#include <stddef.h>

#include "rt_memory.h"
#include "unit.h"

int unit_run(const struct unit_network *net, void *arena, const void *const in[], void *const out[])
{
    uint8_t *base = arena;

    if (!net || !arena || !in || !out)
        return UNIT_E_ARGUMENT;
    for (uint16_t i = 0; i < net->input_count; i++)
        memcpy(base + net->inputs[i].at, in[i], (size_t)net->inputs[i].bytes);
    for (uint16_t s = 0; s < net->step_count; s++) {
        const struct unit_step *step = &net->steps[s];
        void *t[UNIT_STEP_TENSORS];
        for (uint8_t i = 0; i < UNIT_STEP_TENSORS; i++)
            t[i] = base + step->at[i];
        step->kernel(step->op, t);
    }
    for (uint16_t i = 0; i < net->output_count; i++)
        memcpy(out[i], base + net->outputs[i].at, (size_t)net->outputs[i].bytes);
    return UNIT_OK;
}
